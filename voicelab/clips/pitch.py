"""How high a voice speaks, and how much it moves: the fundamental frequency, by autocorrelation.

Why not librosa: its pyin gives the same medians, but Numba compiles for 43 s (2 cores) before the first one, and its
yin does not say which frames have a pitch at all.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from voicelab.clips.clip import Clip

FLOOR_HZ = 60.0
CEILING_HZ = 500.0
"""From a low bass to a small child."""

_HOP_S = 0.02
_PERIODS = 3
"""Of the lowest pitch in one frame: what Boersma asks of a Hann window."""
_OCTAVE_COST = 0.01
_VOICING = 0.45
_SILENCE = 0.03
"""Boersma's defaults (and Praat's): what a candidate loses per octave of its period, the least strength of a frame with
a pitch, and the least peak of such a frame as a part of the clip's."""
_MIN_VOICED_S = 0.3
"""Of less, about two syllables, the median says nothing."""
_MIN_VOICED_SHARE = 0.2
"""Of the frames that are not silent. Of speech, well over a third have a pitch; of whispering and noise, hardly any."""


@dataclass(frozen=True)
class Pitch:
    """How high a clip is spoken."""

    median_hz: float
    range_semitones: float
    """From the 10th to the 90th percentile: how much the melody moves, without its stray frames."""


def pitch(clip: Clip) -> Pitch | None:
    """Return the pitch of `clip`; None where hardly anything has one."""
    track = _settled_track(clip.samples, clip.sample_rate)
    if track is None:
        return None
    low, high = np.percentile(track.hertz, [10, 90])
    return Pitch(float(np.median(track.hertz)), float(12 * np.log2(high / low)))


def pitch_curve(clip: Clip) -> list[tuple[float, float]]:
    """Return (seconds, Hz) of every frame of `clip` that has a pitch, in order."""
    track = _settled_track(clip.samples, clip.sample_rate)
    return [] if track is None else list(zip(track.times_s.tolist(), track.hertz.tolist(), strict=True))


def median_pitch(samples: NDArray[np.float32], sample_rate: int) -> float | None:
    """Return the median fundamental frequency of `samples` (shape (n,)) in Hz; None where nothing has a pitch."""
    track = _settled_track(samples, sample_rate)
    return None if track is None else float(np.median(track.hertz))


@dataclass(frozen=True, eq=False)
class _Track:
    """The frames that have a pitch."""

    times_s: NDArray[np.float64]
    """Shape (n,): the middle of each."""
    hertz: NDArray[np.float64]
    """Shape (n,)."""


def _settled_track(samples: NDArray[np.float32], sample_rate: int) -> _Track | None:
    """Return the pitch of each frame that has one; None where too few have.

    The autocorrelation of each frame, divided by that of its window (P. Boersma, "Accurate short-term analysis of the
    fundamental frequency and the harmonics-to-noise ratio of a sampled sound", IFA Proceedings 17, 1993), without his
    path finder, which a median does not need. A second pass searches only from 0.75 of the first quartile to 1.5 of
    the third (C. De Looze and D. Hirst, Speech Prosody 2008): that takes octave errors out.
    """
    rough = _track(samples, sample_rate, FLOOR_HZ, CEILING_HZ)
    if rough is None:
        return None
    low, high = np.percentile(rough.hertz, [25, 75])
    return _track(samples, sample_rate, max(FLOOR_HZ, 0.75 * low), min(CEILING_HZ, 1.5 * high)) or rough


def _track(samples: NDArray[np.float32], sample_rate: int, floor_hz: float, ceiling_hz: float) -> _Track | None:
    """Return the frames with a pitch between `floor_hz` and `ceiling_hz`; None where too few have one."""
    length = round(_PERIODS / floor_hz * sample_rate)
    if len(samples) < length:
        return None
    hop = round(_HOP_S * sample_rate)
    frames = np.lib.stride_tricks.sliding_window_view(samples, length)[::hop]
    heard = np.flatnonzero(np.abs(frames).max(axis=1) > _SILENCE * np.abs(samples).max())
    frames = frames[heard]
    if not len(frames):
        return None
    window = np.hanning(length)
    lags = np.arange(int(sample_rate / ceiling_hz) - 1, int(sample_rate / floor_hz) + 2)
    centred = frames - frames.mean(axis=1, keepdims=True)
    correlation = _autocorrelation(centred * window, lags) / _autocorrelation(window[None], lags)
    before, middle, after = correlation[:, :-2], correlation[:, 1:-1], correlation[:, 2:]
    lags = lags[1:-1]
    peaks = (middle > before) & (middle >= after)
    strength = np.where(peaks, middle - _OCTAVE_COST * np.log2(floor_hz * lags / sample_rate), -np.inf)
    best = strength.argmax(axis=1)
    voiced = np.flatnonzero(strength.max(axis=1) > _VOICING)
    if len(voiced) * _HOP_S < _MIN_VOICED_S or len(voiced) < _MIN_VOICED_SHARE * len(frames):
        return None
    at = voiced, best[voiced]
    vertex = 0.5 * (before[at] - after[at]) / (before[at] - 2 * middle[at] + after[at])  # of the parabola through them
    times_s = (heard[voiced] * hop + length / 2) / sample_rate
    return _Track(times_s, np.asarray(sample_rate / (lags[best[voiced]] + vertex)))


def _autocorrelation(frames: NDArray[np.floating[Any]], lags: NDArray[np.int_]) -> NDArray[np.floating[Any]]:
    """Return each row's autocorrelation at `lags`, relative to lag 0, by the Wiener-Khinchin theorem."""
    size = 1 << (frames.shape[1] + int(lags[-1])).bit_length()
    correlation = np.fft.irfft(np.abs(np.fft.rfft(frames, size)) ** 2)
    return np.asarray(correlation[:, lags] / np.maximum(correlation[:, :1], np.finfo(np.float64).tiny))
