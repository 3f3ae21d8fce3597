"""Resampling, short-time power spectra and mel filters: what the measures and pictures of a clip share.

They give what librosa.feature.melspectrogram gives (the tests compare) without the seconds that importing librosa with
Numba and SciPy costs the page the first time.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from voicelab.clips.clip import Clip

HEARING_RATE = 16_000
"""Hz. What the speech detector, the noise model and the speaker encoder hear."""


_KNEE_HZ, _KNEE_MEL = 1000.0, 15.0
"""Where Slaney's scale turns from linear to logarithmic."""


def resampled(clip: Clip, sample_rate: int) -> NDArray[np.float32]:
    """Return the clip's samples at `sample_rate` Hz, shape (n,)."""
    import soxr

    if clip.sample_rate == sample_rate:
        return clip.samples
    return np.asarray(soxr.resample(clip.samples, clip.sample_rate, sample_rate), dtype=np.float32)


def power_spectra(
    samples: NDArray[np.float32], starts: NDArray[np.int64], window: NDArray[np.float32]
) -> NDArray[np.float32]:
    """Return |FFT|² of the windowed frames that begin at `starts`, shape (len(starts), len(window) // 2 + 1).

    Every frame must lie inside `samples`.
    """
    frames = np.lib.stride_tricks.sliding_window_view(samples, len(window))[starts]
    spectra = np.fft.rfft(frames * window, axis=1)
    return np.asarray(spectra.real**2 + spectra.imag**2, dtype=np.float32)


@lru_cache(maxsize=4)
def mel_filters(sample_rate: int, n_fft: int, n_mels: int) -> NDArray[np.float32]:
    """Return triangular filters of equal area from 0 Hz to half of `sample_rate`, shape (n_mels, n_fft // 2 + 1).

    They are those of Slaney's Auditory Toolbox (Interval Research report 1998-010) and librosa.filters.mel's default.
    """
    top_mel = float(_mel(np.array(sample_rate / 2)))
    edges = _hertz(np.linspace(0, top_mel, n_mels + 2))
    bins = np.fft.rfftfreq(n_fft, 1 / sample_rate)
    rising = (bins - edges[:-2, None]) / (edges[1:-1] - edges[:-2])[:, None]
    falling = (edges[2:, None] - bins) / (edges[2:] - edges[1:-1])[:, None]
    triangles = np.maximum(0, np.minimum(rising, falling)) * (2 / (edges[2:] - edges[:-2]))[:, None]
    filters = np.asarray(triangles, dtype=np.float32)
    filters.flags.writeable = False
    return filters


def _mel(hertz: NDArray[np.float64]) -> NDArray[np.float64]:
    """Linear below 1 kHz (15 mel), logarithmic above: 27 steps for a factor of 6.4."""
    return np.where(
        hertz < _KNEE_HZ, hertz * 3 / 200, _KNEE_MEL + 27 * np.log(np.maximum(hertz, 1) / _KNEE_HZ) / np.log(6.4)
    )


def _hertz(mel: NDArray[np.float64]) -> NDArray[np.float64]:
    """Undo `_mel`."""
    return np.where(mel < _KNEE_MEL, mel * 200 / 3, _KNEE_HZ * 6.4 ** ((mel - _KNEE_MEL) / 27))
