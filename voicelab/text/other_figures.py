"""Numbers in figures as the nine other languages read them: with their units, their money, as ordinals."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from voicelab.text.abbreviations import STARTERS
from voicelab.text.aloud import Spelled, Written
from voicelab.text.numbers import has_name
from voicelab.text.other_dates import clock, date_of, german_ordinal, said_date
from voicelab.text.other_languages import YEARS, before_noun, decimal, korean_count, ordinal, whole
from voicelab.text.other_units import gender_of, signs_of_money, unit_of, with_cents, with_money, with_unit

if TYPE_CHECKING:
    from collections.abc import Sequence

_NUMBER = re.compile(
    r"([-−]?)([^\W\d_]?[^\w\s,.-]?)(\d{1,3}(?:[. \u00a0\u202f]\d{3})+|\d+)(?:([,.])(\d+))?([^\d\s,.]\S*)?"
)
"""Sign, money, digits (in groups), decimals, unit."""
_INSIDE = re.compile(
    r"(?<![\d/.-])(?P<date>\d{4}([-/.])\d{1,2}\2\d{1,2})(?![\d/.-])|"
    r"(?<!\d)(?P<hour>[01]?\d|2[0-4])[:：](?P<minute>[0-5]\d)(?!\d)|"
    r"(?P<sign>(?<![\dA-Za-z.)])[-−](?=[\d$€£¥₩]))?(?P<money>[$€£¥₩])?"
    r"(?P<whole>(?<!\d)\d{1,3}(?:,\d{3})+(?!\d)|\d+)(?:\.(?P<part>\d+))?"
    r"(?P<unit>%|°[CF]?|[A-Za-z]{1,3}(?:/[a-z])?[²³]?(?![A-Za-z])|개|명|살|마리|시간|시|잔|병|권)?"
)
_KOREAN_COUNTERS = {"개", "명", "살", "마리", "시간", "시", "잔", "병", "권"}
"""What is counted in Korean's own numbers."""
_MINUS = {
    "german": "minus", "french": "moins", "italian": "meno", "spanish": "menos", "portuguese": "menos",
    "russian": "минус", "korean": "마이너스", "japanese": "マイナス", "chinese": "负",
}  # fmt: skip
_CENTS = 2
"""Digits after the point of a price."""


_ORDINAL = re.compile(r"(\d{1,4})\.?(er|re|ère|e|ème|º|ª)")
_ORDINAL_ENDINGS = {
    "french": {"er", "re", "ère", "e", "ème"},
    "italian": {"º", "ª"},
    "spanish": {"er", "º", "ª"},
    "portuguese": {"º", "ª"},
}
EAST = {"chinese", "japanese", "korean"}
"""Words are not parted there, or take endings: a number is found inside of one."""


def spelled_number(words: Sequence[Written], at: int, language: str) -> Spelled | None:
    """Return how the number at the index `at` is read, with the unit or the money beside it; None for what is none."""
    written = words[at]
    if language in EAST:
        said = _INSIDE.sub(lambda found: _inside(found, language), written.inner)
        return Spelled(said) if said != written.inner else None
    if at + 1 < len(words) and not written.after and _is_money(written.inner, language):
        spelled = _number(words, at + 1, language, written.inner)
        return spelled._replace(words=spelled.words + 1) if spelled else None
    if (found := _ORDINAL.fullmatch(written.inner)) and (said := _ordinal(int(found[1]), found[2], language)):
        return Spelled(said)
    return _number(words, at, language)


def _ordinal(number: int, ending: str, language: str) -> str:
    """Return "1er", "2e", "3ª" in words; empty where the ending is none of the language's, or too large a number."""
    if ending not in _ORDINAL_ENDINGS.get(language, ()):
        return ""
    said = ordinal(number, language)
    if ending == "er" and language == "spanish":
        return said.removesuffix("o")
    if ending in {"re", "ère"}:
        return "première"
    return re.sub(r"o\b", "a", said) if ending == "ª" else said


def _number(words: Sequence[Written], at: int, language: str, money: str = "") -> Spelled | None:
    """Return how a number is read; `money` is a sign that stands before it as a word of its own."""
    number = _NUMBER.fullmatch(words[at].inner)
    if number is None:
        return None
    sign, own, digits, point, decimals, unit = (part or "" for part in number.groups())
    money = money or own
    unit, count = (unit, 1) if unit or money else _next_unit(words, at, language)
    if not _known(money, unit, language) or not (has_name(digits) and has_name(decimals)):
        return None
    if not (point or unit or money) and language == "german" and _is_german_ordinal(words, at):
        return Spelled(german_ordinal(int(digits), words[at - 1].inner if at else ""), stopped=False)
    value = int(re.sub(r"\D", "", digits))
    if language == "russian" and value in YEARS and len(digits) == len("2024") and not (unit or money):
        return Spelled(words[at].inner)  # num2words does not know its case; an engine reads the figures
    said = _measured(digits, decimals, money or unit, language)
    return Spelled(f"{_MINUS[language]} {said}" if sign else said, words=count)


def _next_unit(words: Sequence[Written], at: int, language: str) -> tuple[str, int]:
    """Return the unit or the money that is the word behind a number, and how many words both are."""
    if at + 1 < len(words) and not words[at].after and not words[at + 1].before:
        following = words[at + 1].inner
        if following and _known("", following, language):
            return following, 2
    return "", 1


def _known(money: str, unit: str, language: str) -> bool:
    """Say whether what stands before and behind a number is known, as far as there is any."""
    if money:
        return not unit and _is_money(money, language)
    return not unit or _is_money(unit, language) or bool(unit_of(unit, language))


def _is_money(written: str, language: str) -> bool:
    return bool(re.fullmatch(signs_of_money(language), written, re.IGNORECASE))


def _measured(digits: str, decimals: str, unit: str, language: str) -> str:
    """Return how a number is read with its unit or its money."""
    number = int(re.sub(r"\D", "", digits))
    name = unit_of(unit, language)
    is_price = bool(unit) and not name
    said = whole(number, language, "" if unit else digits)
    if unit and not (decimals and not is_price):
        said = before_noun(said, number, language, gender_of(name or unit.lower(), language))
    if is_price and len(decimals) == _CENTS and language not in EAST:
        price = with_money(said, number, unit.lower(), language)
        return with_cents(price, whole(int(decimals), language, ""), language) if int(decimals) else price
    value = float(f"{number}.{decimals}") if decimals else number
    if decimals:
        said = decimal(digits, decimals, language)
    if not unit:
        return said
    return with_unit(said, value, name, language) if name else with_money(said, value, unit.lower(), language)


def _is_german_ordinal(words: Sequence[Written], at: int) -> bool:
    if not words[at].after.startswith(".") or at + 1 == len(words) or len(words[at].inner) > 2:  # noqa: PLR2004 - a year
        return False
    return words[at + 1].inner.lower() not in STARTERS["german"]


def _inside(found: re.Match[str], language: str) -> str:
    """Return how a number is said that stands among Chinese, Japanese or Korean characters."""
    if found["date"]:
        day = date_of(found["date"], language)
        return said_date(day, language) if day else found[0]
    if found["hour"]:
        return clock(int(found["hour"]), int(found["minute"]), language)
    digits, decimals = found["whole"].replace(",", ""), found["part"] or ""
    money, unit = found["money"] or "", found["unit"] or ""
    if not (has_name(digits) and has_name(decimals)):
        return found[0]
    minus = _MINUS[language] + " " * (language == "korean") if found["sign"] else ""
    if unit in _KOREAN_COUNTERS:
        return f"{korean_count(int(digits))} {unit}"
    if not _known(money, unit, language):
        return minus + _measured(digits, decimals, "", language) + unit
    return minus + _measured(digits, decimals, money or unit, language)
