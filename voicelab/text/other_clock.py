"""Every way in which the western languages say a time of day."""

from __future__ import annotations

from functools import lru_cache

from voicelab.text.other_numbers import cardinals

_HOURS = {
    "german": ("{h} Uhr {m}", "{h} Uhr und {m} Minuten", "{h} Uhr {m} Minuten", "{h} {m}", "{h} {m} Uhr"),
    "french": ("{h} heures {m}", "{h} heure {m}", "{h} heures et {m} minutes", "{h} heures {m} minutes", "{h} {m}"),
    "italian": ("{h} e {m}", "{h} {m}", "{h} e {m} minuti", "{h} ore e {m} minuti"),
    "spanish": ("{h} y {m}", "{h} {m}", "{h} horas y {m} minutos", "{h} horas {m} minutos", "{h} {m} horas"),
    "portuguese": ("{h} e {m}", "{h} {m}", "{h} horas e {m}", "{h} horas e {m} minutos", "{h} horas {m}"),
    "russian": ("{h} {m}", "{h} часов {m} минут", "{h} часа {m} минут", "{h} час {m} минут", "{h} ноль {m}"),
}  # fmt: skip
_FULL = {
    "german": ("{h} Uhr", "{h}"), "french": ("{h} heures", "{h} heure"), "italian": ("{h}", "{h} in punto", "{h} ore"),
    "spanish": ("{h}", "{h} en punto", "{h} horas"), "portuguese": ("{h}", "{h} horas", "{h} hora", "{h} em ponto"),
    "russian": ("{h} часов", "{h} часа", "{h} час", "{h}", "{h} ноль ноль"),
}  # fmt: skip
_PARTS: dict[str, dict[int, tuple[str, ...]]] = {
    "german": {15: ("Viertel nach {h}", "viertel {n}"), 30: ("halb {n}",), 45: ("Viertel vor {n}", "dreiviertel {n}")},
    "french": {
        15: ("{h} heures et quart", "{h} heure et quart"), 30: ("{h} heures et demie", "{h} heure et demie"),
        45: ("{n} heures moins le quart", "{n} heures moins quart", "{n} heure moins le quart"),
    },
    "italian": {
        15: ("{h} e un quarto",), 30: ("{h} e mezza", "{h} e mezzo"), 45: ("{n} meno un quarto", "{h} e tre quarti"),
    },
    "spanish": {15: ("{h} y cuarto",), 30: ("{h} y media",), 45: ("{n} menos cuarto", "{n} menos quince")},
    "portuguese": {15: ("{h} e um quarto",), 30: ("{h} e meia", "{h} horas e meia"), 45: ("{n} menos um quarto",)},
    "russian": {},
}  # fmt: skip
"""{h} is the hour, {n} the next one."""
_NOON = 12
_NAMES = {
    ("french", 12): "midi", ("french", 0): "minuit", ("italian", 12): "mezzogiorno", ("italian", 0): "mezzanotte",
    ("spanish", 12): "mediodía", ("spanish", 0): "medianoche", ("portuguese", 12): "meio-dia",
    ("portuguese", 0): "meia-noite", ("german", 0): "Mitternacht",
}  # fmt: skip
"""Noon and midnight."""


@lru_cache(maxsize=1024)
def clock_ways(hour: int, minute: int, language: str) -> tuple[str, ...]:
    """Return the ways to say a time of day, 0 to 24 hours."""
    hours = _said(hour, language)
    if not minute:
        named = _NAMES.get((language, hour))
        said = [pattern.format(h=way) for way in hours for pattern in _FULL[language]]
        return (*said, *([named] if named else []))
    minutes = list(_said(minute, language))
    if minute < 10:  # noqa: PLR2004 - one figure
        minutes += [f"{nought} {way}" for nought in _said(0, language) for way in minutes]
    said = [pattern.format(h=way, m=small) for way in hours for small in minutes for pattern in _HOURS[language]]
    twelve = [*hours, *_said(hour % _NOON or _NOON, language)]
    following = _said((hour + 1) % _NOON or _NOON, language)
    for pattern in _PARTS[language].get(minute, ()):
        said += [pattern.format(h=way, n=then) for way in twelve for then in following]
    return tuple(dict.fromkeys(said))


def _said(number: int, language: str) -> tuple[str, ...]:
    """Return the ways to say hours or minutes: not in all cases of Russian, which are many and no times."""
    ways = cardinals(str(number), language)
    return ways[:1] if language == "russian" else ways
