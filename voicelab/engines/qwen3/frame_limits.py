"""How long a take may be, and the plain words for one that does not end or does not begin."""

from __future__ import annotations

from typing import Any

from voicelab.errors import NeverEnded, NothingSpoken

FRAMES_AT_LEAST = 150
FRAMES_PER_TOKEN = 12
"""Twice the bound that mlx-audio had until its PR #695, max(75, 6 x text tokens): speech takes 3 to 4 a token."""


def frame_limit(model: Any, text: str) -> int:
    """Return after how many frames of 80 ms a take of `text` is taken to be a runaway."""
    return max(FRAMES_AT_LEAST, FRAMES_PER_TOKEN * len(model.tokenizer.encode(text)))


def never_ended(seconds: float) -> NeverEnded:
    """Return the error of a take that went on for `seconds`, which is its limit."""
    return NeverEnded(
        f"The model spoke for {seconds:.0f} s and found no end, longer than this text can take. Try "
        "another seed or a shorter text, and check that the voice's transcript has every word of its clip."
    )


def nothing_spoken() -> NothingSpoken:
    """Return the error of a take without a frame."""
    return NothingSpoken("The model ended before its first sound. Try another seed, or a text with more words.")
