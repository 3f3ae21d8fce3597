"""A voice in the making, and its files.

<id>/
├── recording.<ext>   what the user brought, untouched
├── decoded.wav       the whole of it as a clip: 24 kHz, mono, 16 bit
├── opinion.json      Opinion: what a second recognizer heard, where one was asked
├── draft.json        Source: what does not change while the voice is made
└── steps/<n>.json    Step: window and words after each change; the highest number holds. <n>.undone was taken back
"""

from __future__ import annotations

import re
import time
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path

from voicelab.clips.clip import Window
from voicelab.clips.track_choice import Choice
from voicelab.errors import InvalidValue
from voicelab.transcripts.pieces import rejoined
from voicelab.transcripts.words import Transcript
from voicelab.voices.document import read_document, write_document
from voicelab.voices.known_words import KnownWords, first_known

GONE = ".gone"
"""What the folder of a draft ends in that is being removed: half of one is never opened, and the next sweep ends it."""
DECODED = "decoded.wav"
SCHEMA_VERSION = 1
UNDO_STEPS = 50
"""Changes that can be taken back."""
TYPED_WITHIN_S = 2.0
"""Edits that follow each other so quickly are one change to undo."""
MAX_FILENAME = 120
"""Characters of the user's file name that are kept."""
_OPINION = "opinion.json"
_UNDONE = ".undone"
"""Instead of .json: a step that was taken back and can be done again."""


@dataclass(frozen=True)
class Source:
    """Where a draft comes from."""

    filename: str
    """What the user's file was called: shown, never used as a path."""
    recording: str
    """What the file is called in the draft's folder; empty when only a voice's clip is left of it."""
    seconds: float
    choice: Choice = field(default_factory=Choice)
    channel: int | None = None
    """Which channel that is; None is the mix."""
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
    repairs: tuple[str, ...] = ()
    """Of clips/repairs.py, done to the clip; empty unless the person asked."""
    tail_silence: bool = True
    """Whether the voice's recipe will append silence to the clip."""


@dataclass(frozen=True)
class Opinion:
    """What another recognizer heard in one window."""

    window: Window
    transcript: Transcript


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
    repairs: tuple[str, ...] = ()
    """Of clips/repairs.py, done to the clip."""
    tail_silence: bool = True
    """Whether the voice's recipe will append silence to the clip."""
    choice: Choice = field(default_factory=Choice)
    """Which track and channel of the recording are taken."""
    channel: int | None = None
    """Which channel that is, where nobody chose: the one that has the sound, or None, the mix."""
    opinion: Transcript | None = field(default=None, compare=False)
    """What another recognizer heard in the clip."""
    undoable: bool = field(default=False, compare=False)
    redoable: bool = field(default=False, compare=False)

    @property
    def clipped_in_window(self) -> tuple[float, ...]:
        """Where the clip is clipped, in seconds from its start."""
        inside = (at_s for at_s in self.clipped_s if self.window.start_s <= at_s <= self.window.end_s)
        return tuple(at_s - self.window.start_s for at_s in inside)

    def sounds_and_says_as(self, other: Draft) -> bool:
        """Say whether a verdict on the sound and the words of `other` holds here too."""
        return (self.window, self.repairs, self.transcript) == (other.window, other.repairs, other.transcript)


def draft_of(draft_id: str, source: Source, step: Step, folder: Path) -> Draft:
    """Put together what the files in `folder` hold."""
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
        repairs=step.repairs,
        tail_silence=step.tail_silence,
        choice=source.choice,
        channel=source.channel,
        opinion=_opinion(folder, step.window),
        undoable=len(step_paths(folder)) > 1,
        redoable=bool(_undone(folder)),
    )


def with_window(step: Step, window: Window) -> Step:
    """Return the step after the window moved: its words are cut anew from all that are known."""
    if step.known is None:
        return replace(step, window=window, cut_notes=())
    transcript, notes = step.known.recall(window)
    return replace(step, window=window, transcript=transcript, cut_notes=notes)


def with_transcript(step: Step, transcript: Transcript) -> Step:
    """Return the step after the clip's words were heard anew or edited."""
    if transcript == step.transcript:
        return step

    def learned(known: KnownWords | None) -> KnownWords:
        return known.learn(step.window, transcript) if known else first_known(step.window, transcript)

    heard = step.heard if transcript.by_hand else learned(step.heard)
    return replace(step, transcript=transcript, known=learned(step.known), heard=heard, cut_notes=())


def write_source(folder: Path, source: Source) -> None:
    """Write draft.json."""
    write_document(folder / "draft.json", asdict(source), SCHEMA_VERSION)


def read_source(folder: Path) -> Source:
    """Return what `write_source` wrote. Raises FileNotFoundError, UnreadableFile."""
    return read_document(folder / "draft.json", Source, SCHEMA_VERSION)


def add_step(folder: Path, step: Step) -> None:
    """Write a step after the others, and forget those beyond UNDO_STEPS and those that were undone."""
    steps = step_paths(folder)
    for path in _undone(folder):
        path.unlink(missing_ok=True)
    write_document(folder / "steps" / f"{_number(steps) + 1}.json", asdict(step), SCHEMA_VERSION)
    for path in steps[:-UNDO_STEPS]:
        path.unlink(missing_ok=True)


def last_step(folder: Path) -> Step:
    """Return the step that holds, torn words of older versions whole. Raises FileNotFoundError, UnreadableFile."""
    step = read_document(folder / "steps" / f"{_number(step_paths(folder))}.json", Step, SCHEMA_VERSION)
    return replace(
        step,
        transcript=rejoined(step.transcript) if step.transcript else None,
        known=_mended(step.known),
        heard=_mended(step.heard),
    )


def _mended(known: KnownWords | None) -> KnownWords | None:
    return replace(known, transcript=rejoined(known.transcript)) if known else None


def write_opinion(folder: Path, opinion: Opinion) -> None:
    """Write opinion.json, in place of an earlier one."""
    write_document(folder / _OPINION, asdict(opinion), SCHEMA_VERSION)


def _opinion(folder: Path, window: Window) -> Transcript | None:
    try:
        opinion = read_document(folder / _OPINION, Opinion, SCHEMA_VERSION)
    except FileNotFoundError:
        return None
    return rejoined(opinion.transcript) if opinion.window == window else None


def amend_step(folder: Path, step: Step) -> None:
    """Write `step` in place of the one that holds: the same change, known better or gone on with."""
    write_document(step_paths(folder)[-1], asdict(step), SCHEMA_VERSION)


def may_go_on(folder: Path, before: Step, after: Step) -> bool:
    """Say whether `after` is no change of its own to undo: the same text known better, or typing that goes on."""
    if before.transcript is None or not before.transcript.by_hand or before.cut_notes:
        return False
    same_text = after.transcript is not None and after.transcript.text == before.transcript.text
    return same_text or time.time() - step_paths(folder)[-1].stat().st_mtime < TYPED_WITHIN_S


def changed_at(folder: Path) -> float:
    """Return when something was last written: seconds since the epoch."""
    return max(path.stat().st_mtime for path in (folder, *folder.glob("steps")))


def drop_step(folder: Path) -> None:
    """Take back the last change, so that `bring_step` can do it again. Raises InvalidValue when there is none."""
    steps = step_paths(folder)
    if len(steps) <= 1:
        raise InvalidValue("draft", "There is nothing to undo.")
    steps[-1].rename(steps[-1].with_suffix(_UNDONE))


def bring_step(folder: Path) -> None:
    """Do the change again that was taken back last. Raises InvalidValue when there is none."""
    undone = _undone(folder)
    if not undone:
        raise InvalidValue("draft", "There is nothing to do again.")
    undone[0].rename(undone[0].with_suffix(".json"))


def shown_name(filename: str) -> str:
    """Return what the user's file was called as it may be shown: printable and short."""
    name = re.split(r"[/\\]", filename)[-1]
    kept = "".join(character for character in name if character.isprintable()).strip()
    return kept[:MAX_FILENAME] or "recording"


def step_paths(folder: Path) -> list[Path]:
    """Return the files of the steps, the one that holds last."""
    return sorted((folder / "steps").glob("[0-9]*.json"), key=lambda path: int(path.stem))


def _undone(folder: Path) -> list[Path]:
    """Return the steps that were taken back, the last one first."""
    return sorted((folder / "steps").glob(f"[0-9]*{_UNDONE}"), key=lambda path: int(path.stem))


def _number(steps: list[Path]) -> int:
    return int(steps[-1].stem) if steps else 0
