"""Hearing a clip: the words, a second opinion on them, and the language they are in."""

from __future__ import annotations

import contextlib
import queue
import threading
import time
from dataclasses import replace
from typing import TYPE_CHECKING, Any, NamedTuple

from voicelab.errors import Cancelled, InvalidValue
from voicelab.languages import language_name
from voicelab.ui.actions.draft_view import open_draft
from voicelab.ui.actions.make_actions import with_match
from voicelab.ui.actions.updates import IDLE, KEEP, Notice, Progress, busy, said

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator

    from voicelab.lab import Lab
    from voicelab.transcripts.words import Transcript
    from voicelab.ui.actions.widget_json import Editor
    from voicelab.voices.draft import Draft


_TELL_EVERY_S = 1.0
"""How often a person who waits is told for how long."""


class Heard(NamedTuple):
    """The outputs of transcribing: how far it is, and the draft."""

    progress: Progress | Any
    text: str | Any
    words: Editor | Any
    notes: list[Notice] | Any


def hear(lab: Lab, draft_id: str, model: str, language: str) -> Iterator[Heard]:
    """Transcribe the clip, telling how far it is; closing the generator cancels it."""
    draft = open_draft(lab, draft_id)
    heard = yield from _heard(lab, draft, model, language)
    yield from _seen(lab, lab.drafts.set_transcript(draft.id, heard), IDLE)


def second_opinion(lab: Lab, draft_id: str, model: str, language: str) -> Iterator[Heard]:
    """Let another recognizer hear the clip, and mark the words on which it disagrees; the text stays as it is."""
    draft = open_draft(lab, draft_id)
    if draft.transcript is None:
        raise InvalidValue("draft", "There is no text yet that a second recognizer could doubt. Transcribe first.")
    heard = yield from _heard(lab, draft, model, language or draft.transcript.language)
    draft = lab.drafts.set_opinion(draft.id, heard)
    first = draft.heard.author if draft.heard else ""
    same = f" {first} had heard the text itself, so this is no second witness." if heard.author == first else ""
    told = said(f"Second opinion by {heard.author}.{same} {' '.join(heard.notes)}".strip())
    for seen in _seen(lab, draft, told):
        yield seen._replace(text=KEEP)  # the person may have written on while the recognizer was listening


def set_language(lab: Lab, draft_id: str, language: str) -> Iterator[Heard]:
    """Take the text to be in `language` from now on, whatever was found out; "" leaves it as it is."""
    draft = lab.drafts.get(draft_id) if draft_id else None
    if draft is None or draft.transcript is None or not language:
        yield Heard(IDLE, KEEP, KEEP, KEEP)
        return
    spoken = replace(draft.transcript, language=language_name(language))
    yield from _seen(lab, lab.drafts.set_transcript(draft.id, spoken), IDLE)


def stopped_hearing(lab: Lab) -> Heard:  # noqa: ARG001 - every action takes the lab
    """Say that transcribing was cancelled."""
    return Heard(said("Cancelled."), KEEP, KEEP, KEEP)


def _seen(lab: Lab, draft: Draft, progress: Progress) -> Iterator[Heard]:
    for number, view in enumerate(with_match(lab, draft, KEEP)):
        yield Heard(progress if number == 0 else KEEP, view.text, view.words, view.notes)


def _with_time(progress: Progress, seconds: float) -> Progress:
    """Return `progress` with how long it has been going on, once that is worth telling."""
    if seconds < _TELL_EVERY_S:
        return progress
    return busy(f"{progress['message']} · {seconds:.0f} s", progress["fraction"])


def _heard(lab: Lab, draft: Draft, model: str, language: str) -> Generator[Heard, None, Transcript]:
    """Transcribe in a thread, yielding how far it is; return what was heard."""
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
        began = time.monotonic()
        step: Progress | Transcript | BaseException = busy("Starting the recognizer…")
        while isinstance(step, dict):
            yield Heard(_with_time(step, time.monotonic() - began), KEEP, KEEP, KEEP)
            with contextlib.suppress(queue.Empty):
                step = told.get(timeout=_TELL_EVERY_S)
    finally:
        stopped.set()
    if isinstance(step, BaseException):
        raise step
    return step
