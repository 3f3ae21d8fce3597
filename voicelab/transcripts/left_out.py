"""Words that a recognizer tidies away: a "um" or a repeat that is in none of its hypotheses, and may still be said.

Whisper was trained on texts without them, so it writes them seldom; but asked how likely they are, it knows. So "uh"
and the word before are put into each gap of the heard text, and the text is aligned anew. Where that costs less
likelihood than it does where nobody hesitates, it may well be said. How long the words around the gap take tells
nothing: in the tuning part fillers hid beside words of their usual length.
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

    `align` aligns a text to the clip that was heard. It is asked twice per gap in which something can hide, and twice
    more where something may be. Beside a filler that was heard no second one is looked for.
    """
    texts = [word.text for word in heard]
    fillers = ("uh,", "um,") if language == "english" else ()
    found = []
    for gap in range(1, len(texts)):
        if is_filler(texts[gap - 1]) or is_filler(texts[gap]):
            continue
        best: tuple[float, LeftOut] | None = None
        for ways in ([[filler] for filler in fillers], list(_repeats(texts, gap))):
            for more in ways:
                aligned = tuple(align([*texts[:gap], *more, *texts[gap:]]))
                change = _weight(aligned, gap, gap + len(more)) - _weight(heard, gap, gap)
                if best is None or change > best[0]:
                    best = (change, LeftOut(aligned, gap, gap + len(more)))
                if change < _PROBED:
                    break
        if best is not None and best[0] >= SAID:
            found.append(best[1])
    return found


def _repeats(texts: Sequence[str], gap: int) -> Iterator[list[str]]:
    """Yield the last word before `gap`, and the last two. None where that is a word that is there again already."""
    for count in (1, 2):
        again = texts[gap - count : gap] if gap >= count else []
        spelled = all(word.strip(_MARKS).isalpha() for word in again)  # "$40" again would be another reading of it
        if again and spelled and list(map(keys, again)) != list(map(keys, texts[gap : gap + count])):
            yield list(again)


def _weight(words: Sequence[AlignedWord], first: int, last: int) -> float:
    return sum(word.log_probability for word in itertools.islice(words, first, last + _FOLLOWING))
