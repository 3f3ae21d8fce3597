"""The alignment of readings, against jiwer on texts that can be read in one way only."""

from __future__ import annotations

import random

import pytest
from jiwer import process_words

from voicelab.compare.word_errors import compare_words
from voicelab.text.alignment import align
from voicelab.text.readings import readings_of

WORDS = (
    "boat", "harbor", "shore", "captain", "storm", "lantern", "rope", "tide", "gull", "anchor", "barrel", "compass",
)  # fmt: skip


@pytest.mark.parametrize("seed", range(40))
def test_plain_words_have_as_many_errors_as_jiwer_counts(seed: int) -> None:
    chance = random.Random(seed)
    line = [chance.choice(WORDS) for _ in range(chance.randint(1, 30))]
    heard = [word for word in line if chance.random() > 0.15]
    for _ in range(chance.randint(0, 5)):
        heard.insert(chance.randint(0, len(heard)), chance.choice(WORDS))
    if not heard:
        heard = ["gull"]
    theirs = process_words(" ".join(line), " ".join(heard))
    ours = compare_words(line, heard).errors
    total = theirs.insertions + theirs.deletions + theirs.substitutions
    assert ours.insertions + ours.deletions + ours.substitutions == total
    assert ours.rate == pytest.approx(theirs.wer)


def test_among_equally_few_errors_the_word_that_resembles_is_taken_for_the_one_misheard() -> None:
    line, heard = ("we", "sail", "to", "harbor"), ("we", "sail", "to", "harbors", "quickly")
    steps = align(readings_of(line), readings_of(heard)).steps
    assert [step.kind for step in steps][-2:] == ["substitute", "insert"]
    assert steps[-2].heard[0].said == "harbors"


def test_a_step_names_the_written_word_it_comes_from() -> None:
    heard = ("pay", "five", "dollars", "and", "fifty", "cents", "later")
    steps = align(readings_of(("pay", "$5.50", "now")), readings_of(heard)).steps
    assert steps[-1].kind == "substitute"
    assert (steps[-1].said[0].word, steps[-1].heard[0].word) == (2, 6)
