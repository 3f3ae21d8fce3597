"""Bringing a recording: read while the page says so, put away and taken back, found again after a reload."""

from __future__ import annotations

import queue
import threading
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from voicelab.clips.first_window import suggested_window
from voicelab.clips.speech import speech_stretches
from voicelab.errors import UnknownDraft, VoiceLabError
from voicelab.ui.actions.draft_view import UNCHANGED, DraftView, empty_view
from voicelab.ui.actions.make_actions import with_checks
from voicelab.ui.actions.updates import KEEP, Update, busy, said, shown
from voicelab.voices.draft import shown_name

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator

    from voicelab.lab import Lab
    from voicelab.voices.draft import Draft

_TELL_EVERY_S = 1.0


class Brought(NamedTuple):
    """The outputs of everything that puts another recording on the page, or takes it away."""

    view: DraftView
    stop: Update | Any
    """The button that stops the reading."""
    back: Update | Any
    """The button that brings back the recording before."""
    before: str | Any
    """The draft that it brings back."""


SAME = Brought(UNCHANGED, shown(False), KEEP, KEEP)
"""The page keeps the recording that it has."""


def take_recording(lab: Lab, upload: str | None, before: str) -> Iterator[Brought]:
    """Make a draft of an uploaded or recorded file, with a first window; `before` is what the page has in the making.

    What is shown of that goes at once: nobody should work on one recording while another one is on its way.
    """
    if not upload:
        yield SAME
        return
    path = Path(upload)
    name = shown_name(path.name)
    try:
        draft = yield from _read(lab, path, name)
    except VoiceLabError as error:
        hidden = UNCHANGED._replace(steps=shown(False), recording=said(error.message))
        yield Brought(hidden, shown(False), shown(bool(before)), before)
        return
    for view in with_checks(lab, draft):
        yield Brought(view._replace(best={}), shown(False), shown(bool(before)), before)


def stopped_reading(lab: Lab) -> Brought:  # noqa: ARG001 - every action takes the lab
    """Say that the file is not read on."""
    return Brought(UNCHANGED._replace(recording=said("Stopped reading.")), shown(False), KEEP, KEEP)


def start_over(lab: Lab, draft_id: str) -> Brought:  # noqa: ARG001 - every action takes the lab
    """Put the recording away; it is kept, and can be taken back."""
    return Brought(empty_view(), shown(False), shown(bool(draft_id)), draft_id)


def take_back(lab: Lab, before: str, draft_id: str) -> Iterator[Brought]:
    """Show the recording that was put away, or that another one took the place of; once more takes that back."""
    for view in with_checks(lab, lab.drafts.get(before)):
        yield Brought(view._replace(best={}), shown(False), shown(bool(draft_id)), draft_id)


def restore(lab: Lab, draft_id: str | None) -> Iterator[Brought]:
    """Show the draft that this browser had open before a reload; nothing if it is gone."""
    if not draft_id:  # a page without a draft is empty as it is, and may have got a recording meanwhile
        yield SAME
        return
    yield SAME._replace(view=UNCHANGED._replace(recording=busy("Bringing back your recording…")))
    try:
        draft = lab.drafts.get(draft_id)
    except UnknownDraft:
        yield Brought(empty_view(), shown(False), shown(False), "")
        return
    for view in with_checks(lab, draft):
        yield SAME._replace(view=view)


def _read(lab: Lab, path: Path, name: str) -> Generator[Brought, None, Draft]:
    """Decode the file in a thread, telling for how long; closing the generator leaves nothing of it."""
    done: queue.Queue[Draft | Exception] = queue.Queue()
    left = threading.Event()

    def work() -> None:
        try:
            draft = _first(lab, path)
        except Exception as error:  # noqa: BLE001 - carried to the thread that waits, and raised there
            done.put(error)
        else:
            done.put(draft)
            if left.is_set():
                lab.drafts.remove(draft.id)

    began = time.monotonic()
    threading.Thread(target=work, name="read", daemon=True).start()
    told = f"Reading {name}…"
    try:
        while True:
            hidden = UNCHANGED._replace(steps=shown(False), recording=busy(told))
            yield Brought(hidden, shown(True), shown(False), KEEP)
            try:
                outcome = done.get(timeout=_TELL_EVERY_S)
                break
            except queue.Empty:
                told = f"Reading {name}… {time.monotonic() - began:.0f} s"
    except GeneratorExit:
        left.set()
        raise
    if isinstance(outcome, Exception):
        raise outcome
    return outcome


def _first(lab: Lab, path: Path) -> Draft:
    draft = lab.drafts.create(path, path.name)
    recording = lab.drafts.recording_clip(draft.id)
    window = suggested_window(recording, speech_stretches(recording), clipped_s=draft.clipped_s)
    return lab.drafts.set_window(draft.id, window)
