"""Pauses that a text asks for: `<break time="500ms"/>`, as SSML has it (W3C, Speech Synthesis Markup Language 1.1)."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

LONGEST_S = 10.0
"""A longer pause is taken for a slip."""
_USUAL_S = 0.5
_STRENGTHS_S = {"none": 0.0, "x-weak": 0.1, "weak": 0.2, "medium": 0.4, "strong": 0.7, "x-strong": 1.2}
BREAK = re.compile(r"<break\b([^<>]{0,80}?)/?>(?:\s*</break>)?", re.IGNORECASE)
_TIME = re.compile(r"time\s*=\s*[\"']?\+?(\d{0,6}(?:\.\d{1,6})?)\s*(ms|s)", re.IGNORECASE)
_STRENGTH = re.compile(r"strength\s*=\s*[\"']?([a-z-]+)", re.IGNORECASE)


def at_breaks(text: str) -> Iterator[tuple[str, float | None]]:
    """Yield the parts of `text` between its breaks, each with the seconds of silence asked for after it (0..10).

    The last part has None. A break without a time is half a second, one by strength as long as a mark of that weight.
    """
    start = 0
    for found in BREAK.finditer(text):
        yield text[start : found.start()], _seconds(found[1])
        start = found.end()
    yield text[start:], None


def _seconds(attributes: str) -> float:
    time = _TIME.search(attributes)
    if time and time[1] not in {"", "."}:
        seconds = float(time[1]) / (1000 if time[2].lower() == "ms" else 1)
    else:
        strength = _STRENGTH.search(attributes)
        seconds = _STRENGTHS_S.get(strength[1].lower(), _USUAL_S) if strength else _USUAL_S
    return min(seconds, LONGEST_S)
