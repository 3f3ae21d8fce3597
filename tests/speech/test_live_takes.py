"""Takes that the page follows: known by their ids, and let go of when there are too many."""

from __future__ import annotations

import numpy as np
import pytest

from tests.fakes import FakeEngine, FakeJob
from voicelab.errors import NothingSpoken, UnknownTake
from voicelab.speech.formats import pcm16
from voicelab.speech.live_takes import KEPT_BYTES, LiveSound, LiveTake, LiveTakes
from voicelab.speech.ports import Speech, SpeechRequest


def take() -> LiveTake:
    job = FakeJob(FakeEngine(), SpeechRequest("Hi.", "preview", language="english"))
    return LiveTake(LiveSound(job, 1.0), "anna", 1.0)


def speech(size: int) -> Speech:
    return Speech(np.zeros(size // 4, np.float32), "fake", "preview", 1, 0.1, 0)


def test_a_take_is_there_until_it_is_dropped() -> None:
    takes = LiveTakes()
    name = takes.add(take())
    assert takes.get(name).speech is None
    takes.drop(name)
    with pytest.raises(UnknownTake, match="Speak the text again"):
        takes.get(name)


def test_what_is_over_is_not_dropped_by_its_end() -> None:
    takes = LiveTakes()
    name = takes.add(take())
    takes.finish(name, speech(400))
    takes.drop(name)
    found = takes.get(name).speech
    assert found is not None
    assert len(found.samples) == 100


def test_the_oldest_go_where_they_are_too_many_and_never_the_newest_nor_one_that_is_spoken() -> None:
    takes = LiveTakes()
    spoken_still, first, second, newest = (takes.add(take()) for _ in range(4))
    takes.finish(first, speech(KEPT_BYTES // 2))
    takes.finish(second, speech(KEPT_BYTES // 2))
    assert takes.get(first).speech is not None
    takes.finish(newest, speech(2 * KEPT_BYTES))
    for gone in (first, second):
        with pytest.raises(UnknownTake):
            takes.get(gone)
    assert takes.get(newest).speech is not None
    assert takes.get(spoken_still).speech is None


def test_the_sound_is_told_from_where_one_is_and_that_it_is_over() -> None:
    job = FakeJob(FakeEngine(), SpeechRequest("Hi there.", "preview", language="english"))
    sound = LiveSound(job, 1.0)
    heard, over = b"", False
    while not over:
        more, over = sound.after(len(heard), 5.0)
        heard += more
    assert np.array_equal(np.frombuffer(heard, "<i2"), pcm16(job.result().samples))
    assert sound.after(len(heard), 5.0) == (b"", True)


def test_a_sound_that_breaks_off_is_over() -> None:
    job = FakeJob(FakeEngine(failing={"Hi.": NothingSpoken("The model ended.")}), SpeechRequest("Hi.", "preview"))
    assert LiveSound(job, 1.0).after(0, 5.0) == (b"", True)
