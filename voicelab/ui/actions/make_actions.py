"""Making a voice: cut a clip, get every word right."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from voicelab.clips.checks import check
from voicelab.clips.clip import Window
from voicelab.errors import InvalidValue
from voicelab.ui.actions.draft_view import (
    PENDING,
    UNCHANGED,
    DraftView,
    Matched,
    check_rows,
    draft_view,
    is_shown,
    is_still,
    matched,
    open_draft,
)
from voicelab.ui.actions.updates import KEEP, Notice, notice

if TYPE_CHECKING:
    from collections.abc import Iterator

    from voicelab.lab import Lab
    from voicelab.voices.draft import Draft

_CHECKING: list[Notice] = [notice("Checking the clip…", "info")]


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


def _stepped(lab: Lab, before: Draft, draft: Draft) -> Iterator[DraftView]:
    """Show `draft`; its clip is checked again only if it is another one."""
    if (before.window, before.repairs) == (draft.window, draft.repairs):
        yield from with_match(lab, draft, KEEP)
    else:
        yield from with_checks(lab, draft)


def with_checks(lab: Lab, draft: Draft) -> Iterator[DraftView]:
    """Show `draft` at once, then what its clip is like, then how its text fits: each takes longer than the one before.

    The person may have gone on meanwhile: nothing else is touched, and old news is dropped.
    """
    yield draft_view(draft, _CHECKING, _at_once(draft))
    checkup = check(lab.drafts.clip(draft.id), draft.clipped_in_window)
    if lab.drafts.get(draft.id).window == draft.window:
        yield UNCHANGED._replace(checks=check_rows(checkup))
    yield from _then_match(lab, draft)


def with_match(lab: Lab, draft: Draft, checks: list[Notice] | Any) -> Iterator[DraftView]:
    """Show `draft` at once, and how its text fits once that is known: the recognizer may be busy with another one."""
    yield draft_view(draft, checks, _at_once(draft))
    yield from _then_match(lab, draft)


def _at_once(draft: Draft) -> Matched:
    return PENDING if draft.transcript else Matched(None)


def _then_match(lab: Lab, draft: Draft) -> Iterator[DraftView]:
    if draft.transcript is None:
        return
    view = draft_view(draft, KEEP, matched(lab, draft))
    if is_still(lab, draft):
        yield UNCHANGED._replace(words=view.words, notes=view.notes)
