"""What a waveform and a spectrogram on the page are drawn from."""

from __future__ import annotations

import io
import math
from typing import TYPE_CHECKING

import numpy as np

from voicelab.clips.spectrum import mel_filters, power_spectra

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from voicelab.clips.clip import Clip

_N_FFT = 1024
"""43 ms at 24 kHz: harmonics of a low voice and syllables are both visible."""
_N_MELS = 128
_MAX_FRAMES_PER_COLUMN = 4
"""Of a column that covers more audio, so many frames are looked at: half an hour costs what a minute does."""
_RANGE_DB = 80.0
"""From the brightest colour to black."""
_QUIETEST_TOP_DB = -20.0
"""The brightest colour is never quieter than this power per mel band, so that silence stays black."""
_MAGMA = bytes.fromhex(
    "000004 0a0822 1d1147 36106b 51127c 6a1c81 832681 9c2e7f b73779 "
    "d0416f e75263 f56b5c fc8961 fea772 fec488 fde2a3 fcfdbf"
)
"""Every 16th colour of magma (van der Walt and Smith, CC0, https://bids.github.io/colormap): perceptually uniform,
legible in grey and for the colour-blind. Colours between them differ from the original by less than 3 of 255."""


def peaks(clip: Clip, bins: int = 1200) -> NDArray[np.float32]:
    """Return the lowest and the highest sample of each of `bins` equal stretches, shape (bins, 2).

    No audio gives zeros.
    """
    if not len(clip.samples):
        return np.zeros((bins, 2), dtype=np.float32)
    edges = np.linspace(0, len(clip.samples), bins, endpoint=False).astype(np.int64)
    lowest = np.minimum.reduceat(clip.samples, edges)
    return np.stack([lowest, np.maximum.reduceat(clip.samples, edges)], axis=1)


def spectrogram_png(clip: Clip, width_px: int = 1200, height_px: int = 220) -> bytes:
    """Return a PNG of the clip's mel spectrogram: time to the right, 0 to half the sample rate upwards, 80 dB deep."""
    from PIL import Image

    decibels = 10 * np.log10(_mel_columns(clip, width_px) + 1e-10)
    top = max(float(decibels.max()), _QUIETEST_TOP_DB)
    shades = np.clip((decibels - top) / _RANGE_DB + 1, 0, 1)
    # PIL's linear filter stretches the bands to the height; row 0 of a picture is its top
    grey = Image.fromarray(np.round(shades.T[::-1] * 255).astype(np.uint8))
    grey = grey.resize((width_px, height_px), Image.Resampling.BILINEAR)
    file = io.BytesIO()
    Image.fromarray(_colours()[np.asarray(grey)]).save(file, "PNG")
    return file.getvalue()


def _mel_columns(clip: Clip, columns: int) -> NDArray[np.float32]:
    """Return the mean mel power of each column, shape (columns, _N_MELS)."""
    samples = clip.samples
    if len(samples) < _N_FFT:
        samples = np.pad(samples, (0, _N_FFT - len(samples)))
    per_column = min(_MAX_FRAMES_PER_COLUMN, max(1, math.ceil(len(clip.samples) / columns / _N_FFT)))
    starts = np.linspace(0, len(samples) - _N_FFT, columns * per_column).astype(np.int64)
    power = power_spectra(samples, starts, np.hanning(_N_FFT).astype(np.float32))
    mels = power @ mel_filters(clip.sample_rate, _N_FFT, _N_MELS).T
    return np.asarray(np.nan_to_num(mels.reshape(columns, per_column, _N_MELS).mean(axis=1)))


def _colours() -> NDArray[np.uint8]:
    """Return magma's 256 colours, shape (256, 3)."""
    known = np.frombuffer(_MAGMA, dtype=np.uint8).reshape(-1, 3)
    at = np.linspace(0, len(known) - 1, 256)
    channels = [np.interp(at, np.arange(len(known)), known[:, channel]) for channel in range(3)]
    return np.round(np.stack(channels, axis=1)).astype(np.uint8)
