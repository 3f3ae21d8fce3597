"""Small files that want to become large, deep or slow, and pictures where a sound should be."""

from __future__ import annotations

import gzip
import io
import struct
import zipfile
from typing import TYPE_CHECKING

import av
import numpy as np
import soundfile

from tests.reliability.hostile_file import RATE, HostileFile, box, source, wav

if TYPE_CHECKING:
    from collections.abc import Iterator


def bombs(whole: dict[str, bytes]) -> Iterator[HostileFile]:  # noqa: PLR0915 - a list
    """Small files that want to become large, deep or slow."""
    family = "bomb"
    for name, size in (("stsz", 2**31), ("stsz", 2**32 - 1), ("stco", 2**30), ("stts", 2**32 - 1), ("stsc", 2**31)):
        m4a = bytearray(whole["m4a"])
        at = m4a.find(name.encode()) + (12 if name == "stsz" else 8)
        m4a[at : at + 4] = struct.pack(">I", size)
        yield HostileFile(family, f"table-{name}-{size}.m4a", bytes(m4a), "either")
    m4a = bytearray(whole["m4a"])
    at = m4a.find(b"stsz") + 8
    m4a[at : at + 8] = struct.pack(">II", 1, 2**31)  # two thousand million samples of one byte each, in no room
    yield HostileFile(family, "constant-stsz.m4a", bytes(m4a), "either")
    at = m4a.find(b"stts") + 12
    m4a[at : at + 4] = struct.pack(">I", 2**32 - 1)
    yield HostileFile(family, "constant-stsz-stts.m4a", bytes(m4a), "either")
    for kind in (b"moov", b"trak", b"udta", b"meta", b"moof"):
        nested = b""
        for _ in range(20_000):
            nested = struct.pack(">I", min(len(nested) + 8, 2**32 - 1)) + kind + nested
        yield HostileFile(family, f"nested-{kind.decode()}.mp4", box(b"ftyp", b"isom", bytes(4)) + nested, "refused")
    tracks = (
        box(
            b"trak",
            box(b"tkhd", bytes(84)),
            box(b"mdia", box(b"mdhd", bytes(24)), box(b"hdlr", bytes(4), b"mhlrsoun", bytes(13))),
        )
        * 20_000
    )
    yield HostileFile(
        family,
        "tracks.mp4",
        box(b"ftyp", b"isom", bytes(4)) + box(b"moov", box(b"mvhd", bytes(100)), tracks),
        "refused",
    )
    for width in (65_535, 16_384):
        yield HostileFile(family, f"pixels-{width}.mp4", huge_picture(width), "refused")
    ebml = whole["mkv"][:40]
    deep = (
        b"\x18\x53\x80\x67\x01\xff\xff\xff\xff\xff\xff\xff"
        + b"\x1c\x53\xbb\x6b\x01\xff\xff\xff\xff\xff\xff\xff" * 20_000
    )
    yield HostileFile(family, "nested.mkv", ebml + deep, "refused")
    chain = b"".join(
        whole["ogg-opus"].replace(struct.pack("<I", serial_of(whole["ogg-opus"])), struct.pack("<I", serial))
        for serial in range(200)
    )
    yield HostileFile(family, "chained.opus", chain, "either")
    starts = b"".join(
        b"OggS\0\x02" + bytes(8) + struct.pack("<I", serial) + bytes(8) + b"\x01\x13OpusHead\x01\x01" + bytes(9)
        for serial in range(20_000)
    )
    yield HostileFile(family, "streams.ogg", starts, "refused")
    yield HostileFile(family, "tag.mp3", b"ID3\x04\0\0\x7f\x7f\x7f\x7f" + whole["mp3"], "either")
    yield HostileFile(family, "tags.mp3", b"ID3\x04\0\0\0\0\0\0" * 50_000 + whole["mp3"], "either")
    frames = b"".join(b"TXXX" + struct.pack(">I", 3) + b"\0\0\0a\0" for _ in range(100_000))
    size = len(frames)
    sync_safe = bytes((size >> shift) & 0x7F for shift in (21, 14, 7, 0))
    yield HostileFile(family, "tag-frames.mp3", b"ID3\x03\0\0" + sync_safe + frames + whole["mp3"], "either")
    chunks = b"JUNK\0\0\0\0" * 200_000
    pcm = (source() * 32767).astype("<i2").tobytes()
    plain = wav(pcm)
    yield HostileFile(family, "chunks.wav", plain[:12] + chunks + plain[12:], "either")
    yield HostileFile(family, "formats.wav", plain[:12] + plain[12:36] * 20_000 + plain[36:], "either")
    metadata = (b"\x04" + b"\0\0\x08" + bytes(8)) * 100_000
    yield HostileFile(family, "comments.flac", whole["flac"][:42].replace(b"fLaC\x80", b"fLaC\0") + metadata, "refused")
    file = io.BytesIO()
    soundfile.write(file, np.zeros((RATE * 60, 8), dtype=np.int16), 192_000, format="FLAC")
    yield HostileFile(family, "eight-channels.flac", file.getvalue(), "either")
    hours = io.BytesIO()
    with soundfile.SoundFile(hours, "w", 8_000, 1, format="FLAC") as sound:
        for _ in range(40):
            sound.write(np.zeros(60 * 8_000, dtype=np.int16))
    yield HostileFile(family, "forty-minutes.flac", hours.getvalue(), "refused")
    streamed = bytearray(hours.getvalue())
    streamed[21] &= 0xF0
    streamed[22:26] = bytes(4)
    yield HostileFile(family, "forty-minutes-unclaimed.flac", bytes(streamed), "refused")
    zeros = bytes(20_000_000)
    packed = gzip.compress(zeros)
    yield HostileFile(family, "zeros.wav", packed, "refused")
    yield HostileFile(family, "zeros.mp3", gzip.compress(packed), "refused")
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as zipped:
        zipped.writestr("../../voice.wav", zeros)
        zipped.writestr("inner.zip", archive.getvalue())
    yield HostileFile(family, "archive.wav", archive.getvalue(), "refused")
    yield HostileFile(family, "archive.m4a", archive.getvalue(), "refused")


def serial_of(ogg: bytes) -> int:
    """Return the serial number of the stream in an Ogg file."""
    return int(struct.unpack_from("<I", ogg, 14)[0])


def huge_picture(width: int) -> bytes:
    """Return a film of one tiny frame that claims to be `width` pixels wide and high, without sound."""
    file = io.BytesIO()
    with av.open(file, "w", format="mp4") as output:
        stream = output.add_stream("mpeg4", rate=25)
        stream.width = stream.height = 64
        stream.pix_fmt = "yuv420p"
        output.mux(stream.encode(av.VideoFrame.from_ndarray(np.zeros((64, 64, 3), dtype=np.uint8), "rgb24")))
        output.mux(stream.encode(None))
    small, claimed = struct.pack(">HH", 64, 64), struct.pack(">HH", width, width)
    return file.getvalue().replace(small, claimed)


def covers() -> Iterator[HostileFile]:
    """Cover art and nothing to hear."""
    family = "cover only"
    picture = io.BytesIO()
    from PIL import Image

    Image.new("RGB", (64, 64)).save(picture, "PNG")
    png = picture.getvalue()
    apic = b"\0image/png\0\x03\0" + png
    frame = b"APIC" + struct.pack(">I", len(apic)) + b"\0\0" + apic
    size = bytes((len(frame) >> shift) & 0x7F for shift in (21, 14, 7, 0))
    yield HostileFile(family, "cover.mp3", b"ID3\x03\0\0" + size + frame, "refused")
    for claimed in (len(frame) * 2, 2**28 - 1):
        size = bytes((claimed >> shift) & 0x7F for shift in (21, 14, 7, 0))
        yield HostileFile(family, f"cover-{claimed}.mp3", b"ID3\x03\0\0" + size + frame, "refused")
    block = (
        struct.pack(">I", 3)
        + struct.pack(">I", 9)
        + b"image/png"
        + struct.pack(">IIIIII", 0, 64, 64, 24, 0, len(png))
        + png
    )
    info = struct.pack(">HH", 4096, 4096) + bytes(6) + bytes([0x0B, 0xB8, 0x00, 0xF0]) + bytes(20)
    flac = b"fLaC\0\0\0\x22" + info + b"\x86" + struct.pack(">I", len(block))[1:] + block
    yield HostileFile(family, "cover.flac", flac, "refused")
    covr = box(b"moov", box(b"udta", box(b"meta", bytes(4), box(b"ilst", box(b"covr", box(b"data", bytes(8), png))))))
    yield HostileFile(family, "cover.m4a", box(b"ftyp", b"M4A ", bytes(4)) + covr, "refused")
    yield HostileFile(family, "picture.mp3", png, "refused")
    svg = b'<svg xmlns="http://www.w3.org/2000/svg"><image href="file:///etc/hostname"/></svg>'
    yield HostileFile(family, "picture.m4a", svg, "refused")
