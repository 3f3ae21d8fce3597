"""Words that a recognizer tidies away: a "um" or a repeat that is in none of its hypotheses, and may still be said.

Whisper was trained on texts without them, so it writes them seldom; but asked how likely they are, it knows. So "uh"
and the word before are put into each gap of the heard text, and the text is aligned anew. Where that costs less
likelihood than it does where nobody hesitates, it may well be said. How long the words around the gap take tells
nothing: in the tuning part fillers hid beside words of their usual length.

An alignment costs the same however long its text is, so that gaps far from each other are asked about in one.
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from typing import TYPE_CHECKING

from voicelab.transcripts.spelling import keys

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from voicelab.transcripts.align import AlignedWord

_FOLLOWING = 2
"""Words after the gap that are weighed with it, as in match.py."""
_PROBED = -9.0
"""A first question: "uh", or the last word again, must cost no more (natural logarithm) to be asked about further."""
_APART = 4
"""One gap in so many is asked about at once: further apart than the words that are weighed with each."""
SAID = -6.5
"""By so much less likely may a text be with the words that are perhaps left out.

Tuning part of `make bench-transcripts`, clean, noise of 10 dB, telephone and room: -5.8 or more for the better of "um"
and "uh", or of one and two words again, where these were said (36 of 37, the other -7.2); where nobody hesitates -9.0
or less in fluent texts, -7.6 or less in the others."""
_FILLERS = {"um", "uh", "hm", "er", "ah"}
"""As `keys` has them."""
_MARKS = ".,;:?!"


@dataclass(frozen=True)
class LeftOut:
    """The heard text with words put in that are perhaps said as well."""

    aligned: tuple[AlignedWord, ...]
    first: int
    last: int
    """Half-open indexes of the words that were put in."""

    def is_at(self, first: int, last: int) -> bool:
        """Say whether words `first` to `last` (half-open) are those that were put in; either copy of a repeat is."""
        return last - first == self.last - self.first and first < self.last and last > self.first - (last - first)


def is_filler(word: str) -> bool:
    """Say whether `word`, with its marks, is a sound of hesitation."""
    return "".join(keys(word)) in _FILLERS


def left_out(
    heard: Sequence[AlignedWord], align: Callable[[Sequence[str]], Sequence[AlignedWord]], language: str
) -> list[LeftOut]:
    """Return each place of the `heard` text where a filler or a repeat may be said, with the likeliest one put in.

    `align` aligns a text to the clip that was heard. It is asked eight times in all, and up to four times more for
    each gap where something may be. Beside a filler that was heard no second one is looked for.
    """
    texts = [word.text for word in heard]
    fillers = [["uh,"], ["um,"]] if language == "english" else []
    gaps = [gap for gap in range(1, len(texts)) if not is_filler(texts[gap - 1]) and not is_filler(texts[gap])]
    best: dict[int, tuple[float, LeftOut]] = {}
    for ways in (dict.fromkeys(gaps, fillers), {gap: list(_repeats(texts, gap)) for gap in gaps}):
        for gap in _likely(heard, {gap: own[0] for gap, own in ways.items() if own}, align):
            for more in ways[gap]:
                aligned = tuple(align([*texts[:gap], *more, *texts[gap:]]))
                change = _change(heard, gap, aligned, gap, len(more))
                if gap not in best or change > best[gap][0]:
                    best[gap] = (change, LeftOut(aligned, gap, gap + len(more)))
                if change < _PROBED:
                    break
    return [guess for _gap, (change, guess) in sorted(best.items()) if change >= SAID]


def _likely(
    heard: Sequence[AlignedWord],
    ways: dict[int, list[str]],
    align: Callable[[Sequence[str]], Sequence[AlignedWord]],
) -> list[int]:
    """Return the gaps in which the words of `ways` may be said, asking about several at once."""
    likely = []
    for start in range(_APART):
        gaps = sorted(ways)[start::_APART]
        texts: list[str] = []
        places: list[int] = []
        for before, gap in itertools.pairwise((0, *gaps)):
            texts += [word.text for word in heard[before:gap]]
            places.append(len(texts))
            texts += ways[gap]
        aligned = align([*texts, *(word.text for word in heard[gaps[-1] :])]) if gaps else ()
        likely += [
            gap
            for gap, place in zip(gaps, places, strict=True)
            if _change(heard, gap, aligned, place, len(ways[gap])) >= _PROBED
        ]
    return sorted(likely)


def _change(heard: Sequence[AlignedWord], gap: int, aligned: Sequence[AlignedWord], place: int, count: int) -> float:
    """Return how much likelier the text is with `count` words put in at `place` of `aligned`, the `gap` of `heard`."""
    return _weight(aligned, place, place + count) - _weight(heard, gap, gap)


def _repeats(texts: Sequence[str], gap: int) -> Iterator[list[str]]:
    """Yield the last word before `gap`, and the last two. None where that is a word that is there again already."""
    for count in (1, 2):
        again = texts[gap - count : gap] if gap >= count else []
        spelled = all(word.strip(_MARKS).isalpha() for word in again)  # "$40" again would be another reading of it
        if again and spelled and list(map(keys, again)) != list(map(keys, texts[gap : gap + count])):
            yield list(again)


def _weight(words: Sequence[AlignedWord], first: int, last: int) -> float:
    return sum(word.log_probability for word in itertools.islice(words, first, last + _FOLLOWING))
