"""Stimuli: equally loud, equally long, and never twice the same bytes.

Nothing about a file tells which take it is: every one of a test has the same length, format and headers, and each time
one is put into a trial it is heard with other inaudible noise (one step of 16 bits), so that not even equal takes are
equal files.
"""

from __future__ import annotations

import functools
import hmac
import io
import wave
from typing import TYPE_CHECKING

import numpy as np

from voicelab.clips.clip import SAMPLE_RATE, Clip

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from numpy.typing import NDArray

PADDING_S = 0.3
"""After the longest stimulus of a test."""
ANCHOR_HZ = 3500
"""The low anchor of MUSHRA keeps what is below."""
_FADE_S = 0.005
"""At both ends of each stimulus, so that none begins or ends with a click."""


def prepared(clips: Sequence[Clip]) -> list[Clip]:
    """Return `clips` at 24 kHz, equally loud (±0.2 LU, true peak at most -1 dBTP), padded to one length."""
    from voicelab.clips.loudness import matched

    at_rate = matched([_at_rate(clip) for clip in clips])
    length = max(len(clip.samples) for clip in at_rate) + round(PADDING_S * SAMPLE_RATE)
    return [Clip(np.pad(_faded(clip.samples), (0, length - len(clip.samples)))) for clip in at_rate]


def low_anchor(clip: Clip) -> Clip:
    """Return `clip` without what is above 3.5 kHz: audibly worse, in a known way."""
    from scipy.signal import butter, sosfiltfilt

    filtered = sosfiltfilt(butter(8, ANCHOR_HZ, fs=clip.sample_rate, output="sos"), clip.samples)
    return Clip(filtered.astype(np.float32), clip.sample_rate)


def served(path: Path, stimulus: str, secret: str) -> bytes:
    """Return the WAV file at `path` as the stimulus of that id: always the same bytes, and different for every id.

    The noise is drawn with `secret`, which the browser never gets: by the id alone nobody can take it away again.
    Raises FileNotFoundError.
    """
    samples = _samples(path)
    seed = hmac.digest(secret.encode(), stimulus.encode(), "sha256")
    noise = np.random.default_rng(int.from_bytes(seed)).integers(-1, 1, len(samples), np.int8, endpoint=True)
    file = io.BytesIO()
    with wave.open(file, "wb") as writer:
        writer.setnchannels(1)
        writer.setsampwidth(2)
        writer.setframerate(SAMPLE_RATE)
        writer.writeframes((samples + noise).astype("<i2").tobytes())
    return file.getvalue()


@functools.lru_cache(maxsize=128)
def _samples(path: Path) -> NDArray[np.int16]:
    with wave.open(str(path), "rb") as reader:
        pcm = np.frombuffer(reader.readframes(reader.getnframes()), "<i2").astype(np.int16)
    return np.clip(pcm, -32767, 32766)


def _at_rate(clip: Clip) -> Clip:
    import soxr

    if clip.sample_rate == SAMPLE_RATE:
        return clip
    return Clip(np.asarray(soxr.resample(clip.samples, clip.sample_rate, SAMPLE_RATE), dtype=np.float32))


def _faded(samples: NDArray[np.float32]) -> NDArray[np.float32]:
    ramp = np.linspace(0, 1, round(_FADE_S * SAMPLE_RATE), dtype=np.float32)[: len(samples) // 2]
    faded = samples.copy()
    faded[: len(ramp)] *= ramp
    faded[len(faded) - len(ramp) :] *= ramp[::-1]
    return faded
