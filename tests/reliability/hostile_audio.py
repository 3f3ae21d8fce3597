"""Five hundred files that mean harm: made from one seed, so that a file that breaks the lab can be made again.

`hostile_files` yields them family by family. What each must end in is known beforehand: "audio" must be decoded and
sound like the source, "refused" must be refused with a sentence, "either" is damage of which nobody can say whether
enough is left: then decoded samples must be finite and no longer than the file can hold.
"""

from __future__ import annotations

import itertools
import struct
from typing import TYPE_CHECKING

import numpy as np
import soxr

from tests.reliability.hostile_bombs import bombs, covers
from tests.reliability.hostile_file import CONTAINERS, RATE, HostileFile, encoded, source
from tests.reliability.hostile_headers import absurd_headers, odd_samples
from tests.reliability.hostile_references import playlists

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from numpy.typing import NDArray

COUNT = 500


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
