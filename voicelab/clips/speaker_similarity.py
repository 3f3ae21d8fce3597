"""How alike two voices sound: the cosine of what a speaker encoder (clips/speaker_encoder.py) makes of them.

A recording's channel is heard too: a telephone takes away what lies above 4 kHz and below 300 Hz, and a voice through
it is less like itself than two people through it are like each other. So two clips are compared in the band that both
have, without their silence, whatever their level. docs/likeness.md has the ranges and error rates, by channel.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from voicelab.clips.memo import remembered
from voicelab.clips.speaker_encoder import Band, centres_hz, filter_banks, vectors
from voicelab.clips.spectrum import HEARING_RATE, resampled
from voicelab.errors import ClipUnusable

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from voicelab.clips.clip import Clip

MIN_SECONDS = 1.0
"""Shorter clips hold too few sounds to tell voices by."""
_SILENCE = 1e-3
"""Peak (-60 dBFS) below which there is nothing to compare."""
_PAUSE_DB = 35.0
"""So far below the loudest sounds a frame is a pause, which says nothing of the voice."""
_LOUD_SHARE = 98
"""Percentile over the frames: the hissing sounds, which reach highest, fill a few per cent of speech."""
_EDGE_DB = 50.0
"""The band ends where the loudest sounds are this far below the strongest ones."""
_BOTTOM_DB = 27.0
"""The same for what lies below 230 Hz, where every voice has something, if the channel lets it through: of 26 people of
the tuning part of tests/clips/bench_likeness.py three have less on a clean recording, one has more on a telephone."""
_BOTTOM_HZ = (150.0, 230.0)
_TOPS_HZ = (3700.0, 5500.0, 7000.0, 8000.0)
"""Ends of a band, so that clips of one kind of channel are heard alike: telephone, AM radio, calls over the internet,
everything that the encoder hears."""
_TELEPHONE_LOW_HZ = 300.0
_NARROWEST_HZ = 3000.0
"""A channel that carries less is not compared: nothing was measured of it."""
_WINDOW_FRAMES = 600
_MOST_WINDOWS = 8
"""48 s of speech, 2-3 s of work: of a longer clip so many windows are heard, spread evenly."""


@dataclass(frozen=True, eq=False)
class _Heard:
    """What the encoder gets of a clip."""

    power: NDArray[np.float32]
    """Shape (windows, frames, 80), without pauses."""
    band: Band


def likeness(first: Clip, second: Clip) -> float:
    """Return the cosine of the two clips' voices, -1..1, in the band that both have.

    Recordings of 19 people of whom nothing was tuned: within a channel the same person has 0.5 to 0.9 and another 0.0
    to 0.5, least where it is clean (5th to 95th percentile, docs/likeness.md). Raises ClipUnusable, also where the
    channels have too little in common.
    """
    band = common_band(first, second)
    return float(np.clip(embedding(first, band) @ embedding(second, band), -1, 1))


def common_band(*clips: Clip) -> Band:
    """Return the band that all of `clips` have. Raises ClipUnusable where nothing can be compared in it."""
    bands = [_heard(_usable(clip)).band for clip in clips]
    band = Band(max(each.low_hz for each in bands), min(each.high_hz for each in bands))
    if band.high_hz < _NARROWEST_HZ:
        raise ClipUnusable(
            f"These recordings are not comparable: only what lies below {band.high_hz / 1000:.1f} kHz is in both. "
            "Compare recordings that were made in the same way."
        )
    return band


def embedding(clip: Clip, band: Band | None = None) -> NDArray[np.float32]:
    """Return the clip's voice as the encoder hears it in `band` (None: all it has), shape (192,), of length 1.

    It is read-only; the last few are remembered. Raises ClipUnusable for clips that are silent, shorter than
    MIN_SECONDS or hold NaN.
    """
    return _embedding(_usable(clip), band or _heard(clip).band)


def _usable(clip: Clip) -> Clip:
    if clip.seconds < MIN_SECONDS or not np.abs(clip.samples).max() > _SILENCE:
        raise ClipUnusable(
            f"Voices can only be compared on {MIN_SECONDS:g} s of sound or more; this is {clip.seconds:.1f} s long, or "
            "silent. Choose a longer stretch."
        )
    return clip


@remembered(128)
def _embedding(clip: Clip, band: Band) -> NDArray[np.float32]:
    mean = vectors(_heard(clip).power, band).mean(axis=0)
    vector = np.asarray(mean / np.linalg.norm(mean), dtype=np.float32)
    vector.flags.writeable = False
    return vector


@remembered(64)
def _heard(clip: Clip) -> _Heard:
    samples = resampled(clip, HEARING_RATE)
    level = np.sqrt(np.square(samples, dtype=np.float64).mean())
    power = filter_banks(np.asarray(samples * (0.1 / level), dtype=np.float32))
    loudness = power.sum(axis=1)
    spoken = power[loudness > np.percentile(loudness, _LOUD_SHARE) * 10 ** (-_PAUSE_DB / 10)]
    count = math.ceil(len(spoken) / _WINDOW_FRAMES)
    length = len(spoken) // count
    firsts = np.arange(count) * length
    if count > _MOST_WINDOWS:
        firsts = firsts[np.linspace(0, count - 1, _MOST_WINDOWS).round().astype(int)]
    windows = np.stack([spoken[first : first + length] for first in firsts])
    windows.flags.writeable = False
    return _Heard(windows, _band(spoken))


def _band(spoken: NDArray[np.float32]) -> Band:
    """Return the band that the loudest sounds of `spoken`, shape (frames, 80), fill."""
    centres = centres_hz()
    loud_db = 10 * np.log10(np.percentile(spoken, _LOUD_SHARE, axis=0) + 1e-12)
    strongest_db = loud_db.max()
    top_hz = float(centres[np.flatnonzero(loud_db > strongest_db - _EDGE_DB)[-1]])
    nearest = [each for each in _TOPS_HZ if each <= top_hz * 1.05]
    bottom = (centres > _BOTTOM_HZ[0]) & (centres < _BOTTOM_HZ[1])
    cut_off = loud_db[bottom].max() < strongest_db - _BOTTOM_DB
    return Band(_TELEPHONE_LOW_HZ if cut_off else 0.0, nearest[-1] if nearest else top_hz)
