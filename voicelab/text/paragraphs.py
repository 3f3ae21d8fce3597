"""Line breaks: which of them a writer meant, and which are only where a line was full."""

from __future__ import annotations

import itertools
import re
import unicodedata
from typing import TYPE_CHECKING

from voicelab.text.bound_words import BOUND_WORDS

if TYPE_CHECKING:
    from collections.abc import Sequence

_PARAGRAPH = re.compile(r"\n[^\S\n]*\n\s*")
_MARKED = re.compile(
    r"(?:[-*+•‣◦▪·–—]|\d{1,3}[.)]|[a-z][.)]|\(\w{1,3}\))\s|[-–—](?=\w)|[>#|]|[\"“„«»「『](?=\w)", re.IGNORECASE
)
"""What begins a line of its own: a list, a dialogue, a heading."""
_END_MARKS = ".!?…:;。！？：；｡؟۔"
_CLOSERS = "\"'”’“»«)]」』）"
_DIVIDED = re.compile(r"[^\W\d_]{2,}[-‐­]$")
_FULL = 0.75
"""So much of the widest line is full: with the next word it would have been wider than the text."""
_WIDE_ENOUGH = 20
"""Characters: shorter lines are a list or a verse."""
_HEADING = 0.6


def paragraphs(text: str, language: str = "english") -> list[list[str]]:
    """Return the paragraphs of `text`, each as the lines that were meant; wrapped lines are joined.

    A paragraph is decided as a whole: where most of its open line ends are plainly those of a full line (a small letter
    goes on, a word leans on the next one, or the next word would not have fitted), all of them are. A word that was
    divided is joined; marked lines (lists, dialogue, headings) always stand. `language` is a full lower-case name.
    """
    found = []
    for block in _PARAGRAPH.split(text.strip("\n")):
        lines = [" ".join(raw.split()) for raw in block.split("\n")]
        if lines := [line for line in lines if line]:
            found.append(_joined(lines, language))
    return found


def _joined(lines: Sequence[str], language: str) -> list[str]:
    wrapped = _wrapped(lines, language)
    kept = [lines[0]]
    for before, line in itertools.pairwise(lines):
        if _MARKED.match(line) or not (_goes_on(before, line, language) or (wrapped and not _stands(before, lines))):
            kept.append(line)
        elif _DIVIDED.search(kept[-1]) and line[:1].islower():
            kept[-1] = kept[-1][:-1] + line
        else:
            kept[-1] += _space(kept[-1], line) + line
    return kept


def _wrapped(lines: Sequence[str], language: str) -> bool:
    """Tell whether a paragraph's line ends are only those of full lines."""
    width = max(_weight(line) for line in lines)
    open_ends = [
        (before, line) for before, line in itertools.pairwise(lines) if not _ended(before) and not _MARKED.match(line)
    ]
    if not open_ends or width < _WIDE_ENOUGH:
        return False
    plain = [ends for ends in open_ends if _goes_on(*ends, language) or _was_full(*ends, width)]
    return 2 * len(plain) >= len(open_ends)


def _goes_on(before: str, line: str, language: str) -> bool:
    """Tell whether a sentence goes on over this line end, whatever the other lines do."""
    if _ended(before) and not before.endswith((":", ";")):
        return False
    if line[:1].islower() or (_DIVIDED.search(before) and line[:1].islower()):
        return not _ended(before)
    last = re.split(r"[\s'’]", before)[-1].lower()
    return not _ended(before) and last in BOUND_WORDS.get(language, ())


def _was_full(before: str, line: str, width: int) -> bool:
    if any(_wide(character) for character in before[-1:] + line[:1]):
        return _weight(before) >= _FULL * width
    return _weight(before) + 1 + _weight(line.split(maxsplit=1)[0]) > _FULL * width


def _stands(before: str, lines: Sequence[str]) -> bool:
    """Tell whether `before` is a heading above a wrapped paragraph: short, without a mark at its end."""
    first_short = before is lines[0] and _weight(before) < _HEADING * max(_weight(line) for line in lines)
    return first_short and not _ended(before) and not before.endswith(("-", ","))


def _ended(line: str) -> bool:
    return line.rstrip(_CLOSERS)[-1:] in set(_END_MARKS)


def _space(before: str, line: str) -> str:
    return "" if _wide(before[-1]) or _wide(line[0]) else " "


def _wide(character: str) -> bool:
    return unicodedata.east_asian_width(character) in {"W", "F"} and not "가" <= character <= "힣"


def _weight(line: str) -> int:
    return sum(2 if _wide(character) else 1 for character in line)
