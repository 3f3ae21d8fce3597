"""What `voice add` does between the recording and the folder: what is replaced, the checks, whose words they are."""

from __future__ import annotations

import textwrap
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from voicelab.cli.arguments import hearing
from voicelab.cli.output import Answer, tell
from voicelab.errors import VoiceExists
from voicelab.voices.accepting import CheckedText, refuse_clip, refuse_words, words_of
from voicelab.voices.slug import slug_of

if TYPE_CHECKING:
    from pathlib import Path

    from voicelab.clips.clip import Clip, Window
    from voicelab.clips.decode import Recording
    from voicelab.clips.findings import Checkup
    from voicelab.lab import Lab
    from voicelab.voices.voice import Recipe, Voice

_CLIP_WAY = "--start-s and --end-s choose another stretch; --anyway keeps this one."
_WORDS_WAY = "Correct the text (`transcript check` shows each word), or keep it with --anyway."


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
    if not anyway:
        refuse_clip(checkup, _CLIP_WAY)
    return checkup


def checked_text(lab: Lab, clip: Clip, written: str | None, language: str | None, *, anyway: bool) -> CheckedText:
    """Return the given text, or what is heard, with how it fits. Raises InvalidValue for a mismatch."""
    if written is not None:
        tell("checking every word", "words")
    words = words_of(lab.transcriber, clip, written, language, hearing)
    if not anyway:
        refuse_words(words.match, _WORDS_WAY)
    return words


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
