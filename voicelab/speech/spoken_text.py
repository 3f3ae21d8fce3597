"""What is really said: a text as an engine gets it, before it is spoken."""

from __future__ import annotations

from dataclasses import dataclass

from voicelab.speech.ports import SpeechRequest
from voicelab.speech.reading import Reading, as_read
from voicelab.speech.text_pieces import Piece, check_text, pieces


@dataclass(frozen=True)
class Read:
    """A text as it would be said."""

    said: str
    notes: tuple[str, ...]
    """What was left out, in sentences."""
    pieces: tuple[Piece, ...]
    """What is spoken in one go, with the silence after each."""


def read(text: str, language: str, reading: Reading) -> Read:
    """Return what an engine would be given for `text`. Raises EmptyText, TextTooLong."""
    check_text(text)
    request = as_read(SpeechRequest(text, "", language=language, reading=reading))
    check_text(request.text)
    return Read(request.text, request.notes, tuple(pieces(request.text, language=language)))
