"""Saying a whole text with a synthesizer that says one piece at a time."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Protocol

from voicelab.errors import NothingSpoken
from voicelab.speech.join import fit
from voicelab.speech.text_pieces import halved, pieces

if TYPE_CHECKING:
    from collections.abc import Iterator

    import numpy as np
    from numpy.typing import NDArray

    from voicelab.speech.ports import Reporter, Speech, SpeechRequest, Stage, Synthesizer

_CHARACTERS_PER_S = 15
"""Of read English: only for guessing how far an unfinished piece is."""
_EDGE_S = 0.01
"""More than the fade at the end of a piece that meets another one."""
_UNFINISHED = 0.95
"""The most that an unfinished piece counts as done."""


class TextReporter(Protocol):
    """What speaking a whole text tells while it works. Every call may raise Cancelled: let it through."""

    def stage(self, stage: Stage, done: float = 0, total: float = 0) -> None:
        """Say what is being prepared, as Reporter.stage does."""

    def progress(self, piece_s: float, fraction: float) -> None:
        """Say how many seconds of the present piece exist and which fraction, 0..1, of the whole text that makes."""


def speak_pieces(
    synthesizer: Synthesizer, request: SpeechRequest, report: TextReporter, first: int = 0
) -> Iterator[Speech]:
    """Yield the pieces of the request's text from the index `first` on, each as it stands in the whole.

    Raises what Synthesizer.speak raises.
    """
    for piece in planned(request, report, first):
        piece.reporter.spoken(0)
        yield piece.fitted(synthesizer.speak(piece.request, piece.reporter))


def planned(request: SpeechRequest, report: TextReporter, first: int = 0) -> list[PlannedPiece]:
    """Return the pieces of the request's text from the index `first` on."""
    split = pieces(request.text, language=request.language)
    if request.halved_from is not None:
        kept = split[: request.halved_from]
        split = [*kept, *(half for piece in split[request.halved_from :] for half in halved(piece))]
    total = sum(len(piece.text) for piece in split)
    done = sum(len(piece.text) for piece in split[:first])
    plan = []
    for index, piece in enumerate(split[first:], start=first):
        plan.append(
            PlannedPiece(
                replace(request, text=piece.text, seed=piece_seed(request.seed, index)),
                _PieceReporter(report, done / total, len(piece.text) / total, len(piece.text)),
                piece.pause_s,
                first=index == 0,
                last=index == len(split) - 1,
            )
        )
        done += len(piece.text)
    return plan


@dataclass(frozen=True)
class PlannedPiece:
    """One piece of a text, ready to be spoken."""

    request: SpeechRequest
    reporter: Reporter
    pause_s: float
    first: bool
    last: bool

    def fitted_start(self, samples: NDArray[np.float32], rate: int) -> NDArray[np.float32]:
        """Return what is certain of the piece as it stands in the whole once `samples`, shape (n,), exist of it."""
        fitted = fit(samples, 0, sample_rate=rate, first=self.first, last=self.last)
        unsure = 0 if self.last else round(_EDGE_S * rate)
        return fitted[: max(0, len(fitted) - unsure)]

    def fitted(self, speech: Speech) -> Speech:
        """Return the piece as it stands in the whole. Raises NothingSpoken for a piece without a sample."""
        if not len(speech.samples):
            text = self.request.text
            raise NothingSpoken(f"The model made no sound for {text[:60]!r}. Try another seed, or write it in words.")
        ends = {"first": self.first, "last": self.last}
        return replace(speech, samples=fit(speech.samples, self.pause_s, sample_rate=speech.sample_rate, **ends))


def piece_seed(seed: int, index: int) -> int:
    """Return the seed of the piece with this index: the request's own for the first, else a hash, 0..2**31-1."""
    if index == 0:
        return seed
    digest = hashlib.blake2b(f"{seed}/{index}".encode(), digest_size=4).digest()
    return int.from_bytes(digest, "big") >> 1


@dataclass(frozen=True)
class _PieceReporter:
    """The Reporter of one piece: turns its seconds into a fraction of the whole."""

    report: TextReporter
    start: float
    """Where the piece starts, as a fraction of the text."""
    share: float
    """How much of the text it is."""
    characters: int

    def stage(self, stage: Stage, done: float = 0, total: float = 0) -> None:
        self.report.stage(stage, done, total)

    def spoken(self, seconds: float) -> None:
        guess = min(_UNFINISHED, seconds * _CHARACTERS_PER_S / self.characters)
        self.report.progress(seconds, self.start + self.share * guess)
