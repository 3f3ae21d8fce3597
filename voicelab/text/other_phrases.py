"""What stands together in a text of the western languages, and all the ways to say it: "3,50 €", "14h30", "XIV."."""
# ruff: noqa: RUF001 - Cyrillic letters are meant

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING, NamedTuple

from voicelab.text.english_words import roman
from voicelab.text.other_clock import clock_ways
from voicelab.text.other_dates import date_of, month_names
from voicelab.text.other_numbers import MINUS, cardinals, decimals, ordinals, whole_decimals
from voicelab.text.other_short_forms import short_forms
from voicelab.text.other_units import cent_names, unit_names, units_of

if TYPE_CHECKING:
    from collections.abc import Iterator

Texts = tuple[str, ...]
"""Ways to say one part; "" is nothing at all."""


class Phrase(NamedTuple):
    """A stretch of a text, and how it may be said."""

    start: int
    end: int
    parts: tuple[Texts, ...]
    """One after the other."""


_NUMBER = r"(?<![\w.,])(?P<minus>-\s?)?(?P<whole>\d{1,3}(?:[. ']\d{3})+(?!\d)|\d+)(?:[.,](?P<part>\d+))?"
_FRACTION = re.compile(r"(?<![\w/])(?:(\d+) )?(\d{1,2})/(\d{1,2})(?![\w/])")
_DATE = re.compile(r"(?<![\w.])(?:\d{1,2}([./-])\d{1,2}\1\d{4}|\d{4}-\d{1,2}-\d{1,2})(?!\w)")
_ORDINAL = re.compile(
    r"(?<![\w.,])(\d{1,4})(?:\.?(?:°|er|re|ère|e|ème|eme|nd|nde|ième|o|a|ro|do|to|mo|vo|no)|-?(?:й|я|е|го|му|м|ю|х|ми|ой))(?!\w)"
)
_ROMAN = re.compile(r"(?<!\w)([IVXLCDM]+)(er|ère|re|e|ème|°|\.)?(?!\w)")
_YEAR = re.compile(r"(?<![\w.,])(\d{4})(?=\s(?:год|г\.|гг\.))")
_CLOCK = re.compile(
    r"(?<![\w.,:])(?P<hour>[01]?\d|2[0-4])\s?(?P<sign>[:.h])\s?(?P<minute>[0-5]\d)(?![\w:]|\.\d)"
    r"(?:\s?(?P<unit>Uhr|heures|ore|horas|hrs|hs|h|ч)(?!\w))?"
)
_HOUR = re.compile(r"(?<![\w.,:])([01]?\d|2[0-4])\s?h(?![\w:])")
_TIME_UNITS = {
    "german": ("Uhr", "h"), "french": ("heures", "h"), "italian": ("ore", "h"), "spanish": ("horas", "h", "hrs", "hs"),
    "portuguese": ("horas", "h"), "russian": ("ч",),
}  # fmt: skip
_BEFORE_TIMES = {
    language: re.compile(rf"(?<!\w)(?:{words})\s$", re.IGNORECASE)
    for language, words in {
        "german": "um|ab|bis|gegen|von", "french": "à|vers|dès", "italian": "alle|ore|le|dalle", "spanish": "las|la",
        "portuguese": "às|as|das", "russian": "в|с|до|к",
    }.items()
}  # fmt: skip
"""Words after which two numbers with a full stop between them are a time, and not a number with decimals."""
_GERMAN_DAY = re.compile(r"(?<![\w.])(\d{1,2})\.\s?(\d{1,2})\.(?!\d)")
_GERMAN_STREET = re.compile(r"(?<!\w)([^\W\d_]{3,})str\.")
_FRENCH_SAINT = re.compile(r"(?<!\w)St(e)?(?=-)")
_NAMED = re.compile(r"[^\W\d_]+(?=\s$)")
_AND = {
    "german": ("", "und"), "french": ("", "et"), "italian": ("", "e"), "spanish": ("", "con", "y"),
    "portuguese": ("", "e"), "russian": ("", "и"),
}  # fmt: skip
_OF = {"spanish": ("de", "del", ""), "portuguese": ("de", "")}
_ARTICLES = {"german": ("", "der", "die", "das", "des", "dem", "den"), "russian": ("",)}
_FRACTIONS: dict[str, dict[int, tuple[str, str]]] = {
    "german": {2: ("halb halbe halber halbes halben", "halbe"), 3: ("drittel", "drittel"), 4: ("viertel", "viertel")},
    "french": {2: ("demi demie", "demis"), 3: ("tiers", "tiers"), 4: ("quart", "quarts")},
    "italian": {2: ("mezzo mezza", "mezzi"), 3: ("terzo", "terzi"), 4: ("quarto", "quarti")},
    "spanish": {2: ("medio media", "medios"), 3: ("tercio", "tercios"), 4: ("cuarto", "cuartos")},
    "portuguese": {2: ("meio meia", "meios"), 3: ("terço", "terços"), 4: ("quarto", "quartos")},
    "russian": {2: ("вторая половина", "вторых"), 3: ("треть третья", "трети третьих"), 4: ("четверть", "четверти")},
}
"""One part and several of that size."""


def phrases(text: str, language: str) -> Iterator[Phrase]:
    """Yield what stands together in `text` (one way of writing, with its capitals) in a western language."""
    yield from _short_forms(text, language)
    yield from _measures(text, language)
    yield from _dates(text, language)
    yield from _times(text, language)
    yield from _ordinals(text, language)
    yield from _romans(text, language)
    for found in _FRACTION.finditer(text):
        if parts := _fraction(found, language):
            yield Phrase(*found.span(), parts)


def _short_forms(text: str, language: str) -> Iterator[Phrase]:
    for pattern, ways in short_forms(language):
        for found in pattern.finditer(text):
            yield Phrase(*found.span(), (ways,))
    for found in _GERMAN_STREET.finditer(text) if language == "german" else ():
        yield Phrase(*found.span(), ((f"{found[1]}straße",),))
    for found in _FRENCH_SAINT.finditer(text) if language == "french" else ():
        yield Phrase(*found.span(), (("sainte",) if found[1] else ("saint",),))


@cache
def _measure(language: str) -> re.Pattern[str]:
    units = "|".join(re.escape(unit) for unit in sorted(units_of(language), key=len, reverse=True))
    return re.compile(rf"{_NUMBER}(?:\s?(?P<unit>{units})(?!\w))?", re.IGNORECASE)


@cache
def _price(language: str) -> re.Pattern[str]:
    signs = "|".join(re.escape(unit) for unit in units_of(language) if cent_names(unit, language))
    number = _NUMBER.replace(r"(?<![\w.,])", "")
    return re.compile(rf"(?<!\w)(?P<unit>{signs})\s?{number}(?!\w)", re.IGNORECASE)


def _measures(text: str, language: str) -> Iterator[Phrase]:
    for pattern in (_measure(language), _price(language)):
        for found in pattern.finditer(text):
            minus = (MINUS[language],) if found["minus"] else ()
            digits, part = re.sub(r"\D", "", found["whole"]), found["part"] or ""
            unit = unit_names(found["unit"], language) if found["unit"] else ()
            for number in number_parts(digits, part, language):
                if unit or minus or found["whole"] != digits:
                    yield Phrase(*found.span(), (*minus, *number, *((unit,) if unit else ())))
            cents = cent_names(found["unit"], language) if found["unit"] else ()
            if cents and len(part) == len("50"):
                small = cardinals(str(int(part)), language)
                parts = (small, ("", *cents)) if int(part) else ()
                whole = cardinals(digits, language)
                link = (_AND[language],) if parts else ()
                yield Phrase(*found.span(), (*minus, whole, unit, *link, *parts))


def number_parts(digits: str, part: str, language: str) -> list[tuple[Texts, ...]]:
    """Return the ways to say a number with its decimals `part`, each as its parts; none for too long ones."""
    if not part:
        whole = cardinals(digits, language)
        return [(whole,)] if whole else []
    ways = (decimals(digits, part, language), (whole_decimals(digits, part, language),))
    return [parts for parts in ways if parts and all(parts)]


def _dates(text: str, language: str) -> Iterator[Phrase]:
    between = (_OF[language],) if language in _OF else ()
    for found in _DATE.finditer(text):
        if day := date_of(found[0], language):
            months = (*month_names(day.month, language), *ordinals(day.month, language))
            years = (*cardinals(f"{day.year}", language), *_russian_year(day.year, language))
            named = (("", "года", "год"),) if language == "russian" else ()
            yield Phrase(*found.span(), (_days(day.day, language), *between, months, *between, years, *named))
    for found in _GERMAN_DAY.finditer(text) if language == "german" else ():
        yield Phrase(*found.span(), (_days(int(found[1]), language), _days(int(found[2]), language)))
    for found in _YEAR.finditer(text) if language == "russian" else ():
        yield Phrase(*found.span(), (_russian_year(int(found[1]), language),))
    for found in _day_before_month(language).finditer(text):
        yield Phrase(*found.span(), (_days(int(found[1]), language),))


def _days(day: int, language: str) -> Texts:
    return (*cardinals(f"{day}", language), *ordinals(day, language))


def _russian_year(year: int, language: str) -> Texts:
    return ordinals(year, language) if language == "russian" else ()


@cache
def _day_before_month(language: str) -> re.Pattern[str]:
    months = "|".join(name for month in range(1, 13) for name in month_names(month, language))
    return re.compile(rf"(?<![\w.,])(\d{{1,2}})(?=\.?\s(?:de )?(?:{months})\b)", re.IGNORECASE)


def _times(text: str, language: str) -> Iterator[Phrase]:
    for found in _CLOCK.finditer(text):
        unit = found["unit"] or ""
        if found["sign"] == "." and not unit and not _BEFORE_TIMES[language].search(text[: found.start()]):
            continue
        if unit and unit not in _TIME_UNITS[language]:
            continue
        yield Phrase(*found.span(), (clock_ways(int(found["hour"]), int(found["minute"]), language),))
    for found in _HOUR.finditer(text):
        yield Phrase(*found.span(), (clock_ways(int(found[1]), 0, language),))


def _ordinals(text: str, language: str) -> Iterator[Phrase]:
    for found in _ORDINAL.finditer(text):
        yield Phrase(*found.span(), (ordinals(int(found[1]), language),))


def _romans(text: str, language: str) -> Iterator[Phrase]:
    for found in _ROMAN.finditer(text):
        number = roman(found[1])
        named = _NAMED.search(text[: found.start()])
        if not number or not (len(found[1]) > 1 or found[2] or (named and named[0][:1].isupper() and number <= 10)):  # noqa: PLR2004
            continue
        article = (_ARTICLES[language],) if language in _ARTICLES else ()
        numbers = cardinals(str(number), language)
        nth = ordinals(number, language)
        yield Phrase(*found.span(), (*article, nth))
        yield Phrase(*found.span(), (numbers,))


def _fraction(found: re.Match[str], language: str) -> tuple[Texts, ...]:
    above, below = int(found[2]), int(found[3])
    names = _FRACTIONS[language].get(below)
    if not names or not 0 < above < below:
        return ()
    lead = (cardinals(found[1], language), _AND[language]) if found[1] else ()
    ones = ("", *cardinals("1", language)) if above == 1 else cardinals(str(above), language)
    return (*lead, ones, tuple(names[0 if above == 1 else 1].split()))
