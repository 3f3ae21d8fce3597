"""How a text is read aloud: what a request says of markup, figures and pronunciations, and what comes of it."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal

from voicelab.text.aloud import DateOrder, read_aloud
from voicelab.text.markup import shown

if TYPE_CHECKING:
    from voicelab.speech.ports import SpeechRequest

Markup = Literal["strip", "keep"]
Figures = Literal["words", "keep"]


@dataclass(frozen=True)
class Pronunciation:
    """How one word is said."""

    word: str
    """As it is written; whole words only."""
    say: str
    """Plain respelling: "vixen" for "Vyxn"."""
    match_case: bool = False


@dataclass(frozen=True)
class Reading:
    """How a text is turned into what an engine gets."""

    markup: Markup = "strip"
    """"strip": what a screen would not show (Markdown, HTML, emoji) is not spoken; "keep": it reaches the engine."""
    figures: Figures = "words"
    """"words": numbers, abbreviations and signs are written out as the language says them; "keep": the engine reads."""
    date_order: DateOrder = "month first"
    """What 01/02/2024 is in English."""
    pronunciations: tuple[Pronunciation, ...] = ()
    """In order; of two for the same word the first one holds."""


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
    text = pronounced(text, reading.pronunciations)
    if reading.figures == "words":
        text = read_aloud(text, request.language, reading.date_order)
    return replace(request, text=text, notes=notes, reading=Reading("keep", "keep"))


def pronounced(text: str, pronunciations: tuple[Pronunciation, ...]) -> str:
    """Return `text` with whole words replaced by how they are said; what was replaced is not replaced again."""
    if not pronunciations:
        return text
    words = [(re.escape(one.word) if one.match_case else f"(?i:{re.escape(one.word)})") for one in pronunciations]
    pattern = re.compile("|".join(rf"(?<!\w)({word})(?!\w)" for word in words))
    return pattern.sub(lambda found: pronunciations[(found.lastindex or 1) - 1].say, text)
