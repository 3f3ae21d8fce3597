"""How English says dates: "01/02/2024", "January 2", "2 Jan"."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from voicelab.text.english_numbers import whole
from voicelab.text.lattice import Form, Slot, one
from voicelab.text.numbers import cardinal, ordinal

if TYPE_CHECKING:
    from collections.abc import Iterator

MONTHS = (
    "january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november",
    "december",
)  # fmt: skip
SHORT_MONTHS = {month[:3]: month for month in MONTHS} | {"sept": "september"}
_LAST_DAY = 31
_YEAR_FIRST = re.compile(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})")
_YEAR_LAST = re.compile(r"(\d{1,2})[-/.](\d{1,2})[-/.](\d{4}|\d{2})")
_DAY = re.compile(r"(\d{1,2})(?:st|nd|rd|th)?")


def date_forms(core: str) -> list[Form]:
    """Return the ways to say a date in figures, month first or day first where both are possible; empty for others."""
    if found := _YEAR_FIRST.fullmatch(core):
        year, orders = found[1], [(int(found[2]), int(found[3]))]
    elif found := _YEAR_LAST.fullmatch(core):
        year, first, second = found[3], int(found[1]), int(found[2])
        orders = list(dict.fromkeys([(first, second), (second, first)]))
    else:
        return []
    return [form for month, day in orders for form in _forms(month, day, year)]


def day_slot(core: str, *, after_month: bool) -> Slot:
    """Return the ways to say a day beside its month, which comes before or after it; empty for what is no day."""
    number = day_of(core)
    if not number:
        return ()
    ways = [ordinal(number), ("the", *ordinal(number)), cardinal(number)]
    if not after_month:
        ways += [(*way, "of") for way in ways[:2]]
    return tuple(ways)


def day_of(core: str) -> int:
    """Return the day of a month that `core` is ("2", "2nd"), 0 for anything else."""
    found = _DAY.fullmatch(core)
    return int(found[1]) if found and 1 <= int(found[1]) <= _LAST_DAY else 0


def is_month(word: str) -> bool:
    """Say whether `word`, in lower case, is a month or short for one."""
    return word in MONTHS or word in SHORT_MONTHS


def _forms(month: int, day: int, year: str) -> Iterator[Form]:
    if not (1 <= month <= len(MONTHS) and 1 <= day <= _LAST_DAY):
        return
    name, years = one(MONTHS[month - 1]), whole(year)
    yield (name, day_slot(str(day), after_month=True), years)
    yield (day_slot(str(day), after_month=False), name, years)
