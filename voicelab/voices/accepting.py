"""What a clip and its words must be before a voice is made of them with nobody looking: either spoils a clone."""

from __future__ import annotations

import textwrap
from dataclasses import dataclass
from typing import TYPE_CHECKING

from voicelab.errors import ClipUnusable, InvalidValue

if TYPE_CHECKING:
    from collections.abc import Callable

    from voicelab.clips.clip import Clip
    from voicelab.clips.findings import Checkup
    from voicelab.transcripts.transcriber import Transcriber
    from voicelab.transcripts.words import Match, Transcript


@dataclass(frozen=True)
class CheckedText:
    """The words of a voice, and how they fit its clip."""

    transcript: Transcript
    match: Match


def refuse_clip(checkup: Checkup, way: str) -> None:
    """Raise ClipUnusable where a check fails; `way` says what the person can do."""
    if checkup.verdict == "fail":
        failed = " ".join(row.message for row in checkup.checks if row.level == "fail")
        raise ClipUnusable(f"{failed} ({way})")


def words_of(
    transcriber: Transcriber,
    clip: Clip,
    written: str | None,
    language: str | None,
    report: Callable[[str, float | None], None] = lambda _message, _fraction: None,
) -> CheckedText:
    """Return the text that was `written`, or what is heard, with how it fits the clip.

    Raises EmptyText, UnsupportedLanguage, ModelUnavailable, and what else hearing raises.
    """
    from voicelab.transcripts.cut import edit_text
    from voicelab.transcripts.words import HAND, Transcript

    if written is None:
        transcript = transcriber.hear(clip, language=language, report=report)
        return CheckedText(transcript, transcriber.check(clip, transcript.text, language=transcript.language))
    spoken = language or "english"
    match = transcriber.check(clip, written, language=spoken)
    return CheckedText(edit_text(Transcript("", (), HAND, spoken), written, match), match)


def refuse_words(match: Match, way: str) -> None:
    """Raise InvalidValue where the text does not fit the audio, with the words; `way` says what the person can do."""
    if match.verdict == "mismatch":
        wrong = ", ".join(repr(word.text) for word in match.words if word.verdict == "wrong")
        which = f" Not heard: {textwrap.shorten(wrong, 100, placeholder=' …')}." if wrong else ""
        message = f"The text does not fit the audio, and one wrong word spoils every clone.{which} {way}"
        raise InvalidValue("text", message)
