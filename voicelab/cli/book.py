"""`say --book`: a book becomes a folder of chapters and one M4B with chapter marks; what is said stays said."""

from __future__ import annotations

import hashlib
import os
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from voicelab.cli.joining import added_up, doubt_of, sentences_of
from voicelab.cli.kept_sentences import KeptSentences, Sentence, spoken_in_order
from voicelab.cli.output import tell
from voicelab.errors import EmptyText, InvalidValue, NeverEnded, NothingSpoken, VoiceLabError
from voicelab.files import read_json, storage_errors, sync_file, write_json
from voicelab.speech.formats import ChapterMark, Encoder, Format, Origin
from voicelab.speech.join import fit
from voicelab.speech.tempo import Tempo
from voicelab.voices.slug import slug_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    from voicelab.cli.batch import Kind
    from voicelab.cli.book_text import Book, Chapter
    from voicelab.cli.kept_sentences import Wanted
    from voicelab.cli.speech_sources import Source

INDEX = "book.json"
_M4B = Format("m4b", "audio/mp4", "ipod", "aac")
_AFTER_CHAPTER_S = 1.5
"""Silence; between paragraphs there are 0.7 s (speech/text_pieces.py)."""
_OWN_FAULTS = (NothingSpoken, NeverEnded)


@dataclass(frozen=True)
class SpokenChapter:
    """A chapter that is a file."""

    title: str
    path: str
    """File name in the folder."""
    duration_s: float
    sentences: int
    digest: str
    """The same as long as the chapter would sound the same."""
    audio: str
    """SHA-256 of the file."""
    checked: Mapping[str, Any] | None = None
    doubts: tuple[str, ...] = ()


@dataclass(frozen=True)
class SpokenBook:
    """What came of a book."""

    chapters: tuple[SpokenChapter, ...]
    said: int
    """Sentences that were spoken now; the others were there."""
    path: Path | None
    """The M4B; None while a sentence of it failed."""
    failures: tuple[str, ...]


def say_book(book: Book, source: Source, folder: Path, kind: Kind) -> SpokenBook:
    """Say `book` into `folder`: a file per chapter, then one of all. Asked again it goes on where it stopped.

    Raises StorageFailed, and whatever is not one sentence's own fault.
    """
    return _Speaking(book, source, folder, kind).result()


class _Speaking:
    def __init__(self, book: Book, source: Source, folder: Path, kind: Kind) -> None:
        self._book, self._source, self._folder, self._kind = book, source, folder, kind
        self._kept = KeptSentences(folder)
        self._said = 0
        self._failures: list[str] = []

    def result(self) -> SpokenBook:
        known = _known(self._folder)
        done: list[SpokenChapter] = []
        for number, chapter in enumerate(self._book.chapters, 1):
            name = f"{number:02}-{_file_name(chapter.title)}.{self._kind.format.name}"
            sentences = sentences_of(chapter.text, self._source)
            digest = self._digest(chapter, sentences)
            before = known.get(name)
            if before is None or before.digest != digest or before.audio != _sha256(self._folder / name):
                before = self._chapter(number, chapter, name, digest)
            if before is not None:
                done.append(before)
                known[name] = before
                write_json(self._folder / INDEX, [asdict(each) for each in known.values()])
        write_json(self._folder / INDEX, [asdict(each) for each in done])
        whole = None if self._failures else self._whole(done)
        return SpokenBook(tuple(done), self._said, whole, tuple(self._failures))

    def _digest(self, chapter: Chapter, sentences: Sequence[tuple[Wanted, float]]) -> str:
        digest = hashlib.sha256(chapter.title.encode(errors="replace"))
        for sentence, _pause_s in sentences:
            try:
                key = self._source.key(sentence.text)
            except EmptyText:
                key = ""
            digest.update(f"{key}\0{sentence.seed}\0".encode(errors="replace"))
        return digest.hexdigest()

    def _chapter(self, number: int, chapter: Chapter, name: str, digest: str) -> SpokenChapter | None:
        """Write one chapter; None where a sentence of it failed."""
        failed = len(self._failures)
        file = _File(self._folder / name, self._kind.format, self._kind, chapter.title)
        facts = []
        with file:
            for sentence, samples in self._sentences(number, chapter):
                file.add(sentence, samples)
                facts.append(sentence)
        if len(self._failures) > failed or not facts:
            return None
        doubts = tuple(doubt_of(each) for each in facts if (each.facts.checked or {}).get("doubtful"))
        checked = added_up(each.facts.checked for each in facts)
        audio = _sha256(self._folder / name)
        return SpokenChapter(chapter.title, name, file.seconds, len(facts), digest, audio, checked, doubts)

    def _sentences(self, number: int, chapter: Chapter) -> Iterator[tuple[Sentence, NDArray[Any]]]:
        """Yield each sentence of a chapter with its samples as they stand in the whole."""
        wanted = sentences_of(chapter.text, self._source)
        spoken = spoken_in_order((each for each, _pause_s in wanted), self._source, self._kept)
        try:
            for index, ((sentence, pause_s), found) in enumerate(zip(wanted, spoken, strict=True)):
                tell(
                    f"chapter {number} of {len(self._book.chapters)}, sentence {index + 1} of {len(wanted)}",
                    f"chapter {number}",
                )
                if isinstance(found, Sentence):
                    self._said += found.now
                    rest_s = pause_s if index + 1 < len(wanted) else _AFTER_CHAPTER_S
                    yield found, fit(found.samples, rest_s, sample_rate=found.sample_rate, first=False, last=False)
                elif isinstance(found, _OWN_FAULTS):
                    self._failures.append(f"Chapter {number}, {sentence.text[:60]!r}: {found.message}")
                elif not isinstance(found, EmptyText):  # what is only markup is not said
                    raise found
        finally:
            spoken.close()

    def _whole(self, chapters: Sequence[SpokenChapter]) -> Path:
        """Return the M4B, made of the chapters' sentences; left as it is where it is that already."""
        path = self._folder / f"{_file_name(self._book.title)}.m4b"
        made_of = self._folder / ".m4b"
        stamp = hashlib.sha256("".join(chapter.digest for chapter in chapters).encode()).hexdigest()
        if made_of.is_file() and made_of.read_text() == f"{stamp} {_sha256(path)}":
            return path
        marks, at_s = [], 0.0
        for chapter in chapters:
            marks.append(ChapterMark(chapter.title, at_s, at_s + chapter.duration_s))
            at_s += chapter.duration_s
        file = _File(path, _M4B, self._kind, self._book.title, marks, self._book.author)
        with file:
            for number, chapter_text in enumerate(self._book.chapters, 1):
                for sentence, samples in self._sentences(number, chapter_text):
                    file.add(sentence, samples)
        with storage_errors(made_of.name):
            made_of.write_text(f"{stamp} {_sha256(path)}")
        return path


class _File:
    """An audio file that is written beside and takes its place whole; of a book too large for memory."""

    def __init__(
        self,
        path: Path,
        made_as: Format,
        kind: Kind,
        title: str,
        marks: Sequence[ChapterMark] = (),
        author: str = "",
    ) -> None:
        self._path, self._format, self._kind = path, made_as, kind
        self._tags = {"title": title, "album": title} | ({"album_artist": author} if author else {})
        self._marks = marks
        self._part = path.with_name(f".{path.name}.part")
        self._encoder: Encoder | None = None
        self._tempo: Tempo | None = None
        self._rate = 0
        self._samples = 0

    @property
    def seconds(self) -> float:
        return self._samples / self._rate if self._rate else 0.0

    def __enter__(self) -> None:
        with storage_errors(self._path.name):
            self._path.parent.mkdir(parents=True, exist_ok=True)
            self._file = self._part.open("w+b")

    def add(self, sentence: Sentence, samples: NDArray[Any]) -> None:
        if self._encoder is None:
            facts, kind = sentence.facts, self._kind
            self._rate = sentence.sample_rate
            origin = Origin(kind.voice, facts.engine, facts.model, facts.seed, kind.speed)
            self._tempo = Tempo(kind.speed, self._rate)
            with storage_errors(self._path.name):
                self._encoder = Encoder(
                    self._format, self._rate, origin, growing=False, file=self._file, tags=self._tags, marks=self._marks
                )
        elif sentence.sample_rate != self._rate:
            raise InvalidValue(
                "model", f"The sentences have {self._rate} and {sentence.sample_rate} samples per second. Say it anew."
            )
        if self._tempo is not None:
            self._write(self._tempo.add(samples))

    def _write(self, samples: NDArray[Any]) -> None:
        self._samples += len(samples)
        if self._encoder is not None:
            with storage_errors(self._path.name):
                self._encoder.add(samples)

    def __exit__(self, kind: type[BaseException] | None, *_given: object) -> None:
        with storage_errors(self._path.name):
            if kind is None and self._encoder is not None and self._tempo is not None:
                self._write(self._tempo.end())
                self._encoder.end()
                self._file.flush()
                sync_file(self._file.fileno())
            self._file.close()
            if kind is None and self._encoder is not None:
                os.replace(self._part, self._path)  # noqa: PTH105 - as files.write_atomically does
            else:
                self._part.unlink(missing_ok=True)


def _file_name(title: str) -> str:
    try:
        return slug_of(" ".join(title.split()[:6]))[:40]
    except VoiceLabError:
        return "chapter"


def _known(folder: Path) -> dict[str, SpokenChapter]:
    """Return what an earlier run left, by file name."""
    try:
        entries: list[dict[str, Any]] = read_json(folder / INDEX)
        return {each["path"]: SpokenChapter(**each | {"doubts": tuple(each["doubts"])}) for each in entries}
    except (OSError, ValueError, TypeError, KeyError):
        return {}


def _sha256(path: Path) -> str:
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError:
        return ""
