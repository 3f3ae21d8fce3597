"""Who says it, and what lies between the voice and the microphone.

One packaged voice (Piper) is made several by the way of the preview engine: said slower or quicker, then resampled,
which moves pitch and formants together. Every clip has a melody and rhythm of its own (the seed). The conditions are
made with the usual tools of the trade: white noise by signal-to-noise ratio, a room as exponentially decaying noise
(J. Moorer, "About this reverberation business", 1979), the telephone's band at 8 kHz.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

import numpy as np

from voicelab.clips.clip import SAMPLE_RATE, Clip
from voicelab.engines.preview.piper_voice import PiperVoice

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    Samples = NDArray[np.float32]

_PAUSE_S = 0.3
_ROOM_S, _ROOM_DB = 0.45, 3.0
"""Reverberation time (60 dB) and the direct sound's level over the room's: a bare living room, at arm's length."""


@dataclass(frozen=True)
class Speaker:
    """One of the voices."""

    pitch: float
    """Of pitch and formants together, relative to the packaged voice."""
    slowness: float
    """Of the rhythm, relative to the packaged voice."""


TUNING = (Speaker(1.0, 1.0), Speaker(0.86, 1.1), Speaker(1.17, 0.9))
HELD_OUT = (Speaker(0.93, 0.85), Speaker(1.08, 1.15), Speaker(1.25, 1.0))


@cache
def piper() -> PiperVoice:
    """Return the packaged voice, loaded once."""
    return PiperVoice()


def say(text: str, speaker: Speaker, seed: int) -> Clip:
    """Say `text`: the same clip for the same arguments."""
    import soxr

    voice = piper()
    pause = np.zeros(round(_PAUSE_S * voice.sample_rate * speaker.pitch), np.float32)
    parts = [pause]
    for number, phonemes in enumerate(voice.sentences(text)):
        scale = speaker.pitch * speaker.slowness
        parts += [voice.say(phonemes, scale, (seed, number), lambda: None), pause]
    samples = soxr.resample(np.concatenate(parts), voice.sample_rate * speaker.pitch, SAMPLE_RATE)
    return Clip(np.asarray(samples, np.float32))


def _noisy(snr_db: float) -> Callable[[Samples, np.random.Generator], Samples]:
    def add(samples: Samples, rng: np.random.Generator) -> Samples:
        level = np.sqrt(np.mean(samples**2)) * 10 ** (-snr_db / 20)
        return np.asarray(samples + level * rng.standard_normal(len(samples)), np.float32)

    return add


def _room(samples: Samples, rng: np.random.Generator) -> Samples:
    from scipy.signal import fftconvolve

    times = np.arange(round(_ROOM_S * SAMPLE_RATE)) / SAMPLE_RATE
    tail = rng.standard_normal(len(times)) * 10 ** (-3 * times / _ROOM_S)
    tail *= 10 ** (-_ROOM_DB / 20) / np.sqrt(np.sum(tail**2))
    tail[0] = 1.0
    return np.asarray(fftconvolve(samples, tail)[: len(samples)], np.float32)


def _telephone(samples: Samples, _rng: np.random.Generator) -> Samples:
    import soxr
    from scipy.signal import butter, sosfilt

    line = soxr.resample(samples, SAMPLE_RATE, 8000)
    band = sosfilt(butter(4, (300, 3400), "bandpass", fs=8000, output="sos"), line)
    sent = np.round(np.clip(band, -1, 1) * 127) / 127  # eight bits, as on the line
    return np.asarray(soxr.resample(sent, 8000, SAMPLE_RATE), np.float32)


CONDITIONS: dict[str, Callable[[Samples, np.random.Generator], Samples]] = {
    "clean": lambda samples, _rng: samples,
    "noise 30 dB": _noisy(30),
    "noise 20 dB": _noisy(20),
    "noise 10 dB": _noisy(10),
    "room": _room,
    "telephone": _telephone,
}


def recorded(clip: Clip, condition: str, seed: int) -> Clip:
    """Return `clip` as it arrives under one of the CONDITIONS."""
    return Clip(CONDITIONS[condition](clip.samples, np.random.default_rng(seed)))
