"""How a number or a sign could be spelled out as it is said: a voice may read "15" as "one five"."""

from __future__ import annotations

import re

from voicelab.text.english_spelling import hyphenated
from voicelab.text.numbers import cardinal, readings
from voicelab.transcripts.spelling import SIGNS

_AROUND = re.compile(r"([^\w$€£+&=@°%#-]*)(.*?)([^\w%°+&=@]*)", re.DOTALL)
_RANGE = re.compile(r"(\d{1,6})[-–](\d{1,6})")
_MIXED = re.compile(r"[A-Za-z]+|\d{1,6}")
_BEFORE = {"#": "number", "-": "minus"}


def spelled_out(word: str) -> list[str]:
    """Return the ways to spell out `word` as it may be said in English, the usual one first, its marks kept.

    Empty for a word without digits and signs, and for one that nobody could spell ("1/2/3").
    """
    found = _AROUND.fullmatch(word)
    if not found or not any(character.isdigit() or character in SIGNS or character == "%" for character in word):
        return []
    before, inner, after = found.groups()
    return list(dict.fromkeys(f"{before}{hyphenated(way)}{after}" for way in _ways(inner)))


def _ways(inner: str) -> list[list[str]]:
    if inner[:1] in _BEFORE:
        return [[_BEFORE[inner[0]], *way] for way in readings(inner[1:].casefold())]
    if ways := readings(inner.casefold()):
        return [list(way) for way in ways]
    if found := _RANGE.fullmatch(inner):
        low, high = (cardinal(int(number)) for number in found.groups())
        return [[*low, "to", *high], [*low, *high]]
    spaced = inner
    for sign, name in SIGNS.items():
        spaced = spaced.replace(sign, f" {name} ")
    if spaced != inner:
        return [[part for piece in spaced.split() for part in (readings(piece.casefold()) or ((piece,),))[0]]]
    parts = _MIXED.findall(inner)
    if len(parts) > 1 and "".join(parts) == inner:  # A4, mp3, 10km
        return [[word for part in parts for word in (cardinal(int(part)) if part.isdigit() else (part,))]]
    return []
