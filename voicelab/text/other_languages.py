"""Numbers in the nine other languages, by num2words: the usual way to say each."""

from __future__ import annotations

import re
from typing import Literal

from voicelab.languages import CODES
from voicelab.text.chinese_numbers import chinese
from voicelab.text.numbers import has_name

YEARS = range(1100, 2100)


def whole_ways(number: int, language: str) -> list[str]:
    """Return the ways to say a whole number in its plain form, the usual one first; years have two."""
    if language == "chinese":
        return chinese(number)
    said = [spelled(number, language, "cardinal")]
    if number in YEARS:
        said.append(spelled(number, language, "year"))
    return said


def _decimal(before: str, after: str, language: str) -> list[str]:
    if not (has_name(before) and has_name(after)):
        return []
    if language == "chinese":
        return [f"{chinese(int(before))[0]}点{''.join(chinese(int(digit))[0] for digit in after)}"]
    return [spelled(float(f"{before}.{after}"), language, "cardinal")]


def whole(number: int, language: str, written: str) -> str:
    """Return the usual way to say a whole number; four digits between 1100 and 2100 are read as a year."""
    if language == "chinese":
        ways = chinese(number)
        return ways[-1] if len(written) == len("2024") and number in YEARS else ways[0]
    kind = "year" if number in YEARS and len(written) == len("2024") and language != "japanese" else "cardinal"
    return spelled(number, language, kind).removesuffix("년")


def decimal(before: str, after: str, language: str) -> str:
    """Return how a number with decimals is said."""
    return _decimal(re.sub(r"\D", "", before), after, language)[0]


def ordinal(number: int, language: str) -> str:
    """Return the ordinal of `number`, in its plain form."""
    return spelled(number, language, "ordinal")


def genitive_ordinal(number: int) -> str:
    """Return a Russian ordinal in the genitive, as dates have it: "второго"."""
    return spelled(number, "russian", "ordinal", case="g")


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
        return spelled(number, language, "cardinal", gender=gender)
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


def spelled(number: float, language: str, kind: str, code: str = "", **bent: str) -> str:
    """Return what num2words says of a number: `kind` is "cardinal", "ordinal" or "year", `code` another region's."""
    from num2words import num2words

    try:
        return str(num2words(number, lang=code or CODES[language], to=kind, **bent))
    except KeyError:  # of round hundreds num2words knows no Korean ordinal
        return f"{num2words(number, lang=code or CODES[language])} 번째"
    except (NotImplementedError, OverflowError, ValueError):
        return str(number)
