"""Five hundred files that mean harm: made from one seed, so that a file that breaks the lab can be made again.

`hostile_files` yields them family by family. What each must end in is known beforehand: "audio" must be decoded and
sound like the source, "refused" must be refused with a sentence, "either" is damage of which nobody can say whether
enough is left: then decoded samples must be finite and no longer than the file can hold.
"""

from __future__ import annotations

import gzip
import io
import itertools
import math
import struct
import zipfile
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import av
import numpy as np
import soundfile
import soxr

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from numpy.typing import NDArray

Expected = Literal["audio", "refused", "either"]

SECONDS = 2.0
RATE = 48_000
COUNT = 500

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


def likeness_to_source(samples: NDArray[np.float32], sample_rate: int) -> float:
    """Return the highest correlation of `samples`, shape (n,), with the source: 1 is the same sound."""
    wanted = soxr.resample(source(), RATE, sample_rate)
    size = 1 << (len(samples) + len(wanted) - 1).bit_length()
    spectrum = np.fft.rfft(samples, size) * np.conj(np.fft.rfft(wanted, size))
    return float(np.fft.irfft(spectrum, size).max() / (np.linalg.norm(samples) * np.linalg.norm(wanted) + 1e-9))


def hostile_files(canary: str = "/etc/hostname", port: int = 9, seed: int = 8) -> Iterator[HostileFile]:
    """Yield COUNT files. Playlists name the file `canary` and the server 127.0.0.1:`port`."""
    random = np.random.default_rng(seed)
    whole = {name: encoded(name) for name in CONTAINERS}
    structured = [
        *wrong_endings(whole),
        *absurd_headers(whole),
        *odd_samples(),
        *playlists(canary, port),
        *bombs(whole),
        *covers(),
        *mixtures(whole, random),
    ]
    yield from structured
    damaged = itertools.chain.from_iterable(
        zip(truncated(whole, random), flipped(whole, random), spliced(whole, random), strict=False)
    )
    yield from itertools.islice(damaged, COUNT - len(structured))


def encoded(name: str) -> bytes:
    """Return the source in one of CONTAINERS."""
    container, codec, _ending = CONTAINERS[name]
    file = io.BytesIO()
    options = {"strict": "experimental"} if codec == "vorbis" else {}
    with av.open(file, "w", format=container) as output:
        layout = "stereo" if codec == "vorbis" else "mono"
        stream = output.add_stream(codec, rate=RATE, layout=layout, options=options)
        samples = np.repeat(source()[None], 2 if layout == "stereo" else 1, axis=0)
        for start in range(0, samples.shape[1], 4096):
            frame = av.AudioFrame.from_ndarray(np.ascontiguousarray(samples[:, start : start + 4096]), "fltp", layout)
            frame.sample_rate, frame.pts = RATE, start
            output.mux(stream.encode(frame))
        output.mux(stream.encode(None))
    return file.getvalue()


def wrong_endings(whole: dict[str, bytes]) -> Iterator[HostileFile]:
    """Good files under a name that says something else: what counts is the content."""
    endings = [ending for _format, _codec, ending in CONTAINERS.values()]
    for index, (name, content) in enumerate(whole.items()):
        for step in (0, 5):
            ending = endings[(index + step) % len(endings)]
            yield HostileFile("wrong ending", f"{name}.{ending}", content, "audio")
    yield HostileFile("wrong ending", "voice.txt", whole["mp3"], "audio")
    yield HostileFile("wrong ending", "no-ending", whole["m4a"], "audio")


def truncated(whole: dict[str, bytes], random: np.random.Generator) -> Iterator[HostileFile]:
    """Every container cut off at random places, again and again."""
    for name in itertools.cycle(whole):
        cut = int(random.integers(0, len(whole[name])))
        yield HostileFile("truncated", f"cut-{name}-{cut}.{CONTAINERS[name][2]}", whole[name][:cut], "either")


def flipped(whole: dict[str, bytes], random: np.random.Generator) -> Iterator[HostileFile]:
    """Every container with bits flipped: a few in its header, few everywhere, many everywhere."""
    for name, (share, reach) in itertools.cycle(
        itertools.product(whole, ((0.02, 256), (0.0005, 1 << 30), (0.02, 1 << 30)))
    ):
        content = np.frombuffer(whole[name], dtype=np.uint8).copy()
        reached = min(reach, len(content))
        count = max(1, round(reached * share))
        content[random.integers(0, reached, count)] ^= (1 << random.integers(0, 8, count)).astype(np.uint8)
        yield HostileFile("flipped bits", f"flip-{name}.{CONTAINERS[name][2]}", content.tobytes(), "either")


def spliced(whole: dict[str, bytes], random: np.random.Generator) -> Iterator[HostileFile]:
    """Fields of four bytes set to the values that break arithmetic, and pieces of other files put in."""
    edges = [0, 1, 0x7FFFFFFF, 0x80000000, 0xFFFFFFFF, 0xFFFFFFF7, 0x00010000]
    names = list(whole)
    for name in itertools.cycle(whole):
        content = bytearray(whole[name])
        for _ in range(3):
            at = int(random.integers(0, min(len(content) - 4, 400)))
            content[at : at + 4] = struct.pack("<I" if random.random() < 0.5 else ">I", int(random.choice(edges)))
        if random.random() < 0.3:
            other = whole[str(random.choice(names))]
            at = int(random.integers(0, len(content)))
            content[at:at] = other[: int(random.integers(1, len(other)))]
        yield HostileFile("edge values", f"edge-{name}.{CONTAINERS[name][2]}", bytes(content), "either")


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
    for rate in (0.0, math.inf, math.nan, -48000.0, 1e300, 1e-300):
        odd = bytearray(whole["caf"])
        at = odd.find(b"desc") + 12
        odd[at : at + 8] = struct.pack(">d", rate)
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
            frame = av.AudioFrame.from_ndarray(np.full((1, 1), 0.5, dtype=np.float32), "fltp", "mono")
            frame.sample_rate, frame.pts = RATE, 0
            output.mux(stream.encode(frame))
            output.mux(stream.encode(None))
        yield HostileFile(family, f"one-sample.{ending}", file.getvalue(), "either")


def playlists(canary: str, port: int) -> Iterator[HostileFile]:
    """Files of text that name other files and servers, under their own ending and under those of sound."""
    url = f"http://127.0.0.1:{port}/secret.wav"
    hls = "#EXTM3U\n#EXT-X-VERSION:7\n#EXT-X-TARGETDURATION:9\n{map}#EXTINF:9,\n{to}\n#EXT-X-ENDLIST\n"
    key = '#EXT-X-KEY:METHOD=AES-128,URI="{to}"\n'
    dash = (
        '<?xml version="1.0"?><MPD xmlns="urn:mpeg:dash:schema:mpd:2011" type="static"'
        ' mediaPresentationDuration="PT9S"><Period><AdaptationSet mimeType="audio/mp4"><Representation id="1">'
        "<BaseURL>{to}</BaseURL></Representation></AdaptationSet></Period></MPD>"
    )
    smil = '<smil><body><audio src="{to}"/></body></smil>'
    texts = {
        "hls.m3u8": hls.format(map="", to="{to}"),
        "map.m3u8": hls.format(map='#EXT-X-MAP:URI="{to}"\n', to="{to}"),
        "key.m3u8": hls.format(map=key, to="{to}"),
        "list.m3u": "#EXTM3U\n{to}\n",
        "concat.ffconcat": "ffconcat version 1.0\nfile '{to}'\nduration 9\n",
        "concat.txt": "file '{to}'\n",
        "session.sdp": "v=0\no=- 0 0 IN IP4 127.0.0.1\ns=x\nc=IN IP4 127.0.0.1\nm=audio {port} RTP/AVP 0\na=control:{to}\n",  # noqa: E501 - bytes of a request, as they are sent
        "manifest.mpd": dash,
        "list.pls": "[playlist]\nFile1={to}\nNumberOfEntries=1\n",
        "list.asx": '<asx version="3.0"><entry><ref href="{to}"/></entry></asx>',
        "list.smil": smil,
        "list.xspf": '<playlist version="1" xmlns="http://xspf.org/ns/0/"><trackList><track><location>{to}</location>'
        "</track></trackList></playlist>",
    }
    for name, text in texts.items():
        for to in (canary, url, f"file://{canary}", f"concat:{canary}|{canary}", f"subfile,,start,0,end,0,,:{canary}"):
            content = text.replace("{to}", to).replace("{port}", str(port)).encode()
            yield HostileFile("playlist", name, content, "refused")
        content = text.replace("{to}", url).replace("{port}", str(port)).encode()
        yield HostileFile("playlist", f"{name}.wav", content, "refused")
    yield HostileFile("playlist", "reference.mov", reference_movie(canary), "refused")
    yield HostileFile("playlist", "address.mov", reference_movie(url), "refused")
    yield HostileFile("playlist", "reference.txt", canary.encode(), "refused")


def box(kind: bytes, *content: bytes) -> bytes:
    """Return a box of an MP4 file."""
    inside = b"".join(content)
    return struct.pack(">I", len(inside) + 8) + kind + inside


def reference_movie(to: str) -> bytes:
    """Return a QuickTime file whose track says that its samples are in another file ("dref", "url ")."""
    elsewhere = box(b"url ", bytes(4), to.encode() + b"\0")
    entry = bytes(6) + struct.pack(">H", 1) + bytes(8) + struct.pack(">HHHHI", 1, 16, 0, 0, RATE << 16)
    table = box(
        b"stbl",
        box(b"stsd", bytes(4), struct.pack(">I", 1), box(b"sowt", entry)),
        box(b"stts", bytes(4), struct.pack(">III", 1, RATE, 1)),
        box(b"stsc", bytes(4), struct.pack(">IIII", 1, 1, RATE, 1)),
        box(b"stsz", bytes(4), struct.pack(">II", 2, RATE)),
        box(b"stco", bytes(4), struct.pack(">II", 1, 44)),
    )
    media = box(
        b"mdia",
        box(b"mdhd", bytes(12), struct.pack(">II", RATE, RATE), bytes(4)),
        box(b"hdlr", bytes(4), b"mhlrsoun", bytes(13)),
        box(
            b"minf",
            box(b"smhd", bytes(8)),
            box(b"dinf", box(b"dref", bytes(4), struct.pack(">I", 1), elsewhere)),
            table,
        ),
    )
    header = box(b"mvhd", bytes(12), struct.pack(">II", RATE, RATE), bytes(80))
    return box(b"ftyp", b"qt  ", bytes(4), b"qt  ") + box(b"moov", header, box(b"trak", box(b"tkhd", bytes(84)), media))


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


def mixtures(whole: dict[str, bytes], random: np.random.Generator) -> Iterable[HostileFile]:
    """Signatures before noise, two files in one, and no file at all."""
    family = "mixture"
    magics = [b"RIFF\xff\xff\xff\xffWAVE", b"fLaC", b"OggS", b"ID3\x04", b"\xff\xfb\x90\x64", b"\x1aE\xdf\xa3", b"FORM"]
    magics += [b"caff\0\x01\0\0", b"\0\0\0\x18ftypM4A ", b"\xff\xf1\x50\x80", b"riff\x2e\x91\xcf\x11", b""]
    for index, magic in enumerate(magics):
        yield HostileFile(family, f"noise-{index}.wav", magic + random.bytes(200_000), "either")
        yield HostileFile(family, f"zeros-{index}.mp3", magic + bytes(200_000), "either")
    names = list(whole)
    for first, second in zip(names, names[3:] + names[:3], strict=True):
        yield HostileFile(family, f"{first}+{second}.wav", whole[first] + whole[second], "either")
    yield HostileFile(family, "empty.wav", b"", "refused")
    yield HostileFile(family, "newline.mp3", b"\n", "refused")
