"""How English spells what is said: the names of signs, and the hyphens of numbers."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

SIGNS = {
    "&": "and", "+": "plus", "=": "equals", "@": "at", "%": "percent", "×": "times", "÷": "divided by",
    "±": "plus or minus", "≠": "is not equal to", "≈": "approximately", "≤": "is at most", "≥": "is at least",
}  # fmt: skip
"""What a sign is called that stands alone or between words."""
_HYPHEN = re.compile(
    r"\b(twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety) "
    r"(?=(?:one|two|three|four|five|six|seven|eight|nine|first|second|third|(?:four|fif|six|seven|eigh|nin)th)\b)"
)


def hyphenated(words: Iterable[str]) -> str:
    """Return the text of `words`, empty ones left out, with hyphens in numbers: "twenty-one"."""
    return _HYPHEN.sub(r"\1-", " ".join(word for word in words if word))
