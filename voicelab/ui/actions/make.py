"""Making a voice: take a recording, cut a clip, get every word right."""

from __future__ import annotations

import queue
import threading
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from voicelab.clips.checks import check
from voicelab.clips.clip import Window
from voicelab.clips.speech import speech_stretches
from voicelab.clips.suggest import suggested_window
from voicelab.errors import Cancelled, InvalidValue, UnknownDraft
from voicelab.transcripts.cut import edit_text
from voicelab.transcripts.estimate import edit_unchecked
from voicelab.ui.actions.draft_view import (
    UNCHANGED,
    DraftView,
    check_rows,
    draft_view,
    empty_view,
    matched,
    words_value,
)
from voicelab.ui.actions.values import IDLE, KEEP, Notice, Progress, busy, notice, said

if TYPE_CHECKING:
    from collections.abc import Iterator

    from voicelab.lab import Lab
    from voicelab.transcripts.words import Transcript
    from voicelab.voices.draft import Draft

_CHECKING: list[Notice] = [notice("Checking the clip…", "info")]


class Heard(NamedTuple):
    """The outputs of transcribing: how far it is, and the draft."""

    progress: Progress
    text: str | Any
    words: dict[str, Any] | Any
    notes: list[Notice] | Any


class Edited(NamedTuple):
    """The outputs of an edit of the text."""

    words: dict[str, Any] | Any
    notes: list[Notice] | Any


def take_recording(lab: Lab, upload: str | None) -> Iterator[DraftView]:
    """Make a draft of an uploaded or recorded file, with a first window. Yields the picture first, then the checks."""
    if not upload:
        yield UNCHANGED
        return
    path = Path(upload)
    draft = lab.drafts.create(path, path.name)
    recording = lab.drafts.recording_clip(draft.id)
    draft = lab.drafts.set_window(draft.id, suggested_window(recording, speech_stretches(recording)))
    yield from with_checks(lab, draft)


def set_window(lab: Lab, draft_id: str, start_s: float | None, end_s: float | None) -> Iterator[DraftView]:
    """Cut the clip anew. The text is cut along with it, and the page says what fell away."""
    draft = open_draft(lab, draft_id)
    if start_s is None or end_s is None:
        raise InvalidValue("window", "Give both a start and an end, in seconds.")
    if _is_shown(draft, start_s, end_s):
        yield UNCHANGED
        return
    yield from with_checks(lab, lab.drafts.set_window(draft.id, Window(float(start_s), float(end_s))))


def drag_window(lab: Lab, start_s: float, end_s: float, draft_id: str) -> Iterator[DraftView]:
    """Do what `set_window` does, for the waveform's event."""
    yield from set_window(lab, draft_id, start_s, end_s)


def undo(lab: Lab, draft_id: str) -> Iterator[DraftView]:
    """Take back the last change of window or text."""
    yield from with_checks(lab, lab.drafts.undo(open_draft(lab, draft_id).id))


def restore(lab: Lab, draft_id: str | None) -> Iterator[DraftView]:
    """Show the draft that this browser had open before a reload; nothing if it is gone."""
    if not draft_id:  # a page without a draft is empty as it is, and may have got a recording meanwhile
        yield UNCHANGED
        return
    try:
        draft = lab.drafts.get(draft_id)
    except UnknownDraft:
        yield empty_view()
        return
    yield from with_checks(lab, draft)


def hear(lab: Lab, draft_id: str, model: str, language: str) -> Iterator[Heard]:
    """Transcribe the clip, telling how far it is; closing the generator cancels it."""
    draft = open_draft(lab, draft_id)
    clip = lab.drafts.clip(draft.id)
    told: queue.Queue[Progress | Transcript | BaseException] = queue.Queue()
    stopped = threading.Event()

    def report(message: str, fraction: float | None) -> None:
        if stopped.is_set():
            raise Cancelled("Transcribing was cancelled.")
        told.put(busy(message, fraction))

    def work() -> None:
        try:
            told.put(lab.transcriber.hear(clip, model or None, language or None, report))
        except BaseException as error:  # noqa: BLE001 - carried to the thread that waits, and raised there
            told.put(error)

    threading.Thread(target=work, name="hear", daemon=True).start()
    try:
        yield Heard(busy("Starting the recognizer…"), KEEP, KEEP, KEEP)
        while isinstance(step := told.get(), dict):
            yield Heard(step, KEEP, KEEP, KEEP)
    finally:
        stopped.set()
    if isinstance(step, BaseException):
        raise step
    draft = lab.drafts.set_transcript(draft.id, step)
    view = draft_view(draft, KEEP, matched(lab, draft))
    yield Heard(IDLE, view.text, view.words, view.notes)


def stopped_hearing(lab: Lab) -> Heard:  # noqa: ARG001 - every action takes the lab
    """Say that transcribing was cancelled."""
    return Heard(said("Cancelled."), KEEP, KEEP, KEEP)


def edit(lab: Lab, draft_id: str, text: str, start_s: float | None, end_s: float | None) -> Edited:
    """Match the edited text against the audio and keep it in the draft.

    `start_s` and `end_s` are the window as the person sees it: a text that was written for another window than the
    draft's has been overtaken by a cut, and is left alone.
    """
    if not draft_id:
        return Edited({}, [])
    draft = open_draft(lab, draft_id)
    if not _is_shown(draft, start_s, end_s):
        return Edited(KEEP, KEEP)
    if draft.transcript is None and not text.strip():
        return Edited(words_value(draft, None), [])
    if not text.strip():
        row = notice("There is no text yet. Transcribe the clip, or write what is said in it.", "fail", "Match")
        return Edited(words_value(draft, None), [row])
    checked = matched(lab, draft, text)
    before = draft.transcript
    if before is None or before.text.split() != text.split():
        language = draft.language or "english"
        if checked.match:
            edited = edit_text(before, text, checked.match, language)
        else:
            edited = edit_unchecked(before, text, draft.window.seconds, language)
        draft = lab.drafts.set_transcript(draft.id, edited)
    view = draft_view(draft, KEEP, checked)
    return Edited(view.words, view.notes)


def with_checks(lab: Lab, draft: Draft) -> Iterator[DraftView]:
    """Show `draft` at once, and again when its clip has been checked."""
    yield draft_view(draft, _CHECKING, matched(lab, draft))
    checkup = check(lab.drafts.clip(draft.id), draft.clipped_in_window)
    # The checks take a second, in which the person may have gone on: nothing else is touched, and old news is dropped.
    if lab.drafts.get(draft.id).window == draft.window:
        yield UNCHANGED._replace(checks=check_rows(checkup))


def open_draft(lab: Lab, draft_id: str) -> Draft:
    """Return the draft on the page. Raises UnknownDraft with what to do when there is none."""
    if not draft_id:
        raise UnknownDraft("There is no recording yet. Bring one first: drop a file or record with the microphone.")
    return lab.drafts.get(draft_id)


def _is_shown(draft: Draft, start_s: float | None, end_s: float | None) -> bool:
    """Say whether the fields of the page, with their two digits, show the draft's window."""
    if start_s is None or end_s is None:
        return False
    return (round(start_s, 2), round(end_s, 2)) == (round(draft.window.start_s, 2), round(draft.window.end_s, 2))
