"""Measures of takes: real speech, the packaged recognizer, and what a missing measure looks like."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from tests.voices.making import words_for
from voicelab.clips.clip import SAMPLE_RATE, Clip, Window
from voicelab.clips.wav import write_wav
from voicelab.compare.baselines import look_up
from voicelab.compare.export_rows import row
from voicelab.compare.measure_guide import MEASURES
from voicelab.compare.measures import Reference, measured
from voicelab.compare.take import Take
from voicelab.errors import Cancelled
from voicelab.speech.reading import Pronunciation
from voicelab.transcripts.transcriber import Transcriber
from voicelab.voices.library import VoiceLibrary

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

LINE = "It is 25 past three, and the bread is ready."
REFERENCE = "Nobody in the village had a clock, but everyone could hear the church bells."


def take_of(line: str) -> Take:
    return Take("a" * 32, line, None, "preview", 0, 5.0, REFERENCE)


def test_a_clean_take_of_a_line_with_numbers(spoken: Callable[[str], Clip]) -> None:
    """One second of silence before and after; the clip is the same speaker, the held-out speech too."""
    silence = np.zeros(SAMPLE_RATE, np.float32)
    clip = Clip(np.concatenate([silence, spoken(LINE).samples, silence]))
    reference = Reference(spoken(REFERENCE), spoken("The birch canoe slid on the smooth planks."), "english")
    *steps, take = measured(take_of(LINE), clip, reference, Transcriber("tiny.en"))
    assert all(isinstance(step, str) for step in steps)
    assert isinstance(take, Take)
    assert take.measured
    assert take.details is not None
    assert (take.word_error_rate, take.bleed) == (0.0, False)
    assert take.likeness is not None
    assert take.likeness > 0.75
    assert take.details.likeness_held_out is not None
    assert take.details.likeness_held_out > 0.75
    assert take.noise is not None
    assert 1 < take.noise < 5
    assert take.details.silence_start_s == pytest.approx(1.0, abs=0.15)
    assert take.details.silence_end_s == pytest.approx(1.0, abs=0.3)
    assert take.details.words_per_minute == pytest.approx(60 * 10 / spoken(LINE).seconds, rel=0.2)
    assert take.details.pitch_hz == pytest.approx(90, rel=0.25)
    assert take.details.recognizer == "tiny.en"
    assert take.details.notes == ()
    assert {about.field for about in MEASURES} <= set(row(take))


def test_a_take_that_says_a_word_as_the_list_does_is_right(spoken: Callable[[str], Clip]) -> None:
    """Without the list the same take has an error, whose word is named."""
    clip = spoken("The bakery opens at seven.")
    line = "The Xqbk opens at seven."
    found = []
    for words in ((), (Pronunciation("Xqbk", "bakery"),)):
        *_steps, take = measured(take_of(line), clip, Reference(clip, None, "english", words), Transcriber("tiny.en"))
        assert isinstance(take, Take)
        assert take.details is not None
        found.append((take.word_error_rate, take.details.missed))
    assert found == [(0.2, ("Xqbk",)), (0.0, ())]


def test_what_cannot_be_measured_is_none_and_says_why(spoken: Callable[[str], Clip]) -> None:
    """A language that the recognizer on disk does not know, and half a second of sound."""
    short = Clip(spoken("Yes.").samples[: SAMPLE_RATE // 2])
    reference = Reference(spoken(REFERENCE), None, "german")
    *_steps, take = measured(take_of("Ja."), short, reference, Transcriber("tiny.en"))
    assert isinstance(take, Take)
    assert take.details is not None
    assert (take.word_error_rate, take.bleed, take.likeness) == (None, None, None)
    assert "1 s of sound or more" in take.details.notes[0]
    assert "knows English only" in take.details.notes[1]


def test_listening_can_be_cancelled(spoken: Callable[[str], Clip]) -> None:
    reference = Reference(spoken(REFERENCE), None, "english")
    with pytest.raises(Cancelled):
        list(measured(take_of(LINE), spoken(LINE), reference, Transcriber("tiny.en"), stopped=lambda: True))


def test_the_yardstick_is_the_voices_own_recording_and_another_voice(
    tmp_path: Path, spoken: Callable[[str], Clip]
) -> None:
    """The recording goes on after the clip: that part is held out, and the clip is not in it."""
    library = VoiceLibrary(tmp_path / "voices")
    clip, rest = spoken(REFERENCE), spoken("The birch canoe slid on the smooth planks of the old and empty harbor.")
    gap = np.zeros(SAMPLE_RATE, np.float32)
    whole = Clip(np.concatenate([clip.samples, gap, rest.samples]))
    path = tmp_path / "whole.wav"
    write_wav(path, whole)
    window = Window(0.0, clip.seconds)
    library.save("Joe", clip, words_for(clip), "english", "", recording=path, window=window, match="match")
    higher = Clip(clip.samples[::2].copy())
    library.save("High", higher, words_for(higher), "english", "", match="match")
    reference, yardstick = look_up(library.get("joe"), library)
    assert reference.held_out is not None
    assert reference.held_out.seconds == pytest.approx(rest.seconds, abs=0.8)
    assert yardstick.self_likeness is not None
    assert yardstick.other_likeness is not None
    assert yardstick.self_likeness_low is not None
    assert yardstick.self_likeness >= yardstick.self_likeness_low > yardstick.other_likeness
    assert yardstick.other_voice == "High"
    assert yardstick.notes == ()
    alone, without = look_up(library.get("high"), library)
    assert alone.held_out is None
    assert "recording was not kept" in without.notes[0]
