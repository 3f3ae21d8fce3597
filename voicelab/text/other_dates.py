"""Dates and times in figures as the nine other languages read them: the day first, or the year."""

from __future__ import annotations

import re
from datetime import date
from functools import lru_cache

from voicelab.languages import CODES
from voicelab.text.other_languages import genitive_ordinal, korean_count, ordinal, whole

_YEAR_FIRST = re.compile(r"(\d{4})([-/.])(\d{1,2})\2(\d{1,2})")
_DAY_FIRST = re.compile(r"(\d{1,2})([-/.])(\d{1,2})\2(\d{4})")
_DAY_AND_MONTH = re.compile(r"(\d{1,2})\.(\d{1,2})")
_EAST = {"chinese": "年月日", "japanese": "年月日", "korean": "년월일"}
_KOREAN_MONTHS = {6: "유", 10: "시"}
_NOON = 12
_BENT = {"am", "vom", "zum", "beim", "im", "den", "dem", "des", "bis", "seit", "ab"}
"""German words after which an ordinal ends in n."""
_PLAIN = {"der", "das", "die", "jeder"}
"""And those after which it has no ending."""


def date_of(core: str, language: str) -> date | None:
    """Return the date that `core` is in figures; None for what is none."""
    if found := _YEAR_FIRST.fullmatch(core):
        year, month, day = int(found[1]), int(found[3]), int(found[4])
    elif (found := _DAY_FIRST.fullmatch(core)) and language not in _EAST:
        year, month, day = int(found[4]), int(found[3]), int(found[1])
    else:
        return None
    return _real(year, month, day)


def said_date(day: date, language: str, before: str = "") -> str:
    """Return how a date is said; `before` is the word before it, for German's endings."""
    year = whole(day.year, language, f"{day.year:04d}")
    if language in _EAST:
        return _eastern(day, language)
    month = month_name(day.month, language)
    if language == "russian":
        return f"{genitive_ordinal(day.day)} {month} {genitive_ordinal(day.year)} года"
    between = " de " if language in {"spanish", "portuguese"} else " "
    return between.join((_day(day.day, language, before), month, year))


def german_day(core: str, before: str) -> str:
    """Return how "24.12" (before a full stop) is said in German; empty for what is no day of a month."""
    found = _DAY_AND_MONTH.fullmatch(core)
    if not found or not _real(2024, int(found[2]), int(found[1])):  # a leap year: every day is in it
        return ""
    return f"{_day(int(found[1]), 'german', before)} {_day(int(found[2]), 'german', before)}"


def german_ordinal(number: int, before: str) -> str:
    """Return the ordinal with the ending that the word `before` asks for."""
    return ordinal(number, "german") + ("n" if before.lower() in _BENT else "")


def clock(hour: int, minute: int, language: str) -> str:
    """Return how a time of day is said."""
    if language in {"chinese", "japanese"}:
        nought = "零" if language == "chinese" and 0 < minute < 10 else ""  # noqa: PLR2004 - one figure
        minutes = f"{nought}{whole(minute, language, '')}分" if minute else ""
        return whole(hour, language, "") + {"chinese": "点", "japanese": "時"}[language] + minutes
    if language == "korean":
        hours = korean_count(hour) if 0 < hour <= _NOON else whole(hour, language, "")
        return f"{hours} 시" + (f" {whole(minute, language, '')} 분" if minute else "")
    between = {"german": "Uhr", "french": "heures", "italian": "e", "spanish": "y", "portuguese": "e"}.get(language, "")
    if language == "french" and hour <= 1:
        hours, between = {0: "zéro", 1: "une"}[hour], "heure"
    elif language == "german" and hour == 1:
        hours = "ein"
    else:
        hours = whole(hour, language, "")
    if not minute and language in {"italian", "spanish", "portuguese"}:
        return hours
    return " ".join(part for part in (hours, between, whole(minute, language, "") if minute else "") if part)


@lru_cache(maxsize=128)
def month_name(month: int, language: str) -> str:
    """Return what a month is called within a date."""
    from babel.dates import get_month_names

    return str(get_month_names("wide", "format", CODES[language])[month])


@lru_cache(maxsize=128)
def month_names(month: int, language: str) -> tuple[str, ...]:
    """Return what a month is called within a date, and alone."""
    from babel.dates import get_month_names

    names = (get_month_names("wide", context, CODES[language])[month] for context in ("format", "stand-alone"))
    return tuple(dict.fromkeys(map(str, names)))


def _day(day: int, language: str, before: str) -> str:
    if language == "german":
        ordinal_of = german_ordinal(day, before)
        return ordinal_of if ordinal_of.endswith("n") or before.lower() in _PLAIN else f"{ordinal_of}r"
    if day == 1 and language in {"french", "italian", "portuguese"}:
        return ordinal(day, language)
    return whole(day, language, "")


def _eastern(day: date, language: str) -> str:
    year, month, number = (whole(part, language, str(part)) for part in (day.year, day.month, day.day))
    marks = _EAST[language]
    if language == "korean":
        month = _KOREAN_MONTHS.get(day.month, month)
        return f"{year}{marks[0]} {month}{marks[1]} {number}{marks[2]}"
    if language == "japanese":
        year = whole(day.year, language, "")
    return f"{year}{marks[0]}{month}{marks[1]}{number}{marks[2]}"


def _real(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None
