"""Editing the text of a clip: kept at once, checked against the audio right after."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING, Any, NamedTuple

from voicelab.transcripts.cut import edit_text
from voicelab.transcripts.estimated_times import edit_unchecked
from voicelab.ui.actions.draft_view import Matched, draft_view, is_shown, matched, open_draft, text_of, words_value
from voicelab.ui.actions.make_actions import with_match
from voicelab.ui.actions.updates import IDLE, KEEP, Notice, Progress, Update, notice, said, shown

if TYPE_CHECKING:
    from collections.abc import Iterator

    from voicelab.lab import Lab
    from voicelab.ui.actions.widget_json import Editor
    from voicelab.voices.draft import Draft


class Edited(NamedTuple):
    """The outputs of an edit of the text."""

    words: Editor | Any
    notes: list[Notice] | Any


class Reworded(NamedTuple):
    """The outputs of an edit of single words: the text changes too."""

    text: str | Any
    words: Editor | Any
    notes: list[Notice] | Any


class Kept(NamedTuple):
    """The outputs of keeping the text."""

    saved: Progress
    other: Update
    """Whether it is asked which text is to be kept: another page has changed it."""


class Overruled(NamedTuple):
    """The outputs of keeping the text of this page."""

    kept: Kept
    edited: Edited


class Taken(NamedTuple):
    """The outputs of taking the text of another page."""

    kept: Kept
    text: str | Any
    words: Editor | Any
    notes: list[Notice] | Any


_NOTHING = Kept(IDLE, shown(False))
_KEPT = Kept(said("Draft kept."), shown(False))
_CUT_ANEW = (
    "The clip was cut anew, perhaps in another tab, and what you write here is not kept. Reload the page to see it."
)


def keep(lab: Lab, draft_id: str, text: str, start_s: float | None, end_s: float | None, known: str) -> Kept:
    """Keep the text as it is typed, before anything is checked: a crash loses nothing.

    `start_s` and `end_s` are the window as the person sees it: a text that was written for another window than the
    draft's has been overtaken by a cut, and is left alone; without a start it is none of the person's. `known` are the
    texts that the page has shown or sent, as JSON: where the draft has another one, it came from elsewhere, and the
    person decides.
    """
    if not draft_id or not text.strip() or start_s is None:
        return _NOTHING
    draft = open_draft(lab, draft_id)
    if not is_shown(draft, start_s, end_s):
        return Kept(said(_CUT_ANEW), shown(False))
    if _is_foreign(draft, text, known):
        there = f"Another tab changed this text. It says there: “{text_of(draft)}”"
        return Kept(said(f"{there} What you wrote stands here, and is not kept yet."), shown(True))
    if _changed(draft, text):
        _keep(lab, draft, text, goes_on=True)
    return _KEPT


def edit(lab: Lab, draft_id: str, text: str, start_s: float | None, end_s: float | None, known: str) -> Edited:
    """Keep the edited text and match it against the audio; the other values as in `keep`."""
    if not draft_id:
        return Edited({}, [])
    draft = open_draft(lab, draft_id)
    if not is_shown(draft, start_s, end_s) or _is_foreign(draft, text, known):
        return Edited(KEEP, KEEP)
    if draft.transcript is None and not text.strip():
        return Edited(words_value(draft, None), [])
    if not text.strip():
        row = notice("There is no text yet. Transcribe the clip, or write what is said in it.", "fail", "Match")
        return Edited(words_value(draft, None), [row])
    return _edited(lab, draft, text, goes_on=True)


def keep_mine(lab: Lab, draft_id: str, text: str, start_s: float | None, end_s: float | None) -> Overruled:
    """Keep the text of this page although another one has changed it: Undo brings the other one back."""
    known = json.dumps([text_of(open_draft(lab, draft_id))])
    return Overruled(keep(lab, draft_id, text, start_s, end_s, known), edit(lab, draft_id, text, start_s, end_s, known))


def take_theirs(lab: Lab, draft_id: str) -> Iterator[Taken]:
    """Show what another page made of the text."""
    for view in with_match(lab, open_draft(lab, draft_id), KEEP):
        yield Taken(_NOTHING, view.text, view.words, view.notes)


def reword(lab: Lab, text: str, before: str, draft_id: str, start_s: float | None, end_s: float | None) -> Reworded:
    """Do what `edit` does for the text that the editor made of one changed word: a change of its own to undo.

    `before` is the text that the editor showed then. Where the person has meanwhile written another, theirs stays.
    """
    draft = open_draft(lab, draft_id)
    if not is_shown(draft, start_s, end_s):
        return Reworded(KEEP, words_value(draft, None, refused=True), [notice(_CUT_ANEW, "warn", "Words")])
    if draft.transcript is None or _letters(draft.transcript.text) != _letters(before):
        row = notice("The text had changed by then, and is now shown anew. Change the word once more.", "warn", "Words")
        checked = matched(lab, draft)
        return Reworded(KEEP, words_value(draft, checked.match, refused=True), [row])
    if not text.strip():
        row = notice("The last word stays: a voice needs its text. Write another word in its place.", "warn", "Words")
        return Reworded(KEEP, words_value(draft, None, refused=True), [row])
    edited = _edited(lab, draft, text, goes_on=False)
    return Reworded(text, edited.words, edited.notes)


def _edited(lab: Lab, draft: Draft, text: str, *, goes_on: bool) -> Edited:
    changed = _changed(draft, text)
    if changed:
        draft = _keep(lab, draft, text, goes_on=goes_on)
    checked = matched(lab, draft, text)
    now = lab.drafts.get(draft.id)
    if _changed(now, text) or now.window != draft.window:
        # The check took a while, in which the person went on: what they see by now is newer than this.
        return Edited(KEEP, KEEP)
    if changed or _is_provisional(now):
        now = _settled(lab, now, checked, text)
    view = draft_view(now, KEEP, checked)
    return Edited(view.words, view.notes)


def _keep(lab: Lab, draft: Draft, text: str, *, goes_on: bool) -> Draft:
    estimated = edit_unchecked(draft.transcript, text, draft.window.seconds, draft.language or "english")
    return lab.drafts.set_transcript(draft.id, estimated, goes_on=goes_on)


def _settled(lab: Lab, draft: Draft, checked: Matched, text: str) -> Draft:
    """Give the words the times that the check found; where nothing can check them they keep estimated ones."""
    if not checked.match:
        return draft
    edited = edit_text(draft.transcript, text, checked.match, draft.language or "english")
    return lab.drafts.set_transcript(draft.id, replace(edited, notes=()), goes_on=True)


def _is_provisional(draft: Draft) -> bool:
    """Say whether the text was kept without the times of a check."""
    return draft.transcript is not None and draft.transcript.by_hand and bool(draft.transcript.notes)


def _is_foreign(draft: Draft, text: str, known: str) -> bool:
    """Say whether the draft's text is neither `text` nor one that the page knows, a JSON list."""
    try:
        texts = json.loads(known)
    except ValueError:
        texts = []
    here = [_letters(each) for each in (text, *texts) if isinstance(each, str)]
    return _letters(text_of(draft)) not in here


def _letters(text: str) -> str:
    """Return `text` without its spaces, which the page and the lab put differently between words of some languages."""
    return "".join(text.split())


def _changed(draft: Draft, text: str) -> bool:
    return draft.transcript is None or draft.transcript.text.split() != text.split()
