"""How numbers are read aloud in English: "15" is "fifteen", "1999" is "nineteen ninety nine" or "one thousand …"."""

from __future__ import annotations

import re

_ONES = (
    "zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve",
    "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen",
)  # fmt: skip
_TENS = ("", "", "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")
_ORDINALS = {
    "one": "first", "two": "second", "three": "third", "five": "fifth", "eight": "eighth", "nine": "ninth",
    "twelve": "twelfth",
}  # fmt: skip
_UNITS = {"%": "percent", "$": "dollars", "€": "euros", "£": "pounds", "°": "degrees"}
_HUNDRED, _THOUSAND, _MILLION = 100, 1000, 1_000_000
_YEARS = range(1100, 2100)
_NUMBER = re.compile(r"[^\w$€£]*([$€£]?)(\d{1,3}(?:,\d{3})+|\d+)(\.\d+)?(st|nd|rd|th|s)?([%°]?)[^\w]*")


def readings(word: str) -> tuple[tuple[str, ...], ...]:
    """Return the ways to say `word`, each as its spoken words; empty if it is no number below a thousand million.

    `word` is lower case and may carry a currency or percent sign and punctuation.
    """
    found = _NUMBER.fullmatch(word)
    if not found:
        return ()
    currency, digits, decimals, ending, unit = found.groups()
    number = int(digits.replace(",", ""))
    if number >= _MILLION * _THOUSAND:
        return ()
    after = tuple(_UNITS[sign] for sign in (currency, unit) if sign)
    if decimals:
        return ((*_cardinal(number), "point", *(_ONES[int(digit)] for digit in decimals[1:]), *after),)
    ways = _integer(digits, number)
    if ending == "s":
        return tuple((*way[:-1], _plural(way[-1])) for way in ways)
    if ending:
        return tuple((*way[:-1], _ordinal(way[-1])) for way in ways)
    return tuple((*way, *after) for way in ways)


def _integer(digits: str, number: int) -> list[tuple[str, ...]]:
    ways = [_cardinal(number)]
    if number in _YEARS and len(digits) == len("1999"):
        century, rest = divmod(number, _HUNDRED)
        low = ("hundred",) if not rest else _cardinal(rest) if rest > len(_TENS) - 1 else ("oh", *_cardinal(rest))
        ways.insert(0, (*_cardinal(century), *low))
    if number > _HUNDRED:
        ways.append(tuple(word for word in ways[-1] if word != "and"))
    if digits.isdigit() and len(digits) > len("15"):  # a telephone or a room
        ways.extend(tuple(zero if digit == "0" else _ONES[int(digit)] for digit in digits) for zero in ("zero", "oh"))
    return ways


def _cardinal(number: int) -> tuple[str, ...]:
    """Return the words of `number`, the British way with "and"."""
    if number < len(_ONES):
        return (_ONES[number],)
    if number < _HUNDRED:
        tens, ones = divmod(number, 10)
        return (_TENS[tens], _ONES[ones]) if ones else (_TENS[tens],)
    for size, name in ((_MILLION, "million"), (_THOUSAND, "thousand"), (_HUNDRED, "hundred")):
        if number >= size:
            many, rest = divmod(number, size)
            joint = ("and",) if rest and rest < _HUNDRED else ()
            return (*_cardinal(many), name, *joint, *(_cardinal(rest) if rest else ()))
    raise AssertionError(number)


def _ordinal(word: str) -> str:
    return _ORDINALS.get(word) or (f"{word[:-1]}ieth" if word.endswith("y") else f"{word}th")


def _plural(word: str) -> str:
    return f"{word[:-1]}ies" if word.endswith("y") else f"{word}s"
