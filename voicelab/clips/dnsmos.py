"""How noisy a clip sounds: DNSMOS P.835 (Reddy et al., ICASSP 2022, arXiv 2110.01763), from the models in `speechmos`.

The model takes raw samples, so it is run here directly. `speechmos.dnsmos.run` also computes P.808, for which it
imports librosa and compiles with Numba: 5-30 s at its first call. Windows and polynomials are those of its dnsmos.py.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import as_file, files
from typing import TYPE_CHECKING, Any

import numpy as np

from voicelab.clips.memo import remembered
from voicelab.clips.spectrum import HEARING_RATE, resampled
from voicelab.errors import ClipUnusable

if TYPE_CHECKING:
    from voicelab.clips.clip import Clip

_WINDOW = int(9.01 * HEARING_RATE)
"""Samples that the model judges at once."""
_MAX_WINDOWS = 4
"""Of a long clip, so many windows are judged, spread evenly: each takes 0.4-0.7 s on 2 cores."""
_SPEECH = np.poly1d([-0.08397278, 1.22083953, 0.0052439])
_BACKGROUND = np.poly1d([-0.13166888, 1.60915514, -0.39604546])
_OVERALL = np.poly1d([-0.06766283, 1.11546468, 0.04602535])


@dataclass(frozen=True)
class DnsMos:
    """Opinion scores from 1 (bad) to 5 (excellent), as listeners would give them under ITU-T P.835."""

    overall: float
    speech: float
    """How undistorted the voice is."""
    background: float
    """How little the background disturbs."""


def dnsmos_scores(clip: Clip) -> DnsMos:
    """Judge `clip`. The last few clips are remembered.

    Where speechmos judges one window it is speechmos's own result. Where that judges a window every second, this takes
    as many of them as it needs to hear all of the clip once, at most four. Raises ClipUnusable for an empty clip and
    for NaN.
    """
    if not len(clip.samples) or not np.isfinite(clip.samples).all():
        raise ClipUnusable(
            "There is no sound to judge, or it holds values that are no numbers (NaN). Bring the recording again."
        )
    return _noise(clip)


@remembered(64)
def _noise(clip: Clip) -> DnsMos:
    samples = np.clip(resampled(clip, HEARING_RATE), -1, 1)
    count = min(_MAX_WINDOWS, math.ceil(len(samples) / _WINDOW))
    if len(samples) < _WINDOW:
        # speechmos doubles a short clip until it fills the window
        samples = np.tile(samples, 2 ** math.ceil(math.log2(_WINDOW / len(samples))))
    last_s = int(len(samples) // HEARING_RATE - _WINDOW / HEARING_RATE)
    starts = np.unique(np.linspace(0, last_s, count).round().astype(int)) * HEARING_RATE
    session = _session()
    scores = np.array(
        [session.run(None, {"input_1": samples[None, start : start + _WINDOW]})[0][0] for start in starts]
    )
    speech, background, overall = scores.T
    return DnsMos(
        overall=float(_OVERALL(overall).mean()),
        speech=float(_SPEECH(speech).mean()),
        background=float(_BACKGROUND(background).mean()),
    )


@lru_cache(maxsize=1)
def _session() -> Any:
    from onnxruntime import InferenceSession

    with as_file(files("speechmos") / "dnsmos_models" / "sig_bak_ovr.onnx") as path:
        return InferenceSession(str(path), providers=["CPUExecutionProvider"])
