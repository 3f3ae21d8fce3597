"""The speaker encoder: CAM++ (Wang et al., Interspeech 2023, arXiv 2303.00332), and what it listens to.

`speaker_encoder.onnx` is 3D-Speaker's checkpoint `speech_campplus_sv_zh_en_16k-common_advanced` (Apache-2.0, see
speaker_encoder.LICENSE) in 8 bits; `tests/make_speaker_encoder.py` makes it, docs/likeness.md says how well it tells
people apart. It is not Qwen3-TTS's own speaker encoder: that one conditions the output, so it cannot judge it.

Features are Kaldi's filter banks (frames of 25 ms every 10 ms, 80 triangles from 20 Hz to 8 kHz) as the checkpoint was
trained on.
"""

from __future__ import annotations

from functools import lru_cache
from importlib.resources import as_file, files
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from voicelab.clips.spectrum import HEARING_RATE

if TYPE_CHECKING:
    from numpy.typing import NDArray

_BINS = 80
_LOWEST_HZ, _HIGHEST_HZ = 20.0, HEARING_RATE / 2
_FRAME, _HOP, _FFT = 400, 160, 512
"""Samples at HEARING_RATE."""
_EMPHASIS = 0.97
_LEAST = 1.1920929e-07
"""Power of a band below which Kaldi takes it for silent."""
_SEGMENT = 100
"""Frames of the encoder (20 ms) whose mean is context, beside that of all frames."""


class Band(NamedTuple):
    """What two clips have in common of the spectrum."""

    low_hz: float
    high_hz: float


def filter_banks(samples: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return the power in each band, shape (frames, 80), of `samples` at HEARING_RATE, shape (n,), 25 ms or more."""
    frames = np.lib.stride_tricks.sliding_window_view(samples, _FRAME)[::_HOP]
    centred = frames - frames.mean(axis=1, keepdims=True)
    before = np.concatenate([centred[:, :1], centred[:, :-1]], axis=1)
    window = np.asarray(np.hanning(_FRAME) ** 0.85, dtype=np.float32)
    spectra = np.fft.rfft((centred - np.float32(_EMPHASIS) * before) * window, _FFT, axis=1)
    return np.asarray((spectra.real**2 + spectra.imag**2) @ _triangles().T, dtype=np.float32)


def centres_hz() -> NDArray[np.float64]:
    """Return the middle of each band, shape (80,)."""
    return np.asarray(_hertz(_edges_mel()[1:-1]))


def vectors(power: NDArray[np.float32], band: Band) -> NDArray[np.float32]:
    """Return what the encoder makes of each window of `power` (shape (n, frames, 80)), heard in `band` only.

    Shape (n, 192), each of length 1. What is outside of the band is as if it never changed.
    """
    features = np.log(np.maximum(power, _LEAST))
    features -= features.mean(axis=1, keepdims=True)
    centres = centres_hz()
    features[:, :, (centres < band.low_hz) | (centres > band.high_hz)] = 0.0
    found = _session().run(None, {"features": features.transpose(0, 2, 1), "segments": _means(features.shape[1])})[0]
    return np.asarray(found / np.linalg.norm(found, axis=1, keepdims=True), dtype=np.float32)


@lru_cache(maxsize=8)
def _means(frames: int) -> NDArray[np.float32]:
    """Return the matrix that gives each of the encoder's frames the mean of all, and of its own segment."""
    half = (frames + 1) // 2
    means = np.full((half, half), 1 / half, dtype=np.float32)
    for first in range(0, half, _SEGMENT):
        last = min(half, first + _SEGMENT)
        means[first:last, first:last] += 1 / (last - first)
    return means


@lru_cache(maxsize=1)
def _triangles() -> NDArray[np.float32]:
    """Return Kaldi's filters, shape (80, 257): triangles on its scale of mel, none of which hears the highest bin."""
    edges, bins = _edges_mel(), _mel(np.asarray(np.fft.rfftfreq(_FFT, 1 / HEARING_RATE), dtype=np.float64))
    rising = (bins - edges[:-2, None]) / (edges[1:-1] - edges[:-2])[:, None]
    falling = (edges[2:, None] - bins) / (edges[2:] - edges[1:-1])[:, None]
    filters = np.maximum(0, np.minimum(rising, falling))
    filters[:, -1] = 0
    return np.asarray(filters, dtype=np.float32)


def _edges_mel() -> NDArray[np.float64]:
    low, high = _mel(np.array([_LOWEST_HZ, _HIGHEST_HZ]))
    return np.linspace(low, high, _BINS + 2)


def _mel(hertz: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.asarray(1127 * np.log1p(hertz / 700))


def _hertz(mel: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.asarray(700 * np.expm1(mel / 1127))


@lru_cache(maxsize=1)
def _session() -> Any:
    from onnxruntime import InferenceSession

    with as_file(files("voicelab.clips") / "speaker_encoder.onnx") as path:
        return InferenceSession(str(path), providers=["CPUExecutionProvider"])
