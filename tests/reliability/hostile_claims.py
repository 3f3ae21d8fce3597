"""Recordings that claim hours, or are hours, and pictures that are larger than any recording."""

from __future__ import annotations

import io
import struct
from typing import TYPE_CHECKING

import av
import numpy as np

from tests.reliability.hostile_file import HostileFile

if TYPE_CHECKING:
    from collections.abc import Iterator

PICTURE_BYTES = 50 * 2**20
HOURS = 1
"""Twice as long as the lab takes."""


def claims(whole: dict[str, bytes]) -> Iterator[HostileFile]:
    """Yield them; `whole` holds good files by format."""
    family = "claims hours"
    for samples in (2**36 - 1, 24_000 * 3600 * HOURS, 0):
        flac = bytearray(whole["flac"])
        at = 8 + 13  # fLaC, the block's head, and 13 bytes of STREAMINFO before the upper 4 bits of the count
        flac[at] = flac[at] & 0xF0 | samples >> 32
        flac[at + 1 : at + 5] = struct.pack(">I", samples & 0xFFFFFFFF)
        yield HostileFile(family, f"claims-{samples}.flac", bytes(flac), "either")
    opus = bytearray(whole["ogg-opus"])
    last = opus.rfind(b"OggS")
    opus[last + 6 : last + 14] = struct.pack("<q", 48_000 * 3600 * HOURS)
    yield HostileFile(family, "claims-hours.opus", bytes(opus), "either")
    for name, codec, rate in (("hours.opus", "libopus", 8000), ("hours.flac", "flac", 8000)):
        yield HostileFile("is hours", name, hours_of_silence(codec, rate), "refused")
    yield HostileFile("picture", "picture-50-mb.mp3", tagged(whole["mp3"]), "audio")
    block = struct.pack(">4B", 6, *struct.pack(">I", 2**24 - 1)[1:]) + bytes(2**24 - 1)  # the largest that FLAC allows
    head = whole["flac"][:42]
    yield HostileFile("picture", "pictures-48-mb.flac", head.replace(b"fLaC\x80", b"fLaC\0") + 3 * block, "refused")


def tagged(mp3: bytes) -> bytes:
    """Return it behind an ID3 tag with a picture of PICTURE_BYTES."""
    picture = b"\0image/png\0\3\0" + bytes(PICTURE_BYTES)
    frame = b"APIC" + struct.pack(">I", len(picture)) + b"\0\0" + picture
    size = bytes(len(frame) >> shift & 0x7F for shift in (21, 14, 7, 0))
    return b"ID3\x03\0\0" + size + frame + mp3


def hours_of_silence(codec: str, rate: int) -> bytes:
    """Return HOURS of silence, which are few bytes."""
    file = io.BytesIO()
    with av.open(file, "w", format="ogg" if codec == "libopus" else codec) as container:
        stream = container.add_stream(codec, rate=rate, layout="mono")
        assert isinstance(stream, av.AudioStream)
        stream.options = {"compression_level": "0"}  # silence needs no search
        frame = av.AudioFrame.from_ndarray(np.zeros((1, rate * 10), np.int16), format="s16", layout="mono")
        frame.sample_rate = rate
        for _ in range(HOURS * 360):
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    return file.getvalue()
