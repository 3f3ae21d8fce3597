"""How the nine other languages are read aloud: numbers by num2words, a few signs and short forms by table."""
# ruff: noqa: E501, RUF001 - tables, Cyrillic letters in the tables

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from voicelab.text.abbreviations import STARTERS
from voicelab.text.aloud import Spelled, Written
from voicelab.text.characters import plain
from voicelab.text.numbers import has_name
from voicelab.text.other_languages import YEARS, decimal, ordinal, whole

if TYPE_CHECKING:
    from collections.abc import Sequence

_UNSPACED = {"chinese", "japanese"}
_HOUR = {"chinese": "点", "japanese": "時"}
_SIGNS: dict[str, dict[str, str]] = {
    "german": {"%": "Prozent", "€": "Euro", "$": "Dollar", "&": "und", "km": "Kilometer", "kg": "Kilogramm", "°c": "Grad Celsius", "+": "plus", "=": "gleich"},
    "french": {"%": "pour cent", "€": "euros", "$": "dollars", "&": "et", "km": "kilomètres", "kg": "kilogrammes", "°c": "degrés Celsius", "+": "plus", "=": "égale"},
    "italian": {"%": "per cento", "€": "euro", "$": "dollari", "&": "e", "km": "chilometri", "kg": "chilogrammi", "°c": "gradi Celsius", "+": "più", "=": "uguale"},
    "spanish": {"%": "por ciento", "€": "euros", "$": "dólares", "&": "y", "km": "kilómetros", "kg": "kilogramos", "°c": "grados Celsius", "+": "más", "=": "igual"},
    "portuguese": {"%": "por cento", "€": "euros", "$": "dólares", "&": "e", "km": "quilômetros", "kg": "quilogramas", "°c": "graus Celsius", "+": "mais", "=": "igual"},
    "russian": {"%": "процентов", "€": "евро", "$": "долларов", "&": "и", "км": "километров", "кг": "килограммов", "°c": "градусов Цельсия", "+": "плюс", "=": "равно"},
    "korean": {"%": "퍼센트", "€": "유로", "$": "달러", "km": "킬로미터", "kg": "킬로그램", "°c": "도", "+": "더하기", "=": "는"},
    "japanese": {"%": "パーセント", "€": "ユーロ", "$": "ドル", "km": "キロメートル", "kg": "キログラム", "°c": "度"},
    "chinese": {"€": "欧元", "$": "美元", "km": "公里", "kg": "公斤", "°c": "摄氏度"},
}  # fmt: skip
_SHORT: dict[str, dict[str, str]] = {
    "german": {"dr": "Doktor", "prof": "Professor", "z.b": "zum Beispiel", "d.h": "das heißt", "usw": "und so weiter", "bzw": "beziehungsweise", "ca": "circa", "nr": "Nummer", "u.a": "unter anderem", "hr": "Herr", "fr": "Frau", "str": "Straße", "vgl": "vergleiche", "evtl": "eventuell", "ggf": "gegebenenfalls", "st": "Sankt", "inkl": "inklusive"},
    "french": {"m": "monsieur", "mm": "messieurs", "mme": "madame", "mlle": "mademoiselle", "dr": "docteur", "pr": "professeur", "etc": "et cetera", "c.-à-d": "c'est-à-dire", "av": "avenue", "bd": "boulevard", "st": "saint", "ste": "sainte", "env": "environ"},
    "italian": {"sig": "signor", "sig.ra": "signora", "dott": "dottor", "prof": "professor", "ing": "ingegner", "avv": "avvocato", "ecc": "eccetera", "pag": "pagina", "ca": "circa", "s": "san", "on": "onorevole"},
    "spanish": {"sr": "señor", "sra": "señora", "srta": "señorita", "dr": "doctor", "dra": "doctora", "prof": "profesor", "etc": "etcétera", "ud": "usted", "uds": "ustedes", "pág": "página", "núm": "número", "av": "avenida", "aprox": "aproximadamente"},
    "portuguese": {"sr": "senhor", "sra": "senhora", "dr": "doutor", "dra": "doutora", "prof": "professor", "etc": "et cetera", "pág": "página", "av": "avenida", "aprox": "aproximadamente", "eng": "engenheiro"},
    "russian": {"г-н": "господин", "г-жа": "госпожа", "т.е": "то есть", "т.д": "так далее", "т.п": "тому подобное", "руб": "рублей", "тыс": "тысяч", "млн": "миллионов", "млрд": "миллиардов", "ул": "улица", "проф": "профессор"},
}  # fmt: skip
_WORDS_TOO = {"m", "s", "on", "fr", "st", "str", "av", "mm", "pr", "ca", "ing", "hr", "bd", "env", "eng", "sig", "ud"}
"""Short forms that are read so before a full stop only."""
_CAPITALS = {"m", "mm", "s", "on", "fr", "pr", "hr"}
"""Those that are titles in capitals only."""
_NUMBER = re.compile(r"([-−]?)([$€£]?)(\d{1,3}(?:[.  ]\d{3})+|\d+)(?:([,.])(\d+))?(%|€|\$|°c|km|kg|км|кг)?")
_CLOCK = re.compile(r"([01]?\d|2[0-4])[:h]([0-5]\d)")
_INSIDE = re.compile(
    r"(?<!\d)(?P<hour>[01]?\d|2[0-4])[:：](?P<minute>[0-5]\d)(?!\d)|"
    r"(?:(?<!\d)\d{1,3}(?:,\d{3})+(?!\d)|\d+)(?:\.\d+)?%?"
)
_BENT = {"am", "vom", "zum", "beim", "im", "den", "dem", "des", "bis", "seit", "ab"}


def spelled_in(words: Sequence[Written], at: int, language: str) -> Spelled | None:
    """Return how the word at the index `at` is read aloud in `language`; None where it is read as written."""
    word = words[at]
    core = plain(word.inner)
    if language in _UNSPACED:
        return Spelled(_INSIDE.sub(lambda found: _wide(found, language), word.inner)) if _INSIDE.search(core) else None
    if number := _NUMBER.fullmatch(core):
        if not (has_name(number[3]) and has_name(number[5] or "")):
            return None
        return _number(words, at, number, language)
    if clock := _CLOCK.fullmatch(core):
        named = language == "german" and at + 1 < len(words) and words[at + 1].inner == "Uhr"
        return Spelled(_clock(int(clock[1]), int(clock[2]), language), words=2 if named else 1)
    signs = _SIGNS[language]
    if core in signs and (len(core) == 1 or (at and words[at - 1].inner[-1:].isdigit())):
        return Spelled(signs[core])
    return _short(words, at, language)


def _short(words: Sequence[Written], at: int, language: str) -> Spelled | None:
    """Return what a short form stands for, also one of two parts: "z. B."."""
    table = _SHORT.get(language, {})
    word = words[at]
    core = plain(word.inner)
    if word.after == "." and at + 1 < len(words) and (said := table.get(f"{core}.{plain(words[at + 1].inner)}")):
        return Spelled(said, words=2, stopped=at + 2 == len(words))
    stopped = word.after.startswith(".")
    said = table.get(core)
    if not said or (core in _WORDS_TOO and not (stopped and word.inner[0].isupper() >= (core in _CAPITALS))):
        return None
    text = said[0].upper() + said[1:] if word.inner[0].isupper() else said
    return Spelled(text, stopped=not stopped or at == len(words) - 1)


def _number(words: Sequence[Written], at: int, number: re.Match[str], language: str) -> Spelled:
    sign, currency, digits, point, decimals, unit = number.groups()
    if language == "german" and not (point or unit or currency) and _is_german_ordinal(words, at):
        before = words[at - 1].inner.lower() if at else ""
        ending = "n" if before in _BENT else ""
        return Spelled(ordinal(int(digits), language) + ending, stopped=False)
    value = int(re.sub(r"\D", "", digits))
    if language == "russian" and value in YEARS and len(digits) == len("2024") and not unit:
        return Spelled(words[at].inner)  # num2words does not know its case; an engine reads the figures
    said = decimal(digits, decimals, language) if point and decimals else whole(value, language, digits)
    minus = {"german": "minus", "french": "moins", "italian": "meno", "spanish": "menos", "portuguese": "menos"}
    parts = [minus.get(language, "−") if sign else "", said, _SIGNS[language].get(unit or currency or "", "")]
    return Spelled(" ".join(part for part in parts if part))


def _is_german_ordinal(words: Sequence[Written], at: int) -> bool:
    if not words[at].after.startswith(".") or at + 1 == len(words) or len(words[at].inner) > 2:  # noqa: PLR2004 - a year
        return False
    return words[at + 1].inner.lower() not in STARTERS["german"]


def _clock(hour: int, minute: int, language: str) -> str:
    between = {"german": "Uhr", "french": "heures", "italian": "e", "spanish": "y", "portuguese": "e"}.get(language, "")
    minutes = whole(minute, language, "") if minute else ""
    return " ".join(part for part in (whole(hour, language, ""), between, minutes) if part)


def _wide(found: re.Match[str], language: str) -> str:
    """Return how a number is said that stands among Chinese or Japanese characters."""
    if found["hour"]:
        hour, minute = (whole(int(part), language, "") for part in (found["hour"], found["minute"]))
        return f"{hour}{_HOUR[language]}{'' if int(found['minute']) == 0 else f'{minute}分'}"
    digits, percent = found[0].rstrip("%").replace(",", ""), found[0].endswith("%")
    before, _point, after = digits.partition(".")
    if not (has_name(before) and has_name(after)):
        return found[0]
    said = decimal(before, after, language) if after else whole(int(before), language, before)
    if percent and language == "chinese":
        return f"百分之{said}"
    return said + (_SIGNS[language]["%"] if percent else "")
