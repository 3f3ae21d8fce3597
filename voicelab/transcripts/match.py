"""How well a written text fits a clip: the verdict on each word, from two witnesses.

The recognizer's own hearing tells what is there; teacher-forced alignment (align.py) tells how likely the written words
are. Where both texts agree the word is ok, whatever its score: a low one is then a matter of commas and capitals. Where
they differ, the written words are weighed against the heard ones: how probable is each after the same beginning, with
the word that follows (a missing word shows at the next one). So a name that the recognizer spells otherwise passes when
it is about as likely, and a misheard word does not blame a true one.

Thresholds: 0.05 and 0.15 from what was tried for this project with tiny.en (real recordings: planted errors below 0.05,
near-homophones 99 % below 0.15); `_BETTER` and `_CLEARLY` tuned on 30 spoken texts and measured on 30 others
(one synthetic speaker: plain, noisy at 18 and 22 dB, quicker, slower, higher, lower; tiny.en): all 510 planted errors
were marked at or beside their place, and 3 of 553 true words falsely. tests/transcripts/planted.py measures again.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from voicelab.clips.clip import Window
from voicelab.transcripts.compare import Stretch, stretches
from voicelab.transcripts.spelling import join_words, keys
from voicelab.transcripts.words import Match, MatchVerdict, Verdict, WordMatch

if TYPE_CHECKING:
    from collections.abc import Sequence

    from voicelab.transcripts.align import AlignedWord
    from voicelab.transcripts.words import Word

WRONG_BELOW = 0.05
DOUBTFUL_BELOW = 0.15
_BETTER = 1.0
"""By so much (natural logarithm) must the heard words be more likely than the written ones to cast doubt on them."""
_CLEARLY = 3.0
"""By so much, that the written ones are wrong."""
_TRUSTED = 0.1
"""Extra heard words count when each is at least this likely; what Whisper makes up in silence is below 0.02."""
UNCOVERED_S = 0.3
"""Speech this long without a word has a word missing (rescript PR #60)."""
_WORD_S = 0.2
_LETTER_S = 0.06
"""A word takes up to 0.2 s and 0.06 s per letter; tuned with `_BETTER`."""
_SLOW = 2.0
"""So much longer may a word that fits be drawn out; what alignment gives it beyond is speech without a word."""


@dataclass(frozen=True)
class Hearing:
    """The recognizer's own text of a clip, as it was heard and as it was aligned afterwards."""

    words: tuple[Word, ...]
    aligned: tuple[AlignedWord, ...]


def match(
    written: Sequence[AlignedWord], hearing: Hearing, speech: Sequence[Window], model: str, language: str
) -> Match:
    """Return the verdict on every word and on the whole.

    The whole is a mismatch when any word is wrong (one is enough to spoil a clone), doubtful when any word is doubtful
    or speech is left uncovered, else a match.
    """
    words = [
        WordMatch(word.text, *_within_speech(word.start_s, word.end_s, speech), word.score, "ok") for word in written
    ]
    for stretch in stretches([word.text for word in written], [word.text for word in hearing.words]):
        if stretch.equal:
            _take_heard_times(words, hearing, stretch)
        else:
            _judge(words, written, hearing, stretch, language)
    if not speech:  # alignment always finds some place for a word: where nobody speaks its scores mean nothing
        words = [replace(word, verdict="wrong", heard="") for word in words]
    ordered = _in_order(words)
    uncovered = _uncovered(ordered, speech)
    return Match(model, _verdict(ordered, uncovered), tuple(ordered), uncovered)


def _verdict(words: Sequence[WordMatch], uncovered: Sequence[tuple[float, float]]) -> MatchVerdict:
    if any(word.verdict == "wrong" for word in words):
        return "mismatch"
    return "doubtful" if uncovered or any(word.verdict == "doubtful" for word in words) else "match"


def _take_heard_times(words: list[WordMatch], hearing: Hearing, stretch: Stretch) -> None:
    """Where both texts agree word by word, the heard times are better: no missing word next to them distorts them."""
    if stretch.last - stretch.first == stretch.other_last - stretch.other_first == 1:
        heard = hearing.words[stretch.other_first]
        words[stretch.first] = replace(words[stretch.first], start_s=heard.start_s, end_s=heard.end_s)


def _judge(
    words: list[WordMatch], written: Sequence[AlignedWord], hearing: Hearing, stretch: Stretch, language: str
) -> None:
    """Mark the words of a stretch where the written and the heard text differ."""
    better = _log_probability(hearing.aligned, stretch.other_first, stretch.other_last) - _log_probability(
        written, stretch.first, stretch.last
    )
    said = join_words((word.text for word in hearing.words[stretch.other_first : stretch.other_last]), language)
    for index in range(stretch.first, stretch.last):
        verdict = _verdict_of(words[index].score, better)
        words[index] = replace(words[index], verdict=verdict, heard="" if verdict == "ok" else said)
    if all(word.verdict == "ok" for word in words[stretch.first : stretch.last]):
        _judge_missing(words, hearing, stretch, better, language)


def _judge_missing(words: list[WordMatch], hearing: Hearing, stretch: Stretch, better: float, language: str) -> None:
    """Mark the neighbour of words that are heard and not written: the next word, at the end of the text the last."""
    extra = hearing.aligned[stretch.other_first : stretch.other_last]
    if stretch.last < len(words):
        index, heard = stretch.last, hearing.words[stretch.other_first : stretch.other_last + 1]
        verdict = _verdict_of(words[index].score, better)
    elif stretch.first == stretch.last > 0 and extra and min(word.score for word in extra) >= _TRUSTED:
        index, heard = stretch.last - 1, hearing.words[max(0, stretch.other_first - 1) :]
        verdict = "wrong"
    else:
        return
    if verdict != "ok":
        said = join_words((word.text for word in heard), language)
        words[index] = replace(words[index], verdict=verdict, heard=said)


def _verdict_of(score: float, better: float) -> Verdict:
    """Weigh a word's score and by how much the heard words are more likely (natural logarithm) than the written."""
    if score >= DOUBTFUL_BELOW or (score >= WRONG_BELOW and better < _BETTER):
        return "ok"
    return "wrong" if score < WRONG_BELOW and better >= _CLEARLY else "doubtful"


def _log_probability(aligned: Sequence[AlignedWord], first: int, last: int) -> float:
    """Sum over aligned[first:last] and the word that follows."""
    return sum(word.log_probability for word in aligned[first : last + 1])


def _within_speech(start_s: float, end_s: float, speech: Sequence[Window]) -> tuple[float, float]:
    """Return the part of a word's time in which somebody speaks: alignment leaves no pauses between words."""
    inside = [
        (max(start_s, window.start_s), min(end_s, window.end_s))
        for window in speech
        if min(end_s, window.end_s) > max(start_s, window.start_s)
    ]
    return (inside[0][0], inside[-1][1]) if inside else (start_s, end_s)


def _in_order(words: Sequence[WordMatch]) -> list[WordMatch]:
    """Return the words with times that never run backwards, where heard and aligned times met."""
    ordered: list[WordMatch] = []
    before_s = 0.0
    for word in words:
        start_s = max(before_s, word.start_s)
        before_s = max(start_s, word.end_s)
        ordered.append(replace(word, start_s=start_s, end_s=before_s))
    return ordered


def _uncovered(words: Sequence[WordMatch], speech: Sequence[Window]) -> tuple[tuple[float, float], ...]:
    """Return the stretches of speech, at least `UNCOVERED_S` long, in which no word is or can be."""
    spans = [_span(word) for word in words]
    found = []
    for window in speech:
        place_s = window.start_s
        for start_s, end_s in [*spans, (window.end_s, window.end_s)]:
            if min(start_s, window.end_s) - place_s >= UNCOVERED_S:
                found.append((round(place_s, 2), round(min(start_s, window.end_s), 2)))
            place_s = max(place_s, end_s)
    return tuple(found)


def _span(word: WordMatch) -> tuple[float, float]:
    """Return the time that `word` may take: alignment is vague about pauses, and gives strangers' speech to words."""
    longest_s = _WORD_S + _LETTER_S * len("".join(keys(word.text)))
    slow_s = longest_s if word.verdict != "ok" else _SLOW * longest_s
    return min(word.start_s, word.end_s - longest_s), max(
        word.start_s + longest_s, min(word.end_s, word.start_s + slow_s)
    )
