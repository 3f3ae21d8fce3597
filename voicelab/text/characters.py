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
_FRACTION = re.compile(rf"(?<!\d)(\d*)([{''.join(FRACTIONS)}])")
_POWER = re.compile(r"(?<=\d)[²³¹⁰⁴-⁹]+")
"""Behind a digit, where NFKC would make one number of both: 5² is not 52."""
_IGNORABLE = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u180b\u180c\u180d\u180f\u3164\uffa0")
"""Of DerivedCoreProperties.txt (Unicode 16), Default_Ignorable_Code_Point, what is not Cf. Variation selectors are none
of these: they make a character look in another way."""
_LETTERS = str.maketrans({"æ": "ae", "œ": "oe", "ø": "o", "đ": "d", "ł": "l", "ð": "d", "þ": "th"})
_DASHES = str.maketrans(dict.fromkeys("‐‑‒–—−﹣－", "-"))


def one_apostrophe(text: str) -> str:
    """Return `text` with every kind of apostrophe written as "'"."""
    return text.translate(_APOSTROPHES)


def without_formats(text: str) -> str:
    """Return `text` without invisible characters: soft hyphens, zero-width spaces, direction marks, Hangul fillers.

    They are Unicode's Cf and the rest of its Default_Ignorable_Code_Point. A zero-width space is where
    a line may be broken between two words of scripts without spaces; nothing is said there.
    """
    return "".join(character for character in text if not is_invisible(character))


def is_invisible(character: str) -> bool:
    """Say whether nothing of `character` is seen and nothing of it said; white space and controls are others."""
    return unicodedata.category(character) == "Cf" or character in _IGNORABLE


def plain(text: str) -> str:
    """Return `text` in one way of writing: NFKC, no case, one kind of apostrophe and of hyphen, "½" as "1/2"."""
    return one_apostrophe(unfolded(text).casefold())


def unfolded(text: str) -> str:
    """Return `text` in one way of writing with its capitals: NFKC, one kind of apostrophe and of hyphen."""
    spelled = _FRACTION.sub(_spelled_fraction, without_formats(text))
    spelled = _POWER.sub(lambda found: f"^{unicodedata.normalize('NFKC', found[0])}", spelled)
    return one_apostrophe(unicodedata.normalize("NFKC", one_apostrophe(spelled))).translate(_DASHES)


def _spelled_fraction(found: re.Match[str]) -> str:
    above, below = FRACTIONS[found[2]]
    return f"{found[1]}{' ' if found[1] else ''}{above}/{below}"


def without_accents(text: str) -> str:
    """Return `text`, in lower case, with its letters as English has them: "naïve" is "naive"."""
    letters = text.translate(_LETTERS)
    decomposed = "".join(unicodedata.normalize("NFD", c) if c.isalpha() else c for c in letters)  # ≠ is no accented =
    return unicodedata.normalize("NFC", "".join(c for c in decomposed if not unicodedata.combining(c)))
