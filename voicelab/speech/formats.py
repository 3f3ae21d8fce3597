"""Speech as files: whole or growing while it is spoken, and each says of itself that it is synthetic."""

from __future__ import annotations

import io
from dataclasses import dataclass, field
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import numpy as np

from voicelab import __version__
from voicelab.errors import Failed, InvalidValue

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from typing import BinaryIO

    from numpy.typing import NDArray


@dataclass(frozen=True)
class Format:
    """How samples become bytes. All of them are mono; lossy ones keep the sample rate or, as Opus, have their own."""

    name: str
    """What `format=` and `response_format` take, and the suffix of a file."""
    media_type: str
    container: str
    """FFmpeg's name of what a whole file is written with; empty for bare samples."""
    codec: str
    options: Mapping[str, str] = field(default_factory=dict)
    growing_container: str = ""
    """FFmpeg's name of what can be written without ever going back; empty if that is `container`."""
    growing_options: Mapping[str, str] = field(default_factory=dict)


_FORMATS = (
    Format("wav", "audio/wav", "wav", "pcm_s16le"),
    Format("mp3", "audio/mpeg", "mp3", "libmp3lame"),
    # Pages of 0.1 s: FFmpeg's own 1 s would hold back the first sound.
    Format("opus", "audio/ogg", "ogg", "libopus", growing_options={"page_duration": "100000"}),
    Format("flac", "audio/flac", "flac", "flac"),
    Format("aac", "audio/aac", "adts", "aac", {"write_id3v2": "1"}),
    # Whole: an index at the end. Growing: fragments of 0.2 s.
    Format(
        "m4a",
        "audio/mp4",
        "ipod",
        "aac",
        {},
        "mp4",
        {"movflags": "empty_moov+default_base_moof", "frag_duration": "200000"},
    ),
    Format("pcm", "audio/pcm", "", ""),
)
FORMATS: Mapping[str, Format] = {each.name: each for each in _FORMATS}


def format_named(name: str) -> Format:
    """Return the format of that name. Raises InvalidValue."""
    try:
        return FORMATS[name.strip().lower()]
    except KeyError:
        message = f"{name[:20]!r} is not made here. Leave format out for wav, or ask for one of {', '.join(FORMATS)}."
        raise InvalidValue("format", message) from None


@dataclass(frozen=True)
class Origin:
    """Where speech comes from: what every file says of itself."""

    voice: str
    engine: str
    model: str
    seed: int
    speed: float = 1.0
    """Times as fast as it was spoken."""

    def tags(self) -> dict[str, str]:
        """Return them by FFmpeg's names, which it writes as WAV INFO, ID3, Vorbis comments or MP4 atoms."""
        made = f"engine {self.engine}, model {self.model}, voice {self.voice}, seed {self.seed}"
        if self.speed != 1:
            made += f", at {self.speed:g} times its speed"
        return {
            "title": "Synthetic speech",
            "artist": self.voice,
            "comment": f"Synthetic speech, made by a machine: {made}, Voice Lab {__version__}.",
        }


@dataclass(frozen=True)
class ChapterMark:
    """Where a chapter is in a file, for players that show chapters."""

    title: str
    start_s: float
    end_s: float


_ENCODED_AT_ONCE = 2**20
"""Samples: what half an hour of them needs on the way to 16 bits would be half a gigabyte."""


class Encoder:
    """Writes one file of samples that come piece by piece."""

    def __init__(  # noqa: PLR0913 - all but three by name only
        self,
        kind: Format,
        sample_rate: int,
        origin: Origin,
        *,
        growing: bool,
        file: BinaryIO | None = None,
        tags: Mapping[str, str] | None = None,
        marks: Sequence[ChapterMark] = (),
    ) -> None:
        """With `growing` what is returned is never changed later: lengths that a header would name stay open.

        With a `file`, which can seek, everything is written there and nothing is returned. `tags` are the file's own,
        over those of its origin; `marks` its chapters, of a container that has some.
        """
        self._rate = sample_rate
        self._kind = kind
        self._at = 0
        self._file = file or (_Growing() if growing else io.BytesIO())
        self._own_file = file is None
        if kind.container:
            self._open({**origin.tags(), **(tags or {})}, marks, growing=growing)

    def _open(self, tags: Mapping[str, str], marks: Sequence[ChapterMark], *, growing: bool) -> None:
        import av

        options = {**self._kind.options, **(self._kind.growing_options if growing else {})}
        container = self._kind.growing_container if growing and self._kind.growing_container else self._kind.container
        self._container: Any = av.open(self._file, "w", format=container, options=options)
        self._container.metadata.update(tags)
        if marks:
            self._container.set_chapters(_chapters(marks))
        self._stream: Any = self._container.add_stream(self._kind.codec, rate=self._rate, layout="mono")

    def add(self, samples: NDArray[np.float32]) -> bytes:
        """Append `samples`, shape (n,), and return the bytes that are ready; none when the file is not growing.

        Clips what exceeds -1..1. Raises Failed for NaN.
        """
        pcm = pcm16(samples)
        if not self._kind.container:
            self._file.write(pcm.astype("<i2").tobytes())
        elif len(pcm):
            self._mux(pcm)
        return self._ready()

    def end(self) -> bytes:
        """Finish the file and return the rest of it: all of it when it is not growing."""
        if self._kind.container:
            for packet in self._stream.encode(None):
                self._container.mux(packet)
            self._container.close()
        if not self._own_file:
            return b""
        return self._file.getvalue() if isinstance(self._file, io.BytesIO) else self._ready()

    def _mux(self, pcm: NDArray[np.int16]) -> None:
        import av

        frame = av.AudioFrame.from_ndarray(pcm[None], format="s16", layout="mono")
        frame.sample_rate = self._rate
        frame.pts = self._at
        self._at += len(pcm)
        for packet in self._stream.encode(frame):
            self._container.mux(packet)

    def _ready(self) -> bytes:
        return self._file.taken() if isinstance(self._file, _Growing) else b""


def _chapters(marks: Sequence[ChapterMark]) -> Any:
    """Return them as PyAV takes them, in milliseconds."""
    return [
        {
            "id": number,
            "start": round(1000 * mark.start_s),
            "end": round(1000 * mark.end_s),
            "time_base": Fraction(1, 1000),
            "metadata": {"title": mark.title},
        }
        for number, mark in enumerate(marks)
    ]


class _Growing:
    """A file that can only be appended to: FFmpeg sees that it cannot seek, and never comes back to a header."""

    def __init__(self) -> None:
        self._bytes = bytearray()

    def write(self, content: bytes) -> int:
        self._bytes += content
        return len(content)

    def taken(self) -> bytes:
        """Return what was written since the last time."""
        content = bytes(self._bytes)
        self._bytes.clear()
        return content


def encoded(samples: NDArray[np.float32], sample_rate: int, kind: Format, origin: Origin) -> bytes:
    """Return a whole file of `samples`, shape (n,). Clips what exceeds -1..1. Raises Failed for NaN."""
    encoder = Encoder(kind, sample_rate, origin, growing=False)
    for at in range(0, len(samples), _ENCODED_AT_ONCE):
        encoder.add(samples[at : at + _ENCODED_AT_ONCE])
    return encoder.end()


def pcm16(samples: NDArray[np.float32]) -> NDArray[np.int16]:
    """Return `samples` in 16 bits, rounded as Clip.digest rounds. Raises Failed for NaN and infinity."""
    if not np.isfinite(samples).all():
        raise Failed("The model made values that are no numbers. Try another seed.")
    return np.round(np.clip(samples, -1, 1) * 32767).astype(np.int16)
