"""Files whose headers and samples are what no recording has."""

from __future__ import annotations

import io
import math
import struct
from typing import TYPE_CHECKING

import av
import numpy as np
import soundfile

from tests.reliability.hostile_file import CONTAINERS, RATE, Expected, HostileFile, source, wav

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray


def absurd_headers(whole: dict[str, bytes]) -> Iterator[HostileFile]:  # noqa: C901 - a list
    """Headers that claim what no recording has."""
    family = "absurd header"
    pcm = (source() * 32767).astype("<i2").tobytes()
    for rate in (0, 1, 2, 3999, 384_001, 1_000_000, 2**31 - 1, 2**31, 2**32 - 1):
        yield HostileFile(family, f"rate-{rate}.wav", wav(pcm, rate=rate), "refused" if rate else "either")
    for channels in (0, 33, 64, 255, 65_535):
        yield HostileFile(
            family,
            f"channels-{channels}.wav",
            wav(pcm, channels=channels, align=2),
            "refused" if channels else "either",
        )
    fast = np.repeat(source(), 8)[: 2 * 384_000]
    yield HostileFile(family, "384k.wav", wav((fast * 32767).astype("<i2").tobytes(), rate=384_000), "audio")
    stereo32 = np.repeat((source() * 32767).astype("<i2")[:, None], 32, axis=1).tobytes()
    yield HostileFile(family, "channels-32.wav", wav(stereo32, channels=32), "audio")
    for bits in (0, 1, 7, 12, 48, 128, 65_535):
        yield HostileFile(family, f"bits-{bits}.wav", wav(pcm, bits=bits, align=2), "either")
    for kind in (0, 2, 3, 6, 7, 0x11, 0x50, 0x55, 0xFF, 0x161, 0xFFFE, 0xFFFF):
        yield HostileFile(family, f"kind-{kind:x}.wav", wav(pcm, kind=kind), "either")
    for align in (0, 1, 3, 65_535):
        yield HostileFile(family, f"align-{align}.wav", wav(pcm, align=align), "either")
    for size in (0, 1, len(pcm) * 2, 2**31, 2**32 - 1):
        expected: Expected = "either" if size < len(pcm) else "audio"
        yield HostileFile(family, f"claims-{size}.wav", wav(pcm, data_size=size), expected)
    yield HostileFile(family, "four-gigabytes.wav", wav(pcm, data_size=2**32 - 1), "refused", size=2**32 + 44)
    yield HostileFile(
        family,
        "slow-hour.wav",
        wav(b"\x80" * 8, rate=4_000, bits=8, data_size=3600 * 4_000),
        "refused",
        44 + 3600 * 4_000,
    )

    # Lengths of years. FLAC: 36 bits of samples. W64, CAF: 64-bit sizes. MP4: 64-bit durations. Ogg: granule positions.
    flac = bytearray(whole["flac"])
    flac[21] |= 0x0F
    flac[22:26] = b"\xff\xff\xff\xff"
    yield HostileFile(family, "years.flac", bytes(flac), "either")
    w64 = bytearray(whole["w64"])
    at = w64.find(b"data\xf3\xac\xd3\x11") + 16
    w64[at : at + 8] = struct.pack("<Q", 2**62)
    yield HostileFile(family, "years.w64", bytes(w64), "either")
    caf = bytearray(whole["caf"])
    at = caf.find(b"data") + 4
    for size in (-1, 2**62, 2**63 - 1, -(2**63)):
        caf[at : at + 8] = struct.pack(">q", size)
        yield HostileFile(family, f"years{size}.caf", bytes(caf), "either")
    for hertz in (0.0, math.inf, math.nan, -48000.0, 1e300, 1e-300):
        odd = bytearray(whole["caf"])
        at = odd.find(b"desc") + 12
        odd[at : at + 8] = struct.pack(">d", hertz)
        yield HostileFile(family, f"rate-{rate}.caf", bytes(odd), "either")
    for extended in (bytes(10), b"\x7f\xff" + bytes(8), b"\x7f\xff\x80" + bytes(7), b"\x40\x3e" + b"\xff" * 8):
        aiff = bytearray(whole["aiff"])
        at = aiff.find(b"COMM") + 16
        aiff[at : at + 10] = extended
        yield HostileFile(family, f"rate-{extended[:3].hex()}.aiff", bytes(aiff), "either")
    for box, scale in ((b"mvhd", 1), (b"mdhd", 1), (b"mdhd", 0), (b"mvhd", 0), (b"mdhd", 2**32 - 1)):
        m4a = bytearray(whole["m4a"])
        at = m4a.find(box) + 16
        m4a[at : at + 8] = struct.pack(">II", scale, 2**32 - 1)
        yield HostileFile(family, f"years-{box.decode()}-{scale}.m4a", bytes(m4a), "either")
    ogg = bytearray(whole["ogg-opus"])
    last = ogg.rfind(b"OggS")
    ogg[last + 6 : last + 14] = struct.pack("<q", 2**62)
    yield HostileFile(family, "years.opus", bytes(ogg), "either")
    for length in (1e30, -1.0, math.nan, math.inf):
        mkv = bytearray(whole["mkv"])
        at = mkv.find(b"\x44\x89")
        if at > 0 and mkv[at + 2] == 0x88:
            mkv[at + 3 : at + 11] = struct.pack(">d", length)
        yield HostileFile(family, f"years{length}.mkv", bytes(mkv), "either")


def odd_samples() -> Iterator[HostileFile]:
    """Samples that no microphone makes."""
    family = "odd samples"

    def written(name: str, samples: NDArray[np.float64], subtype: str, expected: Expected) -> HostileFile:
        file = io.BytesIO()
        soundfile.write(file, samples, RATE, format="WAV", subtype=subtype)
        return HostileFile(family, f"{name}-{subtype.lower()}.wav", file.getvalue(), expected)

    good = source().astype(np.float64)
    for subtype in ("FLOAT", "DOUBLE"):
        for name, value in (("nan", np.nan), ("inf", np.inf), ("minus-inf", -np.inf), ("huge", 1e37)):
            yield written(f"all-{name}", np.full(RATE, value), subtype, "refused")
            some = good.copy()
            some[:: RATE // 10] = value
            yield written(f"some-{name}", some, subtype, "audio")
        yield written("denormal", np.full(RATE, 1e-310 if subtype == "DOUBLE" else 1e-40), subtype, "either")
        yield written("loud", good * 1000, subtype, "audio")
        yield written("largest", np.full(RATE, np.finfo(np.float32).max), subtype, "refused")
    for name, samples in (
        ("dc", np.full(RATE, 1.0)),
        ("minus-dc", np.full(RATE, -1.0)),
        ("silence", np.zeros(RATE)),
        ("square", np.sign(np.sin(np.arange(RATE)))),
    ):
        yield written(name, samples, "PCM_16", "either")
    for count in (0, 1, 2, 3):
        yield written(f"samples-{count}", np.full(count, 0.5), "PCM_16", "either" if count else "refused")
    for count in (1, 7, 9):
        yield HostileFile(family, f"fast-{count}.wav", wav(b"\0\x40" * count, rate=384_000), "either")
    for name in ("mp3", "flac", "ogg-opus", "aac"):
        container, codec, ending = CONTAINERS[name]
        file = io.BytesIO()
        with av.open(file, "w", format=container) as output:
            stream = output.add_stream(codec, rate=RATE, layout="mono")
            assert isinstance(stream, av.AudioStream)
            frame = av.AudioFrame.from_ndarray(np.full((1, 1), 0.5, dtype=np.float32), "fltp", "mono")
            frame.sample_rate, frame.pts = RATE, 0
            output.mux(stream.encode(frame))
            output.mux(stream.encode(None))
        yield HostileFile(family, f"one-sample.{ending}", file.getvalue(), "either")
