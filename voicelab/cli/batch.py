"""`say --lines`: a file of lines becomes a folder of files, with captions; what is there already is not said again."""

from __future__ import annotations

import hashlib
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from voicelab.cli.arguments import read_text
from voicelab.cli.output import tell
from voicelab.errors import InvalidValue, VoiceLabError, WrongInput
from voicelab.files import read_json, write_atomically, write_json
from voicelab.speech.captions import Cue, srt, vtt

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from voicelab.cli.speech_sources import Source

INDEX = "lines.json"
SUBTITLES = ("lines.srt", "lines.vtt")


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


def say_lines(lines: list[tuple[int, str]], source: Source, folder: Path, suffix: str) -> Batch:
    """Say each line into `folder`, one file per line called by its number, and write index and captions.

    A line that fails is told of at the end; the others are said. Raises StorageFailed, and whatever is not a line's
    own fault: then asking again goes on where it stopped.
    """
    known = _known(folder)
    done: list[Line] = []
    failures: list[str] = []
    said = 0
    digits = max(4, len(str(lines[-1][0])))
    for number, text in lines:
        path = folder / f"{number:0{digits}}.{suffix}"
        digest = hashlib.sha256(source.key(text).encode()).hexdigest()
        before = known.get(path.name)
        if before is not None and before.digest == digest and before.audio == _audio(path):
            done.append(before)
            continue
        tell(f"line {number} of {lines[-1][0]}", f"line {number}")
        try:
            spoken = source.say(text, patient=True)
        except VoiceLabError as error:
            if not isinstance(error, WrongInput) and not _is_the_lines_own(error):
                raise
            failures.append(f"Line {number}: {error.message}")
            continue
        write_atomically(path, spoken.content)
        audio = hashlib.sha256(spoken.content).hexdigest()
        origin = (spoken.engine, spoken.model, spoken.seed)
        line = Line(number, text, path.name, *origin, spoken.duration_s, digest, audio)
        done.append(line)
        said += 1
        write_json(folder / INDEX, [asdict(each) for each in {**known, **{each.path: each for each in done}}.values()])
    write_json(folder / INDEX, [asdict(line) for line in done])
    for name, content in zip(SUBTITLES, (srt(cues_in_a_row(done)), vtt(cues_in_a_row(done))), strict=True):
        write_atomically(folder / name, content.encode())
    return Batch(tuple(done), said, tuple(failures))


def cues_in_a_row(lines: list[Line]) -> list[Cue]:
    """Return the lines as captions of the files played one after the other."""
    cues, at_s = [], 0.0
    for line in lines:
        cues.append(Cue(line.text, at_s, at_s + line.duration_s))
        at_s += line.duration_s
    return cues


def _known(folder: Path) -> dict[str, Line]:
    """Return what an earlier run left, by file name."""
    try:
        entries: list[dict[str, Any]] = read_json(folder / INDEX)
        return {entry["path"]: Line(**entry) for entry in entries}
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
