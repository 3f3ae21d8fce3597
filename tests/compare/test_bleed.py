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


def test_silence_says_nothing_and_empty_texts_are_refused(transcriber: Transcriber) -> None:
    silent = Clip(np.zeros(SAMPLE_RATE, np.float32))
    assert find_bleed(transcriber, silent, LINE, REFERENCE).bleed is False
    with pytest.raises(EmptyText, match="line"):
        find_bleed(transcriber, silent, " ", REFERENCE)
    with pytest.raises(EmptyText, match="reference"):
        find_bleed(transcriber, silent, LINE, "...")
