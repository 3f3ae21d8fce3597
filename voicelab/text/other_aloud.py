"""How the nine other languages are read aloud: numbers by num2words, units by CLDR, short forms by table."""
# ruff: noqa: E501, RUF001 - tables, Cyrillic letters in the tables

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from voicelab.text.aloud import Spelled, Written
from voicelab.text.characters import plain
from voicelab.text.other_dates import clock, date_of, german_day, said_date
from voicelab.text.other_figures import EAST, spelled_number

if TYPE_CHECKING:
    from collections.abc import Sequence

_SIGNS: dict[str, dict[str, str]] = {
    "german": {"&": "und", "+": "plus", "=": "gleich"},
    "french": {"&": "et", "+": "plus", "=": "égale"},
    "italian": {"&": "e", "+": "più", "=": "uguale"},
    "spanish": {"&": "y", "+": "más", "=": "igual"},
    "portuguese": {"&": "e", "+": "mais", "=": "igual"},
    "russian": {"&": "и", "+": "плюс", "=": "равно"},
}  # fmt: skip
SHORT: dict[str, dict[str, str]] = {
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
_CLOCK = re.compile(r"([01]?\d|2[0-4])[:h]([0-5]\d)")
_ITALIAN_HOURS = {"alle", "dalle", "ore"}
"""Words after which two numbers with a full stop between them are a time."""
_POINTED_CLOCK = re.compile(r"([01]?\d|2[0-4])[:.]([0-5]\d)")


def spelled_in(words: Sequence[Written], at: int, language: str) -> Spelled | None:
    """Return how the word at the index `at` is read aloud in `language`; None where it is read as written."""
    core = plain(words[at].inner)
    if language in EAST:
        return spelled_number(words, at, language)
    found = _date(words, at, core, language) or _time(words, at, core, language) or spelled_number(words, at, language)
    sign = _SIGNS[language].get(core)
    return found or (Spelled(sign) if sign else _short(words, at, language))


def _date(words: Sequence[Written], at: int, core: str, language: str) -> Spelled | None:
    before = words[at - 1].inner if at else ""
    if day := date_of(core, language):
        return Spelled(said_date(day, language, before))
    if language == "german" and words[at].after.startswith(".") and (said := german_day(core, before)):
        return Spelled(said, stopped=at + 1 == len(words))
    return None


def _time(words: Sequence[Written], at: int, core: str, language: str) -> Spelled | None:
    named = language == "german" and at + 1 < len(words) and words[at + 1].inner == "Uhr"
    hour_said = language == "italian" and at > 0 and words[at - 1].inner.lower() in _ITALIAN_HOURS
    found = (_POINTED_CLOCK if named or hour_said else _CLOCK).fullmatch(core)
    if found:
        return Spelled(clock(int(found[1]), int(found[2]), language), words=2 if named else 1)
    if named and core.isdigit() and int(core) <= 24:  # noqa: PLR2004 - hours of a day
        return Spelled(clock(int(core), 0, language), words=2)
    return None


def _short(words: Sequence[Written], at: int, language: str) -> Spelled | None:
    """Return what a short form stands for, also one of two parts: "z. B."."""
    table = SHORT.get(language, {})
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
