"""What hostile files are made of: a sound in every encoding, WAV files that say anything, boxes of MP4."""

from __future__ import annotations

import io
import struct
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import av
import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

Expected = Literal["audio", "refused", "either"]

SECONDS = 2.0
RATE = 48_000

CONTAINERS = {
    # name: format of FFmpeg, codec, ending
    "wav": ("wav", "pcm_s16le", "wav"),
    "wav-float": ("wav", "pcm_f32le", "wav"),
    "wav-adpcm": ("wav", "adpcm_ms", "wav"),
    "w64": ("w64", "pcm_s16le", "w64"),
    "aiff": ("aiff", "pcm_s16be", "aiff"),
    "caf": ("caf", "pcm_s16be", "caf"),
    "mp3": ("mp3", "libmp3lame", "mp3"),
    "flac": ("flac", "flac", "flac"),
    "ogg-opus": ("ogg", "libopus", "opus"),
    "ogg-vorbis": ("ogg", "vorbis", "ogg"),
    "ogg-flac": ("ogg", "flac", "oga"),
    "aac": ("adts", "aac", "aac"),
    "mov-alac": ("mov", "alac", "mov"),
    "m4a": ("ipod", "aac", "m4a"),
    "mp4-mp3": ("mp4", "mp3", "mp4"),
    "3gp": ("3gp", "aac", "3gp"),
    "mkv": ("matroska", "flac", "mkv"),
    "webm": ("webm", "libopus", "webm"),
}


@dataclass(frozen=True)
class HostileFile:
    """One of them."""

    family: str
    name: str
    """As a client would call it."""
    content: bytes
    expected: Expected
    size: int = 0
    """What the file is stretched to, with a hole, when that is more than `content`."""


def source() -> NDArray[np.float32]:
    """A sweep that swells, shape (n,) at RATE Hz: every moment differs from every other, so shifts and losses show."""
    times_s = np.arange(round(SECONDS * RATE)) / RATE
    sweep = np.sin(2 * np.pi * (200 * times_s + 500 * times_s**2))
    return (0.4 * sweep * (0.6 + 0.4 * np.sin(2 * np.pi * 3 * times_s))).astype(np.float32)


def encoded(name: str) -> bytes:
    """Return the source in one of CONTAINERS."""
    container, codec, _ending = CONTAINERS[name]
    file = io.BytesIO()
    options = {"strict": "experimental"} if codec == "vorbis" else {}
    with av.open(file, "w", format=container) as output:
        layout = "stereo" if codec == "vorbis" else "mono"
        stream = output.add_stream(codec, rate=RATE, layout=layout, options=options)
        assert isinstance(stream, av.AudioStream)
        samples = np.repeat(source()[None], 2 if layout == "stereo" else 1, axis=0)
        for start in range(0, samples.shape[1], 4096):
            frame = av.AudioFrame.from_ndarray(np.ascontiguousarray(samples[:, start : start + 4096]), "fltp", layout)
            frame.sample_rate, frame.pts = RATE, start
            output.mux(stream.encode(frame))
        output.mux(stream.encode(None))
    return file.getvalue()


def box(kind: bytes, *content: bytes) -> bytes:
    """Return a box of an MP4 file."""
    inside = b"".join(content)
    return struct.pack(">I", len(inside) + 8) + kind + inside


def wav(  # noqa: PLR0917 - the fields of the header, in its order
    pcm: bytes,
    rate: int = RATE,
    channels: int = 1,
    bits: int = 16,
    kind: int = 1,
    data_size: int | None = None,
    align: int | None = None,
) -> bytes:
    """Return a WAV file whose header says what the caller wants it to say."""
    align = channels * bits // 8 if align is None else align
    size = len(pcm) if data_size is None else data_size
    return (
        b"RIFF"
        + struct.pack("<I", min(size + 36, 2**32 - 1))
        + b"WAVEfmt "
        + struct.pack("<IHHIIHH", 16, kind, channels, rate, min(rate * align, 2**32 - 1), align & 0xFFFF, bits)
        + b"data"
        + struct.pack("<I", size)
        + pcm
    )
