"""Bleed: real speech, heard by the packaged recognizer. `make bench-bleed` has the figures; this has the cases."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from voicelab.clips.clip import SAMPLE_RATE, Clip
from voicelab.compare.bleed import find_bleed
from voicelab.errors import EmptyText
from voicelab.transcripts.transcriber import Transcriber

if TYPE_CHECKING:
    from collections.abc import Callable

REFERENCE = "Nobody in the village had a clock, but everyone could hear the church bells."
LINE = "Please leave a message after the tone."


@pytest.fixture(scope="module")
def transcriber() -> Transcriber:
    return Transcriber("tiny.en")


def test_a_start_that_finishes_the_reference_is_found_with_its_words_and_seconds(
    transcriber: Transcriber, spoken: Callable[[str], Clip]
) -> None:
    tail, line = spoken("the church bells."), spoken(LINE)
    found = find_bleed(transcriber, Clip(np.concatenate([tail.samples, line.samples])), LINE, REFERENCE)
    assert (found.bleed, found.place, found.words) == (True, "start", ("the", "church", "bells."))
    assert found.seconds == pytest.approx(tail.seconds, abs=0.25)
    assert "message" in found.heard
    assert found.recognizer == "tiny.en"
    assert found.evidence is not None
    assert found.evidence > 1.0


def test_words_at_the_end_are_found_too(transcriber: Transcriber, spoken: Callable[[str], Clip]) -> None:
    line, more = spoken(LINE), spoken("Nobody in the village had a clock.")
    found = find_bleed(transcriber, Clip(np.concatenate([line.samples, more.samples])), LINE, REFERENCE)
    assert (found.bleed, found.place) == (True, "end")
    assert found.words[:4] == ("Nobody", "in", "the", "village")
    assert found.start_s == pytest.approx(line.seconds, abs=0.4)


def test_words_in_the_middle(transcriber: Transcriber, spoken: Callable[[str], Clip]) -> None:
    found = find_bleed(
        transcriber,
        spoken("Please leave a message. Everyone could hear the church bells. After the tone."),
        LINE,
        REFERENCE,
    )
    assert (found.bleed, found.place) == (True, "middle")


@pytest.mark.parametrize("line", [LINE, "The church bells could be heard by everyone.", "Bells ring in the village."])
def test_a_clean_take_is_clean_also_when_it_shares_words(
    transcriber: Transcriber, spoken: Callable[[str], Clip], line: str
) -> None:
    found = find_bleed(transcriber, spoken(line), line, REFERENCE)
    assert (found.bleed, found.words, found.seconds) == (False, (), 0.0)


@pytest.mark.parametrize(
    ("line", "reference", "tail"),
    [
        ("All the shops in the center stay open until late tonight.", "Everybody knew her laugh.", "her laugh."),
        ("Oh, what a lovely surprise!", "She gave honey to every teacher.", "teacher."),
    ],
)
def test_a_word_that_nobody_understands_is_found_by_what_is_left_without_it(
    transcriber: Transcriber, spoken: Callable[[str], Clip], line: str, reference: str, tail: str
) -> None:
    """Cut out of running speech and joined without a gap; tiny.en writes down the line alone."""
    whole, said = spoken(reference), spoken(line)
    placed = transcriber.check(whole, reference).words
    start = round(placed[-len(tail.split())].start_s * SAMPLE_RATE)
    found = find_bleed(transcriber, Clip(np.concatenate([whole.samples[start:], said.samples])), line, reference)
    assert found.evidence is not None
    assert found.evidence < 1.0, "it is not more probable"
    assert (found.bleed, found.place) == (True, "start")
    assert found.words[-1] == tail.rsplit(maxsplit=1)[-1]


@pytest.mark.parametrize(
    ("line", "reference"),
    [
        ("The railway station is closed on Sundays.", "My grandfather repaired clocks behind the railway station."),
        ("Her laugh was louder than the sea.", "Nobody in the village knew her name, but everybody knew her laugh."),
        ("Sat down at last, she began to read.", "She opened the letter and read it twice before she sat down."),
    ],
)
def test_a_line_that_begins_with_the_same_words_misses_them(
    transcriber: Transcriber, spoken: Callable[[str], Clip], line: str, reference: str
) -> None:
    assert find_bleed(transcriber, spoken(line), line, reference).bleed is False


@pytest.mark.parametrize(
    ("said", "line", "reference"),
    [
        ("Teacher.", LINE, "My grandfather repaired clocks in a small shop behind the railway station."),
        ("Before Sunday.", "Every morning the same man feeds the pigeons.", "That was the only color he had."),
    ],
)
def test_words_of_nobodys_reference_are_no_bleed(
    transcriber: Transcriber, spoken: Callable[[str], Clip], said: str, line: str, reference: str
) -> None:
    before, after = spoken(said), spoken(line)
    clip = Clip(np.concatenate([before.samples, after.samples]))
    found = find_bleed(transcriber, clip, line, reference)
    assert found.heard.lower().startswith(said.lower().split()[0].strip(".")), "it is heard"
    assert found.bleed is False


def test_silence_says_nothing_and_empty_texts_are_refused(transcriber: Transcriber) -> None:
    silent = Clip(np.zeros(SAMPLE_RATE, np.float32))
    assert find_bleed(transcriber, silent, LINE, REFERENCE).bleed is False
    with pytest.raises(EmptyText, match="line"):
        find_bleed(transcriber, silent, " ", REFERENCE)
    with pytest.raises(EmptyText, match="reference"):
        find_bleed(transcriber, silent, LINE, "...")
