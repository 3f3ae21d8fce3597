"""Every way in which the nine other languages say a number: its genders and cases, with a half, digit by digit."""
# ruff: noqa: RUF001 - Cyrillic letters are meant

from __future__ import annotations

import itertools
import re
from functools import lru_cache

from voicelab.text.numbers import has_name
from voicelab.text.other_languages import YEARS, ordinal, spelled, whole_ways

_LARGEST = 10**12
_CASES = ("n", "g", "d", "a", "i", "p")
_RUSSIAN_GENDERS = ("m", "f", "n")
_REGIONS = {"french": ("fr_BE", "fr_CH"), "portuguese": ("pt_BR",)}
"""num2words' names of the countries that count in another way: "nonante", "dezesseis"."""
_LAST: dict[str, dict[str, tuple[str, ...]]] = {
    "german": {"eins": ("ein", "eine", "einen", "einem", "einer")},
    "french": {"un": ("une",), "cents": ("cent",), "vingts": ("vingt",)},
    "italian": {"uno": ("un", "una"), "tre": ("tré",), "tré": ("tre",), "ventuno": ("ventun",)},
    "spanish": {"uno": ("un", "una"), "veintiuno": ("veintiún", "veintiuna")},
    "portuguese": {"um": ("uma",), "dois": ("duas",), "catorze": ("quatorze",)},
}  # fmt: skip
"""How a number may end in other ways: before a noun, of the other gender, in another spelling."""
_SHORTER = {
    "german": (r"^ein(?=hundert|tausend)", ""),
    "russian": (r"^(?:одна|один) (?=тысяча|миллион|миллиард)", ""),
}
_POINTS = {
    "german": ("Komma", "Punkt"), "french": ("virgule", "point"), "italian": ("virgola", "punto"),
    "spanish": ("coma", "punto", "con"), "portuguese": ("vírgula", "ponto"), "russian": ("запятая", "точка", "и"),
    "korean": ("점",), "japanese": ("点",), "chinese": ("点",),
}  # fmt: skip
MINUS = {
    "german": ("minus",), "french": ("moins",), "italian": ("meno",), "spanish": ("menos",), "portuguese": ("menos",),
    "russian": ("минус",), "korean": ("마이너스", "영하"), "japanese": ("マイナス", "零下"), "chinese": ("负", "零下"),
}  # fmt: skip
"""What a minus before a number is called."""
_HALVES = {
    "german": ("{0}einhalb",), "french": ("{0} et demi", "{0} et demie"), "italian": ("{0} e mezzo", "{0} e mezza"),
    "spanish": ("{0} y medio", "{0} y media"), "portuguese": ("{0} e meio", "{0} e meia"),
    "russian": ("{0} с половиной",),
}  # fmt: skip
_ONE_AND_A_HALF = {"german": ("anderthalb", "eineinhalb"), "russian": ("полтора", "полторы", "полутора")}
_GERMAN_ENDINGS = ("", "n", "r", "s", "m")


@lru_cache(maxsize=2048)
def cardinals(digits: str, language: str) -> tuple[str, ...]:
    """Return the ways to say a whole number, `digits` without groups, the usual one first; empty for too long ones."""
    if not has_name(digits) or int(digits) >= _LARGEST:
        return ()
    number = int(digits)
    said = whole_ways(number, language)
    if language == "russian":
        said += [
            spelled(number, language, "cardinal", case=case, gender=gender)
            for case, gender in itertools.product(_CASES, _RUSSIAN_GENDERS)
        ]
    said += [spelled(number, language, "cardinal", region) for region in _REGIONS.get(language, ())]
    for ending, others in _LAST.get(language, {}).items():
        stems = [re.sub(rf"{ending}$", "", way) for way in said if re.search(rf"(?:\b|[^\W\d_]){ending}$", way)]
        said += [stem + other for stem in stems for other in others]
    if language in {"spanish", "portuguese"}:
        said += [re.sub(r"(cient|quinient|zent|hent)os\b", r"\1as", way) for way in said]
    if language in _SHORTER:
        said += [re.sub(*_SHORTER[language], way) for way in said]
    if language == "french" and len(digits) == len("1789") and number in YEARS and number % 100:
        century, rest = (spelled(part, language, "cardinal") for part in divmod(number, 100))
        said.append(f"{century} cent {rest}")
    if language == "korean" and 0 < number < 100:  # noqa: PLR2004 - what is counted in Korean's own numbers
        own = ordinal(number, language).removesuffix(" 번째")
        said += ["한", "하나", "일"] if number == 1 else [own, "스무"] if number == 20 else [own]  # noqa: PLR2004
    return tuple(dict.fromkeys(said))


@lru_cache(maxsize=2048)
def ordinals(number: int, language: str) -> tuple[str, ...]:
    """Return the ways to say an ordinal, in every gender and case."""
    if language in {"chinese", "japanese"}:
        return tuple(f"第{way}" for way in whole_ways(number, language))
    if language == "russian":
        bent = itertools.product(_CASES, _RUSSIAN_GENDERS)
        return tuple(
            dict.fromkeys(spelled(number, language, "ordinal", case=case, gender=gender) for case, gender in bent)
        )
    said = spelled(number, language, "ordinal")
    if language == "german":
        return tuple(said + ending for ending in _GERMAN_ENDINGS)
    if language == "french":
        return ("premier", "première") if number == 1 else (said, "second", "seconde")[: 3 if number == 2 else 1]  # noqa: PLR2004
    if language in {"italian", "spanish", "portuguese"}:
        both = [said, re.sub(r"o\b", "a", said)]
        if language == "spanish":
            both += [re.sub(r"(primer|tercer)o$", r"\1", said)]
        return tuple(dict.fromkeys(both))
    return (said,)


@lru_cache(maxsize=2048)
def decimals(before: str, after: str, language: str) -> tuple[tuple[str, ...], ...]:
    """Return the parts of a number with decimals, each with the ways to say it: "drei", "Komma", "fünf".

    Empty for too long ones.
    """
    if not (has_name(before) and has_name(after)):
        return ()
    glue = "" if language in {"chinese", "japanese"} else " "
    digits = [cardinals(digit, language)[0] for digit in after]
    afters = [glue.join(digits), *(cardinals(after, language) if not after.startswith("0") else ())]
    return cardinals(before, language), _POINTS[language], tuple(dict.fromkeys(afters))


@lru_cache(maxsize=2048)
def whole_decimals(before: str, after: str, language: str) -> tuple[str, ...]:
    """Return the ways to say a number with decimals that have no parts: "dreieinhalb", "три целых пять десятых"."""
    said: list[str] = []
    if not (has_name(before) and has_name(after)):
        return ()
    if language == "russian":
        plain = spelled(float(f"{before}.{after}"), language, "cardinal")
        said += [plain, plain.replace("целых ", "целых и ").replace("целая ", "целая и ")]
    if after.rstrip("0") == "5":
        said += [half.format(lead) for lead in cardinals(before, language)[:8] for half in _HALVES.get(language, ())]
        if int(before) == 1:
            said += _ONE_AND_A_HALF.get(language, ())
    return tuple(said)


def one_by_one(digits: str, language: str) -> tuple[str, ...]:
    """Return the ways to say digits one after the other, as in a telephone number."""
    glue = "" if language in {"chinese", "japanese", "korean"} else " "
    said = glue.join(whole_ways(int(digit), language)[0] for digit in digits)
    return {
        "chinese": (said, said.replace("一", "幺"), said.replace("零", "〇")),
        "korean": (said, said.replace("영", "공")),
        "japanese": (said, said.replace("零", "〇"), said.replace("零", "ゼロ")),
        "german": (said, said.replace("zwei", "zwo")),
    }.get(language, (said,))
