"""How English is read aloud: of the ways in which something may be said (english.py) the usual one."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from voicelab.text.aloud import Spelled, Written
from voicelab.text.characters import plain, without_accents
from voicelab.text.english_dates import MONTHS, SHORT_MONTHS, day_of, is_month
from voicelab.text.english_figures import forms
from voicelab.text.english_numbers import amount, digit_by_digit, whole
from voicelab.text.english_spelling import SIGNS, hyphenated
from voicelab.text.english_units import CURRENCIES, SCALES, UNITS
from voicelab.text.english_words import ABBREVIATIONS, WORDS_TOO, is_address, numeral_aloud
from voicelab.text.numbers import cardinal, ordinal

if TYPE_CHECKING:
    from collections.abc import Sequence

    from voicelab.settings import DateOrder

_MONEY = re.compile(rf"({'|'.join(map(re.escape, CURRENCIES))})([\d.,]*\d)")
_AMOUNT = re.compile(r"[\d.,]*\d")
_DATE = re.compile(r"(\d{1,2})([/.-])(\d{1,2})\2(\d{4}|\d{2})|(\d{4})-(\d{1,2})-(\d{1,2})")
_YEAR = re.compile(r"1[1-9]\d\d|20\d\d")
_VERSION = re.compile(r"\d{1,4}(?:\.\d{1,4}){2,}")
_TELEPHONE = {"tel", "telephone", "phone", "fax", "mobile"}
_MOST_GROUPS = 8
"""Of a telephone number that is written with spaces."""
_COUNTRY = re.compile(r"\+\d{1,3}")
_LOCAL = re.compile(r"\d{3}-\d{4}")
_ADDRESS_SIGNS = {sign: SIGNS[sign] for sign in "@=&%+"} | {
    ".": "dot", "/": "slash", "-": "dash", "_": "underscore", ":": "colon", "?": "question mark", "#": "hash",
    "~": "tilde",
}  # fmt: skip
_SPOKEN_UNITS = set(UNITS) - {
    "a", "in", "b", "c", "f", "h", "j", "n", "s", "pa", "ha", "ma", "pp", "cal", "sq", "pt", "mo",
}  # fmt: skip
"""Short forms that are no words after a number: "5 a day", "5 in a row"."""
_LETTERS_TOO = re.compile(r"(\d+)([A-UX-Z])")
"""A room, a seat: "12B" is not twelve bytes."""
_BEFORE_NUMBERS = {"no", "nos", "p", "pp", "fig", "figs", "vol", "vols", "ch", "chap", "sec", "ext", "apt"}
_TITLES = {
    "dr", "mr", "mrs", "ms", "prof", "st", "mt", "ft", "rev", "hon", "gov", "sen", "rep", "pres", "gen", "col", "maj",
    "capt", "cpt", "lt", "sgt", "cpl", "pvt", "adm", "cmdr",
}  # fmt: skip
_LEFT = {"a.m", "p.m", "am", "pm", "min", "max", "v", "n", "ed", "est", "aka", "asap", "co", "temp"}
"""Short forms that are read as they are."""


def spelled(words: Sequence[Written], at: int, date_order: DateOrder) -> Spelled | None:
    """Return how the word at the index `at`, and what belongs to it, is read; None where it is read as written."""
    inner = words[at].inner
    core = without_accents(plain(inner))
    if is_address(core):
        return Spelled(_address(inner))
    if any(character.isdigit() for character in core):
        return (core in UNITS and _after_number(words, at, core)) or _figures(words, at, core, date_order)
    if core in SIGNS:
        return Spelled(SIGNS[core])
    if core in CURRENCIES and at + 1 < len(words) and _AMOUNT.fullmatch(words[at + 1].inner):
        return Spelled(_first(f"{core}{words[at + 1].inner}"), words=2)
    return _after_number(words, at, core) or _abbreviation(words, at, core) or _with_signs(inner)


def _after_number(words: Sequence[Written], at: int, core: str) -> Spelled | None:
    """Return what a unit after its number stands for, or a Roman numeral after its name."""
    if not at:
        return None
    if core in _SPOKEN_UNITS and _AMOUNT.fullmatch(words[at - 1].inner.lstrip("-−")):
        return Spelled(_unit(core, words[at - 1].inner), stopped=core.endswith("h") or at == len(words) - 1)
    number = () if words[at - 1].after else numeral_aloud(words[at].inner, words[at - 1].inner)
    return Spelled(hyphenated(number)) if number else None


def _with_signs(inner: str) -> Spelled | None:
    spaced = inner.replace("&", " and ").replace("_", " ")
    return Spelled(" ".join(spaced.split())) if spaced != inner else None


def _figures(words: Sequence[Written], at: int, core: str, date_order: DateOrder) -> Spelled | None:
    if phrase := _two_words(words, at, core):
        return phrase
    if date := _DATE.fullmatch(core):
        return _date(date, date_order)
    said = _day(words, at, core)
    if not said and core.isdigit() and _in_telephone(words, at):
        said = hyphenated(slot[0][0] for slot in digit_by_digit(core))
    if not said and _COUNTRY.fullmatch(core):
        said = f"plus {hyphenated(slot[0][0] for slot in digit_by_digit(core[1:]))}"
    if not said and (room := _LETTERS_TOO.fullmatch(words[at].inner)):
        said = f"{hyphenated(whole(room[1])[0])} {room[2]}"
    if not said and re.search(r"[a-z]", core) and "-" in core[1:]:
        parts = (_cased(_first(part), part) or part for part in re.split("[-–—]", words[at].inner))
        said = " ".join(part for part in parts if part)
    said = said or _cased(_first(core), words[at].inner)
    return Spelled(said) if said else None


def _cased(said: str, written: str) -> str:
    """Return `said` with the letters as they were written: "A four" for "A4"."""
    for letters in re.findall(r"[^\W\d_]+", written):
        said = re.sub(rf"\b{letters.lower()}\b", letters, said, count=1)
    return said


def _two_words(words: Sequence[Written], at: int, core: str) -> Spelled | None:
    """Return how "$2 million", "5 €" and "2 1/2" are read."""
    if at + 1 == len(words) or words[at].after:
        return None
    following = words[at + 1].inner.lower()
    money = _MONEY.fullmatch(core)
    if money and following in SCALES:
        return Spelled(hyphenated((*amount(money[2])[0], SCALES[following], *CURRENCIES[money[1]][0][0])), words=2)
    if following in CURRENCIES and _AMOUNT.fullmatch(core):
        return Spelled(_first(f"{following}{core}"), words=2)
    if core.isdigit() and re.fullmatch(r"\d/\d{1,2}", following):
        return Spelled(_first(f"{core} {following}"), words=2)
    return None


def _in_telephone(words: Sequence[Written], at: int) -> bool:
    """Tell whether digits are a part of a telephone number that is written with spaces."""
    around = [word.inner.lower() for word in words[max(0, at - 2) : at + 2]]
    first = at
    while first > max(0, at - _MOST_GROUPS) and words[first].inner.isdigit():
        first -= 1
    if first < at and _COUNTRY.fullmatch(words[first].inner):
        return True
    return any(word in _TELEPHONE or _LOCAL.fullmatch(word) for word in around) and len(words[at].inner) > 1


def _first(core: str) -> str:
    """Return the usual way to say what is written with digits; empty where there is none."""
    core = without_accents(plain(core))
    if _YEAR.fullmatch(core):
        return hyphenated(year(int(core)))
    if _VERSION.fullmatch(core):
        return " dot ".join(hyphenated(whole(part)[0]) for part in core.split("."))
    found = forms(core)
    return hyphenated(word for slot in found[0] for word in slot[0]) if found else ""


def year(number: int) -> tuple[str, ...]:
    """Return a year from 1100 on as it is read: "nineteen oh five", "two thousand five", "twenty twenty-four"."""
    century, rest = divmod(number, 100)
    if century == 20 and rest < 10:  # noqa: PLR2004 - the first years of this century
        return ("two", "thousand", *(cardinal(rest) if rest else ()))
    if not rest:
        return (*cardinal(century), "hundred")
    return (*cardinal(century), *(("oh",) if rest < 10 else ()), *cardinal(rest))  # noqa: PLR2004 - one digit


def _date(date: re.Match[str], order: DateOrder) -> Spelled | None:
    if date[5]:
        written, month, day = date[5], int(date[6]), int(date[7])
    else:
        first, second, written = int(date[1]), int(date[3]), date[4]
        month, day = (first, second) if order == "month-first" and first <= len(MONTHS) else (second, first)
    if not (1 <= month <= len(MONTHS) and 1 <= day <= 31):  # noqa: PLR2004 - days of a month
        return None
    spoken = year(int(written)) if len(written) == len("2024") else cardinal(int(written))
    return Spelled(f"{MONTHS[month - 1].capitalize()} {hyphenated(ordinal(day))}, {hyphenated(spoken)}")


def _day(words: Sequence[Written], at: int, core: str) -> str:
    """Return a day beside its month: "second", "the second of"."""
    number = day_of(core)
    if not number:
        return ""
    if at and is_month(words[at - 1].inner.lower().rstrip(".")):
        return hyphenated(ordinal(number))
    if at + 1 < len(words) and not words[at].after and is_month(words[at + 1].inner.lower().rstrip(".")):
        the = "" if at and words[at - 1].inner.lower() == "the" else "the "
        return f"{the}{hyphenated(ordinal(number))} of"
    return ""


def _unit(short: str, number: str) -> str:
    name = UNITS[short]
    if number in {"1", "-1"} and not short.startswith("°"):
        first, _space, rest = name.partition(" ")
        singular = {"feet": "foot", "inches": "inch"}.get(first, first.removesuffix("s") if first != "hertz" else first)
        return f"{singular} {rest}".strip()
    return name


def _abbreviation(words: Sequence[Written], at: int, core: str) -> Spelled | None:
    word = words[at]
    short = core.replace(".", "")
    stopped = word.after.startswith(".")
    said = ABBREVIATIONS.get(short)
    if said is None or short in _LEFT or core in _LEFT or not (stopped or "." in core or short not in WORDS_TOO):
        return None
    following = words[at + 1].inner if at + 1 < len(words) else ""
    if following in {"&", "and"} and at + 2 < len(words):  # Dr. & Mrs. Smith
        following = words[at + 2].inner
    numbered = following[:1].isdigit()
    if short in _BEFORE_NUMBERS and not numbered:
        return None
    if short in SHORT_MONTHS and not (numbered or (at and words[at - 1].inner[:1].isdigit())):
        return None
    ways = said.split("|")
    named = following[:1].isupper() and not (at and words[at - 1].inner[:1].isupper() and short in {"st", "dr"})
    if short in _TITLES and not named:
        if len(ways) == 1:
            return None
        ways.reverse()
    text = ways[0].capitalize() if word.inner[:1].isupper() else ways[0]
    return Spelled(text, stopped=not following or not stopped)


def _address(inner: str) -> str:
    """Return "jane dot doe at example dot org"; the protocol is not read."""
    bare = re.sub(r"^(?:https?|ftp)://", "", inner, flags=re.IGNORECASE).rstrip("/")
    parts = re.findall(r"\d+|[^\W\d_]+|.", bare)
    said = [_ADDRESS_SIGNS.get(part) or (hyphenated(whole(part)[0]) if part.isdigit() else part) for part in parts]
    return " ".join(said)
