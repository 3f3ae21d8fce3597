"""Where leaked words end and the line begins, to within a phone: where a take is cut so that its line stays whole.

Alignment by attention is vague: in speech that was joined without a gap it put the line's first word 0.16 to 0.25 s
late. So it only says where to look. A cut is made where the sound is weak, and of such places at the one that leaves
both sides most probable: the recognizer is made to say the leaked words over what is cut off, and the line over what is
kept. A cut that is too late takes the line's first sound away, one that is too early the last of the leaked words.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from voicelab.clips.clip import Clip, Window

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from voicelab.transcripts.align import AlignedWord
    from voicelab.transcripts.transcriber import Transcriber

_SEARCH_S = 0.4
"""To both sides of where alignment has it, and as far as it lets the words on both sides reach."""
_FRAME_S = 0.005
_SMOOTH_S = 0.02
"""Weaker than a pitch period of the lowest voice is no place of its own."""
_APART_S = 0.03
_MOST_PLACES = 10
"""The weakest ones; each is asked about twice. In 417 joins of people's speech with some 50 ms of near-silence the join
was the weakest place within `_SEARCH_S` in 276, and the eighth at most."""
_ROOM_S = 2.0
"""Of silence after the take that the recognizer hears, both sides of every place within as much."""
_LEAST_S = 0.1
"""So much sound is left on both sides."""
_WEIGHED = 4
"""Words on each side of the cut that are asked about."""
_LEAST = 1e-6
_SURE = 0.5
"""Nats by which a place must be better than a weaker one."""


@dataclass(frozen=True)
class Sides:
    """What is said before and after a cut."""

    before: Sequence[str]
    after: Sequence[str]


def cut_between(transcriber: Transcriber, clip: Clip, sides: Sides, near_s: float, language: str, model: str) -> float:
    """Return where to cut `clip`, in seconds: near `near_s`, between what is said on both sides.

    Raises what `Transcriber.align` raises.
    """
    return best_place(weighed_places(transcriber, clip, sides, near_s, language, model), near_s)


def weighed_places(
    transcriber: Transcriber, clip: Clip, sides: Sides, near_s: float, language: str, model: str
) -> list[tuple[float, float]]:
    """Return the weak places of `clip` near `near_s`, in seconds, the weakest first, with how probable each is (nats).

    Raises what `Transcriber.align` raises.
    """
    before, after = sides.before[-_WEIGHED:], sides.after[:_WEIGHED]

    def probability(window: Window, words: Sequence[str]) -> float:
        return _probability(transcriber.align(clip.cut(window), words, model, language, clip.seconds + _ROOM_S))

    placed = transcriber.align(clip, [*sides.before, *sides.after], model, language)
    last, first = placed[len(sides.before) - 1], placed[len(sides.before)]
    reach = Window(min(near_s - _SEARCH_S, last.start_s), max(near_s + _SEARCH_S, first.end_s))
    return [
        (place_s, probability(Window(0.0, place_s), before) + probability(Window(place_s, clip.seconds), after))
        for place_s in weak_places(clip, reach)
    ]


def best_place(places: Sequence[tuple[float, float]], near_s: float) -> float:
    """Return the place, of those that `weighed_places` returns, to cut at; `near_s` where there is none."""
    best_s, best = near_s, -math.inf
    for place_s, found in places:
        if found > best + (_SURE if best > -math.inf else 0.0):
            best_s, best = place_s, found
    return best_s


def weak_places(clip: Clip, reach: Window) -> list[float]:
    """Return the places within `reach` where the sound is weakest, in seconds, the weakest first."""
    frame = round(_FRAME_S * clip.sample_rate)
    power = np.square(clip.samples[: len(clip.samples) // frame * frame], dtype=np.float64).reshape(-1, frame).mean(1)
    width = round(_SMOOTH_S / _FRAME_S)
    smooth = np.convolve(power, np.ones(width) / width, mode="same")
    first, last = max(reach.start_s, _LEAST_S), min(reach.end_s, clip.seconds - _LEAST_S)
    inside = np.arange(math.ceil(first / _FRAME_S), min(len(smooth) - 1, math.floor(last / _FRAME_S)) + 1)
    return [float((at + 0.5) * _FRAME_S) for at in _minima(smooth, inside)][:_MOST_PLACES]


def _minima(values: NDArray[np.float64], inside: NDArray[np.int_]) -> list[int]:
    """Return indexes `inside` where `values` are least, the least first, none of them near another."""
    found: list[int] = []
    for at in inside[np.argsort(values[inside], kind="stable")]:
        beside = values[max(0, at - 1) : at + 2]
        if values[at] <= beside.min() and all(abs(at - other) >= round(_APART_S / _FRAME_S) for other in found):
            found.append(int(at))
    return found


def _probability(words: Sequence[AlignedWord]) -> float:
    return sum(math.log(max(_LEAST, word.score)) for word in words)
