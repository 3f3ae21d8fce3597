"""A line and what is heard of its take, word by word."""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from typing import TYPE_CHECKING

from voicelab.text.alignment import align
from voicelab.text.readings import readings_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from voicelab.text.alignment import Step


@dataclass(frozen=True)
class WordErrors:
    """How what is heard differs from the line."""

    rate: float
    """Errors per word of the line: 0 is perfect, and more than 1 is possible."""
    insertions: int
    """Words that are heard and not in the line."""
    deletions: int
    """Words of the line that are not heard."""
    substitutions: int


@dataclass(frozen=True)
class Extra:
    """Words that are heard where the line has none, or fewer: heard[first:last]."""

    first: int
    last: int
    at: int
    """They come before this word of the line."""


@dataclass(frozen=True)
class Comparison:
    """A line beside what is heard."""

    errors: WordErrors
    extras: tuple[Extra, ...]
    """In order."""
    missed: tuple[int, ...]
    """Words of the line that were not heard, or heard as others, by their place in it."""


def compare_words(line: Sequence[str], heard: Sequence[str], language: str = "english") -> Comparison:
    """Compare two texts that are split into words, by what they say and not by how it is written.

    Both are read in every way they may be read (`voicelab.text.readings`), and the two readings with the fewest
    differences are compared: "24/7" and "twenty four seven" are the same. `line` holds at least one word that is
    spoken.
    """
    alignment = align(readings_of(line, language), readings_of(heard, language))
    inserted, deleted = alignment.count("insert"), alignment.count("delete")
    substituted = alignment.count("substitute")
    rate = (inserted + deleted + substituted) / max(1, alignment.length)
    errors = WordErrors(rate, inserted, deleted, substituted)
    missed = {edge.word for step in alignment.steps if step.kind in {"substitute", "delete"} for edge in step.said}
    return Comparison(errors, tuple(_extras(alignment.steps, len(line))), tuple(sorted(missed)))


def _extras(steps: Sequence[Step], line_length: int) -> Iterator[Extra]:
    """Yield the runs of heard words that the line does not have."""
    for kind, run in itertools.groupby(enumerate(steps), key=lambda step: step[1].kind):
        if kind != "insert":
            continue
        found = list(run)
        words = [edge.word for _at, step in found for edge in step.heard]
        following = (edge.word for step in steps[found[-1][0] + 1 :] for edge in step.said)
        yield Extra(words[0], words[-1] + 1, next(following, line_length))
