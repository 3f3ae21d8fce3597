"""Sentences of a batch as they are spoken: each in one file that is whole before the next step, so none is said twice.

A file holds a line of JSON and the sound as FLAC. Its name is a digest of everything that makes the sound, so that
being there is the record: no second file has to be written for it, and a kill can fall between no two.
"""

from __future__ import annotations

import hashlib
import io
import json
import shutil
from collections import deque
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from voicelab.clips.wav import flac_bytes
from voicelab.files import read_plain, write_atomically

if TYPE_CHECKING:
    from collections.abc import Generator, Iterable, Mapping
    from concurrent.futures import Future
    from pathlib import Path

    from numpy.typing import NDArray

    from voicelab.cli.speech_sources import Source

FOLDER = ".sentences"
_SUFFIX = ".sentence"
_AT_ONCE = 2
"""One is heard back, encoded and written while the next one is spoken."""
_MOST_BYTES = 64 * 2**20


@dataclass(frozen=True)
class Facts:
    """What is known of a spoken sentence."""

    engine: str
    model: str
    seed: int
    elapsed_s: float
    notes: tuple[str, ...]
    said: str
    checked: Mapping[str, Any] | None
    audio: str
    """SHA-256 of the FLAC file."""


@dataclass(frozen=True, eq=False)
class Sentence:
    """A spoken sentence."""

    samples: NDArray[np.float32]
    """Shape (n,), of 16 bits."""
    sample_rate: int
    facts: Facts
    now: bool = False
    """Whether it was spoken in this run."""


@dataclass(frozen=True)
class Wanted:
    """A sentence that is to be spoken."""

    text: str
    seed: int | None
    """None: as the voice's recipe or the person says."""


class KeptSentences:
    """The sentences of one batch's folder."""

    def __init__(self, folder: Path) -> None:
        """Nothing is made before the first sentence."""
        self._folder = folder / FOLDER

    def get(self, key: str) -> Sentence | None:
        """Return the sentence with that key; None where it is not there, or not whole."""
        try:
            head, _newline, content = read_plain(self._path(key), _MOST_BYTES).partition(b"\n")
            fields = json.loads(head)
            facts = Facts(**fields | {"notes": tuple(fields["notes"])})
            if hashlib.sha256(content).hexdigest() != facts.audio:
                return None
            return Sentence(*_decoded(content), facts)
        except (OSError, ValueError, TypeError, KeyError):
            return None

    def put(self, key: str, sentence: Sentence) -> None:
        """Keep it: it is on the disk when this returns. Raises StorageFailed."""
        content = flac_bytes(sentence.samples, sentence.sample_rate)
        facts = asdict(sentence.facts) | {"audio": hashlib.sha256(content).hexdigest()}
        write_atomically(self._path(key), json.dumps(facts).encode() + b"\n" + content)

    def clear(self) -> None:
        """Let go of all of them."""
        shutil.rmtree(self._folder, ignore_errors=True)

    def _path(self, key: str) -> Path:
        return self._folder / f"{hashlib.sha256(key.encode(errors='replace')).hexdigest()}{_SUFFIX}"


def spoken_in_order(
    wanted: Iterable[Wanted], source: Source, kept: KeptSentences
) -> Generator[Sentence | Exception, None, None]:
    """Yield each sentence, or the VoiceLabError that it ended with; the next one is on its way meanwhile."""

    def speak(sentence: Wanted) -> Sentence | Exception:
        from voicelab.errors import VoiceLabError

        try:
            key = f"{source.key(sentence.text)}\0{sentence.seed}"
            found = kept.get(key)
            if found is None:
                found = _spoken(source, sentence)
                kept.put(key, found)
        except VoiceLabError as error:
            return error
        return found

    pool = ThreadPoolExecutor(_AT_ONCE, "sentence")
    coming: deque[Future[Sentence | Exception]] = deque()
    rest = iter(wanted)
    try:
        while True:
            while len(coming) < _AT_ONCE and (sentence := next(rest, None)) is not None:
                coming.append(pool.submit(speak, sentence))
            if not coming:
                return
            yield coming.popleft().result()
    finally:
        pool.shutdown(wait=False, cancel_futures=True)


def _spoken(source: Source, sentence: Wanted) -> Sentence:
    said = source.sentence(sentence.text, sentence.seed)
    samples, rate = _decoded(said.content)
    facts = Facts(said.engine, said.model, said.seed, said.elapsed_s, said.notes, said.said, said.checked, "")
    return Sentence(samples, rate, facts, now=True)


def _decoded(content: bytes) -> tuple[NDArray[np.float32], int]:
    import soundfile

    pcm, rate = soundfile.read(io.BytesIO(content), dtype="int16")
    return np.maximum(pcm.astype(np.float32) / 32767, -1), int(rate)
