"""Long text in pieces that a model speaks well: whole sentences, neither very short nor very long."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING

from voicelab.errors import EmptyText, TextTooLong

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

# Marks of scripts that put spaces between words end something only before a space (not in 3.14 or example.org); the
# full-width ones of Chinese and Japanese do so anywhere.
_SENTENCE_MARKS = ".!?…؟।۔"  # noqa: RUF001 - the Arabic full stop is meant
_WIDE_SENTENCE_MARKS = "。！？｡"
_COLON_MARKS = ";:؛—–；："
_COMMA_MARKS = ",،、，"
_WIDE_CLAUSE_MARKS = "、，；："
_OPENERS = "\"'“‘«([¿¡「『（"
_CLOSERS = "\"'”’»)]」』）】〉》"

# Possessive, and begun only where a run of marks begins: else 20,000 full stops in a row would take 15 s.
_CLOSED = f"[{re.escape(_CLOSERS)}]*+"
_SENTENCE_END = re.compile(
    rf"(?<![{_SENTENCE_MARKS}])[{_SENTENCE_MARKS}]++{_CLOSED}(?=\s)|[{_WIDE_SENTENCE_MARKS}]++{_CLOSED}"
)
_CLAUSE_END = re.compile(rf"[{_COLON_MARKS}{_COMMA_MARKS}]{_CLOSED}(?=\s)|[{_WIDE_CLAUSE_MARKS}]{_CLOSED}")
_PARAGRAPH = re.compile(r"\n[^\S\n]*\n\s*")

_TITLES = frozenset(
    (
        *(
            "mr",
            "mrs",
            "ms",
            "mx",
            "dr",
            "prof",
            "st",
            "sr",
            "jr",
            "rev",
            "hon",
            "gen",
            "col",
            "capt",
            "lt",
            "sgt",
            "mt",
        ),
        *("ft", "no", "nr", "fig", "vol", "ch", "pp", "ed", "eds", "e.g", "i.e", "cf", "vs", "viz", "approx"),
        *("mme", "mlle", "sra", "srta", "dott", "sig", "d.h", "z.b", "bzw", "ca"),
    )
)
"""What a full stop follows without ending a sentence. Those that may end one ("etc.", "a.m.") are left to the rule that
a sentence does not begin with a small letter."""
_INITIAL = re.compile(r"(?:\w\.)*[^\W\d_]")
_LIST_NUMBER = re.compile(r"\d{1,3}")


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


def pieces(text: str, limit: int = PIECE_LIMIT) -> list[Piece]:
    """Split `text` at paragraphs, line ends and sentence ends; what is heavier than `limit` at clauses, then words.

    A piece's weight is its number of characters; full-width ones (Chinese, Japanese, Korean) count three times because
    they take about three times as long to say. Short sentences are joined with a neighbour of the same line. Every
    visible character is in exactly one piece, in order; control characters are left out, white space is one space.
    """
    split: list[Piece] = []
    for paragraph in _PARAGRAPH.split(_clean(text)):
        spoken = [piece for line in _lines(paragraph) for piece in _merge(_pieces_of(line, limit), limit)]
        split += _paused(spoken, _PARAGRAPH_S)
    return _paused(_absorb_silent(split), 0.0)


def _clean(text: str) -> str:
    """Drop what is neither visible nor white space: control characters, NULs, halves of surrogate pairs, U+FEFF."""
    lines = re.sub(r"\r\n?|[\x85\u2028]", "\n", text).replace("\u2029", "\n\n")
    return "".join(
        character
        for character in lines
        if character.isspace() or (unicodedata.category(character) not in {"Cc", "Cs"} and character != "\ufeff")
    )


def _lines(paragraph: str) -> Iterator[str]:
    """Yield lines, joined where the text was only wrapped: no mark ends the line and a small letter begins the next."""
    line = ""
    for raw in paragraph.split("\n"):
        following = " ".join(raw.split())
        if line and line[-1] not in _SENTENCE_MARKS + _COLON_MARKS and following[:1].islower():
            line = f"{line} {following}"
            continue
        if line:
            yield line
        line = following
    if line:
        yield line


def _pieces_of(line: str, limit: int) -> list[Piece]:
    return [half for sentence in _sentences(line) for half in _halves(Piece(sentence, _pause_s(sentence)), limit)]


def _sentences(line: str) -> Iterator[str]:
    start = 0
    for end in _SENTENCE_END.finditer(line):
        if _ends_sentence(line[start:], end[0], end.start() - start):
            yield line[start : end.end()].strip()
            start = end.end()
    if rest := line[start:].strip():
        yield rest


def _ends_sentence(text: str, marks: str, at: int) -> bool:
    """Tell whether `marks`, found in `text` at the index `at`, end a sentence there."""
    if text[at + len(marks) :].lstrip(_OPENERS + " ")[:1].islower():
        return False
    if not marks.startswith(".") or marks.startswith(".."):
        return True
    before = text[:at].split()
    word = before[-1].lstrip(_OPENERS) if before else ""
    if len(before) == 1 and _LIST_NUMBER.fullmatch(word):
        return False
    return word.lower() not in _TITLES and not _INITIAL.fullmatch(word)


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
    """Split `piece` near its middle until no part outweighs `limit`: at a clause, else a space, else anywhere."""
    text = piece.text
    if _weight(text) <= limit or len(text) == 1:
        yield piece
        return
    middle = len(text) / 2
    clauses = [end.end() for end in _CLAUSE_END.finditer(text) if abs(end.end() - middle) <= middle / 2]
    spaces = [index for index, character in enumerate(text) if character == " "]
    at = min(clauses or spaces or [_between_characters(text)], key=lambda place: abs(place - middle))
    left, right = text[:at].rstrip(), text[at:].lstrip()
    yield from _halves(Piece(left, _pause_s(left) if clauses else 0.0), limit)
    yield from _halves(Piece(right, piece.pause_s), limit)


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
