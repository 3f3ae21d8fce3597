"""Units of measure and money in the nine other languages: their names and plurals as Unicode's CLDR has them."""
# ruff: noqa: E501, RUF001 - tables, Cyrillic letters in them

from __future__ import annotations

import re
from functools import lru_cache
from typing import Literal

from voicelab.languages import CODES

_METRIC = {
    "km": "length-kilometer", "m": "length-meter", "cm": "length-centimeter", "mm": "length-millimeter",
    "kg": "mass-kilogram", "g": "mass-gram", "mg": "mass-milligram", "t": "mass-tonne",
    "l": "volume-liter", "ml": "volume-milliliter", "cl": "volume-centiliter", "dl": "volume-deciliter",
    "m²": "area-square-meter", "km²": "area-square-kilometer", "cm²": "area-square-centimeter", "ha": "area-hectare",
    "m³": "volume-cubic-meter", "km/h": "speed-kilometer-per-hour", "m/s": "speed-meter-per-second",
    "°": "angle-degree", "°c": "temperature-celsius", "°f": "temperature-fahrenheit", "%": "concentr-percent",
    "h": "duration-hour", "min": "duration-minute", "s": "duration-second", "ms": "duration-millisecond",
    "kb": "digital-kilobyte", "mb": "digital-megabyte", "gb": "digital-gigabyte", "tb": "digital-terabyte",
    "hz": "frequency-hertz", "khz": "frequency-kilohertz", "mhz": "frequency-megahertz", "ghz": "frequency-gigahertz",
    "w": "power-watt", "kw": "power-kilowatt", "kwh": "energy-kilowatt-hour", "v": "electric-volt",
    "kcal": "energy-kilocalorie", "kj": "energy-kilojoule",
}  # fmt: skip
_RUSSIAN = {
    "км": "km", "м": "m", "см": "cm", "мм": "mm", "кг": "kg", "мг": "mg", "т": "t", "л": "l", "мл": "ml",
    "м²": "m²", "км²": "km²", "м³": "m³", "га": "ha", "км/ч": "km/h", "м/с": "m/s", "ч": "h", "мин": "min",
    "кб": "kb", "мб": "mb", "гб": "gb", "тб": "tb", "гц": "hz", "кгц": "khz", "мгц": "mhz", "ггц": "ghz",
    "квт": "kw", "ккал": "kcal",
}  # fmt: skip
"""Not г, which is a year behind years, nor с and в, which are words."""
_FRENCH = {"ko": "kb", "mo": "mb", "go": "gb", "to": "tb"}
_LETTERS = frozenset("mgtlhsVWLмтлч°%")
"""Units of one letter are written so, and not in the other case."""
_WORDS = {("italian", "ha"), ("spanish", "ha")}
"""Words of a language that look like units."""
_FEMININE = {"duration-hour", "duration-minute", "duration-second", "mass-tonne", "energy-kilocalorie"}
_FEMININE_IN = {
    "german": _FEMININE | {"duration-millisecond", "energy-kilowatt-hour"},
    "french": _FEMININE | {"duration-millisecond"},
    "russian": _FEMININE | {"duration-millisecond"},
    "italian": _FEMININE - {"duration-minute", "duration-second"},
    "spanish": _FEMININE - {"duration-minute", "duration-second"},
    "portuguese": _FEMININE - {"duration-minute", "duration-second"},
}
Gender = Literal["m", "f"]

_MONEY: dict[str, dict[str, tuple[str, ...]]] = {
    "german": {"€": ("Euro",), "$": ("Dollar",), "£": ("Pfund",), "¥": ("Yen",)},
    "french": {"€": ("euro", "euros"), "$": ("dollar", "dollars"), "£": ("livre", "livres"), "¥": ("yen", "yens")},
    "italian": {"€": ("euro",), "$": ("dollaro", "dollari"), "£": ("sterlina", "sterline"), "¥": ("yen",)},
    "spanish": {"€": ("euro", "euros"), "$": ("dólar", "dólares"), "£": ("libra", "libras"), "¥": ("yen", "yenes")},
    "portuguese": {
        "€": ("euro", "euros"), "$": ("dólar", "dólares"), "£": ("libra", "libras"), "¥": ("iene", "ienes"),
        "r$": ("real", "reais"),
    },
    "russian": {
        "€": ("евро",), "$": ("доллар", "доллара", "долларов", "доллара"), "¥": ("иена", "иены", "иен", "иены"),
        "£": ("фунт", "фунта", "фунтов", "фунта"), "₽": ("рубль", "рубля", "рублей", "рубля"),
    },
    "korean": {"€": ("유로",), "$": ("달러",), "£": ("파운드",), "¥": ("엔",), "₩": ("원",)},
    "japanese": {"€": ("ユーロ",), "$": ("ドル",), "£": ("ポンド",), "¥": ("円",)},
    "chinese": {"€": ("欧元",), "$": ("美元",), "£": ("英镑",), "¥": ("元",)},
}  # fmt: skip
"""What a price is called in running text (CLDR has "US-Dollar"): one, few, many, a share; or one, other; or one."""
_FEMININE_MONEY = {("french", "£"), ("italian", "£"), ("spanish", "£"), ("portuguese", "£"), ("russian", "¥")}
_PLURALS = ("one", "few", "many", "other")


def unit_of(written: str, language: str) -> str:
    """Return CLDR's name of the unit that `written` is short for in `language`; empty for none."""
    if (len(written) == 1 and written not in _LETTERS) or (language, written) in _WORDS:
        return ""
    local = {"russian": _RUSSIAN, "french": _FRENCH}.get(language, {})
    return _METRIC.get(local.get(written.lower(), written.lower()), "")


def signs_of_money(language: str) -> str:
    """Return a pattern of every sign of money in `language`."""
    return "|".join(sign.replace("$", r"\$") for sign in sorted(_MONEY[language], key=len, reverse=True))


def gender_of(unit: str, language: str) -> Gender:
    """Return which gender a number takes before the unit, a name of CLDR's or a sign of money."""
    feminine = unit in _FEMININE_IN.get(language, ()) or (language, unit) in _FEMININE_MONEY
    return "f" if feminine else "m"


def with_unit(said: str, value: float, unit: str, language: str) -> str:
    """Return the number `value`, read as `said`, with its unit: "fünf Kilometer", "摂氏五度"."""
    pattern = _pattern(value, unit, CODES[language])
    if unit == "concentr-percent" and "%" in pattern:  # CLDR writes the sign in the long form, too
        return {"korean": f"{said} 퍼센트", "chinese": f"百分之{said}"}[language]
    if language in {"chinese", "japanese"}:
        pattern = pattern.replace(" ", "")
    elif language == "korean":
        pattern = pattern.replace("{}", "{} ")
    return pattern.format(said).replace("una ora", "un'ora")


def with_money(said: str, value: float, sign: str, language: str) -> str:
    """Return the number `value`, read as `said`, with the money that `sign` stands for."""
    names = _MONEY[language][sign]
    plural = _PLURALS.index(_plural(value, CODES[language]))
    name = names[plural] if len(names) == len(_PLURALS) else names[min(plural, len(names) - 1)]
    return said + name if language in {"chinese", "japanese"} else f"{said} {name}"


def with_cents(whole: str, cents: str, language: str) -> str:
    """Return a price with its hundredths: "drei Euro fünfzig"; both are read already."""
    between = {"italian": " e ", "portuguese": " e ", "spanish": " con "}.get(language, " ")
    return f"{whole}{between}{cents}"


@lru_cache(maxsize=512)
def _pattern(value: float, unit: str, code: str) -> str:
    from babel.numbers import format_decimal
    from babel.units import format_unit

    number = format_decimal(value, locale=code)
    return format_unit(value, unit, "long", locale=code).replace(number, "{}").replace("\u00a0", " ")


def _plural(value: float, code: str) -> str:
    from babel import Locale

    plural = Locale.parse(code).plural_form(value)
    # French and Portuguese count millions apart, which prices in running text do not.
    return "other" if plural == "many" and code != "ru" else plural


_FURTHER: dict[str, dict[str, str]] = {
    "german": {"kg": "Kilo|Kilos", "km/h": "Stundenkilometer|Kilometer in der Stunde|km h", "%": "Prozent", "°": "Grad"},
    "french": {"kg": "kilo|kilos", "km/h": "kilomètres heure|kilomètres par heure|kilomètre heure", "%": "pour cent|pourcent"},
    "italian": {"kg": "chilo|chili", "km/h": "chilometri orari|chilometri all'ora", "%": "per cento|percento"},
    "spanish": {"kg": "kilo|kilos", "km/h": "kilómetros por hora", "%": "por ciento|porciento"},
    "portuguese": {"kg": "quilo|quilos", "km/h": "quilômetros por hora", "%": "por cento|porcento"},
    "russian": {"%": "процент|процента|процентов|процентам|процентах|процентами", "кг": "килограммов|килограмма|кило", "°": "градус|градуса|градусов"},
    "korean": {"%": "퍼센트|프로", "°": "도", "kg": "킬로", "km": "킬로"},
    "japanese": {"%": "パーセント", "°": "度", "kg": "キロ", "km": "キロ"},
    "chinese": {"°": "度", "km": "公里|千米", "kg": "公斤|千克"},
}  # fmt: skip
"""What a unit is called besides CLDR's name."""
_CENTS = {
    "german": ("Cent", "Cents"), "french": ("centime", "centimes", "cent", "cents"), "italian": ("centesimo", "centesimi"),
    "spanish": ("céntimo", "céntimos", "centavo", "centavos"), "portuguese": ("centavo", "centavos", "cêntimo", "cêntimos"),
    "russian": ("копейка", "копейки", "копеек", "цент", "цента", "центов"),
}  # fmt: skip
"""Hundredths of any money."""
_CODES_OF_MONEY = {"eur": "€", "usd": "$", "gbp": "£", "jpy": "¥", "brl": "r$", "rub": "₽", "us$": "$"}


def units_of(language: str) -> tuple[str, ...]:
    """Return every short form of a unit or of money in `language`, in lower case."""
    local = {"russian": _RUSSIAN, "french": _FRENCH}.get(language, {})
    codes = (code for code, sign in _CODES_OF_MONEY.items() if sign in _MONEY[language])
    return tuple(dict.fromkeys([*_METRIC, "m2", "km2", "cm2", "m3", *local, *_MONEY[language], *codes]))


@lru_cache(maxsize=512)
def unit_names(written: str, language: str) -> tuple[str, ...]:
    """Return all that a unit or money behind a number may be called, in every plural; empty for none."""
    short = written.lower()
    if names := _MONEY[language].get(_CODES_OF_MONEY.get(short, short)):
        return names
    name = unit_of(written if len(written) == 1 else re.sub(r"(?<=m)([23])$", _raised, short), language)
    if not name:
        return ()
    patterns = (_pattern(value, name, CODES[language]) for value in (1, 2, 5, 1.5))
    said = [pattern.replace("{}", " ").strip() for pattern in patterns if pattern.strip().startswith("{}")]
    said = [way for way in said if not way.endswith(("%", "°"))]
    if short in {"°c", "°f"}:
        said += unit_names("°", language)
    return tuple(dict.fromkeys([*said, *filter(None, _FURTHER[language].get(short, "").split("|"))]))


def cent_names(written: str, language: str) -> tuple[str, ...]:
    """Return what hundredths of the money `written` are called; empty for what is no money."""
    short = written.lower()
    return _CENTS.get(language, ()) if _CODES_OF_MONEY.get(short, short) in _MONEY[language] else ()


def _raised(found: re.Match[str]) -> str:
    return {"2": "²", "3": "³"}[found[1]]
