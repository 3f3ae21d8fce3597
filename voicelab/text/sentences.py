"""Where sentences end, in the ten languages."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from voicelab.text.abbreviations import ABBREVIATIONS, COUNTED, MAY_END, STARTERS

if TYPE_CHECKING:
    from collections.abc import Iterator

_UNSPACED = {"chinese", "japanese"}
_LOOK = 120
"""Characters before and after a mark that tell whether it ends a sentence."""
_WIDE_MARKS = "。！？｡"
_OPENERS = {"german": "\"'„‚»›(["}
_CLOSERS = {"german": "\"'“‘«‹)]”’"}
_ANY_OPENERS = "\"'“‘«‹([¿¡「『（《〈【"
_ANY_CLOSERS = "\"'”’»›)]」』）》〉】"
_DASHES = "—–-"

# Possessive, and begun only where a run of marks begins: else 20,000 full stops in a row would take 15 s.
_SPACED_END = r"(?<![.!?…؟।۔])[.!?…؟।۔]++(?:{closers})*+(?=\s|$)"
_GLUED_END = r"(?<=[^\W\d_A-Z][^\W\d_A-Z])[.!?](?=[A-ZÀ-ÖØ-Þ][^\W\d_A-Z])"
_WIDE_END = rf"(?<![{_WIDE_MARKS}.!?])[{_WIDE_MARKS}.!?]++[{re.escape(_ANY_CLOSERS)}]*+"

_INITIAL = re.compile(r"(?:[^\W\d_]\.[-  ]?)*[^\W\d_]")
_ROMAN = re.compile(r"[IVXLCDM]+")
_LIST_NUMBER = re.compile(r"\d{1,3}|[a-zA-Z]")
_ORDINAL_LANGUAGES = {"german"}
_ELIDING = {"french", "italian"}
"""Where an article may be written together with a short form: "l'av. Foch"."""
_SHORT_ENDINGS = {"german": ("str",)}
"""How words end that are short forms whatever stands before: "Goethestr."."""
_KOREAN_ENDINGS = "다요까죠네지오라자군걸"
"""Syllables that end most sentences: an ellipsis after another one is a pause in the middle."""
_DOUBLED = re.compile(r"([A-Z])\1\b")
"""Spanish plurals of initials, in texts of any language: "EE. UU.", "FF. AA."."""
_DATE = re.compile(r"\d{1,4}\. ?(?:\d{1,2}\. ?)?\d{1,2}$")
_TAGS = {
    "korean": re.compile(r"[^.!?。]{0,30}?(?:물었|말했|대답했|외쳤|했다|라고|하고)"),
    "chinese": re.compile(r"[就便]|[^。！？.!?，]{0,12}?(?:说|问|道|答|喊|叫)(?:[。，：.!]|$)"),
    "japanese": re.compile(r"[とって]"),
}
"""What follows a quotation that goes on into who said it."""


def sentences(line: str, language: str = "english") -> list[str]:
    """Return the sentences of `line`, in order, without the spaces between them; `language` is a full lower-case name.

    Marks end a sentence before a space only where a language has spaces, and not after its abbreviations, initials,
    ordinals, or where a small letter goes on; a closing quotation mark belongs to the sentence before.
    """
    found: list[str] = []
    start = 0
    for end in _ends(line, language):
        if sentence := line[start:end].strip():
            found.append(sentence)
        start = end
    if rest := line[start:].strip():
        found.append(rest)
    return found


def _ends(line: str, language: str) -> Iterator[int]:
    start = 0
    ends = _wide_ends if language in _UNSPACED else _spaced_ends
    for mark in _pattern(language).finditer(line):
        before = line[max(start, mark.start() - _LOOK) : mark.start()]
        if before.strip() and ends(before, mark[0], line[mark.end() : mark.end() + _LOOK], language):
            yield mark.end()
            start = mark.end()


def _pattern(language: str) -> re.Pattern[str]:
    if language not in _PATTERNS:
        closers = f"[{re.escape(_CLOSERS.get(language, _ANY_CLOSERS))}]"
        if language == "french":  # which has a space before its closing mark
            closers = rf"[\s\u202f]»|{closers}"
        spaced = f"{_SPACED_END.format(closers=closers)}|{_GLUED_END}|[{_WIDE_MARKS}]++[{re.escape(_ANY_CLOSERS)}]*+"
        _PATTERNS[language] = re.compile(_WIDE_END if language in _UNSPACED else spaced)
    return _PATTERNS[language]


_PATTERNS: dict[str, re.Pattern[str]] = {}


def _wide_ends(before: str, marks: str, after: str, language: str) -> bool:
    """Tell for Chinese and Japanese, where half-width marks stand beside full-width ones."""
    if marks[0] in ".!?":
        inside = before[-1].isascii() and before[-1].isalnum()
        listed = _LIST_NUMBER.fullmatch(before.strip())
        if listed or (inside and after[:1].strip() and marks[0] == "."):
            return False
    quoted = marks[-1] in _ANY_CLOSERS or after[:1] in _ANY_CLOSERS
    return not (quoted and after and _TAGS[language].match(after))


def _spaced_ends(before: str, marks: str, after: str, language: str) -> bool:
    openers = _OPENERS.get(language, _ANY_OPENERS)
    following = after.lstrip(f"{openers}{_DASHES}  \t\n")
    if following[:1].islower():
        return False
    if language == "korean" and marks[-1] in _ANY_CLOSERS and _TAGS["korean"].match(after):
        return False
    if language == "korean" and marks.startswith(("..", "…")):
        return before[-1] in _KOREAN_ENDINGS
    if not marks.startswith(".") or marks.startswith(".."):
        return True
    return _full_stop_ends(before, following, language)


def _full_stop_ends(before: str, following: str, language: str) -> bool:
    """Tell whether one full stop after `before`, the sentence so far, ends it."""
    words = before.split()
    word = words[-1].lstrip(_ANY_OPENERS + _OPENERS["german"]) if words else ""
    if language in _ELIDING:
        word = re.split("['’]", word)[-1]
    if len(words) == 1 and _LIST_NUMBER.fullmatch(word):
        return False
    if _DOUBLED.fullmatch(word) and _DOUBLED.match(following):
        return False
    begins = _begins(following, language)
    if word.isdigit() or (language in _ORDINAL_LANGUAGES and _ROMAN.fullmatch(word)):
        counted = len(words) > 1 and words[-2].lower().strip("(") in COUNTED.get(language, ())
        return begins or counted or not _is_ordinal(before, word, following, language)
    if word.lower() in {"no", "nos"}:
        return not following[:1].isdigit()
    return _ends_after(word, words, begins=begins, language=language)


def _is_ordinal(before: str, number: str, following: str, language: str) -> bool:
    """Tell whether a full stop makes a number an ordinal, or a part of a date."""
    if language in _ORDINAL_LANGUAGES:
        return len(number) <= 2 or not number.isdigit()  # noqa: PLR2004 - years and larger numbers are no ordinals
    if language == "korean":
        return following[:1].isdigit() or bool(_DATE.search(before))
    return False


def _ends_after(word: str, words: list[str], *, begins: bool, language: str) -> bool:
    """Tell whether a sentence ends after `word` all the same, which may be an abbreviation or an initial."""
    names = {word.lower(), "".join(part.lower() for part in words[-2:])}
    names |= {short for short in _SHORT_ENDINGS.get(language, ()) if word.lower().endswith(short)}
    if not names & ABBREVIATIONS[language] and not _INITIAL.fullmatch(word):
        return True
    return begins and ("." in word or bool(names & MAY_END.get(language, frozenset())))


def _begins(following: str, language: str) -> bool:
    first = re.match(r"[^\W\d_]+(?:['’][^\W\d_]+)?", following)
    return first is not None and first[0].lower().replace("’", "'") in STARTERS.get(language, ())
