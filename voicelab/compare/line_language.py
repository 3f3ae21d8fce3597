"""Which language a line is written in, as far as that can be told: a voice reads every line as its own language."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING, Any

from voicelab.languages import CODES

if TYPE_CHECKING:
    from collections.abc import Sequence

_SURE = 0.9
"""Of the recognizer's probabilities. Names and single words stay far below: "Four." has 0.42 for French."""


def foreign_lines(lines: Sequence[str], language: str) -> list[str]:
    """Return a sentence for each of `lines` that is surely not in `language`, a full name; for the person."""
    told = []
    for line in lines:
        code, probability = _identifier().classify(line[:2000])
        if probability >= _SURE and code != CODES[language]:
            name = next(name for name, known in CODES.items() if known == code)
            told.append(
                f"“{line[:60]}” looks {name.capitalize()}, and this voice reads everything as {language.capitalize()}: "
                "expect a wrong accent and word errors. Take a line, or a voice, of the same language."
            )
    return told


@functools.cache
def _identifier() -> Any:
    """Return the recognizer of languages, loaded once: that takes a second."""
    from py3langid.langid import MODEL_FILE, LanguageIdentifier

    identifier = LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
    identifier.set_languages(list(CODES.values()))
    return identifier
