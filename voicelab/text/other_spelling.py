"""What is one word in two spellings, in the nine other languages: reforms, countries, letters that may stand apart."""
# ruff: noqa: RUF001 - tables, Cyrillic letters in them

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

_LETTERS = {
    "german": str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue"}),
    "french": str.maketrans({"œ": "oe", "æ": "ae"}),
    "portuguese": str.maketrans({"ü": "u"}),
    "russian": str.maketrans({"ё": "е"}),
    "chinese": str.maketrans({"〇": "零"}),
    "japanese": str.maketrans({"〇": "零"}),
}
"""Letters for letters: a keyboard without umlauts, ё that is printed е."""

_SILENT_C = (
    "a|cole|corre|dire|efe|ele|elé|espe|exa|fra|ina|infra|inse|inspe|le|obje|proje|prote|rea|refle|respe|sele|te"
)
"""Portuguese words go on with a c that nobody says after these."""
_RULES: dict[str, tuple[tuple[str, str | Callable[[re.Match[str]], str]], ...]] = {
    # The spelling of 1990 (Journal officiel, 6 December 1990) leaves the circumflex out on i and u, but where it tells
    # words apart (dû, mûr, sûr, jeûne, fût).
    "french": (
        (r"^(?=.{5,}|îles?$)(?!croî|\w+îmes$|\w+îtes$)(\w*)î", r"\1i"),
        (r"^(?=.{4,})(?!jeûn|[ms]ûre?s?$|crû|\w+ûmes$|\w+ûtes$)(\w*)û(?!t$)", r"\1u"), (r"^(ao|co|go|mo)ût", r"\1ut"),
        (r"^événement", "évènement"), (r"^réglement", "règlement"), (r"^oignon", "ognon"), (r"^clé(s?)$", r"clef\1"),
    ),
    "italian": ((r"(?<=[a-z])é$", "è"),),  # perché, perchè
    # Ortografía de la lengua española (RAE, 2010), and doublets of the academy's dictionary.
    "spanish": (
        (r"^sólo$", "solo"), (r"^guión$", "guion"), (r"^é(s|st)([aeo]s?)$", r"e\1\2"), (r"^aquéll", "aquell"),
        (r"^setiembre$", "septiembre"), (r"^sic([oó]|ia)", r"psic\1"), (r"^obscur", "oscur"), (r"^substan", "sustan"),
        (r"^substit", "sustit"), (r"^período", "periodo"), (r"^vídeo", "video"),
    ),
    # Acordo Ortográfico (1990), and what Portugal and Brazil write in two ways: económico, econômico.
    "portuguese": (
        (rf"^(?:{_SILENT_C})c(?=[çct])", lambda found: found[0][:-1]),
        (r"^factur", "fatur"), (r"^(ó|ado|ba|exce|rece)p(?=[tçc])", r"\1"),
        (r"ô(?=[mn])", "ó"), (r"ê(?=[mn])", "é"), (r"éi(?=as?$)", "ei"), (r"ói(?=[ac]|de)", "oi"), (r"ôo(?=s?$)", "oo"),
        (r"êem$", "eem"), (r"ê$", "é"),
    ),
}  # fmt: skip


@lru_cache(maxsize=8192)
def one_spelling(word: str, language: str) -> str:
    """Return a word in lower case as it is compared: of two spellings of it one."""
    spelled = word.translate(_LETTERS.get(language, {}))
    for pattern, other in _RULES.get(language, ()):
        spelled = re.sub(pattern, other, spelled)
    return spelled
