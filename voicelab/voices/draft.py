"""A voice in the making, and its files.

<id>/
├── recording.<ext>   what the user brought, untouched
├── decoded.wav       the whole of it as a clip: 24 kHz, mono, 16 bit
├── draft.json        Source: what does not change while the voice is made
└── steps/<n>.json    Step: window and words after each change; the highest number holds, taking it away is the undo
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from pathlib import Path

from voicelab.clips.clip import Window
from voicelab.errors import InvalidValue
from voicelab.transcripts.words import Transcript
from voicelab.voices.document import read_document, write_document
from voicelab.voices.known_words import KnownWords, first_known

DECODED = "decoded.wav"
SCHEMA_VERSION = 1
UNDO_STEPS = 50
"""Changes that can be taken back."""


@dataclass(frozen=True)
class Source:
    """Where a draft comes from."""

    filename: str
    """What the user's file was called: shown, never used as a path."""
    recording: str
    """What the file is called in the draft's folder; empty when only a voice's clip is left of it."""
    seconds: float
    clipped_s: tuple[float, ...] = ()
    notes: tuple[str, ...] = ()
    language: str = ""
    voice_slug: str = ""
    voice_revision: int | None = None


@dataclass(frozen=True)
class Step:
    """What one change left."""

    window: Window
    transcript: Transcript | None = None
    known: KnownWords | None = None
    heard: KnownWords | None = None
    cut_notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Draft:
    """A voice in the making."""

    id: str
    """32 hexadecimal digits."""
    filename: str
    """What the user's file was called: shown, never used as a path."""
    seconds: float
    """Length of the recording."""
    window: Window
    """Where in the recording the clip lies; the whole recording at first."""
    transcript: Transcript | None
    """Of the clip: times count from the start of the window."""
    heard: Transcript | None
    """What the recognizer heard there, before any correction by hand."""
    clipped_s: tuple[float, ...]
    """Where the recording is clipped, in seconds from its start."""
    notes: tuple[str, ...]
    """What the person should know of the recording."""
    cut_notes: tuple[str, ...]
    """What the last change of the window did to the words."""
    language: str
    """Of the transcript, or else of the voice it was opened from; empty while nobody knows."""
    voice_slug: str
    """The voice that was opened or saved last; empty while there is none."""
    voice_revision: int | None
    """That voice's revision then."""

    @property
    def clipped_in_window(self) -> tuple[float, ...]:
        """Where the clip is clipped, in seconds from its start."""
        inside = (at_s for at_s in self.clipped_s if self.window.start_s <= at_s <= self.window.end_s)
        return tuple(at_s - self.window.start_s for at_s in inside)


def draft_of(draft_id: str, source: Source, step: Step) -> Draft:
    """Put together what the files hold."""
    return Draft(
        id=draft_id,
        filename=source.filename,
        seconds=source.seconds,
        window=step.window,
        transcript=step.transcript,
        heard=step.heard.recall(step.window)[0] if step.heard else None,
        clipped_s=source.clipped_s,
        notes=source.notes,
        cut_notes=step.cut_notes,
        language=step.transcript.language if step.transcript else source.language,
        voice_slug=source.voice_slug,
        voice_revision=source.voice_revision,
    )


def with_window(step: Step, window: Window) -> Step:
    """Return the step after the window moved: its words are cut anew from all that are known."""
    if step.known is None:
        return Step(window)
    transcript, notes = step.known.recall(window)
    return replace(step, window=window, transcript=transcript, cut_notes=notes)


def with_transcript(step: Step, transcript: Transcript) -> Step:
    """Return the step after the clip's words were heard anew or edited."""
    if transcript == step.transcript:
        return step

    def learned(known: KnownWords | None) -> KnownWords:
        return known.learn(step.window, transcript) if known else first_known(step.window, transcript)

    heard = step.heard if transcript.author == "hand" else learned(step.heard)
    return Step(step.window, transcript, learned(step.known), heard)


def write_source(folder: Path, source: Source) -> None:
    """Write draft.json."""
    write_document(folder / "draft.json", asdict(source), SCHEMA_VERSION)


def read_source(folder: Path) -> Source:
    """Return what `write_source` wrote. Raises FileNotFoundError, UnreadableFile."""
    return read_document(folder / "draft.json", Source, SCHEMA_VERSION)


def add_step(folder: Path, step: Step) -> None:
    """Write a step after the others, and forget those beyond UNDO_STEPS."""
    steps = step_paths(folder)
    write_document(folder / "steps" / f"{_number(steps) + 1}.json", asdict(step), SCHEMA_VERSION)
    for path in steps[:-UNDO_STEPS]:
        path.unlink(missing_ok=True)


def last_step(folder: Path) -> Step:
    """Return the step that holds. Raises FileNotFoundError, UnreadableFile."""
    return read_document(folder / "steps" / f"{_number(step_paths(folder))}.json", Step, SCHEMA_VERSION)


def drop_step(folder: Path) -> None:
    """Take back the last change. Raises InvalidValue when there is none."""
    steps = step_paths(folder)
    if len(steps) <= 1:
        raise InvalidValue("draft", "There is nothing to undo.")
    steps[-1].unlink()


def step_paths(folder: Path) -> list[Path]:
    """Return the files of the steps, the one that holds last."""
    return sorted((folder / "steps").glob("[0-9]*.json"), key=lambda path: int(path.stem))


def _number(steps: list[Path]) -> int:
    return int(steps[-1].stem) if steps else 0
