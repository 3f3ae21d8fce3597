"""Resampling, short-time power spectra and mel filters: what the measures and pictures of a clip share.

NumPy, soxr and faster-whisper's mel filters give what librosa.feature.melspectrogram gives (the tests compare), without
the 2 s that importing librosa (Numba, SciPy) costs the first time.
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
    """Return Slaney's mel filter bank from 0 Hz to half of `sample_rate`, shape (n_mels, n_fft // 2 + 1)."""
    from faster_whisper.feature_extractor import FeatureExtractor

    filters = np.asarray(FeatureExtractor.get_mel_filters(sample_rate, n_fft, n_mels), dtype=np.float32)
    filters.flags.writeable = False
    return filters
