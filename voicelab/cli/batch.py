"""`say --lines`: a file of lines becomes a folder of files, with captions; what is there already is not said again."""

from __future__ import annotations

import hashlib
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from voicelab.cli.arguments import read_text
from voicelab.cli.joining import Joined, joined_sentences, sentences_of
from voicelab.cli.kept_sentences import KeptSentences, Sentence, Wanted, spoken_in_order
from voicelab.cli.output import tell
from voicelab.errors import InvalidValue, VoiceLabError, WrongInput
from voicelab.files import read_json, write_atomically, write_json
from voicelab.speech.captions import Cue, srt, vtt

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from voicelab.cli.speech_sources import Source
    from voicelab.speech.formats import Format

INDEX = "lines.json"
SUBTITLES = ("lines.srt", "lines.vtt")
DOUBTFUL = "[?] "
"""Before the caption of a line that was heard back and stayed doubtful after all its takes."""


@dataclass(frozen=True)
class Line:
    """One line of the file, said."""

    line: int
    """Its number in the file, from 1."""
    text: str
    path: str
    """File name in the folder."""
    engine: str
    model: str
    seed: int
    duration_s: float
    digest: str
    """The same as long as the line would sound the same."""
    audio: str
    """SHA-256 of the file: one that was changed or cut off is said again."""
    checked: Mapping[str, Any] | None = None
    """What hearing it back came to; None where nobody asked for that."""
    doubts: tuple[str, ...] = ()
    """What stayed doubtful after all takes, in sentences."""


@dataclass(frozen=True)
class Batch:
    """What came of the lines."""

    lines: tuple[Line, ...]
    said: int
    """How many were said now; the others were there."""
    failures: tuple[str, ...]


def read_lines(path: Path) -> list[tuple[int, str]]:
    """Return the lines that are not empty, with their numbers. Raises UnreadableFile, InvalidValue."""
    text = read_text(path)
    # As an editor counts: str.splitlines would also end a line at a form feed or a Unicode line separator.
    lines = [(number, line.strip()) for number, line in enumerate(text.split("\n"), 1) if line.strip()]
    if not lines:
        raise InvalidValue("lines", f"{path} has no line to say.")
    return lines


@dataclass(frozen=True)
class Kind:
    """How the files are made."""

    format: Format
    voice: str
    speed: float


def say_lines(lines: list[tuple[int, str]], source: Source, folder: Path, kind: Kind) -> Batch:
    """Say each line into `folder`, one file per line called by its number, and write index and captions.

    A line that fails is told of at the end; the others are said. Raises StorageFailed, and whatever is not a line's
    own fault: then asking again goes on with the sentence where it stopped, also after a kill.
    """
    known, kept = _known(folder), KeptSentences(folder)
    digits = max(4, len(str(lines[-1][0])))
    done: dict[str, Line] = {}
    failures: list[str] = []
    todo: list[_Todo] = []
    for number, text in lines:
        name = f"{number:0{digits}}.{kind.format.name}"
        digest = hashlib.sha256(source.key(text).encode()).hexdigest()
        before = known.get(name)
        if before is not None and before.digest == digest and before.audio == _audio(folder / name):
            done[name] = before
        else:
            todo.append(_Todo(number, text, name, digest, sentences_of(text, source)))
    said = 0
    spoken = spoken_in_order((wanted for line in todo for wanted, _pause_s in line.sentences), source, kept)
    try:
        for line in todo:
            tell(f"line {line.number} of {lines[-1][0]}", f"line {line.number}")
            takes = [next(spoken) for _sentence in line.sentences]
            error = next((each for each in takes if isinstance(each, Exception)), None)
            if error is not None:
                failures.append(_failure(line.number, error))
                continue
            joined = joined_sentences([each for each in takes if isinstance(each, Sentence)], line.pauses_s, kind)
            write_atomically(folder / line.name, joined.content)
            done[line.name] = line.said(joined)
            said += 1
    except BaseException:  # it is broken off: what an earlier run left is known still
        _write_index(folder, [*{**known, **done}.values()])
        raise
    finally:
        spoken.close()
    in_order = [done[name] for name in sorted(done)]
    _write_index(folder, in_order)
    for name, content in zip(SUBTITLES, (srt(cues_in_a_row(in_order)), vtt(cues_in_a_row(in_order))), strict=True):
        write_atomically(folder / name, content.encode())
    if not failures:
        kept.clear()
    return Batch(tuple(in_order), said, tuple(failures))


@dataclass(frozen=True)
class _Todo:
    """A line that is to be said."""

    number: int
    text: str
    name: str
    digest: str
    sentences: list[tuple[Wanted, float]]

    @property
    def pauses_s(self) -> list[float]:
        return [pause_s for _wanted, pause_s in self.sentences]

    def said(self, joined: Joined) -> Line:
        origin, audio = joined.origin, hashlib.sha256(joined.content).hexdigest()
        made = (origin.engine, origin.model, origin.seed)
        return Line(
            self.number,
            self.text,
            self.name,
            *made,
            joined.duration_s,
            self.digest,
            audio,
            checked=joined.checked,
            doubts=joined.doubts,
        )


def _failure(number: int, error: Exception) -> str:
    """Return the line's own fault in words. Raises any other error."""
    if isinstance(error, VoiceLabError) and (isinstance(error, WrongInput) or _is_the_lines_own(error)):
        return f"Line {number}: {error.message}"
    raise error


def _write_index(folder: Path, lines: list[Line]) -> None:
    write_json(folder / INDEX, [asdict(line) for line in lines])


def cues_in_a_row(lines: list[Line]) -> list[Cue]:
    """Return the lines as captions of the files played one after the other; doubtful ones begin with DOUBTFUL."""
    cues, at_s = [], 0.0
    for line in lines:
        cues.append(Cue(f"{DOUBTFUL}{line.text}" if line.doubts else line.text, at_s, at_s + line.duration_s))
        at_s += line.duration_s
    return cues


def _known(folder: Path) -> dict[str, Line]:
    """Return what an earlier run left, by file name."""
    try:
        entries: list[dict[str, Any]] = read_json(folder / INDEX)
        return {entry["path"]: Line(**entry | {"doubts": tuple(entry.get("doubts", ()))}) for entry in entries}
    except (OSError, ValueError, TypeError, KeyError):
        return {}


def _audio(path: Path) -> str:
    try:
        return hashlib.sha256(path.read_bytes()).hexdigest()
    except OSError:
        return ""


def _is_the_lines_own(error: VoiceLabError) -> bool:
    """Say whether the next line may go well all the same."""
    return error.code in {"empty_text", "text_too_long", "nothing_spoken", "never_ended"}
