"""What lies between two texts of one clip: what a hand changed, and where a second recognizer disagrees."""

from __future__ import annotations

from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import TYPE_CHECKING, Literal

from voicelab.transcripts.spelling import join_words
from voicelab.transcripts.text_diff import stretches

if TYPE_CHECKING:
    from collections.abc import Sequence

Kind = Literal["same", "removed", "added"]


@dataclass(frozen=True)
class Part:
    """Some words that follow each other."""

    kind: Kind
    text: str


def changes(before: Sequence[str], after: Sequence[str], language: str) -> list[Part]:
    """Return how the words `before` became the words `after`, to the letter: commas and capitals are changes too."""
    parts: list[Part] = []

    def add(kind: Kind, words: Sequence[str]) -> None:
        if words:
            parts.append(Part(kind, join_words(words, language)))

    for tag, first, last, other_first, other_last in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if tag == "equal":
            add("same", before[first:last])
        else:
            add("removed", before[first:last])
            add("added", after[other_first:other_last])
    return parts


def disagreements(words: Sequence[str], others: Sequence[str], language: str) -> dict[int, str]:
    """Return, by index of `words`, what the `others` say there instead. Other spellings of one sound agree.

    Neighbours with the same saying belong together. Where the others have words in between, the next word (at the end
    the last one) carries them together with itself.
    """
    said: dict[int, str] = {}
    for stretch in stretches(words, others):
        if stretch.equal:
            continue
        heard = list(others[stretch.other_first : stretch.other_last])
        if stretch.first < stretch.last:
            for index in range(stretch.first, stretch.last):
                said[index] = join_words(heard, language)
        elif stretch.first < len(words):
            said[stretch.first] = join_words([*heard, words[stretch.first]], language)
        elif words:
            said[len(words) - 1] = join_words([words[-1], *heard], language)
    return said
