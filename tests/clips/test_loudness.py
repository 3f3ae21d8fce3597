"""Louder never sounds better: comparisons are equally loud, and nothing is limited."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np
import pytest

from voicelab.clips.clip import SAMPLE_RATE, Clip
from voicelab.clips.loudness import loudness_lufs, matched, true_peak_dbtp

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray


def sine(hertz: float, amplitude: float, seconds: float = 3.0, rate: int = 48_000, phase: float = 0.0) -> Clip:
    times_s = np.arange(round(seconds * rate)) / rate
    return Clip((amplitude * np.sin(2 * np.pi * hertz * times_s + phase)).astype(np.float32), rate)


def test_a_tone_has_the_loudness_of_the_standard() -> None:
    """EBU Tech 3341: a stereo sine of 1 kHz at -23 dBFS is -23 LUFS; one channel of it is 3 dB less."""
    assert loudness_lufs(sine(1000, 10 ** (-23 / 20))) == pytest.approx(-26.0, abs=0.1)


def test_peaks_between_the_samples_are_found() -> None:
    """EBU Tech 3341: a sine of a quarter of the rate, 45° off, hides 3 dB of its peak from the samples."""
    tone = sine(12_000, 0.5, phase=math.pi / 4)
    assert 20 * math.log10(float(np.abs(tone.samples).max())) == pytest.approx(-9.03, abs=0.05)
    assert true_peak_dbtp(tone) == pytest.approx(-6.02, abs=0.3)


def test_copies_are_equally_loud_and_only_quieter(spoken: Callable[[str], Clip]) -> None:
    first, second = spoken("The bread is ready."), spoken("Nobody in the village knew her name.")
    quiet = Clip(second.samples * np.float32(0.1))
    gappy = Clip(
        np.concatenate([first.samples, np.zeros(SAMPLE_RATE * 3, np.float32), first.samples * np.float32(0.03)])
    )
    before = [first, quiet, gappy, Clip(np.clip(first.samples * 20, -1, 1))]
    after = matched(before)
    levels = [loudness_lufs(clip) for clip in after]
    assert max(levels) - min(levels) <= 0.2
    assert max(true_peak_dbtp(clip) for clip in after) <= -1.0
    for one, other in zip(before, after, strict=True):
        assert scale(one.samples, other.samples) <= 1.0
    assert max(levels) == pytest.approx(loudness_lufs(quiet), abs=0.2)


def test_a_peak_brings_all_of_them_down() -> None:
    """A click in one clip leaves no room above it: the others come down with it, none is limited."""
    steady = sine(440, 0.2)
    clicking = sine(440, 0.2)
    clicking.samples[1000] = 1.0
    after = matched([steady, clicking])
    levels = [loudness_lufs(clip) for clip in after]
    assert abs(levels[0] - levels[1]) <= 0.2
    assert true_peak_dbtp(after[1]) <= -1.0
    assert levels[0] < loudness_lufs(steady) - 0.9


def test_silence_and_very_short_clips_go_through() -> None:
    silent = Clip(np.zeros(2400, np.float32))
    short = Clip(sine(440, 0.3, seconds=0.2, rate=SAMPLE_RATE).samples)
    assert loudness_lufs(silent) == true_peak_dbtp(silent) == -math.inf
    after = matched([silent, short, sine(440, 0.1)])
    assert not after[0].samples.any()
    assert abs(loudness_lufs(after[1]) - loudness_lufs(after[2])) <= 0.2
    assert matched([]) == []
    assert len(matched([silent])) == 1


def scale(before: NDArray[np.float32], after: NDArray[np.float32]) -> float:
    """Return the gain between them, which must be the same everywhere."""
    gain = float(np.abs(after).max() / np.abs(before).max())
    np.testing.assert_allclose(after, before * gain, atol=1e-4)
    return gain
