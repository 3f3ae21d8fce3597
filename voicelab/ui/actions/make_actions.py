"""Making a voice: take a recording, cut a clip, get every word right."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from voicelab.clips.checks import check
from voicelab.clips.clip import Window
from voicelab.clips.first_window import suggested_window
from voicelab.clips.speech import speech_stretches
from voicelab.errors import InvalidValue, UnknownDraft
from voicelab.ui.actions.draft_view import (
    UNCHANGED,
    DraftView,
    check_rows,
    draft_view,
    empty_view,
    is_shown,
    matched,
    open_draft,
)
from voicelab.ui.actions.updates import KEEP, Notice, notice

if TYPE_CHECKING:
    from collections.abc import Iterator

    from voicelab.lab import Lab
    from voicelab.voices.draft import Draft

_CHECKING: list[Notice] = [notice("Checking the clip…", "info")]


def take_recording(lab: Lab, upload: str | None) -> Iterator[DraftView]:
    """Make a draft of an uploaded or recorded file, with a first window. Yields the picture first, then the checks."""
    if not upload:
        yield UNCHANGED
        return
    path = Path(upload)
    draft = lab.drafts.create(path, path.name)
    recording = lab.drafts.recording_clip(draft.id)
    draft = lab.drafts.set_window(draft.id, suggested_window(recording, speech_stretches(recording)))
    for view in with_checks(lab, draft):
        yield view._replace(best={})


def set_window(lab: Lab, draft_id: str, start_s: float | None, end_s: float | None) -> Iterator[DraftView]:
    """Do what `drag_window` does, for the two fields; they are set only to what differs from what was typed.

    The person may type on while the clip is cut, and an answer would write over that.
    """
    for view in drag_window(lab, start_s, end_s, draft_id):
        yield view._replace(start_s=_unless_typed(view.start_s, start_s), end_s=_unless_typed(view.end_s, end_s))


def _unless_typed(shown_s: float | Any, typed_s: float | None) -> float | Any:
    return KEEP if typed_s is not None and shown_s == round(typed_s, 2) else shown_s


def drag_window(lab: Lab, start_s: float | None, end_s: float | None, draft_id: str) -> Iterator[DraftView]:
    """Cut the clip anew. The text is cut along with it, and the page says what fell away."""
    draft = open_draft(lab, draft_id)
    if start_s is None or end_s is None:
        raise InvalidValue("window", "Give both a start and an end, in seconds.")
    if is_shown(draft, start_s, end_s):
        yield UNCHANGED
        return
    yield from with_checks(lab, lab.drafts.set_window(draft.id, Window(float(start_s), float(end_s))))


def leave_field(lab: Lab, draft_id: str, start_s: float | None, end_s: float | None) -> Iterator[DraftView]:
    """Do what `set_window` does when a field of the window is left; without a draft nothing was changed in it."""
    if draft_id:
        yield from set_window(lab, draft_id, start_s, end_s)
    else:
        yield UNCHANGED


def undo(lab: Lab, draft_id: str) -> Iterator[DraftView]:
    """Take back the last change of window, text or repairs."""
    before = open_draft(lab, draft_id)
    yield from _stepped(lab, before, lab.drafts.undo(before.id))


def redo(lab: Lab, draft_id: str) -> Iterator[DraftView]:
    """Do again what was taken back last."""
    before = open_draft(lab, draft_id)
    yield from _stepped(lab, before, lab.drafts.redo(before.id))


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


def _stepped(lab: Lab, before: Draft, draft: Draft) -> Iterator[DraftView]:
    """Show `draft`; its clip is checked again only if it is another one."""
    if (before.window, before.repairs) == (draft.window, draft.repairs):
        yield draft_view(draft, KEEP, matched(lab, draft))
    else:
        yield from with_checks(lab, draft)


def with_checks(lab: Lab, draft: Draft) -> Iterator[DraftView]:
    """Show `draft` at once, and again when its clip has been checked."""
    yield draft_view(draft, _CHECKING, matched(lab, draft))
    checkup = check(lab.drafts.clip(draft.id), draft.clipped_in_window)
    # The checks take a second, in which the person may have gone on: nothing else is touched, and old news is dropped.
    if lab.drafts.get(draft.id).window == draft.window:
        yield UNCHANGED._replace(checks=check_rows(checkup))
