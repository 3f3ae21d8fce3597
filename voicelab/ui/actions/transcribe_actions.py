"""Hearing a clip: the words, a second opinion on them, and the language they are in."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, NamedTuple

from voicelab.errors import InvalidValue
from voicelab.languages import language_name
from voicelab.ui.actions.draft_view import open_draft, text_of
from voicelab.ui.actions.long_work import shown_as, told_meanwhile
from voicelab.ui.actions.make_actions import with_match
from voicelab.ui.actions.models_actions import RECOGNIZERS
from voicelab.ui.actions.updates import IDLE, KEEP, Notice, Progress, said

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator

    from voicelab.lab import Lab
    from voicelab.transcripts.words import Transcript
    from voicelab.ui.actions.long_work import Report
    from voicelab.ui.actions.widget_json import Editor
    from voicelab.voices.draft import Draft


class Heard(NamedTuple):
    """The outputs of transcribing: how far it is, and the draft."""

    progress: Progress | Any
    text: str | Any
    words: Editor | Any
    notes: list[Notice] | Any


_TAIL = 160
"""Letters of what is heard that are shown while the recognizer goes on."""
_SAME = Heard(KEEP, KEEP, KEEP, KEEP)


def hear(lab: Lab, draft_id: str, model: str, language: str) -> Iterator[Heard]:
    """Transcribe the clip, telling how far it is; closing the generator cancels it.

    What the person wrote meanwhile stays.
    """
    yield from _transcribed(lab, open_draft(lab, draft_id), model, language)


def hear_first(lab: Lab, draft_id: str, model: str, language: str) -> Iterator[Heard]:
    """Transcribe a recording that was just brought, as far as that needs no download; what has a text is left alone."""
    draft = lab.drafts.get(draft_id) if draft_id else None
    at_hand = _at_hand(lab, model, language)
    if draft is None or draft.transcript is not None or not at_hand:
        yield _SAME
    else:
        yield from _transcribed(lab, draft, at_hand, language)


def _transcribed(lab: Lab, draft: Draft, model: str, language: str) -> Iterator[Heard]:
    heard, before = yield from _heard_as_it_is(lab, draft, model, language)
    now = lab.drafts.get(draft.id)
    if text_of(now) not in {text_of(before), heard.text}:
        yield _SAME._replace(progress=said("You wrote meanwhile: your text stays. Transcribe again to replace it."))
        return
    yield from _seen(lab, lab.drafts.set_transcript(draft.id, heard), IDLE)


def _at_hand(lab: Lab, wanted: str, language: str) -> str:
    """Return the recognizer that is wanted, or else the best one that is on disk and knows `language`; "" for none."""
    known = {info.name for info in lab.transcriber.recognizers() if info.available}
    if language in {"", "english"}:
        return next((name for name in (wanted, *RECOGNIZERS) if name in known), "")
    return next((name for name in (wanted, *RECOGNIZERS) if name in known and not name.endswith(".en")), "")


def second_opinion(lab: Lab, draft_id: str, model: str, language: str) -> Iterator[Heard]:
    """Let another recognizer hear the clip, and mark the words on which it disagrees; the text stays as it is."""
    draft = open_draft(lab, draft_id)
    if draft.transcript is None:
        raise InvalidValue("draft", "There is no text yet that a second recognizer could doubt. Transcribe first.")
    if draft.heard and model == draft.heard.author:
        raise InvalidValue(
            "recognizer", f"{model} had heard the text itself, so it can be no second witness. Choose another."
        )
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


def _heard_as_it_is(
    lab: Lab, draft: Draft, model: str, language: str
) -> Generator[Heard, None, tuple[Transcript, Draft]]:
    """Return what is heard and the draft when that began.

    It begins anew where the clip was cut or mended meanwhile: the words would lie elsewhere.
    """
    while True:
        heard = yield from _heard(lab, draft, model, language)
        now = lab.drafts.get(draft.id)
        if (now.window, now.repairs) == (draft.window, draft.repairs):
            return heard, draft
        draft = now


def _heard(lab: Lab, draft: Draft, model: str, language: str) -> Generator[Heard, None, Transcript]:
    """Transcribe in a thread, yielding how far it is; return what was heard."""
    clip = lab.drafts.clip(draft.id)

    def work(report: Report) -> Transcript:
        so_far = ""

        def grown(text: str) -> None:
            nonlocal so_far
            so_far = text if len(text) <= _TAIL else f"…{text[-_TAIL:]}"

        def told(message: str, fraction: float | None) -> None:
            report(f"{message}: “{so_far}”" if so_far else message, fraction)

        return lab.transcriber.hear(clip, model or None, language or None, told, grown)

    steps = told_meanwhile("hear", "Starting the recognizer…", work)
    heard = yield from shown_as(steps, lambda progress: Heard(progress, KEEP, KEEP, KEEP))
    return heard
