"""A line and what is heard of its take, word by word."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from voicelab.transcripts.compare import stretches
from voicelab.transcripts.spelling import keys

if TYPE_CHECKING:
    from collections.abc import Sequence


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


def compare_words(line: Sequence[str], heard: Sequence[str]) -> Comparison:
    """Compare two texts that are split into words; "15" and "fifteen" are the same word, as is "any one" and "anyone".

    `line` holds at least one word that is spoken.
    """
    from jiwer import process_words

    wanted, wanted_at = _parts(line)
    got, got_at = _said_as(line, heard)
    output = process_words(" ".join(wanted), " ".join(got)) if got else None
    if output is None:
        return Comparison(WordErrors(1.0, 0, len(wanted), 0), ())
    errors = WordErrors(output.wer, output.insertions, output.deletions, output.substitutions)
    extras = []
    for chunk in output.alignments[0]:
        if chunk.type == "insert":
            indexes = got_at[chunk.hyp_start_idx : chunk.hyp_end_idx]
            at = wanted_at[chunk.ref_start_idx] if chunk.ref_start_idx < len(wanted_at) else len(line)
            extras.append(Extra(indexes[0], indexes[-1] + 1, at))
    return Comparison(errors, tuple(extras))


def _said_as(line: Sequence[str], heard: Sequence[str]) -> tuple[list[str], list[int]]:
    """Return the parts of `heard`, written as the line writes them where they sound the same."""
    parts: list[str] = []
    indexes: list[int] = []
    for stretch in stretches(line, heard):
        theirs, their_at = _parts(heard[stretch.other_first : stretch.other_last])
        if stretch.equal:
            ours, _at = _parts(line[stretch.first : stretch.last])
            last = len(their_at) - 1
            their_at = [their_at[min(number, last)] for number in range(len(ours))] if their_at else []
            theirs = ours[: len(their_at)]
        parts += theirs
        indexes += [stretch.other_first + index for index in their_at]
    return parts, indexes


def _parts(words: Sequence[str]) -> tuple[list[str], list[int]]:
    """Return what is compared of each word, and which word each part is of."""
    parts = [(part, index) for index, word in enumerate(words) for part in keys(word)]
    return [part for part, _ in parts], [index for _, index in parts]
