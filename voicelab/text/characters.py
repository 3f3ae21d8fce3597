"""Characters that are written in several ways, and marks that nobody speaks."""

from __future__ import annotations

import re
import unicodedata

APOSTROPHES = "'’‘ʼ`´′＇ʹ‛"
"""What people and programs write for an apostrophe; the first one stands for all."""
_APOSTROPHES = str.maketrans(dict.fromkeys(APOSTROPHES[1:], "'"))

MARKS = "'.,;:?!…\"“”„«»‹›()[]{}<>–—-¿¡*_~|、。，；：！？（）「」『』【】《》"
"""Punctuation around a word, which nobody speaks."""

FRACTIONS = {
    "½": (1, 2), "⅓": (1, 3), "⅔": (2, 3), "¼": (1, 4), "¾": (3, 4), "⅕": (1, 5), "⅖": (2, 5), "⅗": (3, 5), "⅘": (4, 5),
    "⅙": (1, 6), "⅚": (5, 6), "⅛": (1, 8), "⅜": (3, 8), "⅝": (5, 8), "⅞": (7, 8),
}  # fmt: skip
_FRACTION = re.compile(rf"(\d*)([{''.join(FRACTIONS)}])")
_LETTERS = str.maketrans({"æ": "ae", "œ": "oe", "ø": "o", "đ": "d", "ł": "l", "ð": "d", "þ": "th"})
_DASHES = str.maketrans(dict.fromkeys("‐‑‒–—−﹣－", "-"))


def one_apostrophe(text: str) -> str:
    """Return `text` with every kind of apostrophe written as "'"."""
    return text.translate(_APOSTROPHES)


def without_formats(text: str) -> str:
    """Return `text` without invisible characters (Unicode's Cf): soft hyphens, zero-width spaces, direction marks.

    A zero-width space is where a line may be broken between two words of scripts without spaces; nothing is said there.
    """
    return "".join(character for character in text if unicodedata.category(character) != "Cf")


def plain(text: str) -> str:
    """Return `text` in one way of writing: NFKC, no case, one kind of apostrophe and of hyphen, "½" as "1/2"."""
    spelled = _FRACTION.sub(_spelled_fraction, without_formats(text))
    folded = unicodedata.normalize("NFKC", one_apostrophe(spelled)).casefold()
    return one_apostrophe(folded).translate(_DASHES)


def _spelled_fraction(found: re.Match[str]) -> str:
    above, below = FRACTIONS[found[2]]
    return f"{found[1]}{' ' if found[1] else ''}{above}/{below}"


def without_accents(text: str) -> str:
    """Return `text`, in lower case, with its letters as English has them: "naïve" is "naive"."""
    decomposed = unicodedata.normalize("NFD", text.translate(_LETTERS))
    return unicodedata.normalize("NFC", "".join(c for c in decomposed if not unicodedata.combining(c)))
