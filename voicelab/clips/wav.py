"""WAV and FLAC files of 16-bit mono, exact both ways: a clip's digest is the same before and after."""

from __future__ import annotations

import io
import struct
from typing import TYPE_CHECKING, BinaryIO

import numpy as np

from voicelab.clips.clip import Clip
from voicelab.errors import ClipUnusable, UnreadableFile
from voicelab.files import open_plain, write_atomically

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray
    from soundfile import SoundFile

    from voicelab.clips.clip import Window

_RIFF = struct.Struct("<4sI")
_OPEN_ENDED = frozenset({0, 0xFFFFFFFF})
"""Lengths that programs write who did not know yet."""
_MOST_FRAMES = 31 * 60 * 24_000
"""Half an hour, and a little: a folder from a stranger may hold anything."""


def wav_bytes(samples: NDArray[np.float32], sample_rate: int) -> bytes:
    """Return a PCM16 WAV file of `samples`, shape (n,). Clips what exceeds -1..1. Raises ClipUnusable for NaN."""
    return _encoded(samples, sample_rate, "WAV")


def flac_bytes(samples: NDArray[np.float32], sample_rate: int) -> bytes:
    """Return a 16-bit FLAC file of `samples`, shape (n,). Clips what exceeds -1..1. Raises ClipUnusable for NaN."""
    return _encoded(samples, sample_rate, "FLAC")


def write_wav(path: Path, clip: Clip) -> None:
    """Write `clip` as a PCM16 WAV file, atomically. Raises StorageFailed, ClipUnusable."""
    write_atomically(path, wav_bytes(clip.samples, clip.sample_rate))


def read_wav(path: Path, window: Window | None = None) -> Clip:
    """Return what `write_wav` wrote; of a window only that is read, the same samples as a cut of the whole.

    Raises UnreadableFile, and InvalidValue for a window in which nothing is.
    """
    return _read(path, window)


def read_flac(path: Path) -> Clip:
    """Return the clip in a file of `flac_bytes`. Raises UnreadableFile."""
    return _read(path)


def _encoded(samples: NDArray[np.float32], sample_rate: int, container: str) -> bytes:
    import soundfile

    if not np.isfinite(samples).all():
        raise ClipUnusable("This audio holds values that are no numbers (NaN or infinite), so it cannot be kept.")
    # The same steps as Clip.digest: 32767 on both sides of zero, rounded to the nearest.
    pcm = np.round(np.clip(samples, -1, 1) * 32767).astype(np.int16)
    file = io.BytesIO()
    soundfile.write(file, pcm, sample_rate, format=container, subtype="PCM_16")
    return file.getvalue()


def _whole(file: BinaryIO, path: Path) -> SoundFile:
    """Open a sound; raise UnreadableFile for a WAV file that ends before its header says, which libsndfile reads."""
    import soundfile

    mark, claimed = _RIFF.unpack((file.read(_RIFF.size)).ljust(_RIFF.size))
    if mark == b"RIFF" and claimed not in _OPEN_ENDED and claimed + _RIFF.size > file.seek(0, 2):
        raise UnreadableFile(f"{path.name} is damaged: its end is missing. Put back a copy.")
    file.seek(0)
    return soundfile.SoundFile(file)


def _read(path: Path, window: Window | None = None) -> Clip:
    import soundfile

    try:
        with open_plain(path) as file, _whole(file, path) as sound:
            if sound.channels != 1 or sound.subtype != "PCM_16":
                raise UnreadableFile(
                    f"{path.name} has {sound.channels} channels of {sound.subtype}, but the lab keeps one channel of "
                    "16 bits. Put back the file that was saved."
                )
            if sound.frames > _MOST_FRAMES:
                raise UnreadableFile(
                    f"{path.name} is {sound.frames / sound.samplerate / 60:.0f} minutes long, more than the lab ever "
                    "keeps. Put back the file that was saved."
                )
            rate = sound.samplerate
            frames = window.frames_of(sound.frames, rate) if window else slice(0, sound.frames)
            sound.seek(frames.start)
            pcm = sound.read(frames.stop - frames.start, dtype="int16")
    except (OSError, soundfile.LibsndfileError) as error:
        raise UnreadableFile(f"{path.name} is missing or damaged ({error}). Put back a copy.") from error
    return Clip(np.maximum(pcm.astype(np.float32) / 32767, -1), rate)
