"""The readings of a text in the nine other languages: numbers by num2words, the rest by how it is written."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, Literal

from voicelab.languages import CODES
from voicelab.text.characters import plain
from voicelab.text.chinese_numbers import chinese
from voicelab.text.lattice import Form, Lattice, Slot, Way
from voicelab.text.numbers import has_name

if TYPE_CHECKING:
    from collections.abc import Sequence

_WORD = re.compile(r"\d+(?:[.,   ]\d{3})*(?:[.,]\d+)?[ºª°.]?|[^\W\d_]+|[^\W_]")
_GROUPED = re.compile(r"\d{1,3}(?:[.,   ]\d{3})+")
_LARGEST = 10**12
YEARS = range(1100, 2100)
_GERMAN_ENDINGS = ("", "n", "r", "s", "m")


def lattice(words: Sequence[str], language: str) -> Lattice:
    """Return every way in which the written `words` may be said in `language`, a full lower-case name."""
    graph = Lattice()
    here = graph.node()
    for index, word in enumerate(words):
        for part in _WORD.findall(plain(word)):
            there = graph.node()
            for form in _forms(part, language):
                graph.add(here, there, form, range(index, index + 1))
            here = there
    graph.end = here
    return graph


def _forms(part: str, language: str) -> list[Form]:
    if part[0].isdigit():
        return [(slot,) for slot in (_number(part, language),) if slot]
    return [(((part,),),)]


@lru_cache(maxsize=2048)
def _number(part: str, language: str) -> Slot:
    """Return the ways to say what is written with digits: a number, a year, an ordinal, digit by digit."""
    digits = part.rstrip("ºª°.")
    said: list[str] = []
    if _GROUPED.fullmatch(digits) or digits.isdigit():
        if not has_name(digits):
            return ((digits,), tuple(_one_by_one(re.sub(r"\D", "", digits), language)))
        number = int(re.sub(r"\D", "", digits))
        said = _whole(number, language) if number < _LARGEST else []
        if digits != part:
            said += _ordinals(number, language)
        if digits.isdigit():
            said.append(" ".join(_one_by_one(digits, language)))
    else:
        before, after = re.split(r"[.,]", digits)[0], re.split(r"[.,]", digits)[-1]
        said = _decimal(before, after, language)
    ways: list[Way] = [tuple(re.findall(r"[^\W_]+", plain(way))) for way in said]
    return tuple(dict.fromkeys([*ways, (digits,)]))


def _one_by_one(digits: str, language: str) -> list[str]:
    names = {digit: _whole(int(digit), language)[0] for digit in set(digits)}
    return [names[digit] for digit in digits]


def _whole(number: int, language: str) -> list[str]:
    if language == "chinese":
        return chinese(number)
    said = [_spelled(number, language, "cardinal")]
    if number in YEARS:
        said.append(_spelled(number, language, "year"))
    return said


def _decimal(before: str, after: str, language: str) -> list[str]:
    if not (has_name(before) and has_name(after)):
        return []
    if language == "chinese":
        return [f"{chinese(int(before))[0]}点{''.join(chinese(int(digit))[0] for digit in after)}"]
    return [_spelled(float(f"{before}.{after}"), language, "cardinal")]


def _ordinals(number: int, language: str) -> list[str]:
    if language == "chinese":
        return []
    spelled = _spelled(number, language, "ordinal")
    return [spelled + ending for ending in _GERMAN_ENDINGS] if language == "german" else [spelled]


def whole(number: int, language: str, written: str) -> str:
    """Return the usual way to say a whole number; four digits between 1100 and 2100 are read as a year."""
    if language == "chinese":
        ways = chinese(number)
        return ways[-1] if len(written) == len("2024") and number in YEARS else ways[0]
    kind = "year" if number in YEARS and len(written) == len("2024") and language != "japanese" else "cardinal"
    return _spelled(number, language, kind).removesuffix("년")


def decimal(before: str, after: str, language: str) -> str:
    """Return how a number with decimals is said."""
    return _decimal(re.sub(r"\D", "", before), after, language)[0]


def ordinal(number: int, language: str) -> str:
    """Return the ordinal of `number`, in its plain form."""
    return _spelled(number, language, "ordinal")


def genitive_ordinal(number: int) -> str:
    """Return a Russian ordinal in the genitive, as dates have it: "второго"."""
    return _spelled(number, "russian", "ordinal", case="g")


def korean_count(number: int) -> str:
    """Return a number as Korean counts things, hours and people: 세, 스물한. Sino-Korean from a hundred."""
    if number == 1:
        return "한"
    if not 0 < number < 100:  # noqa: PLR2004
        return whole(number, "korean", "")
    return ordinal(number, "korean").removesuffix(" 번째")


def before_noun(said: str, number: int, language: str, gender: Literal["m", "f"]) -> str:
    """Return a whole number, read as `said`, as it stands before a noun of that gender: "ein", "una", "две"."""
    if language == "russian":
        return _spelled(number, language, "cardinal", gender=gender)
    for ending, masculine, feminine in _BEFORE_NOUNS.get(language, ()):
        if said.endswith(ending):
            said = said.removesuffix(ending) + (masculine if gender == "m" else feminine)
            break
    if gender == "f" and language in {"spanish", "portuguese"}:
        said = re.sub(r"(cient|quinient|cent|zent|hent)os\b", r"\1as", said)
    return said


_BEFORE_NOUNS: dict[str, tuple[tuple[str, str, str], ...]] = {
    "german": (("eins", "ein", "eine"),),
    "french": ((" un", " un", " une"), ("-un", "-un", "-une"), ("un", "un", "une")),
    "italian": (("ventuno", "ventuno", "ventuno"), ("tuno", "tuno", "tuno"), ("uno", "un", "una")),
    "spanish": (("veintiuno", "veintiún", "veintiuna"), ("uno", "un", "una")),
    "portuguese": (("um", "um", "uma"), ("dois", "dois", "duas")),
}
"""The end of a number, and what it is before a masculine and a feminine noun."""


def _spelled(number: float, language: str, kind: str, **bent: str) -> str:
    from num2words import num2words

    try:
        return str(num2words(number, lang=CODES[language], to=kind, **bent))
    except (NotImplementedError, OverflowError, ValueError):
        return str(number)
