"""How well a written text fits a clip: the verdict on each word, from two witnesses.

The recognizer's own hearing tells what is there; teacher-forced alignment (align.py) tells how likely the written words
are. Where both texts agree the word is ok, whatever its score: a low one is then a matter of commas and capitals. Only
where the word as it was heard is all but impossible too, it is doubtful. Where they differ, the written words are
weighed against the heard ones: how probable is each after the same beginning, with the two words that follow (a missing
word shows there). So a name that the recognizer spells otherwise passes when it is about as likely, and a misheard word
does not blame a true one.

Recognizers like to tidy: they leave out "um", repeats and false starts. So their other hypotheses are asked too, but
only for words that the written text leaves out: longer by those words and still about as likely is strong evidence.
Asked about the written words as well, they blamed two to four times as many true ones. What no hypothesis has is
looked for in left_out.py; fillers and repeats that one of them has need be no likelier than those.

The thresholds were chosen on the tuning part of `make bench-transcripts`; docs/transcripts.md has the figures of the
part that nothing was tuned on.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from voicelab.clips.clip import Window
from voicelab.transcripts.homophones import homophones
from voicelab.transcripts.omitted_words import SAID, is_filler
from voicelab.transcripts.spelling import join_words, keys
from voicelab.transcripts.text_diff import Stretch, stretches
from voicelab.transcripts.words import Match, MatchVerdict, Verdict, WordMatch

if TYPE_CHECKING:
    from collections.abc import Sequence

    from voicelab.transcripts.align import AlignedWord
    from voicelab.transcripts.omitted_words import LeftOut
    from voicelab.transcripts.words import Word

WRONG_BELOW = 0.05
_BETTER = 1.5
"""By so much (natural logarithm) must the heard words be more likely than the written ones to cast doubt on them."""
_SAME_SOUND = 0.75
"""The same for a word that sounds like the heard one: the sound is no evidence, so the words around it decide. Of 149
such pairs in the tuning part two more errors were found than with `_BETTER`; two right words lost, by 0.69 and 2.65."""
_HESITATION = 8.0
"""The same for a written "uh" where one word was heard: Whisper takes a true one for "a", "out" or "up" (3.9 to 7.1),
while a false one in the place of a real word has 9.2 or more (118 words of the tuning part)."""
_LONGER = -0.5
"""The same for words that are heard and not written: each more word costs likelihood, so less is asked of them."""
_SHORTER = 5.0
"""The same for words that are written and not heard: fewer words are likelier, and recognizers like to leave out."""
_CLEARLY = 3.0
"""By so much, that the written ones are wrong."""
_FOLLOWING = 2
"""Words after a difference that are weighed with it."""
_TRUSTED = 0.1
"""Heard words after the last written one count when each is at least this likely: nothing follows to be weighed with
them, and what Whisper makes up in silence is below 0.02."""
NOT_SAID = 0.001
"""A written word this improbable is not ok, whatever was heard, if that is as improbable: nothing speaks for it."""
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
    others: tuple[tuple[AlignedWord, ...], ...] = ()
    """What else it might have heard, aligned."""
    left_out: tuple[LeftOut, ...] = ()
    """Words that it may have tidied away from its own text."""


def match(
    written: Sequence[AlignedWord], hearing: Hearing, speech: Sequence[Window], model: str, language: str
) -> Match:
    """Return the verdict on every word and on the whole.

    The whole is a mismatch when any word is wrong (one is enough to spoil a clone), doubtful when any word is doubtful
    or speech is left uncovered, else a match.
    """
    text = _Text(written, hearing, speech, language)
    text.judge()
    words = text.words
    if not speech:  # alignment always finds some place for a word: where nobody speaks its scores mean nothing
        words = [replace(word, verdict="wrong", heard="") for word in words]
    ordered = _in_order(words)
    uncovered = _uncovered(ordered, speech)
    return Match(model, verdict_of(ordered, uncovered), tuple(ordered), uncovered)


def verdict_of(words: Sequence[WordMatch], uncovered: Sequence[tuple[float, float]]) -> MatchVerdict:
    """Return the verdict on a text with these words."""
    if any(word.verdict == "wrong" for word in words):
        return "mismatch"
    return "doubtful" if uncovered or any(word.verdict == "doubtful" for word in words) else "match"


class _Text:
    """The written words while they are judged."""

    def __init__(
        self, written: Sequence[AlignedWord], hearing: Hearing, speech: Sequence[Window], language: str
    ) -> None:
        self._written, self._hearing, self._language = written, hearing, language
        self._end_s = speech[-1].end_s if speech else 0.0
        self.words = [
            WordMatch(word.text, *_within_speech(word.start_s, word.end_s, speech), word.score, "ok")
            for word in written
        ]

    def judge(self) -> None:
        """Mark the words that do not fit what was heard, or may have been."""
        heard = self._hearing.aligned
        for stretch in self._differences(heard):
            if stretch.equal:
                self._agree(stretch)
            elif stretch.first < stretch.last:
                self._judge(heard, stretch)
            else:
                self._judge_missing(heard, stretch, _least_missing(heard, stretch))
        for other in self._hearing.others:
            for stretch in self._differences(other):
                if stretch.first == stretch.last:
                    self._judge_missing(other, stretch, _least_missing(other, stretch))
        for guess in self._hearing.left_out:
            for stretch in self._differences(guess.aligned):
                if stretch.first == stretch.last and guess.is_at(stretch.other_first, stretch.other_last):
                    self._judge_missing(guess.aligned, stretch, SAID)

    def _differences(self, heard: Sequence[AlignedWord]) -> list[Stretch]:
        return stretches([word.text for word in self._written], [word.text for word in heard])

    def _agree(self, stretch: Stretch) -> None:
        """Take the heard times where both texts agree word by word: no missing word next to them distorts those.

        A word is doubtful all the same where neither spelling of it has any sound that speaks for it.
        """
        heard_score = min(word.score for word in self._hearing.aligned[stretch.other_first : stretch.other_last])
        for index in range(stretch.first, stretch.last):
            if max(heard_score, self.words[index].score) < NOT_SAID:
                self.words[index] = replace(self.words[index], verdict="doubtful")
        if stretch.last - stretch.first == stretch.other_last - stretch.other_first == 1:
            heard = self._hearing.words[stretch.other_first]
            self.words[stretch.first] = replace(self.words[stretch.first], start_s=heard.start_s, end_s=heard.end_s)
            if self._after_all_speech(self._hearing.aligned[stretch.other_first]):
                self.words[stretch.first] = replace(self.words[stretch.first], verdict="doubtful")

    def _judge(self, heard: Sequence[AlignedWord], stretch: Stretch) -> None:
        """Mark the words of a stretch where others were heard, or none."""
        heard = self._carried(heard, stretch)
        stretch = replace(stretch, other_last=min(stretch.other_last, len(heard)))
        better = _better(self._written, heard, stretch)
        said = self._joined(heard[stretch.other_first : stretch.other_last])
        doubted = better >= self._least(heard, stretch)
        for index in range(stretch.first, stretch.last):
            word = self.words[index]
            if doubted or word.score < NOT_SAID:
                verdict = _marked(word, better) if doubted else "doubtful"
                self.words[index] = replace(word, verdict=verdict, heard=said)

    def _carried(self, heard: Sequence[AlignedWord], stretch: Stretch) -> Sequence[AlignedWord]:
        """Return `heard` without the words of the `stretch` at its end that no sound carries.

        Whisper likes to go on after the last word. What it makes up is improbable too, so that it would excuse any
        written word that is weighed against it.
        """
        last = len(heard)
        while last > stretch.other_first and self._after_all_speech(heard[last - 1]):
            last -= 1
        return heard[:last]

    def _after_all_speech(self, word: AlignedWord) -> bool:
        """Say whether no sound carries the heard `word`: then it is no evidence, neither for a word nor against one."""
        return word.start_s >= self._end_s

    def _least(self, heard: Sequence[AlignedWord], stretch: Stretch) -> float:
        """Return by how much (natural logarithm) the heard words of a stretch must be more likely than the written."""
        if stretch.other_first == stretch.other_last:
            return -SAID if _hesitate(self._written, stretch.first, stretch.last) else _SHORTER
        if stretch.last - stretch.first > 1 or stretch.other_last - stretch.other_first > 1:
            return _BETTER
        word, other = self._written[stretch.first].text, heard[stretch.other_first].text
        if self._language == "english" and homophones(word, other):
            return _SAME_SOUND
        return _HESITATION if is_filler(word) else _BETTER

    def _judge_missing(self, heard: Sequence[AlignedWord], stretch: Stretch, least: float) -> None:
        """Mark the neighbour of words that are heard and not written: the next word, at the end of the text the last.

        `least` is by how much (natural logarithm) the heard words must be more likely.
        """
        extra = heard[stretch.other_first : stretch.other_last]
        if stretch.last < len(self.words):
            index, said = stretch.last, heard[stretch.other_first : stretch.other_last + 1]
            better = _better(self._written, heard, stretch)
            verdict = _marked(self.words[index], better) if better >= least else "ok"
        elif (
            stretch.last and extra and min(word.score for word in extra) >= _TRUSTED and extra[0].start_s < self._end_s
        ):
            index, said = stretch.last - 1, heard[max(0, stretch.other_first - 1) :]
            verdict = "wrong"
        else:
            return
        if verdict != "ok" and self.words[index].verdict == "ok":
            self.words[index] = replace(self.words[index], verdict=verdict, heard=self._joined(said))

    def _joined(self, words: Sequence[AlignedWord]) -> str:
        return join_words((word.text for word in words), self._language)


def _least_missing(heard: Sequence[AlignedWord], stretch: Stretch) -> float:
    return SAID if _hesitate(heard, stretch.other_first, stretch.other_last) else _LONGER


def _hesitate(words: Sequence[AlignedWord], first: int, last: int) -> bool:
    """Say whether words `first` to `last` (half-open) are fillers or a repeat: left_out.py knows what those cost."""
    texts = [keys(word.text) for word in words]
    own = texts[first:last]
    repeats = own in (texts[max(0, first - len(own)) : first], texts[last : last + len(own)])
    return bool(own) and (repeats or all(is_filler(word.text) for word in words[first:last]))


def _marked(word: WordMatch, better: float) -> Verdict:
    return "wrong" if word.score < WRONG_BELOW and better >= _CLEARLY else "doubtful"


def _better(written: Sequence[AlignedWord], heard: Sequence[AlignedWord], stretch: Stretch) -> float:
    """By how much (natural logarithm) the heard words of a stretch are more likely than the written ones."""
    return sum(word.log_probability for word in heard[stretch.other_first : stretch.other_last + _FOLLOWING]) - sum(
        word.log_probability for word in written[stretch.first : stretch.last + _FOLLOWING]
    )


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
