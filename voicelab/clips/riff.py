"""What the header of a WAV file promises: FFmpeg only tells what is there."""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

_STREAMED = 0x7FFF0000
"""Lengths from here on, and 0, are what programs write that do not know yet how long it will be."""
_MOST_CHUNKS = 100


def promised_s(path: Path) -> float:
    """Return the seconds of sound that the header of the WAV file at `path` promises; 0 where it promises none.

    Source: Multimedia Programming Interface and Data Specifications 1.0 (IBM and Microsoft, 1991), RIFF WAVE.
    """
    with path.open("rb") as file:
        head = file.read(12)
        if len(head) < len(b"RIFF....WAVE") or head[:4] != b"RIFF" or head[8:] != b"WAVE":
            return 0.0
        bytes_per_s = 0
        for _chunk in range(_MOST_CHUNKS):
            chunk = file.read(8)
            if len(chunk) < 8:  # noqa: PLR2004 - name and length of a chunk
                return 0.0
            name, length = struct.unpack("<4sI", chunk)
            if name == b"data":
                return length / bytes_per_s if bytes_per_s and 0 < length < _STREAMED else 0.0
            start = file.tell()
            if name == b"fmt ":
                content = file.read(12)
                bytes_per_s = struct.unpack("<8xI", content)[0] if len(content) == 12 else 0  # noqa: PLR2004 - up to it
            file.seek(start + length + length % 2)
    return 0.0
