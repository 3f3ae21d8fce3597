"""What `voice add` does between the recording and the folder: what is replaced, the checks, whose words they are."""

from __future__ import annotations

import textwrap
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from voicelab.cli.arguments import hearing
from voicelab.cli.output import Answer, tell
from voicelab.errors import ClipUnusable, InvalidValue, VoiceExists
from voicelab.voices.slug import slug_of

if TYPE_CHECKING:
    from pathlib import Path

    from voicelab.clips.clip import Clip, Window
    from voicelab.clips.decode import Recording
    from voicelab.clips.findings import Checkup
    from voicelab.lab import Lab
    from voicelab.transcripts.words import Match, Transcript
    from voicelab.voices.voice import Recipe, Voice


@dataclass(frozen=True)
class CheckedText:
    """The words of a voice, and how they fit its clip."""

    transcript: Transcript
    match: Match


@dataclass(frozen=True)
class Kept:
    """What a person decided of a voice and did not say anew."""

    consent: str
    recipe: Recipe
    note: str
    """What was taken over; empty for a new voice."""

    @classmethod
    def of(cls, before: Voice | None, consent: str | None, tail_silence: bool | None) -> Kept:
        """Return consent and recipe of a voice that takes the place of `before`; None is what was not given."""
        from voicelab.voices.voice import Recipe

        if before is None:
            return cls(consent or "", Recipe().with_tail_silence(tail_silence is not False), "")
        recipe = before.recipe if tail_silence is None else before.recipe.with_tail_silence(tail_silence)
        note = f"Kept of the voice that was here: its recipe ({recipe.model}, seed {recipe.seed})"
        if consent is None and before.consent:
            note += f", its consent note ({textwrap.shorten(before.consent, 60, placeholder=' …')})"
        return cls(before.consent if consent is None else consent, recipe, f"{note}.")


def voice_to_replace(lab: Lab, name: str, *, replace: bool) -> Voice | None:
    """Return the voice to replace, if one may be; before the seconds that hearing takes.

    Raises InvalidName, VoiceExists, and UnknownVoice when there is nothing to replace.
    """
    slug = slug_of(name)
    if replace:
        return lab.voices.get(slug)
    if any(voice.slug == slug for voice in lab.voices.voices()):
        raise VoiceExists(f"There is a voice {slug} already. Choose another name, or replace it with --replace.")
    return None


def checked_clip(recording: Recording, clip: Clip, window: Window, *, anyway: bool) -> Checkup:
    """Return what the checks of `clip` say. Raises ClipUnusable where one fails, unless it is kept `anyway`."""
    from voicelab.clips.checks import check

    tell("checking the clip", "checking")
    clipped = [at_s - window.start_s for at_s in recording.clipped_s if window.start_s <= at_s < window.end_s]
    checkup = check(clip, clipped)
    if checkup.verdict == "fail" and not anyway:
        failed = " ".join(row.message for row in checkup.checks if row.level == "fail")
        raise ClipUnusable(f"{failed} (--start-s and --end-s choose another stretch; --anyway keeps this one.)")
    return checkup


def checked_text(lab: Lab, clip: Clip, written: str | None, language: str | None, *, anyway: bool) -> CheckedText:
    """Return the given text, or what is heard, with how it fits. Raises InvalidValue for a mismatch."""
    from voicelab.transcripts.cut import edit_text
    from voicelab.transcripts.words import HAND, Transcript

    if written is None:
        transcript = lab.transcriber.hear(clip, language=language, report=hearing)
        match = lab.transcriber.check(clip, transcript.text, language=transcript.language)
    else:
        tell("checking every word", "words")
        spoken = language or "english"
        match = lab.transcriber.check(clip, written, language=spoken)
        transcript = edit_text(Transcript("", (), HAND, spoken), written, match)
    if match.verdict == "mismatch" and not anyway:
        wrong = ", ".join(repr(word.text) for word in match.words if word.verdict == "wrong")
        which = f" Not heard: {textwrap.shorten(wrong, 100, placeholder=' …')}." if wrong else ""
        raise InvalidValue(
            "text",
            f"The text does not fit the audio, and one wrong word spoils every clone.{which} Correct the text "
            "(`transcript check` shows each word), or keep it with --anyway.",
        )
    return CheckedText(transcript, match)


def added(voice: Voice, folder: Path, checkup: Checkup, text: CheckedText, kept: str) -> Answer:
    """Return what is told of a new voice, above all who wrote its words and who checked them."""
    author = text.transcript.author
    value: dict[str, Any] = {
        "name": voice.name,
        "slug": voice.slug,
        "path": folder,
        "seconds": voice.seconds,
        "verdict": voice.match,
        "text": text.transcript.text,
        "text_by": author,
        "checked_by_hand": text.transcript.by_hand,
        "consent": voice.consent,
        "notes": (*text.transcript.notes, *filter(None, (kept,))),
        "checks": checkup.checks,
    }
    warnings = [row.message for row in checkup.checks if row.level != "ok"]
    whose = f"text by hand: {voice.match}" if text.transcript.by_hand else f"text: heard by {author}, checked by nobody"
    made = f"{voice.name} is kept in {folder}: {voice.seconds:.1f} s, {whose}."
    lines = [*text.transcript.notes, *warnings, text.transcript.text, made, kept]
    if not text.transcript.by_hand:
        lines.append(
            f"{author} wrote these words, and cannot find what it misheard itself. Listen, correct what is wrong, and "
            "add the voice again with --text and --replace, or on the page."
        )
    return Answer(value, "\n".join(filter(None, lines)))
