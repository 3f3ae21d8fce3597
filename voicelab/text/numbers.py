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
MOST_DIGITS = 15
"""Of a number that is said as one: longer ones are said digit by digit, or left to the engine."""
_HUNDRED, _THOUSAND, _MILLION = 100, 1000, 1_000_000
_YEARS = range(1100, 2100)
_NUMBER = re.compile(r"[^\w$€£]*([$€£]?)(\d{1,3}(?:,\d{3})+|\d+)(\.\d+)?(st|nd|rd|th|s)?([%°]?)[^\w]*")
_CLOCK = re.compile(r"[^\w]*([01]?\d|2[0-3]):([0-5]\d)[^\w]*")
_CENTS = len(".50")


def readings(word: str) -> tuple[tuple[str, ...], ...]:
    """Return the ways to say `word`, each as its spoken words; empty if it is no number below a thousand million.

    `word` is lower case and may carry a currency or percent sign and punctuation.
    """
    if clock := _CLOCK.fullmatch(word):
        return _time(int(clock[1]), int(clock[2]))
    found = _NUMBER.fullmatch(word)
    if not found or not has_name(found[2]) or int(found[2].replace(",", "")) >= _MILLION * _THOUSAND:
        return ()
    return _ways(*found.groups())


def _ways(
    currency: str, digits: str, decimals: str | None, ending: str | None, unit: str
) -> tuple[tuple[str, ...], ...]:
    number = int(digits.replace(",", ""))
    after = tuple(_UNITS[sign] for sign in (currency, unit) if sign)
    if currency and digits == "1" and not decimals:
        return (("one", after[0].removesuffix("s")),)
    if decimals:
        read = (*cardinal(number), "point", *(_ONES[int(digit)] for digit in decimals[1:]), *after)
        return (*_price(number, int(decimals[1:]), after[0]), read) if currency and len(decimals) == _CENTS else (read,)
    ways = _integer(digits, number)
    if not ending and digits.isdigit() and len(digits) > 1:  # a telephone, a room, or "one five"
        ways.extend(tuple(zero if digit == "0" else _ONES[int(digit)] for digit in digits) for zero in ("zero", "oh"))
    if ending == "s":
        return tuple((*way[:-1], _plural(way[-1])) for way in ways)
    if ending:
        return tuple((*way[:-1], _ordinal(way[-1])) for way in ways)
    return tuple(dict.fromkeys((*way, *after) for way in ways))


def _time(hour: int, minute: int) -> tuple[tuple[str, ...], ...]:
    if not minute:
        return ((*cardinal(hour), "o'clock"), cardinal(hour), (*cardinal(hour), "hundred"))
    oh = ("oh",) if minute < len(_TENS) else ()
    return ((*cardinal(hour), *oh, *cardinal(minute)),)


def _price(whole: int, cents: int, unit: str) -> tuple[tuple[str, ...], ...]:
    unit = unit.removesuffix("s") if whole == 1 else unit
    if not cents:
        return ((*cardinal(whole), unit),)
    return ((*cardinal(whole), unit, *cardinal(cents)), (*cardinal(whole), *cardinal(cents)))


def _integer(digits: str, number: int) -> list[tuple[str, ...]]:
    ways = [cardinal(number)]
    if number in _YEARS and len(digits) == len("1999"):
        century, rest = divmod(number, _HUNDRED)
        low = ("hundred",) if not rest else cardinal(rest) if rest > len(_TENS) - 1 else ("oh", *cardinal(rest))
        ways.insert(0, (*cardinal(century), *low))
    if number > _HUNDRED:
        ways.append(tuple(word for word in ways[-1] if word != "and"))
    return ways


def is_two_digits(digits: str) -> bool:
    """Tell whether a number is never read digit by digit where it stands alone: "34 people" are not "3-4 people"."""
    return len(digits) == len("34") and not digits.startswith("0")


def has_name(digits: str) -> bool:
    """Say whether a number has few enough digits to be said as one; `digits` may be grouped."""
    return sum(map(str.isdigit, digits)) <= MOST_DIGITS


def cardinal(number: int) -> tuple[str, ...]:
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
            return (*cardinal(many), name, *joint, *(cardinal(rest) if rest else ()))
    raise AssertionError(number)


def ordinal(number: int) -> tuple[str, ...]:
    """Return the words of the ordinal of `number`: "twenty", "first"."""
    *before, last = cardinal(number)
    return (*before, _ordinal(last))


def _ordinal(word: str) -> str:
    return _ORDINALS.get(word) or (f"{word[:-1]}ieth" if word.endswith("y") else f"{word}th")


def _plural(word: str) -> str:
    return f"{word[:-1]}ies" if word.endswith("y") else f"{word}s"
