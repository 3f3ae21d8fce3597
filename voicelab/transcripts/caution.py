"""When not to trust a verdict, in a sentence: nobody speaks, or the recognizer does not know what it hears."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from voicelab.clips.clip import Window
    from voicelab.transcripts.match import Hearing
    from voicelab.transcripts.words import Match


def cautious(match: Match, hearings: Sequence[Hearing], speech: Sequence[Window], language: str) -> Match:
    """Return `match` with what the person should know before trusting it."""
    return match
