"""Sentences that were spoken one by one become the text that they are of, as an engine would have said it at once."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from voicelab.cli.kept_sentences import Wanted
from voicelab.engines.long_text import piece_seed
from voicelab.speech.checked import NOTE
from voicelab.speech.formats import Origin, encoded
from voicelab.speech.join import fit
from voicelab.speech.tempo import at_speed
from voicelab.speech.text_pieces import pieces

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from numpy.typing import NDArray

    from voicelab.cli.batch import Kind
    from voicelab.cli.kept_sentences import Sentence
    from voicelab.cli.speech_sources import Source
    from voicelab.speech.text_pieces import Piece


@dataclass(frozen=True)
class Joined:
    """A text as a file."""

    content: bytes
    origin: Origin
    duration_s: float
    checked: Mapping[str, Any] | None
    doubts: tuple[str, ...]


def sentences_of(text: str, source: Source) -> list[tuple[Wanted, float]]:
    """Return what is spoken in one go, each with the pause after it, in seconds. Raises what Source.seed raises."""
    split: Sequence[Piece | None] = pieces(text, language=source.language()) or [None]
    seed = source.seed() if len(split) > 1 else 0
    return [
        (Wanted(text, None), 0.0)
        if piece is None or len(split) == 1
        else (Wanted(piece.text, piece_seed(seed, index) if index else None), piece.pause_s)
        for index, piece in enumerate(split)
    ]


def fitted(sentences: Sequence[Sentence], pauses_s: Sequence[float]) -> NDArray[np.float32]:
    """Return the sentences one after the other, as shape (n,)."""
    last = len(sentences) - 1
    return np.concatenate(
        [
            fit(each.samples, pause_s, first=index == 0, last=index == last, sample_rate=each.sample_rate)
            for index, (each, pause_s) in enumerate(zip(sentences, pauses_s, strict=True))
        ]
    )


def joined_sentences(sentences: Sequence[Sentence], pauses_s: Sequence[float], kind: Kind) -> Joined:
    """Return the file of a text that was spoken as `sentences`."""
    first = sentences[0]
    samples = at_speed(fitted(sentences, pauses_s), first.sample_rate, kind.speed)
    origin = Origin(kind.voice, first.facts.engine, first.facts.model, first.facts.seed, kind.speed)
    return Joined(
        encoded(samples, first.sample_rate, kind.format, origin),
        origin,
        len(samples) / first.sample_rate,
        added_up(each.facts.checked for each in sentences),
        tuple(doubt_of(each) for each in sentences if (each.facts.checked or {}).get("doubtful")),
    )


def doubt_of(sentence: Sentence) -> str:
    """Return what is doubtful; a server tells it behind its other notes."""
    notes = " ".join(sentence.facts.notes)
    return notes[max(0, notes.find(NOTE)) :]


def added_up(checked: Iterable[Mapping[str, Any] | None]) -> Mapping[str, Any] | None:
    """Return the counts of several checked texts (Checked.counts) as those of one; None where none was."""
    total: dict[str, Any] = {}
    for counts in checked:
        for name, value in (counts or {}).items():
            total[name] = total.get(name, 0) + value if isinstance(value, int) else value
    return total or None
