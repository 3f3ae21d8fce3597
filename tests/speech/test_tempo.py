"""Faster and slower: the pitch stays, the words stay, and pieces give what the whole gives."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np
import pytest
from jiwer import wer

from voicelab.clips.clip import Clip
from voicelab.errors import InvalidValue
from voicelab.speech.tempo import FASTEST, SLOWEST, Tempo, at_speed
from voicelab.transcripts.transcriber import Transcriber

if TYPE_CHECKING:
    from collections.abc import Callable

RATE = 24_000
SPEEDS = (SLOWEST, 0.75, 1.25, FASTEST)


def tone(hertz: float, seconds: float = 3.0) -> np.ndarray:
    return (0.3 * np.sin(2 * np.pi * hertz * np.arange(round(seconds * RATE)) / RATE)).astype(np.float32)


@pytest.mark.parametrize("speed", SPEEDS)
def test_the_length_changes_and_the_pitch_does_not(speed: float) -> None:
    changed = at_speed(tone(200), RATE, speed)
    assert len(changed) / RATE == pytest.approx(3.0 / speed, rel=0.02)
    loudest = np.abs(np.fft.rfft(changed)).argmax() * RATE / len(changed)
    assert loudest == pytest.approx(200, abs=2)
    assert np.sqrt(np.mean(changed**2)) == pytest.approx(np.sqrt(np.mean(tone(200) ** 2)), rel=0.05)


@pytest.mark.parametrize("speed", [*SPEEDS, 1.0])
@pytest.mark.parametrize("size", [1, 1920, 100_000])
def test_pieces_give_what_the_whole_gives(speed: float, size: int) -> None:
    samples = tone(180, 0.5)
    tempo = Tempo(speed, RATE)
    parts = [tempo.add(samples[at : at + size]) for at in range(0, len(samples), size)]
    np.testing.assert_array_equal(np.concatenate([*parts, tempo.end()]), at_speed(samples, RATE, speed))


@pytest.mark.parametrize("samples", [0, 1, 100])
@pytest.mark.parametrize("speed", SPEEDS)
def test_next_to_nothing_stays_next_to_nothing(samples: int, speed: float) -> None:
    assert len(at_speed(np.zeros(samples, np.float32), RATE, speed)) <= 2 * samples + 1


def test_its_own_speed_changes_no_sample() -> None:
    samples = tone(200)
    assert at_speed(samples, RATE, 1.0) is samples


@pytest.mark.parametrize("speed", [0, -1, 0.49, 2.01, 1e300, math.nan, math.inf])
def test_what_is_no_speed_is_refused(speed: float) -> None:
    with pytest.raises(InvalidValue, match=r"speed is 0\.5 to 2 here"):
        at_speed(tone(200), RATE, speed)


@pytest.mark.parametrize("speed", [0.75, 1.5])
def test_every_word_is_heard_as_before(spoken: Callable[[str], Clip], speed: float) -> None:
    text = "please call the office on monday and ask whether the blue folder has arrived from the printer"
    samples = at_speed(spoken(f"{text.capitalize()}.").samples, RATE, speed)
    heard = Transcriber("tiny.en").hear(Clip(samples)).text
    assert wer(text, "".join(letter for letter in heard.lower() if letter.isalpha() or letter == " ")) <= 0.06
