"""What makes a voice sound like itself apart from its words: where its formants lie and its average spectrum."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from scipy.signal import ShortTimeFFT

_FRAME = 1024
_HOP = 256
"""Samples: 43 and 11 ms at 24 kHz."""

_LIFTER_S = 0.0015
"""Quefrencies below this are the envelope, those above the harmonics: a pitch up to 670 Hz stays out of it."""
_MOST_MOVED_DB = 20.0
"""What moving formants may add to or take from any frequency."""

_BANDS_PER_OCTAVE = 6
_LOWEST_BAND_HZ = 62.5
_HIGHEST_BAND_HZ = 11_000.0
_LEVELLED_HZ = (100.0, 8000.0)
"""The equalizer shapes and keeps the level: its mean over these bands is 0 dB."""
_MOST_EQUALIZED_DB = 15.0
"""Beyond this a clip's hum, hiss or telephone line would be copied, not its voice."""
_TAPS = 1025
"""Of the equalizer: 23 Hz apart at 24 kHz, as fine as the lowest band."""
_ACTIVE = 1e-3
"""Frames 30 dB below the strongest one are pauses."""
_LEAST_POWER = 1e-9


def active_level(samples: NDArray[np.float32], sample_rate: int) -> float:
    """Return the root mean square of the frames that are not pauses, full scale being 1; 0 for silence."""
    power = np.square(_frames(samples, sample_rate // 50), dtype=np.float64).mean(axis=1)
    return float(np.sqrt(power[power >= _ACTIVE * power.max()].mean()))


def move_formants(samples: NDArray[np.float32], sample_rate: int, factor: float) -> NDArray[np.float32]:
    """Return `samples` (shape (n,)) with the spectral envelope stretched by `factor` and the harmonics where they were.

    The envelope of each frame is its cepstrum below _LIFTER_S (A. Röbel and X. Rodet, "Efficient spectral envelope
    estimation and its application to pitch shifting and envelope preservation", DAFx 2005, without their iteration).
    """
    transform = _transform(sample_rate)
    spectra = transform.stft(samples.astype(np.float64))
    cepstra = np.fft.irfft(np.log(np.abs(spectra) + 1e-5), axis=0)
    kept = int(_LIFTER_S * sample_rate)
    cepstra[kept : _FRAME - kept + 1] = 0
    envelopes = np.fft.rfft(cepstra, axis=0).real
    bins = np.arange(len(envelopes))
    source = np.minimum(bins / factor, bins[-1])
    below = source.astype(int)
    above = np.minimum(below + 1, bins[-1])
    share = (source - below)[:, None]
    moved = envelopes[below] * (1 - share) + envelopes[above] * share
    limit = _MOST_MOVED_DB * np.log(10) / 20
    gains = np.exp(np.clip(moved - envelopes, -limit, limit))
    return np.asarray(transform.istft(spectra * gains, k1=len(samples)), dtype=np.float32)


def band_levels_db(samples: NDArray[np.float32], sample_rate: int) -> NDArray[np.float64]:
    """Return the average power in each of `band_centres_hz`, in dB, over the frames that are not pauses."""
    powers = np.abs(_transform(sample_rate).stft(samples.astype(np.float64))) ** 2
    energy = powers.sum(axis=0)
    average = powers[:, energy >= _ACTIVE * energy.max()].mean(axis=1)
    levels = _band_weights(sample_rate) @ average
    return np.asarray(10 * np.log10(np.maximum(levels, _LEAST_POWER)))


def equalizer(have_db: NDArray[np.float64], want_db: NDArray[np.float64], sample_rate: int) -> NDArray[np.float64]:
    """Return the taps of a linear-phase filter that brings the band levels `have_db` to `want_db`, up to a level."""
    from scipy.signal import firwin2

    centres = band_centres_hz()
    difference = want_db - have_db
    shaped = (centres >= _LEVELLED_HZ[0]) & (centres <= _LEVELLED_HZ[1])
    gains_db = np.clip(difference - difference[shaped].mean(), -_MOST_EQUALIZED_DB, _MOST_EQUALIZED_DB)
    frequencies = [0, *centres, sample_rate / 2]
    gains = 10 ** (np.array([gains_db[0], *gains_db, gains_db[-1]]) / 20)
    return np.asarray(firwin2(_TAPS, frequencies, gains, fs=sample_rate))


def filtered(samples: NDArray[np.float32], taps: NDArray[np.float64]) -> NDArray[np.float32]:
    """Return `samples` through the linear-phase filter `taps`, neither longer nor later."""
    from scipy.signal import oaconvolve

    half = len(taps) // 2
    return np.asarray(oaconvolve(samples, taps)[half : half + len(samples)], dtype=np.float32)


def band_centres_hz() -> NDArray[np.float64]:
    """Return the centres of the bands in Hz, a sixth of an octave apart."""
    octaves = np.log2(_HIGHEST_BAND_HZ / _LOWEST_BAND_HZ)
    return np.asarray(_LOWEST_BAND_HZ * 2 ** (np.arange(int(octaves * _BANDS_PER_OCTAVE) + 1) / _BANDS_PER_OCTAVE))


def _band_weights(sample_rate: int) -> NDArray[np.float64]:
    """Return how much each bin counts in each band, shape (bands, bins): triangles on a logarithmic scale, sum 1.

    Where bands are narrower than bins, a triangle of two bins takes their place.
    """
    bins = np.fft.rfftfreq(_FRAME, 1 / sample_rate)
    centres = band_centres_hz()[:, None]
    octaves = np.abs(np.log2(np.maximum(bins, 1.0) / centres))
    weights = np.maximum(0, 1 - octaves * _BANDS_PER_OCTAVE)
    narrow = np.maximum(0, 1 - np.abs(bins - centres) / bins[1])
    weights = np.where(weights.sum(axis=1, keepdims=True) < 1, narrow, weights)
    return np.asarray(weights / weights.sum(axis=1, keepdims=True))


def _transform(sample_rate: int) -> ShortTimeFFT:
    from scipy.signal import ShortTimeFFT
    from scipy.signal.windows import hann

    return ShortTimeFFT(hann(_FRAME, sym=False), _HOP, sample_rate)


def _frames(samples: NDArray[np.float32], length: int) -> NDArray[Any]:
    """Return `samples` in rows of `length`, the last one filled up with silence."""
    return np.pad(samples, (0, -len(samples) % length)).reshape(-1, length)
