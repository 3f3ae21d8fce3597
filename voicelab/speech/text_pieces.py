"""Long text in pieces that a model speaks well: whole sentences, neither very short nor very long."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING

from voicelab.errors import EmptyText, TextTooLong
from voicelab.text.breaks import at_breaks
from voicelab.text.characters import is_invisible
from voicelab.text.paragraphs import paragraphs
from voicelab.text.sentences import sentences

if TYPE_CHECKING:
    from collections.abc import Iterator

MAX_CHARACTERS = 20_000
"""Of one request: about 22 minutes of speech at 15 characters per second. Longer ones would hold the queue too long."""

PIECE_LIMIT = 300
"""Weight of one piece, about 20 s of speech: long enough for natural melody, short enough to lose little by a retry."""

_SHORT = 20
"""A sentence lighter than this ("Yes.") is spoken with its neighbour: models are unsteady on a single word."""

# Seconds of silence after a piece. Read speech has brief pauses (< 0.2 s) at commas and medium ones (0.2-1 s) between
# sentences: Campione & Veronis, "A large-scale multilingual study of silent pause duration", Speech Prosody 2002.
_PARAGRAPH_S = 0.7
_SENTENCE_S = 0.4
_ELLIPSIS_S = 0.5
_COLON_S = 0.25
_COMMA_S = 0.15

_COLON_MARKS = ";:؛—–；："
_COMMA_MARKS = ",،、，"
_WIDE_CLAUSE_MARKS = "、，；："
_CLOSERS = "\"'”’»)]」』）】〉》"

_CLOSED = f"[{re.escape(_CLOSERS)}]*+"
_IDEOGRAPH = r"[\u3040-\u30ff\u3400-\u9fff]"
_CLAUSE_END = re.compile(
    rf"[{_COLON_MARKS}{_COMMA_MARKS}]{_CLOSED}(?=\s)|[{_WIDE_CLAUSE_MARKS}]{_CLOSED}|"
    rf"(?<={_IDEOGRAPH})[,;:](?={_IDEOGRAPH})"
)
"""In Chinese and Japanese half-width marks stand without a space, too."""


@dataclass(frozen=True)
class Piece:
    """What is spoken in one go."""

    text: str
    pause_s: float
    """Silence after it, in seconds; 0 after the last one."""


def check_text(text: str) -> None:
    """Raise EmptyText if `text` has no letter or digit, TextTooLong if it is longer than one request may be."""
    if not any(character.isalnum() for character in text):
        raise EmptyText("There is nothing to say: the text has no letters or digits. Type at least one word.")
    if len(text) > MAX_CHARACTERS:
        message = (
            f"The text has {len(text):,} characters and one request may have {MAX_CHARACTERS:,} (about 22 minutes of "
            "speech). Split it and send the parts one after the other."
        )
        raise TextTooLong(message)


def pieces(text: str, limit: int = PIECE_LIMIT, language: str = "english") -> list[Piece]:
    """Split `text` at paragraphs, lines, breaks and sentence ends; what is heavier than `limit` at clauses, then words.

    A piece's weight is its number of characters; full-width ones (Chinese, Japanese, Korean) count three times because
    they take about three times as long to say. Short sentences are joined with a neighbour of the same line. Every
    visible character is in exactly one piece, in order, but for `<break time="500ms"/>`, which is a pause, and hyphens
    that divided a word at a line end; invisible characters are left out, white space is one space. `language`, a full
    lower-case name, decides where sentences end.
    """
    split: list[Piece] = []
    for part, pause_s in at_breaks(_clean(text)):
        for paragraph in paragraphs(part, language):
            spoken = [piece for line in paragraph for piece in _merge(_pieces_of(line, limit, language), limit)]
            split += _paused(spoken, _PARAGRAPH_S)
        if pause_s is not None:
            split = _paused(split, pause_s)
    return _paused(_absorb_silent(split), 0.0)


def halved(piece: Piece) -> list[Piece]:
    """Return `piece` in two parts, of about the same weight; whole where it is too short to be taken apart."""
    return list(_split(piece)) if _weight(piece.text) >= _SHORT else [piece]


def _clean(text: str) -> str:
    """Drop what is neither visible nor white space: control and format characters, NULs, halves of surrogate pairs."""
    lines = re.sub(r"\r\n?|[\x85\u2028]", "\n", text).replace("\u2029", "\n\n")
    return "".join(
        character
        for character in lines
        if character.isspace() or not (is_invisible(character) or unicodedata.category(character) in {"Cc", "Cs"})
    )


def _pieces_of(line: str, limit: int, language: str) -> list[Piece]:
    whole = (Piece(sentence, _pause_s(sentence)) for sentence in sentences(line, language))
    return [half for sentence in whole for half in _halves(sentence, limit)]


def _pause_s(text: str) -> float:
    """Return the seconds of silence that the last mark of `text` asks for."""
    end = text.rstrip(_CLOSERS)
    if end.endswith(("…", "...")):
        return _ELLIPSIS_S
    if end.endswith(tuple(_COLON_MARKS)):
        return _COLON_S
    return _COMMA_S if end.endswith(tuple(_COMMA_MARKS)) else _SENTENCE_S


def _wide(character: str) -> bool:
    return unicodedata.east_asian_width(character) in {"W", "F"}


def _weight(text: str) -> int:
    return sum(3 if _wide(character) else 1 for character in text)


def _halves(piece: Piece, limit: int) -> Iterator[Piece]:
    """Split `piece` until no part outweighs `limit`."""
    if _weight(piece.text) <= limit or len(piece.text) == 1:
        yield piece
        return
    for half in _split(piece):
        yield from _halves(half, limit)


def _split(piece: Piece) -> tuple[Piece, Piece]:
    """Return `piece` in two, near its middle: at a clause, else a space, else anywhere."""
    text = piece.text
    middle = len(text) / 2
    clauses = [end.end() for end in _CLAUSE_END.finditer(text) if abs(end.end() - middle) <= middle / 2]
    spaces = [index for index, character in enumerate(text) if character == " "]
    at = min(clauses or spaces or [_between_characters(text)], key=lambda place: abs(place - middle))
    left, right = text[:at].rstrip(), text[at:].lstrip()
    return Piece(left, _pause_s(left) if clauses else 0.0), Piece(right, piece.pause_s)


def _between_characters(text: str) -> int:
    """Return a place near the middle of `text` that takes no accent or joined emoji apart."""
    at = len(text) // 2
    while at > 1 and (unicodedata.category(text[at]).startswith("M") or "\u200d" in text[at - 1 : at + 1]):
        at -= 1
    return at


def _merge(split: list[Piece], limit: int) -> list[Piece]:
    """Join a short piece with the next one, and a short last piece with the one before, where that stays in `limit`."""
    merged: list[Piece] = []
    for index, piece in enumerate(split):
        lighter = [merged[-1], piece][: 2 if index == len(split) - 1 else 1] if merged else []
        short = any(_weight(side.text) < _SHORT for side in lighter)
        if short and _weight(merged[-1].text) + 1 + _weight(piece.text) <= limit:
            merged[-1] = _joined(merged[-1], piece)
        else:
            merged.append(piece)
    return merged


def _absorb_silent(split: list[Piece]) -> list[Piece]:
    """Join pieces without a letter or digit ("* * *") with a neighbour: alone there is nothing to say in them."""
    kept: list[Piece] = []
    for piece in split:
        if kept and not (_sounds(piece) and _sounds(kept[-1])):
            kept[-1] = _joined(kept[-1], piece)
        else:
            kept.append(piece)
    return kept


def _sounds(piece: Piece) -> bool:
    return any(character.isalnum() for character in piece.text)


def _joined(first: Piece, second: Piece) -> Piece:
    space = "" if _wide(first.text[-1]) else " "
    return Piece(f"{first.text}{space}{second.text}", second.pause_s)


def _paused(split: list[Piece], pause_s: float) -> list[Piece]:
    """Return `split` with `pause_s` after its last piece."""
    return [*split[:-1], Piece(split[-1].text, pause_s)] if split else []
