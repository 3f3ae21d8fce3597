"""Moving formants, and equalizing toward another average spectrum."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from voicelab.clips.clip import SAMPLE_RATE
from voicelab.clips.pitch import median_pitch
from voicelab.engines.preview.timbre import (
    active_level,
    band_centres_hz,
    band_levels_db,
    equalizer,
    filtered,
    move_formants,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from voicelab.clips.clip import Clip


def vowel(pitch_hz: float, formants_hz: tuple[float, ...]) -> NDArray[np.float32]:
    """A second of harmonics through resonances 300 Hz wide."""
    times = np.arange(SAMPLE_RATE) / SAMPLE_RATE
    total = np.zeros(SAMPLE_RATE)
    for harmonic in np.arange(pitch_hz, 5000, pitch_hz):
        gain = sum(1 / (1 + ((harmonic - formant) / 150) ** 2) for formant in formants_hz)
        total += gain * np.sin(2 * np.pi * harmonic * times)
    return np.asarray(0.3 * total / np.abs(total).max(), np.float32)


def centre_hz(samples: NDArray[np.float32]) -> float:
    """Return the mean frequency, weighted by energy."""
    energy = np.abs(np.fft.rfft(samples)) ** 2
    return float(energy @ np.fft.rfftfreq(len(samples), 1 / SAMPLE_RATE) / energy.sum())


@pytest.mark.parametrize("factor", [0.75, 1.25])
def test_formants_move_and_the_pitch_stays(factor: float) -> None:
    before = vowel(100, (1000,))
    after = move_formants(before, SAMPLE_RATE, factor)
    assert len(after) == len(before)
    assert centre_hz(after) == pytest.approx(centre_hz(before) * factor, rel=0.08)
    assert median_pitch(after, SAMPLE_RATE) == pytest.approx(100, rel=0.01)


def test_a_factor_of_one_changes_nothing(speech_clip: Clip) -> None:
    after = move_formants(speech_clip.samples, SAMPLE_RATE, 1.0)
    assert np.allclose(after, speech_clip.samples, atol=1e-5)


def test_the_equalizer_brings_the_average_spectrum_over(
    speech_clip: Clip, speaker: Callable[[float, float, tuple[float, float]], Clip]
) -> None:
    want = band_levels_db(speaker(1.0, 0.1, (200, 3000)).samples, SAMPLE_RATE)
    have = band_levels_db(speech_clip.samples, SAMPLE_RATE)
    after = filtered(speech_clip.samples, equalizer(have, want, SAMPLE_RATE))
    got = band_levels_db(after, SAMPLE_RATE)
    shaped = (band_centres_hz() > 150) & (band_centres_hz() < 5000)  # where the difference is within its bounds
    assert len(after) == len(speech_clip.samples)
    assert np.std((got - want)[shaped]) < 0.25 * np.std((have - want)[shaped])


def test_the_equalizer_neither_delays_nor_goes_beyond_its_bounds(speech_clip: Clip) -> None:
    levels = band_levels_db(speech_clip.samples, SAMPLE_RATE)
    same = filtered(speech_clip.samples, equalizer(levels, levels, SAMPLE_RATE))
    assert np.allclose(same, speech_clip.samples, atol=1e-3)
    steep = equalizer(levels, levels - np.linspace(0, 200, len(levels)), SAMPLE_RATE)
    assert np.abs(20 * np.log10(np.abs(np.fft.rfft(steep)))).max() < 16


def test_the_level_is_that_of_the_speech_not_of_its_pauses() -> None:
    tone = vowel(100, (500,))
    padded = np.concatenate([tone, np.zeros(3 * SAMPLE_RATE, np.float32)])
    assert active_level(padded, SAMPLE_RATE) == pytest.approx(np.sqrt(np.mean(tone**2)), rel=0.02)
    assert active_level(np.zeros(SAMPLE_RATE, np.float32), SAMPLE_RATE) == 0
