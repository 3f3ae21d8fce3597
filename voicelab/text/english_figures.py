"""All the ways in which English says what is written with digits: "24/7", "555-1234", "9:30am", "2 1/2", "mp3"."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING

from voicelab.text.english_numbers import amount, digit_by_digit, fraction_ways, money, nth, whole
from voicelab.text.english_signs import serial, signs
from voicelab.text.english_units import CURRENCIES, CURRENCY_CODES, SCALES, unit_ways
from voicelab.text.lattice import Form, Way, one
from voicelab.text.numbers import cardinal, is_two_digits, readings

if TYPE_CHECKING:
    from collections.abc import Callable


@lru_cache(maxsize=4096)
def forms(core: str) -> tuple[Form, ...]:
    """Return the ways to say `core`, the usual one first; empty when it has no digits.

    `core` is one written word in lower case, without the marks around it (`voicelab.text.characters.plain`).
    """
    if not any(character.isdigit() for character in core):
        return ()
    for pattern, ways in _PATTERNS:
        if found := pattern.fullmatch(core):
            return tuple(ways(*found.groups()))
    return (signs(core),)


def _one_amount(digits: str) -> list[Form]:
    found: list[Form] = [(amount(digits),)]
    if digits.isdigit() and not is_two_digits(digits):
        found.append(digit_by_digit(digits))
    return found


def _ordinal(word: str) -> list[Form]:
    return [(nth(word[:-2]),)]


def _minus(_sign: str, rest: str) -> list[Form]:
    return [(one("minus", "negative"), *form) for form in forms(rest)]


def _price(sign: str, digits: str, scale: str | None) -> list[Form]:
    units, cents = CURRENCIES[sign]
    if scale:
        return [(amount(digits), one(SCALES[scale]), units)]
    return money(digits, units, cents)


def _price_range(sign: str, low: str, high: str) -> list[Form]:
    return [(amount(low), one("to", ""), amount(high), CURRENCIES[sign][0])]


def _coded_price(code: str, digits: str) -> list[Form]:
    return money(digits, *CURRENCIES[CURRENCY_CODES[code]])


def _percent(digits: str) -> list[Form]:
    return [(amount(digits), one("percent"))]


def _degrees(digits: str, scale: str | None) -> list[Form]:
    names = {"c": ("celsius", "c", "centigrade", ""), "f": ("fahrenheit", "f", ""), None: ("",)}[scale]
    return [(amount(digits), one("degrees", "degree", ""), one(*names))]


def _fraction(before: str | None, above: str, below: str) -> list[Form]:
    """Return "two and a half" for "2 1/2"; "one half", "one slash two", "one out of two", "one two" for "1/2"."""
    top, bottom = int(above), int(below)
    found: list[Form] = []
    if bottom > 1 and top < bottom:
        joined = whole(before) if before else ((),)
        link = one("and") if before else one("")
        ways = fraction_ways(top, bottom)
        if before and top == 1:  # two and a half, but one half
            ways = (ways[1], *ways)
        found.append((joined, link, ways, one("", "of", "of a") if not before else one("")))
    if not before:
        found.append((whole(above), one("", "slash", "over", "out of", "by", "to", "of"), whole(below)))
    return found


def _clock(hour: str, minute: str, second: str | None, half: str | None) -> list[Form]:
    tail = _half_slots(half)
    hours, minutes = int(hour), int(minute)
    ways: list[Way] = []
    if not minutes:
        ways = [(*cardinal(hours), "o'clock"), cardinal(hours), (*cardinal(hours), "hundred")]
        ways = ways[1:] if half else ways
        ways.append((*cardinal(hours), "oh", "oh"))
    else:
        low = [("oh", *cardinal(minutes)), ("zero", *cardinal(minutes)), cardinal(minutes)]
        ways = [(*cardinal(hours), *part) for part in (low if minutes < 10 else [cardinal(minutes)])]  # noqa: PLR2004
        ways += _spoken_clock(hours, minutes)
    seconds: Form = (whole(str(int(second))),) if second else ()
    return [(tuple(ways), *seconds, *tail)]


def _spoken_clock(hours: int, minutes: int) -> list[Way]:
    """Return "half past nine", "quarter to ten"."""
    following = cardinal(hours % 12 + 1)
    return {
        15: [("quarter", "past", *cardinal(hours)), ("a", "quarter", "past", *cardinal(hours))],
        30: [("half", "past", *cardinal(hours))],
        45: [("quarter", "to", *following), ("a", "quarter", "to", *following)],
    }.get(minutes, [])


def _half_slots(half: str | None) -> Form:
    return (one(f"{half[0]}m", f"{half[0]} m"),) if half else ()


def _hour(hour: str, half: str) -> list[Form]:
    return [(whole(hour), one("", "o'clock"), *_half_slots(half))]


def _decade(digits: str) -> list[Form]:
    return [(readings(f"{digits}s"),)]


def _short_year(digits: str) -> list[Form]:
    return [(whole(digits),)]


def _times(digits: str) -> list[Form]:
    return [(amount(digits), one("times", "x"))]


def _thousands(digits: str, scale: str) -> list[Form]:
    return [(amount(digits), one(SCALES[scale], scale))]


def _measure(digits: str, unit: str) -> list[Form]:
    """Return "ten kilometers" for "10km", and "three d" for "3d"."""
    said = unit_ways(unit)
    return [*([(amount(digits), said)] if said else []), *serial(f"{digits}{unit}")]


def _by(first: str, second: str) -> list[Form]:
    return [(amount(first), one("by", "times", "x"), amount(second))]


def _ratio(first: str, second: str) -> list[Form]:
    return [(whole(first), one("to", "colon", ""), whole(second))]


def _version(number: str, rest: str) -> list[Form]:
    """Return "version two point oh" for "v2.0"."""
    parts = [
        slot
        for part in re.findall(r"\d+", rest)
        for slot in (one("point", "dot", ""), digit_by_digit(part)[0] if len(part) == 1 else whole(part))
    ]
    return [(one("version", "v"), whole(number), *parts)]


def _height(feet: str, inches: str) -> list[Form]:
    return [(whole(feet), one("foot", "feet", ""), whole(inches), one("", "inches", "inch"))]


def _telephone(core: str) -> list[Form]:
    found: list[Form] = []
    groups = re.findall(r"\d+|\+", core)
    found.append(tuple(slot for group in groups for slot in _group_digits(group)))
    found.append(tuple(one("plus", "") if group == "+" else whole(group) for group in groups))
    return found


def _group_digits(group: str) -> Form:
    return (one("plus", ""),) if group == "+" else digit_by_digit(group)


def _range(first: str, second: str) -> list[Form]:
    return [
        (amount(first), one("to", "", "through", "minus", "dash", "and"), amount(second)),
        *([_telephone(f"{first}-{second}")[0]] if "." not in first + second else []),
    ]


_AMOUNT = r"(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?|\.\d+"
_PATTERNS: tuple[tuple[re.Pattern[str], Callable[..., list[Form]]], ...] = (
    (re.compile(rf"({_AMOUNT})"), _one_amount),
    (re.compile(r"((?:\d{1,3}(?:,\d{3})+|\d+)(?:st|nd|rd|th))"), _ordinal),
    (re.compile(rf"([-−])((?:[$€£])?(?:{_AMOUNT}).*)"), _minus),
    (re.compile(rf"({'|'.join(map(re.escape, CURRENCIES))})({_AMOUNT})(k|m|mn|b|bn|t|tn)?"), _price),
    (re.compile(rf"({'|'.join(map(re.escape, CURRENCIES))})({_AMOUNT})-({_AMOUNT})"), _price_range),
    (re.compile(rf"({'|'.join(CURRENCY_CODES)})({_AMOUNT})"), _coded_price),
    (re.compile(rf"({_AMOUNT})%"), _percent),
    (re.compile(rf"({_AMOUNT})°([cf])?"), _degrees),
    (re.compile(r"(?:(\d+) )?(\d{1,3})/(\d{1,3})"), _fraction),
    (re.compile(r"([01]?\d|2[0-4])[:.]([0-5]\d)(?::([0-5]\d))? ?([ap])\.?m\.?"), _clock),
    (re.compile(r"([01]?\d|2[0-4]):([0-5]\d)(?::([0-5]\d))?()"), _clock),
    (re.compile(r"(1[0-2]|0?\d) ?([ap])\.?m\.?"), _hour),
    (re.compile(r"'?(\d0|\d{2}00|\d{3}0)'?s"), _decade),
    (re.compile(r"'(\d{2})"), _short_year),
    (re.compile(rf"({_AMOUNT})[x×]"), _times),
    (re.compile(rf"({_AMOUNT})(k)"), _thousands),
    (re.compile(rf"({_AMOUNT})-?([a-z]+(?:/[a-z])?[23]?)"), _measure),
    (re.compile(rf"({_AMOUNT})[x×]({_AMOUNT})"), _by),
    (re.compile(r"(\d{1,3}):(\d{1,3})"), _ratio),
    (re.compile(r"v\.?(\d+)((?:\.\d+)*)"), _version),
    (re.compile(r"(\d)'(\d{1,2})"), _height),
    (re.compile(r"(\+?[(]?\d{1,4}[)]?(?:[-. ]\d{2,4}){2,4}|\d{3}[-.]\d{4})"), _telephone),
    (re.compile(r"(\+\d{5,15})"), _telephone),
    (re.compile(r"(\d+(?:\.\d+)?)[-–](\d+(?:\.\d+)?)"), _range),
    (re.compile(r"([a-z]+-?\d+[a-z]?|[a-z]{1,3}\d[a-z\d]*)"), serial),
)
"""What is written, and how it is said; the first that fits decides."""
