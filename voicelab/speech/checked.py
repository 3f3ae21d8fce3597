"""What listening to speech, sentence by sentence, came to: how many takes it cost, and what stayed doubtful."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from voicelab.text.counted import counted

if TYPE_CHECKING:
    from collections.abc import Mapping

FEWEST_TAKES, MOST_TAKES = 1, 10
DEFAULT_TAKES = 4
"""Of one sentence at most. Where a fifth of the takes has a fault, two in a thousand sentences have one in all four."""


NOTE = "Listen to "
"""How the note of a doubtful sentence begins."""


@dataclass(frozen=True)
class CheckedSentence:
    """One piece of the text, with what is heard of the take that was kept."""

    text: str
    """As it was to be said."""
    takes: int
    """How many were spoken."""
    seed: int
    """Of the one that was kept."""
    words: int
    """Of the text."""
    word_errors: int
    """Words that are heard as others, not at all, or besides; the recognizer's own slips among them."""
    faults: tuple[str, ...] = ()
    """What is doubtful of the kept take, in sentences; empty where nothing is."""


@dataclass(frozen=True)
class Checked:
    """A whole text, heard back."""

    recognizer: str
    sentences: tuple[CheckedSentence, ...]
    delay_s: float = 0.0
    """By how much hearing, and further takes, put off the first sentence."""

    @property
    def takes(self) -> int:
        """How many were spoken in all."""
        return sum(sentence.takes for sentence in self.sentences)

    @property
    def words(self) -> int:
        """Of the text."""
        return sum(sentence.words for sentence in self.sentences)

    @property
    def word_errors(self) -> int:
        """Of all sentences."""
        return sum(sentence.word_errors for sentence in self.sentences)

    @property
    def doubtful(self) -> tuple[CheckedSentence, ...]:
        """The sentences of which no take was without a fault."""
        return tuple(sentence for sentence in self.sentences if sentence.faults)

    @property
    def counts(self) -> dict[str, int | str]:
        """What X-Checked and the JSON of `say` tell."""
        return {
            "takes": self.takes,
            "sentences": len(self.sentences),
            "word_errors": self.word_errors,
            "words": self.words,
            "doubtful": len(self.doubtful),
            "recognizer": self.recognizer,
        }

    @property
    def notes(self) -> tuple[str, ...]:
        """For the person: which sentences to listen to, and why."""
        return tuple(
            f"{NOTE}{sentence.text[:60]!r}: {'; '.join(sentence.faults)} ({counted(sentence.takes, 'take')})."
            for sentence in self.doubtful
        )


def summary(counts: Mapping[str, Any]) -> str:
    """Return the counts of `Checked.counts` as a line for the person."""
    sentences, takes, words = (counted(int(counts[f"{what}s"]), what) for what in ("sentence", "take", "word"))
    errors = counted(int(counts["word_errors"]), "word error")
    doubtful = counts["doubtful"] or "none"
    return f"Heard back by {counts['recognizer']}: {sentences} in {takes}, {errors} in {words}, {doubtful} doubtful."


def checked_of(fields: Mapping[str, Any] | None) -> Checked | None:
    """Return what `dataclasses.asdict` took apart; None of None. Raises TypeError and KeyError for what it did not."""
    if fields is None:
        return None
    sentences = (CheckedSentence(**each | {"faults": tuple(each["faults"])}) for each in fields["sentences"])
    return Checked(**{**fields, "sentences": tuple(sentences)})
