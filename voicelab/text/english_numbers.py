"""All the ways in which English says what is written with digits: "24/7", "555-1234", "9:30am", "2 1/2", "mp3"."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING

from voicelab.text.english_units import CURRENCIES, CURRENCY_CODES, SCALES, unit_ways
from voicelab.text.lattice import Form, Slot, Way, one
from voicelab.text.numbers import cardinal, ordinal, readings

if TYPE_CHECKING:
    from collections.abc import Callable

_DIGITS = (
    ("zero", "oh", "o"), ("one",), ("two",), ("three",), ("four",), ("five",), ("six",), ("seven",), ("eight",),
    ("nine",),
)  # fmt: skip
_HUNDRED = 100
_BELOW = {2: ("half", "halves"), 4: ("quarter", "quarters")}
_MIXED = re.compile(
    r"\d{1,3}(?:,\d{3})+(?:\.\d+)?(?!\d)|(?<![\d.])\d+\.\d+(?![\d.])|\d+(?:st|nd|rd|th)(?![a-z])|\d+|[a-z']+|[^\W\d_a-z]+"
)


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
    return (tuple(part_slot(part) for part in _parts(core)),)


def whole(digits: str) -> Slot:
    """Return the ways to say a whole number, for example "1905" or "1,000"."""
    number = int(digits.replace(",", ""))
    ways = [*readings(digits), *_scaled(number), *_in_groups(digits.replace(",", ""))] or [
        tuple(_DIGITS[int(digit)][0] for digit in digits if digit != ",")
    ]
    ways += [("a", *way[1:]) for way in ways if len(way) > 1 and way[0] == "one" and way[1] in SCALES.values()]
    return tuple(dict.fromkeys(ways))


def amount(digits: str) -> Slot:
    """Return the ways to say a number with or without decimals: "2.5" is "two point five", "two and a half"."""
    before, point, after = digits.partition(".")
    if not point:
        return whole(before)
    point_way = tuple(_DIGITS[int(digit)][0] for digit in after)
    lead = whole(before)[:2] if before else ((),)
    ways: list[Way] = [(*way, "point", *point_way) for way in lead]
    zeros = tuple("oh" if word == "zero" else word for word in point_way)
    ways += [(*way, "point", *zeros) for way in lead]
    if not before or int(before.replace(",", "")) == 0:
        ways += [("point", *point_way), ("zero", "point", *point_way)]
    if len(after) > 1 and not after.startswith("0"):
        ways += [(*way, "point", *cardinal(int(after))) for way in lead]
    if part := {"5": (1, 2), "25": (1, 4), "75": (3, 4)}.get(after.rstrip("0") or after):
        fraction = _fraction_ways(*part)
        ways += [(*way, "and", *said) for way in lead for said in fraction if before and int(before.replace(",", ""))]
        ways += list(fraction) if not before or before == "0" else []
    return tuple(dict.fromkeys(ways))


def digit_by_digit(digits: str) -> Form:
    """Return how a telephone number is said: "five five five", "double five five"."""
    return tuple(tuple((name,) for name in _DIGITS[int(digit)]) for digit in digits)


def money(digits: str, unit: Slot, cents: Slot = ()) -> list[Form]:
    """Return the ways to say an amount of money: "five dollars and fifty cents", "five fifty"."""
    before, _point, after = digits.partition(".")
    found: list[Form] = [(amount(digits), unit)]
    if len(after) == len("50"):
        big = whole(before) if before else ()
        if int(after) and cents:
            small = whole(str(int(after)))
            found = [(big, unit, one("and", ""), small, cents)] if int(before.replace(",", "") or "0") else []
            found += [(small, cents)] if not int(before.replace(",", "") or "0") else []
            found += [(big, unit, one("", "and"), small), (big, small), (big, small, unit)] if big else []
        elif big:
            found = [(big, unit)]
        found.append((amount(digits), unit))
    return found


def _scaled(number: int) -> list[Way]:
    """Return "two point five million" for 2,500,000."""
    found: list[Way] = []
    for name in ("thousand", "million", "billion", "trillion"):
        size = 1000 ** (list(SCALES).index(name))
        shown = f"{number / size:.2f}".rstrip("0").rstrip(".")
        if number >= max(size, 10**6) and float(shown) * size == number and float(shown) < 1000:  # noqa: PLR2004
            lead = [cardinal(int(shown))] if shown.isdigit() else list(amount(shown))
            found += [(*way, name) for way in lead]
    return found


def part_slot(part: str) -> Slot:
    """Return the ways to say a piece that is all digits, all letters or a sign."""
    if part[0].isdigit():
        if part.endswith(("st", "nd", "rd", "th")):
            return tuple(readings(part)) or ((part,),)
        return amount(part) if "." in part else whole(part)
    return _SIGNS.get(part, ((part,),))


_SIGNS: dict[str, Slot] = {
    "%": one("percent"), "°": one("degrees", "degree"), "-": one("", "dash", "hyphen", "to", "minus"),
    "/": one("", "slash", "or", "per", "over", "by"), ".": one("", "dot", "point"), ":": one("", "colon", "to"),
    "_": one("", "underscore"), "@": one("at"), "&": one("and"), "+": one("plus", "", "and"), "=": one("equals"),
    "#": one("number", "hash", "hashtag", "pound"), "~": one("about", "tilde", "approximately"), "*": one("", "times"),
    "×": one("times", "by"), "÷": one("divided by"), "<": one("less than"), ">": one("greater than"), "−": one("minus"),
    "±": one("plus or minus"), "'": one(""), ",": one(""),
}  # fmt: skip


def signs(core: str) -> Form:
    """Return how a word is said whose parts are held together by signs: "jane@example.org", "a/b", "c++"."""
    return tuple(part_slot(part) for part in _parts(core))


def _measure(digits: str, unit: str) -> list[Form]:
    """Return "ten kilometers" for "10km", and "three d" for "3d"."""
    said = unit_ways(unit)
    return [*([(amount(digits), said)] if said else []), *_serial(f"{digits}{unit}")]


def _height(feet: str, inches: str) -> list[Form]:
    return [(whole(feet), one("foot", "feet", ""), whole(inches), one("", "inches", "inch"))]


def _parts(core: str) -> list[str]:
    return [part for part in re.findall(rf"{_MIXED.pattern}|.", core) if part.strip()]


def _in_groups(digits: str) -> list[Way]:
    """Return "twelve thirty four" for "1234", "four oh four" for "404", "nine eleven" for "911"."""
    if len(digits) not in {3, 4} or digits.startswith("0"):
        return []
    head, tail = int(digits[:-2]), int(digits[-2:])
    if not tail:
        return [(*cardinal(head), "hundred")]
    low = ("oh", *cardinal(tail)) if tail < 10 else cardinal(tail)  # noqa: PLR2004 - one digit
    return [(*cardinal(head), *low)]


def _fraction_ways(above: int, below: int) -> tuple[Way, ...]:
    singular, plural = _BELOW.get(below, (ordinal(below)[-1], f"{ordinal(below)[-1]}s"))
    lead = ordinal(below)[:-1]
    if above == 1:
        ways = [("one", *lead, singular), ("a", *lead, singular), *([("half", "a"), ("half",)] if below == 2 else [])]  # noqa: PLR2004
    else:
        ways = [(*cardinal(above), *lead, plural)]
    if below == 4:  # noqa: PLR2004 - a quarter is a fourth, too
        ways += [(*(way[:-1]), way[-1].replace("quarter", "fourth")) for way in list(ways)]
    return tuple(ways)


def _fraction(before: str | None, above: str, below: str) -> list[Form]:
    """Return "two and a half" for "2 1/2"; "one half", "one slash two", "one out of two", "one two" for "1/2"."""
    top, bottom = int(above), int(below)
    found: list[Form] = []
    if bottom > 1 and top < bottom:
        joined = whole(before) if before else ((),)
        link = one("and") if before else one("")
        ways = _fraction_ways(top, bottom)
        if before and top == 1:  # two and a half, but one half
            ways = (ways[1], *ways)
        found.append((joined, link, ways, one("", "of", "of a") if not before else one("")))
    if not before:
        found.append((whole(above), one("", "slash", "over", "out of", "by", "to", "of"), whole(below)))
    return found


def _minus(_sign: str, rest: str) -> list[Form]:
    return [(one("minus", "negative"), *form) for form in forms(rest)] + list(forms(rest))


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


def _decade(digits: str) -> list[Form]:
    return [(readings(f"{digits}s"),)]


def _times(digits: str) -> list[Form]:
    return [(amount(digits), one("times", "x"))]


def _thousands(digits: str, scale: str) -> list[Form]:
    return [(amount(digits), one(SCALES[scale], scale))]


def _short_year(digits: str) -> list[Form]:
    return [(whole(digits),)]


def _one_amount(digits: str) -> list[Form]:
    found: list[Form] = [(amount(digits),)]
    if digits.isdigit():
        found.append(digit_by_digit(digits))
    return found


def _ordinal(word: str) -> list[Form]:
    return [(tuple(readings(word)),)]


def _serial(core: str) -> list[Form]:
    """Return "a b one two": letters and digits one after the other, or by their numbers."""
    return [signs(core), tuple(slot for part in _parts(core) for slot in _serial_part(part))]


def _serial_part(part: str) -> Form:
    return digit_by_digit(part) if part.isdigit() else (part_slot(part),)


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
    (re.compile(r"(\d)'(\d{1,2})"), _height),
    (re.compile(r"(\+?[(]?\d{1,4}[)]?(?:[-. ]\d{2,4}){2,4}|\d{3}[-.]\d{4})"), _telephone),
    (re.compile(r"(\+\d{5,15})"), _telephone),
    (re.compile(r"(\d+(?:\.\d+)?)[-–](\d+(?:\.\d+)?)"), _range),
    (re.compile(r"([a-z]+-?\d+[a-z]?|[a-z]{1,3}\d[a-z\d]*)"), _serial),
)
"""What is written, and how it is said; the first that fits decides."""
