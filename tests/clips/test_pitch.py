"""The median pitch of speech and of what is none."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from voicelab.clips.clip import Clip
from voicelab.clips.pitch import _path, median_pitch, pitch, pitch_curve

if TYPE_CHECKING:
    from numpy.typing import NDArray

RATE = 24_000


def buzz(pitch_hz: float, first_harmonic: int = 1) -> NDArray[np.float32]:
    """Two seconds of harmonics that fall off as 1/n, with a vibrato of 3 %."""
    times = np.arange(2 * RATE) / RATE
    phase = 2 * np.pi * pitch_hz * (times + 0.03 / (2 * np.pi * 5) * np.sin(2 * np.pi * 5 * times))
    harmonics = range(first_harmonic, int(4000 / pitch_hz))
    return np.asarray(0.2 * np.sum([np.sin(n * phase) / n for n in harmonics], axis=0), np.float32)


@pytest.mark.parametrize("pitch_hz", [70, 110, 180, 240, 380])
def test_exact_from_a_bass_to_a_child(pitch_hz: float) -> None:
    assert median_pitch(buzz(pitch_hz), RATE) == pytest.approx(pitch_hz, rel=0.01)


@pytest.mark.parametrize("pitch_hz", [110, 220])
def test_no_octave_error_where_a_telephone_cuts_the_fundamental(pitch_hz: float) -> None:
    assert median_pitch(buzz(pitch_hz, first_harmonic=3), RATE) == pytest.approx(pitch_hz, rel=0.01)


def test_agrees_with_praats_method_of_librosa_on_speech(speech_clip: Clip) -> None:
    """The median of pyin, another method by other people, within a semitone."""
    import librosa

    samples = speech_clip.samples[: 6 * RATE]
    pitches, voiced, _ = librosa.pyin(samples, fmin=60, fmax=500, sr=RATE)
    assert median_pitch(samples, RATE) == pytest.approx(np.median(pitches[voiced]), rel=0.06)


def test_moves_with_the_playing_speed(speech_clip: Clip) -> None:
    normal, faster = median_pitch(speech_clip.samples, RATE), median_pitch(speech_clip.samples, round(RATE * 1.5))
    assert normal is not None
    assert faster == pytest.approx(1.5 * normal, rel=0.05)


def test_none_where_nothing_has_a_pitch() -> None:
    noise = np.random.default_rng(0).standard_normal(2 * RATE).astype(np.float32) * 0.1
    for samples in (noise, np.zeros(2 * RATE, np.float32), np.zeros(0, np.float32), buzz(110)[: RATE // 10]):
        assert median_pitch(samples, RATE) is None


def test_the_range_is_how_far_the_melody_moves() -> None:
    """An octave up and down in two seconds has most of its frames within ten semitones; a vibrato of 3 % hardly one."""
    times = np.arange(2 * RATE) / RATE
    phase = 2 * np.pi * 150 * np.cumsum(2 ** (0.5 * np.sin(2 * np.pi * times))) / RATE
    gliding = np.asarray(0.2 * np.sum([np.sin(n * phase) / n for n in range(1, 20)], axis=0), np.float32)
    moving, steady = pitch(Clip(gliding)), pitch(Clip(buzz(150)))
    assert moving is not None
    assert steady is not None
    assert moving.range_semitones == pytest.approx(11.4, abs=1.0)
    assert steady.range_semitones < 1.2
    assert pitch(Clip(np.zeros(RATE, np.float32))) is None


def test_the_curve_has_its_times() -> None:
    silence = np.zeros(RATE, np.float32)
    curve = pitch_curve(Clip(np.concatenate([silence, buzz(180)])))
    assert curve[0][0] == pytest.approx(1.0, abs=0.05)
    assert all(hertz == pytest.approx(180, rel=0.05) for _, hertz in curve[2:-2])
    assert pitch_curve(Clip(silence)) == []


def test_a_frame_that_is_a_little_stronger_an_octave_away_does_not_stray() -> None:
    """What made the range half a semitone too wide: each frame chose for itself."""
    hertz = np.tile([100.0, 200.0], (5, 1))
    strength = np.array([[0.8, 0.1], [0.8, 0.1], [0.55, 0.6], [0.8, 0.1], [0.8, 0.1]])
    assert _path(strength, hertz, np.full(5, 0.45)).tolist() == [0] * 5
    strength[1:4] = [0.1, 0.9]  # a voice that really jumps
    assert _path(strength, hertz, np.full(5, 0.45)).tolist() == [0, 1, 1, 1, 0]
    strength[1:4] = 0.1
    assert _path(strength, hertz, np.full(5, 0.45)).tolist() == [0, -1, -1, -1, 0]
