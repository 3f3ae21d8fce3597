"""Two texts side by side: where they say the same, and where they differ."""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import TYPE_CHECKING

from voicelab.transcripts.spelling import keys, same

if TYPE_CHECKING:
    from collections.abc import Sequence


@dataclass(frozen=True)
class Stretch:
    """Words of two texts that belong together. Indexes are half-open, as in slices; one side may be empty."""

    first: int
    last: int
    """words[first:last] of the one text."""
    other_first: int
    other_last: int
    """others[other_first:other_last] of the other."""
    equal: bool
    """They are the same words as `voicelab.transcripts.spelling` has it."""


def stretches(words: Sequence[str], others: Sequence[str]) -> list[Stretch]:
    """Return both texts cut into stretches that belong together, in order, as short as possible.

    Differences are found by difflib over the parts of words, so that "twenty-five" and "twenty five" are equal.
    """
    parts, bounds = _parts(words)
    other_parts, other_bounds = _parts(others)
    cuts = {(0, 0), (len(parts), len(other_parts))}
    for block in SequenceMatcher(None, parts, other_parts, autojunk=False).get_matching_blocks():
        for step in range(block.size + 1):
            cut = (block.a + step, block.b + step)
            if cut[0] in bounds and cut[1] in other_bounds:
                cuts.add(cut)
    found = []
    for (start, other_start), (end, other_end) in itertools.pairwise(sorted(cuts)):
        one, other = (bounds[start], bounds[end]), (other_bounds[other_start], other_bounds[other_end])
        equal = parts[start:end] == other_parts[other_start:other_end] or same(
            words[slice(*one)], others[slice(*other)]
        )
        found.append(Stretch(*one, *other, equal))
    return found


def _parts(words: Sequence[str]) -> tuple[list[str], dict[int, int]]:
    """Return the compared parts of all words, and for each place between two words its index among the words."""
    parts: list[str] = []
    bounds = {0: 0}
    for index, word in enumerate(words):
        parts.extend(keys(word) or (word,))
        bounds[len(parts)] = index + 1
    return parts, bounds
