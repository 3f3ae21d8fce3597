"""What stands together in a Chinese, Japanese or Korean text, and all the ways to say it: "9:30", "10%"."""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING

from voicelab.text.other_dates import date_of
from voicelab.text.other_numbers import MINUS, cardinals, one_by_one
from voicelab.text.other_phrases import Phrase, Texts, number_parts
from voicelab.text.other_units import unit_names, units_of

if TYPE_CHECKING:
    from collections.abc import Iterator

_NUMBER = r"(?<![\d.,])(?P<minus>(?<![A-Za-z\d])-)?(?P<whole>\d{1,3}(?:,\d{3})+(?!\d)|\d+)(?:\.(?P<part>\d+))?"
_CLOCK = re.compile(r"(?<![\d:])([01]?\d|2[0-4]):([0-5]\d)(?![\d:])")
_WRITTEN_CLOCK = re.compile(r"(?<=[时時点시])\s?(15|30|45)(分|분)")
_DATE = re.compile(r"(?<![\d/.-])\d{4}([-/.])\d{1,2}\1\d{1,2}(?![\d/.-])")
_FRACTION = re.compile(r"(?<![\d/])(\d{1,3})/(\d{1,3})(?![\d/])")
_YEAR = re.compile(r"(?<!\d)\d{4}(?=\s?[年년])")
_MONTH = re.compile(r"(?<!\d)(6|10)월")
_TEN_THOUSAND = re.compile(r"(?<!\d)1만")
_SIGN_FIRST = r"(?P<unit>[$€£¥₩])"
_CLOCKS = {
    "chinese": ("{h}点{m}分", "{h}点{m}", "{h}时{m}分", "{h}点零{m}分", "{h}点零{m}"),
    "japanese": ("{h}時{m}分",),
    "korean": ("{h} 시 {m} 분",),
}
_HOURS = {"chinese": ("{h}点", "{h}点整", "{h}时"), "japanese": ("{h}時",), "korean": ("{h} 시",)}
_PARTS: dict[str, dict[int, tuple[str, ...]]] = {
    "chinese": {15: ("{h}点一刻",), 30: ("{h}点半",), 45: ("{h}点三刻",)},
    "japanese": {30: ("{h}時半",)},
    "korean": {30: ("{h} 시 반",)},
}
_OF_TEMPERATURE = {
    "chinese": {"°c": ("摄氏{n}度", "{n}摄氏度", "{n}度"), "°f": ("华氏{n}度", "{n}华氏度")},
    "japanese": {"°c": ("摂氏{n}度", "セ氏{n}度", "{n}度"), "°f": ("華氏{n}度", "カ氏{n}度")},
    "korean": {"°c": ("섭씨{n}도", "{n}도"), "°f": ("화씨{n}도",)},
}
_MONTHS = {6: "유", 10: "시"}


def phrases(text: str, language: str) -> Iterator[Phrase]:
    """Yield what stands together in `text` (one way of writing, with its capitals)."""
    yield from _measures(text, language)
    for found in _CLOCK.finditer(text):
        yield Phrase(*found.span(), (_clock(int(found[1]), int(found[2]), language),))
    for found in _WRITTEN_CLOCK.finditer(text):
        half = {"30": ("半", "반"), "15": ("一刻",), "45": ("三刻",)}[found[1]]
        yield Phrase(*found.span(), (half,))
    for found in _DATE.finditer(text):
        if day := date_of(found[0], language):
            marks = "년월일" if language == "korean" else "年月日"
            parts = zip((day.year, day.month, day.day), marks, strict=True)
            yield Phrase(*found.span(), tuple(_dated(number, mark, language) for number, mark in parts))
    for found in _YEAR.finditer(text):
        yield Phrase(*found.span(), ((*one_by_one(found[0], language), *cardinals(found[0], language)),))
    for found in _MONTH.finditer(text):
        yield Phrase(*found.span(), ((f"{_MONTHS[int(found[1])]}월",),))
    for found in _TEN_THOUSAND.finditer(text):
        yield Phrase(*found.span(), (("만", "일만"),))
    for found in _FRACTION.finditer(text):
        of = {"chinese": "分之", "japanese": "分の", "korean": "분의"}[language]
        whole, part = (cardinals(found[at], language) for at in (2, 1))
        yield Phrase(*found.span(), (whole, (of,), part))


@cache
def _patterns(language: str) -> tuple[re.Pattern[str], re.Pattern[str]]:
    units = "|".join(re.escape(unit) for unit in sorted(units_of(language), key=len, reverse=True))
    measured = re.compile(rf"{_NUMBER}(?:\s?(?P<unit>{units})(?![A-Za-z]))?", re.IGNORECASE)
    number = _NUMBER.replace(r"(?<![\d.,])", "")
    return measured, re.compile(rf"{_SIGN_FIRST}\s?{number}")


def _measures(text: str, language: str) -> Iterator[Phrase]:
    for pattern in _patterns(language):
        for found in pattern.finditer(text):
            digits, part, unit = found["whole"].replace(",", ""), found["part"] or "", found["unit"] or ""
            minus = (MINUS[language],) if found["minus"] else ()
            if not (minus or unit or found["whole"] != digits):
                continue
            for number in number_parts(digits, part, language):
                for parts in _with_unit(number, unit, language):
                    yield Phrase(*found.span(), (*minus, *parts))


def _with_unit(number: tuple[Texts, ...], unit: str, language: str) -> Iterator[tuple[Texts, ...]]:
    """Yield a number with its unit: before it, behind it or around it."""
    if not unit:
        yield number
    elif unit == "%" and language == "chinese":
        yield ("百分之",), *number
    elif patterns := _OF_TEMPERATURE[language].get(unit.lower()):
        for pattern in patterns:
            before, _n, after = pattern.partition("{n}")
            yield (*(((before,),) if before else ()), *number, (after,))
    elif names := unit_names(unit, language):
        yield *number, names


def _clock(hour: int, minute: int, language: str) -> Texts:
    hours = [way for number in {hour, hour % 12 or 12} for way in cardinals(str(number), language)]
    if not minute:
        return tuple(pattern.format(h=way) for way in hours for pattern in _HOURS[language])
    patterns = (*_CLOCKS[language], *_PARTS[language].get(minute, ()))
    minutes = cardinals(str(minute), language)
    return tuple(dict.fromkeys(each.format(h=way, m=small) for way in hours for small in minutes for each in patterns))


def _dated(number: int, mark: str, language: str) -> Texts:
    ways = [*cardinals(str(number), language)]
    if mark in "年년":
        ways += one_by_one(str(number), language)
    if mark == "월" and number in _MONTHS:
        ways.append(_MONTHS[number])
    marks = (mark, "号", "號") if mark == "日" and language == "chinese" else (mark,)
    return tuple(way + each for way in dict.fromkeys(ways) for each in marks)
