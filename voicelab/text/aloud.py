"""A text as it is read aloud: numbers, abbreviations and signs written out, in the ten languages."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from voicelab.text.characters import MARKS, without_formats

if TYPE_CHECKING:
    from collections.abc import Sequence

    from voicelab.settings import DateOrder

_BREAK_TAG = re.compile(r"(<break\b[^<>]*>)", re.IGNORECASE)
_LEAD = "".join(set(MARKS) - set("-.'~#"))
_BETWEEN = re.compile(r"((?:(?!(?<=\d)[\u00a0\u202f](?=\d{3}(?!\d)))\s)+)")
"""What parts words: white space, but not the narrow one inside a number ("1 234")."""


class Written(NamedTuple):
    """What stands between two spaces: a word, a number, an address, and the marks around it."""

    before: str
    inner: str
    after: str

    @property
    def whole(self) -> str:
        """It as it was written."""
        return self.before + self.inner + self.after


class Spelled(NamedTuple):
    """How some written words are read."""

    text: str
    words: int = 1
    """Written words that it stands for."""
    stopped: bool = True
    """Whether the marks after the last of them stay; a full stop that only shortened a word goes."""


def read_aloud(text: str, language: str, date_order: DateOrder = "month-first") -> str:
    """Return `text` with what is written in figures and short forms spelled out, its lines and other words kept.

    `language` is a full lower-case name. `date_order` decides what 01/02/2024 is in English; in the other languages the
    day comes first. `<break …>` tags and what nobody could spell stay as they are.
    """
    parts = _BREAK_TAG.split(without_formats(text))
    return "".join(part if at % 2 else _lines(part, language, date_order) for at, part in enumerate(parts))


def _lines(text: str, language: str, date_order: DateOrder) -> str:
    return "\n".join(_line(line, language, date_order) for line in text.split("\n"))


def _line(line: str, language: str, date_order: DateOrder) -> str:
    pieces = [_written(piece) for piece in _BETWEEN.split(line)]
    words, gaps = pieces[::2], pieces[1::2]
    said, at = "", 0
    while at < len(words):
        spelled = _spelled(words, at, language, date_order) if words[at].inner else None
        count = spelled.words if spelled else 1
        last = words[at + count - 1]
        if spelled is None:
            said += words[at].whole
        else:
            said += words[at].before + spelled.text + (last.after if spelled.stopped else last.after.lstrip("."))
        at += count
        said += gaps[at - 1].whole if at - 1 < len(gaps) else ""
    return said


def _written(piece: str) -> Written:
    rest = piece.lstrip(_LEAD)
    inner = rest.rstrip(MARKS)
    return Written(piece[: len(piece) - len(rest)], inner, rest[len(inner) :])


def _spelled(words: Sequence[Written], at: int, language: str, date_order: DateOrder) -> Spelled | None:
    if language == "english":
        from voicelab.text.english_aloud import spelled

        return spelled(words, at, date_order)
    from voicelab.text.other_aloud import spelled_in

    return spelled_in(words, at, language)
