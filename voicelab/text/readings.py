"""Every way in which a written text may be said, in the ten languages."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from voicelab.text.lattice import Lattice


def readings_of(words: Sequence[str], language: str = "english") -> Lattice:
    """Return the readings of `words`, written with their punctuation; `language` is a full lower-case name.

    Two spellings of one sound share a reading: "24/7" and "twenty four seven". English knows times, dates, money,
    units, Roman numerals, addresses, contractions and British spellings; the other languages the same, as far as
    they have it.
    """
    if language == "english":
        from voicelab.text import english

        return english.lattice(words)
    from voicelab.text import other_readings

    return other_readings.lattice(words, language)
