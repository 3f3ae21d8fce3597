"""What is said before the line of a take: the last words of the reference, or not.

The recognizer is made to say, over the same audio, the line alone and the line after the last one, two, … words of the
reference (teacher forcing, transcripts/align.py). Where the second is much more probable, the words are there.

Where it is not, they may still have been said: a short word, cut abruptly, is hardly understood, and is then only less
improbable than it should be. How improbable that is depends on the word ("it" is likely anywhere), on the line and on
the noise. So the take is asked again without its first sounds. Words that were said are much more probable with their
sound than without it, and the line does not miss it; a line whose own beginning was taken for them does.

What was said may also be words of nobody's reference. Then others of the reference, which no leak says at the start,
fit them about as well.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from voicelab.clips.clip import Window
from voicelab.transcripts.spelling import MARKS, keys

if TYPE_CHECKING:
    from collections.abc import Sequence

    from voicelab.clips.clip import Clip
    from voicelab.transcripts.align import AlignedWord
    from voicelab.transcripts.transcriber import Transcriber

LONGEST_TAIL = 8
"""Words of the end of the reference that are tried. Longer leaks are plain in what is written down."""
_WEIGHED = 4
"""Words of the line whose probability tells whether something was said before them."""
_SPOKEN_AFTER = 4
"""More words of the line that are said with them: the alignment needs somewhere to put the rest of the audio."""
_LEAST = 1e-6
MORE_PROBABLE = 1.0
"""Nats by which the words before the line must be more probable than the line alone."""
POSSIBLE = -12.0
"""Nats below which they are not looked into: one word that was not said costs 13.8 (`_LEAST`)."""
_SOUND_S = 0.08
"""Less sound than this is no word, and what is left without it is the same take."""
_REST_S = 0.3
"""So much of the take must be left without it."""
_SHARES = (1.0, 0.75, 0.5)
"""Of the sound before the line, to leave out: alignment is vague, and may give the words the line's first one too."""
MISSES_NOTHING = -2.5
"""Nats that the line may lose with the sound. Without half of its own first words it lost 6 to 16 (tuning texts), and
without all of it 10 to 30; without a leaked one it gained up to 2.5 or lost up to 0.6 at the best of the shares."""
FALLS_OUT = 6.0
"""Nats by which the words must be more probable with their sound than without it. Of 32 tuning takes those that were
said had 6.7 to 13.6, or, hardly to be heard, 0 to 4; with words of nobody's reference there were up to 5.3."""
FALLS_OUT_FIRST = 2.5
"""The same where no other words of the reference fit better; clean takes whose line misses nothing had up to 0.9."""
_OTHERS = 6
"""So many of them are tried."""


@dataclass(frozen=True)
class PrefixLeakage:
    """The words of the reference that fit best before the line."""

    words: tuple[str, ...]
    evidence: float
    """Nats by which the line is more probable after them."""
    line_starts_s: float
    """Where the line would begin."""
    fitting: float
    """Natural logarithm of the words' own probability."""
    alone: float
    """Natural logarithm of the probability of the line alone."""


@dataclass(frozen=True)
class AlignedAudio:
    """A recognizer that is made to say texts over one take."""

    transcriber: Transcriber
    clip: Clip
    model: str
    language: str

    def say(self, words: Sequence[str]) -> list[AlignedWord]:
        """Return how likely `words` are. Raises what `Transcriber.align` raises."""
        return self.transcriber.align(self.clip, words, model=self.model, language=self.language)

    def without(self, seconds: float) -> AlignedAudio:
        """Return one for the take without its first `seconds`."""
        rest = self.clip.cut(Window(seconds, self.clip.seconds))
        return AlignedAudio(self.transcriber, rest, self.model, self.language)


def measured_leakage(ear: AlignedAudio, line: Sequence[str], reference: Sequence[str]) -> PrefixLeakage:
    """Return the last words of `reference` that make `line` (both split into words) most probable after them.

    The decoder hears no later word, so the first words of the line are enough.
    """
    start = line[: _WEIGHED + _SPOKEN_AFTER]
    alone = _probability(ear.say(start)[:_WEIGHED])

    def tried(tail: int) -> PrefixLeakage:
        said = ear.say([*reference[-tail:], *start])
        evidence = _probability(said[: tail + _WEIGHED]) - alone
        return PrefixLeakage(tuple(reference[-tail:]), evidence, said[tail].start_s, _own(said[:tail]), alone)

    tails = range(1, min(LONGEST_TAIL, len(reference)) + 1)
    return max(map(tried, tails), key=lambda before: (before.evidence, len(before.words)))


def was_said(ear: AlignedAudio, before: PrefixLeakage, line: Sequence[str], reference: Sequence[str]) -> bool:
    """Say whether the words were said before `line`, from how they and the line fare without the sound before it."""
    if before.evidence > MORE_PROBABLE:
        return True
    if before.evidence < POSSIBLE or before.line_starts_s < _SOUND_S or _begins_with(line, before.words):
        return False
    start = line[: _WEIGHED + _SPOKEN_AFTER]
    falls_out = _falls_out(ear, before, start)
    return falls_out > FALLS_OUT or (falls_out > FALLS_OUT_FIRST and _fit_best(ear, before, start, reference))


def _begins_with(line: Sequence[str], words: Sequence[str]) -> bool:
    """Say whether the line begins with the words itself: then they are heard whether they leaked or not."""
    return [keys(word) for word in line[: len(words)]] == [keys(word) for word in words]


def _falls_out(ear: AlignedAudio, before: PrefixLeakage, start: Sequence[str]) -> float:
    """Return how much more probable the words are with their sound than without it; 0 where the line misses it."""
    most = 0.0
    for share in _SHARES:
        cut_s = share * before.line_starts_s
        if ear.clip.seconds - cut_s < _REST_S:
            continue
        rest = ear.without(cut_s)
        if _probability(rest.say(start)[:_WEIGHED]) - before.alone > MISSES_NOTHING:
            most = max(most, before.fitting - _own(rest.say([*before.words, *start])[: len(before.words)]))
        if most > FALLS_OUT:
            break
    return most


def _fit_best(ear: AlignedAudio, before: PrefixLeakage, start: Sequence[str], reference: Sequence[str]) -> bool:
    """Say whether the words fit before the line better than as many from inside the reference."""
    count = len(before.words)
    known = {key for word in (*start[:_WEIGHED], *before.words) for key in keys(word)}
    mark = before.words[-1][len(before.words[-1].rstrip(MARKS)) :]
    tried = 0
    for end in range(len(reference) - 1, count - 1, -1):
        if tried == _OTHERS:
            break
        if known.isdisjoint(keys(reference[end - 1])):
            others = [*reference[end - count : end - 1], reference[end - 1].rstrip(MARKS) + mark]
            said = ear.say([*others, *start])[: count + _WEIGHED]
            if _probability(said) - before.alone > before.evidence:
                return False
            tried += 1
    return tried > 0


def _probability(words: Sequence[AlignedWord]) -> float:
    """Natural logarithm of the probability of `words`, each as likely as its least likely syllable."""
    return sum(math.log(max(_LEAST, word.score)) for word in words)


def _own(words: Sequence[AlignedWord]) -> float:
    return sum(word.log_probability for word in words)
