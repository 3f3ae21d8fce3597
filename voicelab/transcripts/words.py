"""Words with times, and how well they fit the audio."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

Verdict = Literal["ok", "doubtful", "wrong"]
MatchVerdict = Literal["match", "doubtful", "mismatch"]
HAND = "hand"
"""The author of words that a person wrote."""


@dataclass(frozen=True)
class Word:
    """One word of a transcript."""

    text: str
    """As written, with its punctuation, without spaces around it."""
    start_s: float
    end_s: float
    probability: float | None = None
    """The recognizer's own, 0..1; None for a word written by hand."""


@dataclass(frozen=True)
class Transcript:
    """What is said in a clip."""

    text: str
    words: tuple[Word, ...]
    """In order; joined they are the text."""
    author: str
    """The model that heard it, or HAND."""
    language: str
    """Full lower-case name, as in voicelab.languages."""
    notes: tuple[str, ...] = ()
    """What the person should know of how it was made: for example that another model had to stand in."""

    @property
    def by_hand(self) -> bool:
        """Whether a person wrote it, or changed what was heard: only then does a match with the audio say much."""
        return self.author == HAND

    def shifted(self, seconds: float) -> Transcript:
        """Return it with every time moved by `seconds`."""
        moved = (replace(w, start_s=w.start_s + seconds, end_s=w.end_s + seconds) for w in self.words)
        return replace(self, words=tuple(moved))


@dataclass(frozen=True)
class WordMatch:
    """How well one written word fits the audio."""

    text: str
    start_s: float
    end_s: float
    score: float
    """0..1: the lowest probability among the word's tokens when the recognizer is made to say this text."""
    verdict: Verdict
    heard: str = ""
    """What was heard instead; empty where the word fits."""
    suggestion: str = ""
    """For a number or a sign: how to spell it out as it is said; empty for any other word."""


@dataclass(frozen=True)
class Match:
    """How well a whole text fits a clip."""

    model: str
    verdict: MatchVerdict
    words: tuple[WordMatch, ...]
    uncovered: tuple[tuple[float, float], ...] = ()
    """Stretches of speech, start_s and end_s, that no word covers."""
    notes: tuple[str, ...] = ()
    """What the person should know before trusting the verdict: for example that nobody seems to speak."""
