"""Stimuli: equal in all that is not the voice, and never twice the same bytes.

Nothing about a file tells which take it is: every one of a test has the same length, format and headers; speech begins
and ends with the same silence, at the same loudness, about the same zero, the same way up. Each time one is put into a
trial it is heard with other inaudible noise (one step of 16 bits), so that not even equal takes are equal files.
"""

from __future__ import annotations

import functools
import hmac
import io
import wave
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from voicelab.clips.clip import SAMPLE_RATE, Clip

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from numpy.typing import NDArray

LEAD_S = 0.1
"""Before speech begins, and at least as much after it ends."""
PADDING_S = 0.3
"""After the longest stimulus of a test."""
ANCHOR_HZ = 3500
"""The low anchor of MUSHRA keeps what is below."""
TARGET_LUFS, LEAST_LUFS = -23.0, -32.0
"""EBU R 128's programme level; how far all come down to the peaks of one."""
SPOILT_DB = 5.0
"""Speech over the noise that spoils a take, Q of ITU-T P.810: nobody who listens prefers it."""
_FADE_S = 0.02
"""At both ends of each stimulus, so that none begins or ends with a click, or with the noise of its room cut off."""
_FRAME_S = 0.01
_SPEECH_DB = 35.0
"""Speech begins and ends where the level comes within so much of its loud parts."""
_LOUD_SHARE = 95
_ROOM_DB = 10.0
"""And this much over the room: where that is loud, soft sounds drown in it for listeners too."""


@dataclass(frozen=True)
class Prepared:
    """Clips made alike."""

    clips: tuple[Clip, ...]
    seconds: tuple[float, ...]
    """How much of each sounds."""
    said: tuple[str, ...]
    """What was made alike and what could not be, in sentences for a report."""


def prepared(clips: Sequence[Clip]) -> Prepared:
    """Return `clips` at 24 kHz, alike in all that is named above, padded to one length."""
    from voicelab.clips.loudness import levelled

    bare = [_upright(_at_rate(clip)) for clip in clips]
    cut = [_cut(clip) for clip in bare]
    level, target, missed = levelled(cut, TARGET_LUFS, LEAST_LUFS)
    longest = max(len(clip.samples) for clip in level)
    length = longest + round((LEAD_S + PADDING_S) * SAMPLE_RATE)
    lead = round(LEAD_S * SAMPLE_RATE)
    padded = [Clip(np.pad(_faded(clip.samples), (lead, length - lead - len(clip.samples)))) for clip in level]
    said = (
        f"Stimuli were matched in loudness ({target:.1f} LUFS, ITU-R BS.1770, ±0.2 LU, true peak at most -1 dBTP), in "
        "where speech begins, in what follows its end (silence), in DC (none) and in polarity."
    )
    exceptions = ""
    if any(missed):
        exceptions = (
            f"In {sum(missed)} of {len(clips)} stimuli the peaks do not allow this loudness without a limiter: these "
            "are quieter, and may be told by that."
        )
    return Prepared(
        tuple(padded), tuple(clip.seconds for clip in level), tuple(each for each in (said, exceptions) if each)
    )


def low_anchor(clip: Clip) -> Clip:
    """Return `clip` without what is above 3.5 kHz: audibly worse, in a known way."""
    from scipy.signal import butter, sosfiltfilt

    filtered = sosfiltfilt(butter(8, ANCHOR_HZ, fs=clip.sample_rate, output="sos"), clip.samples)
    return Clip(filtered.astype(np.float32), clip.sample_rate)


def spoilt(clip: Clip) -> Clip:
    """Return `clip` with noise that follows its level, as the reference unit of ITU-T P.810 makes it: surely worse."""
    noise = np.random.default_rng(0).standard_normal(len(clip.samples))
    return Clip((clip.samples * (1 + 10 ** (-SPOILT_DB / 20) * noise)).astype(np.float32), clip.sample_rate)


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


def _upright(clip: Clip) -> Clip:
    """Return `clip` about zero, with its higher peaks up.

    Voices are lopsided, and a microphone or a cable may turn that round: by the sign of its skewness every clip is
    turned the same way.
    """
    samples = clip.samples - clip.samples.mean(dtype=np.float64)
    turned = -samples if float((samples.astype(np.float64) ** 3).sum()) < 0 else samples
    return Clip(turned.astype(np.float32), clip.sample_rate)


def _cut(clip: Clip) -> Clip:
    """Return what of `clip` sounds, without the silence around it; all of it where nothing stands out."""
    frame = round(_FRAME_S * clip.sample_rate)
    count = len(clip.samples) // frame
    if count < 3:  # noqa: PLR2004 - shorter than any sound
        return clip
    power = np.square(clip.samples[: count * frame].reshape(count, frame), dtype=np.float64).mean(axis=1)
    level = 10 * np.log10(power + 1e-12)
    loud, room = np.percentile(level, _LOUD_SHARE), level.min()
    least = max(loud - _SPEECH_DB, min(room + _ROOM_DB, loud - _ROOM_DB))
    sounding = np.flatnonzero(level >= least)
    # What fades lies outside: a first consonant keeps its beginning.
    around = round(_FADE_S * clip.sample_rate)
    padded = np.pad(clip.samples, around)
    return Clip(padded[sounding[0] * frame : (sounding[-1] + 1) * frame + 2 * around], clip.sample_rate)


def _faded(samples: NDArray[np.float32]) -> NDArray[np.float32]:
    ramp = np.linspace(0, 1, round(_FADE_S * SAMPLE_RATE), dtype=np.float32)[: len(samples) // 2]
    faded = samples.copy()
    faded[: len(ramp)] *= ramp
    faded[len(faded) - len(ramp) :] *= ramp[::-1]
    return faded
