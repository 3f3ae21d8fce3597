"""How a text is read aloud: what a request says of markup, figures and pronunciations, and what comes of it."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Annotated, Literal

from annotated_types import MaxLen

from voicelab.settings import DateOrder
from voicelab.text.aloud import read_aloud
from voicelab.text.markup import shown
from voicelab.text.scripts import odd_letters, without_halves

if TYPE_CHECKING:
    from voicelab.speech.ports import SpeechRequest

Markup = Literal["strip", "keep"]
Figures = Literal["words", "keep"]
_DATE_ORDER: DateOrder = "month-first"


@dataclass(frozen=True)
class Pronunciation:
    """How one word is said."""

    word: Annotated[str, MaxLen(400)]
    """As it is written; whole words only."""
    say: Annotated[str, MaxLen(400)]
    """Plain respelling: "vixen" for "Vyxn"."""
    match_case: bool = False


@dataclass(frozen=True)
class Reading:
    """How a text is turned into what an engine gets."""

    markup: Markup = "strip"
    """"strip": what a screen would not show (Markdown, HTML, emoji) is not spoken; "keep": it reaches the engine."""
    figures: Figures = "words"
    """"words": numbers, abbreviations and signs are written out as the language says them; "keep": the engine reads."""
    date_order: DateOrder | None = None
    """What 01/02/2024 is in English; None: as the lab's settings say, and month first where there is no lab."""
    pronunciations: tuple[Pronunciation, ...] = ()
    """In order; of two for the same word the first one holds, and a longer one before the words it is made of."""


def as_read(request: SpeechRequest) -> SpeechRequest:
    """Return `request` with its text as it is really said, and notes on what was left out.

    Pronunciations come first, so that they win over what the lab would make of a word.
    """
    reading = request.reading
    text, notes = request.text, request.notes
    if reading.markup == "strip":
        screen = shown(text)
        text = screen.text
        if screen.left_out:
            sounds = ", ".join(f"[{sound}]" for sound in screen.left_out)
            notes = (*notes, f"Left out, because no engine here can do it: {sounds}.")
    notes = tuple(dict.fromkeys((*notes, *odd_letters(text))))
    text = without_halves(text)
    text = pronounced(text, reading.pronunciations)
    if reading.figures == "words":
        text = read_aloud(text, request.language, reading.date_order or _DATE_ORDER)
    return replace(request, text=text, notes=notes, reading=Reading("keep", "keep"))


def pronounced(text: str, pronunciations: tuple[Pronunciation, ...]) -> str:
    """Return `text` with whole words replaced by how they are said; what was replaced is not replaced again."""
    if not pronunciations:
        return text
    longest_first = sorted(pronunciations, key=lambda one: -len(one.word))
    pattern = re.compile("|".join(f"({_whole_word(one)})" for one in longest_first))
    return pattern.sub(lambda found: longest_first[(found.lastindex or 1) - 1].say, unicodedata.normalize("NFC", text))


def _whole_word(one: Pronunciation) -> str:
    """Return the pattern of a word that is no part of another: where its script puts spaces between words."""
    word = unicodedata.normalize("NFC", one.word)
    parts = r"\s+".join(re.escape(part) for part in word.split())
    pattern = parts if one.match_case else f"(?i:{parts})"
    return ("" if _wide(word[0]) else r"(?<!\w)") + pattern + ("" if _wide(word[-1]) else r"(?!\w)")


def _wide(character: str) -> bool:
    return unicodedata.east_asian_width(character) in {"W", "F"}
