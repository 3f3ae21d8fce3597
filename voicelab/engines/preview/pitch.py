"""How high a voice speaks: its median fundamental frequency, by autocorrelation.

librosa's pyin is as exact, but takes seconds for a clip, and yin does not say which frames have a pitch at all.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

FLOOR_HZ = 60.0
CEILING_HZ = 500.0
"""Between a low bass and a small child."""

_HOP_S = 0.01
_PERIODS = 3
"""Of the lowest pitch in one frame, as Boersma has it for pitch with a Hann window."""
_OCTAVE_COST = 0.01
_VOICING = 0.45
_SILENCE = 0.03
"""Boersma's (and Praat's) defaults: strength per octave that favours the higher candidate, the least strength of a frame
with pitch, and the least peak of one as a part of the whole clip's."""
_MIN_VOICED_S = 0.3
"""With less voiced speech than this, about two syllables, the median says nothing."""
_MIN_VOICED_SHARE = 0.2
"""Of the frames that are not silent. Speech has well over a third; whispering, hiss and clatter have nearly none."""


def median_pitch(samples: NDArray[np.float32], sample_rate: int) -> float | None:
    """Return the median fundamental frequency of `samples` (shape (n,)) in Hz, None where hardly anything has a pitch.

    Autocorrelation of the signal divided by that of the window (P. Boersma, "Accurate short-term analysis of the
    fundamental frequency …", IFA Proceedings 17, 1993), without his path finder: a median does not need one. The second
    pass looks only from 0.75 of the first quartile to 1.5 of the third (C. De Looze and D. Hirst, Speech Prosody 2008),
    which removes octave errors.
    """
    first = _voiced_pitches(samples, sample_rate, FLOOR_HZ, CEILING_HZ)
    if first is None:
        return None
    low, high = np.percentile(first, [25, 75])
    second = _voiced_pitches(samples, sample_rate, max(FLOOR_HZ, 0.75 * low), min(CEILING_HZ, 1.5 * high))
    return float(np.median(first if second is None else second))


def _voiced_pitches(
    samples: NDArray[np.float32], sample_rate: int, floor_hz: float, ceiling_hz: float
) -> NDArray[np.float64] | None:
    """Return the pitch in Hz of every frame that has one; None where too few have."""
    length = round(_PERIODS / floor_hz * sample_rate)
    if len(samples) < length:
        return None
    hop = round(_HOP_S * sample_rate)
    frames = np.lib.stride_tricks.sliding_window_view(samples, length)[::hop]
    frames = frames - frames.mean(axis=1, keepdims=True)
    peaks = np.abs(frames).max(axis=1)
    frames = frames[peaks > _SILENCE * np.abs(samples).max()]
    if not len(frames):
        return None
    window = np.hanning(length)
    correlation = _autocorrelation(frames * window) / _autocorrelation(window[None])
    lags = np.arange(int(sample_rate / ceiling_hz), int(sample_rate / floor_hz) + 1)
    middle = correlation[:, lags]
    before, after = correlation[:, lags - 1], correlation[:, lags + 1]
    strength = middle - _OCTAVE_COST * np.log2(floor_hz * lags / sample_rate)
    strength = np.where((middle > before) & (middle >= after), strength, -np.inf)
    best = strength.argmax(axis=1)
    voiced = np.flatnonzero(strength.max(axis=1) > _VOICING)
    if len(voiced) * _HOP_S < _MIN_VOICED_S or len(voiced) < _MIN_VOICED_SHARE * len(frames):
        return None
    at = voiced, best[voiced]
    left, top, right = before[at], middle[at], after[at]
    vertex = 0.5 * (left - right) / (left - 2 * top + right)  # of the parabola through the three
    pitches: NDArray[np.float64] = sample_rate / (lags[best[voiced]] + vertex)
    return pitches


def _autocorrelation(frames: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return each row's autocorrelation, 1 at lag 0, by the Wiener-Khinchin theorem."""
    length = frames.shape[1]
    spectrum = np.fft.rfft(frames, 1 << (2 * length - 1).bit_length())
    correlation = np.fft.irfft(np.abs(spectrum) ** 2)[:, :length]
    return np.asarray(correlation / np.maximum(correlation[:, :1], np.finfo(np.float64).tiny))
