"""Signs and addresses in the nine other languages: "&", "%", "info@beispiel.de"."""
# ruff: noqa: E501 - tables

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from voicelab.text.other_numbers import cardinals
from voicelab.text.other_phrases import Phrase
from voicelab.text.other_units import unit_names

if TYPE_CHECKING:
    from collections.abc import Iterator

_MONEY = set("€$£¥₩₽%")
_NAMES: dict[str, dict[str, str]] = {
    "german": {
        "&": "und", "+": "plus|und", "=": "gleich|ist gleich|ist", "@": "at|ät", "§": "Paragraph|Paragraf", "×": "mal", "÷": "durch", "#": "Hashtag|Nummer|Raute",
        ".": "Punkt", "/": "Schrägstrich|Slash", "-": "minus|Bindestrich|Strich", "_": "Unterstrich",
    },
    "french": {
        "&": "et", "+": "plus", "=": "égale|égal|égalent|font", "@": "arobase|at", "§": "paragraphe", "×": "fois", "÷": "divisé par", "#": "dièse|hashtag",
        ".": "point", "/": "slash|barre oblique", "-": "tiret|trait d'union", "_": "tiret bas|underscore|souligné",
    },
    "italian": {
        "&": "e", "+": "più", "=": "uguale|fa|è uguale a", "@": "chiocciola|at", "§": "paragrafo", "×": "per", "÷": "diviso", "#": "cancelletto|hashtag",
        ".": "punto", "/": "barra|slash", "-": "trattino|meno", "_": "trattino basso|underscore",
    },
    "spanish": {
        "&": "y|e", "+": "más", "=": "igual a|es igual a|igual|son", "@": "arroba", "§": "párrafo", "×": "por", "÷": "entre|dividido por|dividido entre",
        "#": "almohadilla|hashtag|numeral", ".": "punto", "/": "barra|slash", "-": "guion", "_": "guion bajo",
    },
    "portuguese": {
        "&": "e", "+": "mais", "=": "igual a|é igual a|igual|são", "@": "arroba", "§": "parágrafo", "×": "vezes", "÷": "dividido por", "#": "hashtag|cerquilha",
        ".": "ponto", "/": "barra", "-": "hífen|traço", "_": "underline|sublinhado",
    },
    "russian": {
        "&": "и", "+": "плюс", "=": "равно|равняется", "@": "собака|эт", "§": "параграф", "×": "умножить на|на", "÷": "разделить на", "#": "хештег|решётка",
        ".": "точка", "/": "слеш|косая черта", "-": "дефис|тире", "_": "подчёркивание|нижнее подчёркивание",
    },
    "korean": {"@": "골뱅이|앳", ".": "점|닷", "+": "더하기|플러스", "=": "는|은", "×": "곱하기", "&": "앤드|앤", "/": "슬래시", "-": "대시|하이픈", "_": "언더바"},
    "japanese": {
        "@": "アットマーク|アット", ".": "ドット|点", "+": "たす|プラス", "=": "イコール|は", "×": "かける", "÷": "わる", "&": "アンド|と", "/": "スラッシュ",
        "-": "ハイフン", "_": "アンダーバー", "#": "シャープ|ハッシュタグ",
    },
    "chinese": {"@": "艾特|at", ".": "点", "+": "加", "=": "等于", "×": "乘|乘以", "÷": "除以", "&": "和|与", "/": "斜杠|斜线", "-": "杠|横杠", "_": "下划线", "#": "井号"},
}  # fmt: skip
_ADDRESS = re.compile(
    r"(?:https?://)?(?:[A-Za-z0-9._%+-]{1,64}@)?(?:[A-Za-z0-9-]{1,63}\.){1,8}[A-Za-z]{2,24}(?:/[A-Za-z0-9._/-]{0,200})?(?![\w@])"
)
_PARTS = re.compile(r"\d+|[A-Za-z]+|[@./_-]")


def sign_ways(sign: str, language: str) -> tuple[str, ...]:
    """Return what a sign that stands alone may be called, "" where it may be silent; empty for no sign."""
    if sign in _MONEY:
        return unit_names(sign, language) or (("",) if sign != "%" else ("百分之",))
    if sign.isalnum():
        return ()
    return (*_NAMES[language].get(sign, "").split("|"), "")


def address_ways(text: str, language: str) -> Iterator[Phrase]:
    """Yield the addresses of the web and of mail in `text`."""
    for found in _ADDRESS.finditer(text):
        if "@" not in found[0] and not re.search(r"//|^www\.|\.(?:com|org|net|info|eu|io|[a-z]{2})(?:/|$)", found[0]):
            continue
        bare = re.sub(r"^https?://", "", found[0])
        parts = tuple(_part_ways(part, language) for part in _PARTS.findall(bare))
        if all(parts):
            yield Phrase(*found.span(), parts)


def _part_ways(part: str, language: str) -> tuple[str, ...]:
    if part.isdigit():
        return cardinals(part, language)
    return (part,) if part.isalnum() else tuple(filter(None, _NAMES[language].get(part, "").split("|")))
