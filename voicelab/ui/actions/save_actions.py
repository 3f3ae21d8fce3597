"""Keeping a voice in the making under a name."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

from voicelab.clips.ending import check_ending
from voicelab.clips.speech import speech_stretches
from voicelab.errors import EmptyText, VoiceExists
from voicelab.ui.actions.draft_view import MATCH_WORDS, matched, open_draft
from voicelab.ui.actions.empty_states import VoiceList, voice_list
from voicelab.ui.actions.updates import KEEP, Notice, Update, notice, shown
from voicelab.voices.saving import save_as_voice
from voicelab.voices.slug import slug_of

if TYPE_CHECKING:
    from voicelab.lab import Lab


@dataclass(frozen=True)
class Asked:
    """The voice that would be replaced, as the page keeps it."""

    slug: str
    revision: int


class Saved(NamedTuple):
    """The outputs of saving."""

    notes: list[Notice]
    ask: Update
    """Whether the question about replacing is shown."""
    asked: dict[str, Any] | None
    """An Asked: what the question is about."""
    anyway: Update
    """Whether the button that saves what was doubted is shown."""
    say: Update
    """Whether the button that leads on to speaking is shown."""
    slug: str | Any
    """The voice that was saved."""


_ASKING = Saved([], shown(False), None, shown(False), shown(False), KEEP)


def save(lab: Lab, draft_id: str, name: str, language: str, consent: str) -> Saved:
    """Save the draft as a voice.

    A name that is taken is asked about and never overwritten; so are a clip that breaks off, and a text that is not
    what is heard in it.
    """
    draft = open_draft(lab, draft_id)
    clip = lab.drafts.clip(draft.id)
    ending = check_ending(clip, speech_stretches(clip))
    doubts = [] if ending.level == "ok" else [notice(ending.message, "warn", "Ending")]
    checked = matched(lab, draft)
    if checked.match and checked.match.verdict == "mismatch":
        doubts.append(notice(MATCH_WORDS["mismatch"][1], "fail", "Match"))
    if doubts:
        doubts.append(notice("Save it as it is?", "info", "Question"))
        return _ASKING._replace(notes=doubts, anyway=shown(True))
    return _save(lab, draft_id, name, (language, consent), None)


def save_anyway(lab: Lab, draft_id: str, name: str, language: str, consent: str) -> Saved:
    """Save a clip that breaks off, or a text that does not fit, as the person wants it."""
    return _save(lab, draft_id, name, (language, consent), None)


def replace(lab: Lab, draft_id: str, name: str, language: str, consent: str, asked: Asked | None) -> Saved:
    """Save over the voice that the person was asked about; refused if it has changed since.

    Under a name that was written after that the draft is saved as by `save`: of that voice nobody was asked.
    """
    if asked is None or asked.slug != slug_of(name):
        return save(lab, draft_id, name, language, consent)
    return _save(lab, draft_id, name, (language, consent), asked.revision)


def keep(lab: Lab) -> Saved:  # noqa: ARG001 - every action takes the lab
    """Answer the question with no: nothing is touched."""
    return _ASKING._replace(notes=[notice("Nothing was replaced. Choose another name and save again.")])


def _save(lab: Lab, draft_id: str, name: str, details: tuple[str, str], revision: int | None) -> Saved:
    draft = open_draft(lab, draft_id)
    language, consent = details
    checked = matched(lab, draft)
    match, unchecked = checked.match, checked.unchecked
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
            checked=draft,
            replace_revision=revision,
        )
    except VoiceExists as error:
        slug = slug_of(name)
        taken = next((voice for voice in lab.voices.voices() if voice.slug == slug), None)
        if revision is not None or taken is None:
            raise
        question = notice(f"{error.message} Replace it with what is on this page?", "warn", "Taken")
        return _ASKING._replace(notes=[question], ask=shown(True), asked=asdict(Asked(slug, taken.revision)))
    rows = [
        notice(f"Saved as voices/{voice.slug}. It can speak now: say something with it, or compare settings.", "ok")
    ]
    if not voice.consent:
        text = (
            "Nobody's consent is noted. The voice speaks on this machine; once others can reach the lab, it is not "
            "served to them until you write down who agreed to what, and save again."
        )
        rows.append(notice(text, "warn", "Consent"))
    if match is None:
        rows.append(notice(f"Its text was not checked against the audio. {unchecked}", "warn", "Match"))
    elif match.verdict == "mismatch":
        text = "The text does not fit the audio: expect the clone to stumble. Correct the marked words and save again."
        rows.append(notice(text, "fail", "Match"))
    return _ASKING._replace(notes=rows, say=shown(True), slug=voice.slug)


def go_on_with(lab: Lab, slug: str, current: str | None) -> VoiceList:
    """Offer every voice, with the one that was saved chosen; before anything was, the one that is."""
    return voice_list(lab, slug or current)


class Spoken(NamedTuple):
    """The outputs of going on to speak with the voice that was saved."""

    voices: VoiceList
    kept: str
    """The voice that the tab chooses when it is opened."""


def say_something(lab: Lab, slug: str) -> Spoken:
    """Choose the voice in the tab Speak; the page then opens it and presses Speak."""
    return Spoken(voice_list(lab, slug), slug)
