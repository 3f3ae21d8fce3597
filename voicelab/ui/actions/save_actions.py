"""Keeping a voice in the making under a name."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from voicelab.errors import EmptyText, VoiceExists
from voicelab.ui.actions.draft_view import matched, open_draft
from voicelab.ui.actions.updates import Notice, Update, notice, shown
from voicelab.voices.saving import save_as_voice
from voicelab.voices.slug import slug_of

if TYPE_CHECKING:
    from voicelab.lab import Lab


class Saved(NamedTuple):
    """The outputs of saving."""

    notes: list[Notice]
    ask: Update
    """Whether the question about replacing is shown."""
    revision: int
    """Of the voice that would be replaced: the one the person was asked about."""


def save(lab: Lab, draft_id: str, name: str, language: str, consent: str) -> Saved:
    """Save the draft as a voice. A name that is taken is asked about, never overwritten."""
    return _save(lab, draft_id, name, (language, consent), None)


def replace(lab: Lab, draft_id: str, name: str, language: str, consent: str, revision: int) -> Saved:
    """Save over the voice that the person was asked about; refused if it has changed since."""
    return _save(lab, draft_id, name, (language, consent), revision)


def keep(lab: Lab) -> Saved:  # noqa: ARG001 - every action takes the lab
    """Answer the question with no: nothing is touched."""
    return Saved([notice("Nothing was replaced. Choose another name and save again.")], shown(False), 0)


def _save(lab: Lab, draft_id: str, name: str, details: tuple[str, str], revision: int | None) -> Saved:
    draft = open_draft(lab, draft_id)
    language, consent = details
    match, unchecked = matched(lab, draft)
    if match is None and not unchecked:
        raise EmptyText("The voice needs a transcript: transcribe the clip or write what is said in it, then save.")
    try:
        voice = save_as_voice(
            lab.drafts,
            lab.voices,
            draft.id,
            name,
            language,
            consent,
            match=match.verdict if match else "unchecked",
            replace_revision=revision,
        )
    except VoiceExists as error:
        slug = slug_of(name)
        taken = next((voice for voice in lab.voices.voices() if voice.slug == slug), None)
        if revision is not None or taken is None:
            raise
        question = notice(f"{error.message} Replace it with what is on this page?", "warn", "Taken")
        return Saved([question], shown(True), taken.revision)
    rows = [notice(f"Saved as voices/{voice.slug}. It can speak now: open Speak, or compare settings first.", "ok")]
    if match is None:
        rows.append(notice(f"Its text was not checked against the audio. {unchecked}", "warn", "Match"))
    elif match.verdict == "mismatch":
        text = "The text does not fit the audio: expect the clone to stumble. Correct the marked words and save again."
        rows.append(notice(text, "fail", "Match"))
    return Saved(rows, shown(False), 0)
