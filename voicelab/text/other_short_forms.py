"""Short forms of the western languages, and all that they stand for."""
# ruff: noqa: E501, RUF001 - tables, Cyrillic letters in them

from __future__ import annotations

import re
from functools import cache

from voicelab.text.other_aloud import SHORT

_MORE: dict[str, dict[str, str]] = {
    "german": {
        "z.t": "zum Teil", "u.s.w": "und so weiter", "o.ä": "oder ähnliches|oder ähnliche", "v.a": "vor allem", "s.o": "siehe oben",
        "z.zt": "zurzeit|zur Zeit", "tel": "Telefon", "mio": "Million|Millionen", "mrd": "Milliarde|Milliarden", "st": "Sankt|Stück",
        "fa": "Firma", "jh": "Jahrhundert", "std": "Stunde|Stunden", "min": "Minute|Minuten|Minimum", "sek": "Sekunde|Sekunden",
        "mwst": "Mehrwertsteuer", "nr": "Nummer", "abb": "Abbildung", "kap": "Kapitel", "bd": "Band", "s": "Seite", "jan": "Januar",
        "feb": "Februar", "apr": "April", "aug": "August", "sept": "September", "okt": "Oktober", "nov": "November", "dez": "Dezember",
        "n.chr": "nach Christus", "v.chr": "vor Christus", "i.d.r": "in der Regel", "etc": "et cetera", "gmbh": "GmbH|Gesellschaft mit beschränkter Haftung",
        "max": "maximal", "exkl": "exklusive", "u.u": "unter Umständen",
    },
    "french": {
        "mmes": "mesdames", "mlles": "mesdemoiselles", "me": "maître", "tél": "téléphone", "n°": "numéro", "p.ex": "par exemple", "c-à-d": "c'est-à-dire",
        "janv": "janvier", "févr": "février", "avr": "avril", "juil": "juillet", "sept": "septembre", "oct": "octobre", "nov": "novembre",
        "déc": "décembre", "p": "page", "chap": "chapitre", "fig": "figure", "boul": "boulevard", "st": "saint", "svp": "s'il vous plaît",
        "s.v.p": "s'il vous plaît", "av.j.-c": "avant Jésus-Christ", "apr.j.-c": "après Jésus-Christ", "rdv": "rendez-vous", "min": "minute|minutes|minimum",
    },
    "italian": {
        "dott.ssa": "dottoressa", "sigg": "signori", "sig.na": "signorina", "prof.ssa": "professoressa", "n": "numero", "n°": "numero", "tel": "telefono",
        "es": "esempio", "p.es": "per esempio", "cfr": "confronta", "a.c": "avanti Cristo", "d.c": "dopo Cristo", "p.zza": "piazza",
        "v.le": "viale", "c.so": "corso", "pagg": "pagine", "cap": "capitolo", "gen": "gennaio", "feb": "febbraio", "apr": "aprile", "sett": "settembre",
        "ott": "ottobre", "nov": "novembre", "dic": "dicembre", "min": "minuto|minuti|minimo", "mln": "milione|milioni", "mld": "miliardo|miliardi",
    },
    "spanish": {
        "ee.uu": "Estados Unidos", "p.ej": "por ejemplo", "d": "don", "dña": "doña", "sres": "señores", "lic": "licenciado|licenciada", "n.°": "número",
        "n°": "número", "nº": "número", "tel": "teléfono", "art": "artículo", "avda": "avenida", "a.c": "antes de Cristo", "d.c": "después de Cristo",
        "vd": "usted", "vds": "ustedes", "pza": "plaza", "cap": "capítulo", "fig": "figura", "izq": "izquierda", "dcha": "derecha", "a.m": "am|de la mañana",
        "p.m": "pm|de la tarde", "ene": "enero", "feb": "febrero", "ago": "agosto", "sept": "septiembre", "oct": "octubre", "nov": "noviembre",
        "dic": "diciembre", "mín": "mínimo", "máx": "máximo", "min": "minuto|minutos",
    },
    "portuguese": {
        "srta": "senhorita", "profa": "professora", "d": "dom|dona", "p.ex": "por exemplo", "n.°": "número", "n°": "número", "tel": "telefone", "r": "rua",
        "a.c": "antes de Cristo", "d.c": "depois de Cristo", "v.exa": "vossa excelência", "pç": "praça", "fig": "figura", "cap": "capítulo", "ltda": "limitada",
        "jan": "janeiro", "fev": "fevereiro", "abr": "abril", "ago": "agosto", "set": "setembro", "out": "outubro", "nov": "novembro", "dez": "dezembro",
        "min": "minuto|minutos",
    },
    "russian": {
        "г": "год|года|году|годом|город|города|городе", "гг": "годы|годов|годах", "в": "век|века|веке", "н.э": "нашей эры", "до.н.э": "до нашей эры",
        "т.к": "так как", "т.н": "так называемый|так называемая", "др": "другие|другое|другими", "руб": "рубль|рубля|рублей", "коп": "копейка|копейки|копеек",
        "тыс": "тысяча|тысячи|тысяч", "млн": "миллион|миллиона|миллионов|миллионами|миллионам", "млрд": "миллиард|миллиарда|миллиардов",
        "см": "смотри|сантиметр|сантиметра|сантиметров", "стр": "страница|странице|страницы", "рис": "рисунок|рисунке", "пр": "проспект|прочее",
        "просп": "проспект", "д": "дом", "кв": "квартира", "пл": "площадь", "им": "имени", "акад": "академик", "доц": "доцент", "тел": "телефон",
        "чел": "человек|человека", "мин": "минута|минуты|минут", "сек": "секунда|секунды|секунд", "ч": "час|часа|часов", "и.о": "исполняющий обязанности",
        "no": "номер", "n°": "номер", "рф": "Российская Федерация|Российской Федерации", "ул": "улица|улице|улицы",
    },
}  # fmt: skip
_STOPPED = {
    "german": "s st min max fr hr str fa jh std bd nov apr aug",
    "french": "m mm p me st ste av pr bd env nov oct fig min",
    "italian": "s on n es ing gen nov cap min ca feb ott",
    "spanish": "d a.c ene oct nov dic cap art fig min av pza izq",
    "portuguese": "d r p set out nov min av eng fig cap ago abr",
    "russian": "г гг в др пр д кв им ч мин сек см чел коп рис доц ул",
}
"""Short forms that are words, initials or units of their own: they count where a full stop follows."""


@cache
def short_forms(language: str) -> tuple[tuple[re.Pattern[str], tuple[str, ...]], ...]:
    """Return the short forms of a language: what each looks like in a text, and what it stands for."""
    table: dict[str, str] = {}
    for own in (SHORT.get(language, {}), _MORE.get(language, {})):
        for short, said in own.items():
            table[short] = "|".join(dict.fromkeys([*table.get(short, said).split("|"), *said.split("|")]))
    stopped = set(_STOPPED.get(language, "").split())
    return tuple((_pattern(short, stopped=short in stopped), tuple(said.split("|"))) for short, said in table.items())


def _pattern(short: str, *, stopped: bool) -> re.Pattern[str]:
    """Return what a short form looks like: "z. B.", "z.B.", and without its last full stop where it is no other word."""
    parts = r"\.\s?".join(re.escape(part) for part in short.split("."))
    end = r"\." if stopped else r"\.?"
    return re.compile(rf"(?<![\w.]){parts}{end}(?!\w)", re.IGNORECASE)
