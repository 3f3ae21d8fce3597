"""How words are said in English that signs hold together, or that mix letters and digits: "a/b", "c++", "mp3"."""

from __future__ import annotations

import re

from voicelab.text.english_numbers import amount, digit_by_digit, nth, whole
from voicelab.text.lattice import Form, Slot, one

_MIXED = re.compile(
    r"\d{1,3}(?:,\d{3})+(?:\.\d+)?(?!\d)|(?<![\d.])\d+\.\d+(?![\d.])|\d+(?:st|nd|rd|th)(?![a-z])|\d+|[a-z']+|[^\W\d_a-z]+"
)
_SIGNS: dict[str, Slot] = {
    "%": one("percent"), "°": one("degrees", "degree"), "-": one("", "dash", "hyphen", "to", "minus"),
    "/": one("", "slash", "or", "per", "over", "by"), ".": one("", "dot", "point"), ":": one("", "colon", "to"),
    "_": one("", "underscore"), "@": one("at"), "&": one("and"), "+": one("plus", "", "and"), "=": one("equals"),
    "#": one("number", "hash", "hashtag", "pound"), "~": one("about", "tilde", "approximately"), "*": one("", "times"),
    "×": one("times", "by"), "÷": one("divided by"), "<": one("less than"), ">": one("greater than"), "−": one("minus"),
    "±": one("plus or minus"), "^": one("to the power of", "to the", ""), "'": one(""), ",": one(""),
}  # fmt: skip


def signs(core: str) -> Form:
    """Return how a word is said whose parts are held together by signs: "jane@example.org", "a/b", "c++"."""
    return tuple(_part_slot(part) for part in _parts(core))


def serial(core: str) -> list[Form]:
    """Return "a b one two": letters and digits one after the other, or by their numbers."""
    return [signs(core), tuple(slot for part in _parts(core) for slot in _serial_part(part))]


def _serial_part(part: str) -> Form:
    return digit_by_digit(part) if part.isdigit() else (_part_slot(part),)


def _part_slot(part: str) -> Slot:
    """Return the ways to say a piece that is all digits, all letters or a sign."""
    if part[0].isdigit():
        if part.endswith(("st", "nd", "rd", "th")):
            return nth(part[:-2])
        return amount(part) if "." in part else whole(part)
    return _SIGNS.get(part, ((part,),))


def _parts(core: str) -> list[str]:
    return [part for part in re.findall(rf"{_MIXED.pattern}|.", core) if part.strip()]
