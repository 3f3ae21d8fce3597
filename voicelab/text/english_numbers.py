"""How numbers are said in English in all their ways: "1905", "2.5", "$5.50", "3/4"."""

from __future__ import annotations

from voicelab.text.english_units import SCALES
from voicelab.text.lattice import Form, Slot, Way, one
from voicelab.text.numbers import cardinal, has_name, is_two_digits, ordinal, readings

_DIGITS = (
    ("zero", "oh", "o"), ("one",), ("two",), ("three",), ("four",), ("five",), ("six",), ("seven",), ("eight",),
    ("nine",),
)  # fmt: skip
_BELOW = {2: ("half", "halves"), 4: ("quarter", "quarters")}


def whole(digits: str) -> Slot:
    """Return the ways to say a whole number, for example "1905" or "1,000"."""
    if not has_name(digits):
        return (_one_by_one(digits),)
    number = int(digits.replace(",", ""))
    known = readings(digits)
    if is_two_digits(digits):
        known = known[:1]
    ways = [*known, *_scaled(number), *_in_groups(digits.replace(",", ""))] or [_one_by_one(digits)]
    ways += [("a", *way[1:]) for way in ways if len(way) > 1 and way[0] == "one" and way[1] in SCALES.values()]
    return tuple(dict.fromkeys(ways))


def amount(digits: str) -> Slot:
    """Return the ways to say a number with or without decimals: "2.5" is "two point five", "two and a half"."""
    before, point, after = digits.partition(".")
    if not point:
        return whole(before)
    point_way = _one_by_one(after)
    lead = whole(before)[:2] if before else ((),)
    ways: list[Way] = [(*way, "point", *point_way) for way in lead]
    zeros = tuple("oh" if word == "zero" else word for word in point_way)
    ways += [(*way, "point", *zeros) for way in lead]
    if not before.strip("0,"):
        ways += [("point", *point_way), ("zero", "point", *point_way)]
    if len(after) > 1 and not after.startswith("0") and has_name(after):
        ways += [(*way, "point", *cardinal(int(after))) for way in lead]
    if part := {"5": (1, 2), "25": (1, 4), "75": (3, 4)}.get(after.rstrip("0") or after):
        fraction = fraction_ways(*part)
        ways += [(*way, "and", *said) for way in lead for said in fraction if before.strip("0,")]
        ways += list(fraction) if not before or before == "0" else []
    return tuple(dict.fromkeys(ways))


def nth(digits: str) -> Slot:
    """Return the ways to say the ordinal of a whole number, for example "21" or "1,000,000,000"."""
    if ways := readings(f"{digits}th"):
        return ways
    plain = digits.replace(",", "")
    if has_name(digits):
        return (ordinal(int(plain)),)
    return ((*_one_by_one(plain[:-1]), *ordinal(int(plain[-1]))),)


def _one_by_one(digits: str) -> Way:
    return tuple(_DIGITS[int(digit)][0] for digit in digits if digit != ",")


def digit_by_digit(digits: str) -> Form:
    """Return how a telephone number is said: "five five five"; zero is "oh", too."""
    return tuple(tuple((name,) for name in _DIGITS[int(digit)]) for digit in digits)


def money(digits: str, unit: Slot, cents: Slot = ()) -> list[Form]:
    """Return the ways to say an amount of money: "five dollars and fifty cents", "five fifty"."""
    before, _point, after = digits.partition(".")
    if before == "1":
        unit = _singular_first(unit)
    if after == "01":
        cents = _singular_first(cents)
    found: list[Form] = [(amount(digits), unit)]
    if len(after) == len("50"):
        big = whole(before) if before else ()
        if int(after) and cents:
            small = whole(str(int(after)))
            found = [(big, unit, one("and", ""), small, cents)] if before.strip("0,") else []
            found += [(small, cents)] if not before.strip("0,") else []
            found += [(big, unit, one("", "and"), small), (big, small)] if big else []
        elif big:
            found = [(big, unit)]
        found.append((amount(digits), unit))
    return found


def _singular_first(unit: Slot) -> Slot:
    """Return the ways to say a unit with that of a single one first: "dollar", "penny"."""
    return tuple(sorted(unit, key=lambda way: way != ("penny",) and (*way[:-1], f"{way[-1]}s") != unit[0]))


def fraction_ways(above: int, below: int) -> tuple[Way, ...]:
    """Return the ways to say a fraction: "three quarters" and "three fourths" for 3 and 4."""
    singular, plural = _BELOW.get(below, (ordinal(below)[-1], f"{ordinal(below)[-1]}s"))
    lead = ordinal(below)[:-1]
    if above == 1:
        ways = [("one", *lead, singular), ("a", *lead, singular), *([("half", "a"), ("half",)] if below == 2 else [])]  # noqa: PLR2004
    else:
        ways = [(*cardinal(above), *lead, plural)]
    if below == 4:  # noqa: PLR2004 - a quarter is a fourth, too
        ways += [(*(way[:-1]), way[-1].replace("quarter", "fourth")) for way in list(ways)]
    return tuple(ways)


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


def _in_groups(digits: str) -> list[Way]:
    """Return "twelve thirty four" for "1234", "four oh four" for "404", "nine eleven" for "911"."""
    if len(digits) not in {3, 4} or digits.startswith("0"):
        return []
    head, tail = int(digits[:-2]), int(digits[-2:])
    if not tail:
        return [(*cardinal(head), "hundred")]
    low = ("oh", *cardinal(tail)) if tail < 10 else cardinal(tail)  # noqa: PLR2004 - one digit
    return [(*cardinal(head), *low)]
