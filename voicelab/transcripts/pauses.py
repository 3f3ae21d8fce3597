"""Word times that respect the pauses one can hear.

Whisper's times come from attention, in steps of 20 ms, and are vague about pauses: the comma before "long" often takes
its first 0.2 s. A cut there would carry half a word. So where the audio is quiet near the border of two words, the one
ends and the other begins at the edges of that quiet.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from voicelab.clips.clip import Window
from voicelab.clips.spectrum import HEARING_RATE

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from voicelab.transcripts.words import Word

_FRAME_S = 0.01
_MARKED_PAUSE_S = 0.06
"""Shortest pause after a punctuation mark, which Whisper writes where it hears one."""
_UNMARKED_PAUSE_S = 0.2
"""Shortest pause elsewhere: the closures of plosives ("came u|p") are quiet for up to 0.2 s too."""
_UNMARKED_S = 0.15
"""So much nearer must a border without a mark be to a pause than one with a mark."""
_BURST_S = 0.05
"""A shorter sound inside a pause is the release of a plosive, or a click."""
_REACH_S = 0.25
"""So far may a border be moved: what the attention times of tiny.en were seen to be off by."""
_SHORTEST_WORD_S = 0.04
_DEEP_DB = 35.0
"""Quiet is at least this far below the level of speech, where the recording's own noise lets it be."""
_SHALLOW_DB = 12.0
_SHARE = 0.3
"""Where it does not: the lowest part of the range between noise and speech."""


def settled(words: Sequence[Word], samples: NDArray[np.float32]) -> list[Word]:
    """Return `words` with their borders at the edges of the pauses in `samples` (shape (n,), 16 kHz)."""
    moved = list(words)
    borders = _borders(words, len(samples) / HEARING_RATE)
    chosen: dict[int, Window] = {}
    for pause in _pauses(samples):
        index = min(range(len(borders)), key=lambda each: borders[each].distance_s(pause))
        fits = borders[index].distance_s(pause) <= _REACH_S and pause.seconds >= borders[index].shortest_s
        if fits and (index not in chosen or pause.seconds > chosen[index].seconds):
            chosen[index] = pause
    for index, pause in chosen.items():
        if index > 0:
            before = moved[index - 1]
            moved[index - 1] = replace(before, end_s=max(pause.start_s, before.start_s + _SHORTEST_WORD_S))
        if index < len(moved):
            after = moved[index]
            moved[index] = replace(after, start_s=max(pause.start_s, min(pause.end_s, after.end_s - _SHORTEST_WORD_S)))
    return moved


@dataclass(frozen=True)
class _Border:
    """Where one word ends and the next begins, by attention."""

    end_s: float
    start_s: float
    marked: bool
    """There is a punctuation mark, or no word on one side."""

    @property
    def shortest_s(self) -> float:
        """The shortest quiet that is a pause here."""
        return _MARKED_PAUSE_S if self.marked else _UNMARKED_PAUSE_S

    def distance_s(self, pause: Window) -> float:
        """How far `pause` is from here; without a mark it has to be nearer."""
        apart_s = max(0.0, pause.start_s - self.start_s, self.end_s - pause.end_s)
        return apart_s + (0.0 if self.marked else _UNMARKED_S)


def _borders(words: Sequence[Word], end_s: float) -> list[_Border]:
    ends = [0.0, *(word.end_s for word in words)]
    starts = [*(word.start_s for word in words), end_s]
    marked = [True, *(not word.text[-1].isalnum() for word in words[:-1]), True]
    return [_Border(*border) for border in zip(ends, starts, marked, strict=False)]


def _pauses(samples: NDArray[np.float32]) -> list[Window]:
    """Return the stretches of quiet, in order."""
    size = round(_FRAME_S * HEARING_RATE)
    frames = samples[: len(samples) // size * size].reshape(-1, size)
    if not len(frames):
        return []
    levels = 10 * np.log10(np.mean(np.square(frames, dtype=np.float64), axis=1) + 1e-12)
    noise, speech = np.percentile(levels, (5, 90))
    quiet = levels < min(speech - _SHALLOW_DB, max(speech - _DEEP_DB, noise + _SHARE * (speech - noise)))
    edges = np.flatnonzero(np.diff(np.concatenate(([0], quiet, [0])).astype(int))) * _FRAME_S
    pauses: list[Window] = []
    for start_s, end_s in zip(edges[::2].tolist(), edges[1::2].tolist(), strict=True):
        if pauses and start_s - pauses[-1].end_s < _BURST_S:
            pauses[-1] = Window(pauses[-1].start_s, end_s)
        else:
            pauses.append(Window(start_s, end_s))
    return pauses
