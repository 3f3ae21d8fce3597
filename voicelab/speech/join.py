"""Spoken pieces become one recording: no clicks where they meet, natural silence between them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from voicelab.clips.clip import SAMPLE_RATE

if TYPE_CHECKING:
    from numpy.typing import NDArray

_FADE_S = 0.005
"""Long enough that an edge does not click, too short to be heard as a fade."""
_FRAME_S = 0.01
_SILENCE = 10 ** (-40 / 20)
"""A frame 40 dB below the piece's loudest one is heard as pause."""


def fit(
    samples: NDArray[np.float32], pause_s: float, *, first: bool, last: bool, sample_rate: int = SAMPLE_RATE
) -> NDArray[np.float32]:
    """Return a spoken piece as it stands in the whole; the whole is the concatenation of all of them.

    `samples` has the shape (n,). Where the piece meets another one it is faded over 5 ms, and silence is added
    after it until the pause, counting the silence that the model itself left there, lasts `pause_s` seconds. The outer
    edges of the first and the last piece stay as they are: a text of one piece is exactly what the model spoke.
    """
    if first and last:
        return samples
    faded = samples.astype(np.float32, copy=True)
    length = min(round(_FADE_S * sample_rate), len(faded) // 2)
    ramp = (0.5 - 0.5 * np.cos(np.pi * np.arange(length) / max(1, length))).astype(np.float32)
    if not first:
        faded[:length] *= ramp
    if last:
        return faded
    faded[len(faded) - length :] *= ramp[::-1]
    missing_s = max(0.0, pause_s - trailing_silence_s(faded, sample_rate))
    return np.concatenate([faded, np.zeros(round(missing_s * sample_rate), np.float32)])


def trailing_silence_s(samples: NDArray[np.float32], sample_rate: int = SAMPLE_RATE) -> float:
    """Return how many seconds at the end of `samples`, shape (n,), are pause, in steps of 10 ms."""
    frame = round(_FRAME_S * sample_rate)
    count = len(samples) // frame
    if count == 0:
        return 0.0
    frames = samples[len(samples) - count * frame :].reshape(count, frame)
    level = np.sqrt(np.mean(np.square(frames, dtype=np.float64), axis=1))
    loud = np.flatnonzero(level > _SILENCE * level.max())
    return float((count - 1 - loud[-1]) * _FRAME_S) if len(loud) else count * _FRAME_S
