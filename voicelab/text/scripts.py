# ruff: noqa: RUF001 - a table of letters that look alike
"""Letters that are not what they look like: of another script in a Latin word, and halves of surrogate pairs."""

from __future__ import annotations

import re
import unicodedata

_WORD = re.compile(r"[^\W\d_]{2,}")
_OTHERS = ("CYRILLIC", "GREEK")
"""Scripts of texts that people write, with letters that look like Latin ones."""
_ALIKE = set("АВЕЅІЈКМНОРСТУХасеѕіјорухһԛԝΑΒΕΖΗΙΚΜΝΟΡΤΥΧανορυιABEHIJKMOPSTXYZaceijopsvxyuhqw")
"""Letters that another script's letter cannot be told from: of Cyrillic, of Greek, of Latin."""
_MOST_NAMED = 3


def odd_letters(text: str) -> tuple[str, ...]:
    """Return a sentence for each kind of letter in `text` that a person does not see and a model reads as another.

    A word of Latin letters with one of Cyrillic or Greek among them was put together by mistake or to deceive; a word
    of one script alone is what it is, and so are single letters and words whose foreign letters can be seen (μm).
    """
    notes = []
    words = list(dict.fromkeys(word for word in _WORD.findall(text) if strangers(word)))
    for word in words[:_MOST_NAMED]:
        named = " and ".join(f"the {letter} is {script}" for letter, script in strangers(word))
        notes.append(f"In “{word}” {named}: it may be said wrongly. Type the word again.")
    if len(words) > _MOST_NAMED:
        notes.append(f"{len(words) - _MOST_NAMED} more words mix letters of two scripts.")
    if without_halves(text) != text:
        notes.append("Half a character (an unpaired surrogate) was left out: the text was damaged where it came from.")
    return tuple(notes)


def without_halves(text: str) -> str:
    """Return `text` without halves of surrogate pairs, which no file, answer or model can hold."""
    return "".join(character for character in text if not "\ud800" <= character <= "\udfff")


def strangers(word: str) -> list[tuple[str, str]]:
    """Return the letters of the rarer script in a word that mixes Latin with another, each with its script's name."""
    scripts = [(letter, _script(letter)) for letter in word]
    latin = [letter for letter, script in scripts if script == "LATIN"]
    others = [(letter, script) for letter, script in scripts if script in _OTHERS]
    if not latin or not others:
        return []
    rarer = others if len(others) <= len(latin) else [(letter, "LATIN") for letter in latin]
    if not all(letter in _ALIKE for letter, _script in rarer):
        return []
    return [(letter, script.capitalize()) for letter, script in dict.fromkeys(rarer)]


def _script(letter: str) -> str:
    return unicodedata.name(letter, "").split(" ", 1)[0]
