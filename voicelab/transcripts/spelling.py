"""How words are written: splitting and joining by language, and what counts as the same word.

"Harbor," and "harbor" are the same word; so are "15" and "fifteen", and "any one" and "anyone".
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from typing import TYPE_CHECKING

from voicelab.text import english_spelling
from voicelab.text.characters import one_apostrophe, without_formats
from voicelab.text.numbers import readings

if TYPE_CHECKING:
    from collections.abc import Iterable

UNSPACED = {"chinese", "japanese"}
SIGNS = {sign: english_spelling.SIGNS[sign] for sign in "&+=@"}
_SHORT = {"dr": "doctor", "mr": "mister", "mrs": "missus", "ms.": "miz", "vs": "versus", "etc": "etcetera"}
"""With a full stop or without; "ms" alone may be milliseconds."""
_SPELLED = {
    "ok": "okay", "alright": "allright", "grey": "gray", "colour": "color", "favourite": "favorite", "favour": "favor",
    "harbour": "harbor", "neighbour": "neighbor", "honour": "honor", "labour": "labor", "flavour": "flavor",
    "humour": "humor", "rumour": "rumor", "theatre": "theater", "centre": "center", "metre": "meter",
    "travelled": "traveled", "travelling": "traveling", "realise": "realize", "organise": "organize",
    "recognise": "recognize", "hmm": "hm", "mmm": "mm", "uhm": "um", "umm": "um", "uhh": "uh",
}  # fmt: skip
"""Two ways to write one sound: the first is compared as the second."""
_ELSE_WITHOUT = {"its", "were", "well", "hell", "shell", "ill", "wed", "shed", "id"}
"""Other words without their apostrophe: "it's" is not "its", while "dont" is "don't"."""
MARKS = "'.,;:?!…\"“”()[]–—-"
"""Punctuation around a word, which nobody speaks."""
_MOST_SPELLINGS = 50
"""Ways multiply with every number; beyond, numbers are read in their first way only."""
_CHARACTER = re.compile(r"[0-9A-Za-z]+(?:[ '’.-][0-9A-Za-z]+)*|\S")


def split_words(text: str, language: str) -> list[str]:
    """Return the words of `text` with their punctuation: by spaces, in Chinese and Japanese by character.

    `language` is a full lower-case name. A mark that stands alone belongs to the word before it, at the start to the
    one after. Latin words and digits inside Chinese or Japanese stay whole.
    """
    unspaced = language in UNSPACED
    glue = "" if unspaced else " "
    words: list[str] = []
    for piece in _CHARACTER.findall(text) if unspaced else text.split():
        if words and not (sounds(piece) and sounds(words[-1])):
            words[-1] += glue + piece
        else:
            words.append(piece)
    return words


def join_words(words: Iterable[str], language: str) -> str:
    """Return the text that `words` make: with spaces between them, except in Chinese and Japanese."""
    return ("" if language in UNSPACED else " ").join(words)


def sounds(piece: str) -> bool:
    """Say whether anything in `piece` is spoken."""
    return any(character.isalnum() or character in SIGNS for character in piece)


@lru_cache(maxsize=4096)  # a check asks for each word six times, and an edit leaves most words as they were
def keys(word: str) -> tuple[str, ...]:
    """Return what is compared of `word`: its parts without case and punctuation.

    Hyphenated words are several parts; apostrophes vanish ("don't" is "dont"), but "it's" is not "its"; numbers are
    read in their first way, "Dr." is "doctor" and "OK" is "okay".
    """
    plain = one_apostrophe(unicodedata.normalize("NFKC", one_apostrophe(without_formats(word))).casefold())
    inner = plain.strip(MARKS)
    plain = plain.replace("'", "")
    if "'" in inner and inner.replace("'", "") in _ELSE_WITHOUT:
        return (inner,)
    short = plain.rstrip(",;:!?")
    if said := _SHORT.get(short) or _SHORT.get(short.removesuffix(".")):
        return (said,)
    spoken = readings(plain)
    if spoken:
        return tuple(part.replace("'", "") for part in spoken[0])
    for sign, name in SIGNS.items():
        plain = plain.replace(sign, f" {name} ")
    return tuple(_SPELLED.get(part, part) for part in re.split(r"[\W_]+", plain) if part)


def same(words: Iterable[str], others: Iterable[str]) -> bool:
    """Say whether two short stretches of words sound alike as written: "15" and "fifteen", "any one" and "anyone"."""
    return bool(_spellings(words) & _spellings(others))


def _spellings(words: Iterable[str]) -> set[str]:
    """Every way to write `words` without spaces: numbers have several readings ("1999")."""
    spelled = {""}
    for word in words:
        plain = unicodedata.normalize("NFKC", one_apostrophe(without_formats(word))).casefold()
        ways = [tuple(part.replace("'", "") for part in way) for way in readings(plain)] or [keys(word)]
        if len(spelled) > _MOST_SPELLINGS:
            ways = ways[:1]
        spelled = {before + "".join(way) for before in spelled for way in ways}
    return spelled
