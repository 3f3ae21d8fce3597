"""Checks texts against clips, window by window, and keeps what an edit of the text does not change."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from cachetools import LRUCache

from voicelab.clips.clip import Window
from voicelab.clips.speech import speech_stretches
from voicelab.transcripts.align import AlignedWord, Encoding, align, encode
from voicelab.transcripts.confidence import cautious
from voicelab.transcripts.cut import cut_transcript
from voicelab.transcripts.match import Hearing, match, verdict_of
from voicelab.transcripts.number_spellings import spelled_out
from voicelab.transcripts.omitted_words import left_out
from voicelab.transcripts.recognition import hypotheses
from voicelab.transcripts.spelling import split_words
from voicelab.transcripts.windows import assigned, windows
from voicelab.transcripts.words import Match, WordMatch

if TYPE_CHECKING:
    from collections.abc import Sequence

    from voicelab.clips.clip import Clip
    from voicelab.transcripts.recognizers import Recognizer
    from voicelab.transcripts.words import Transcript

LONGEST_CHECK_S = 300.0
"""Of a clip whose text is checked: one caller at a time is served, and no voice needs a tenth of it."""
_PARTS = 25
"""Windows whose encoding (2 MB for tiny.en, 8 MB for large models) is kept: as many as the longest clip can have."""
_ANSWERS = 200
"""Answers about windows that are kept: the match of some words, the reading of a number."""
_MOST_READINGS = 4
"""Of one number: each costs as much as a check."""


@dataclass(frozen=True, eq=False)
class _Listened:
    """What a check needs of a window and what no edit of the text changes."""

    encoding: Encoding
    hearing: Hearing
    speech: tuple[Window, ...]


@dataclass(frozen=True, eq=False)
class _Part:
    """A window while it is checked."""

    key: tuple[str, Path, str, Window]
    """Digest of the clip, folder of the recognizer, language, window."""
    recognizer: Recognizer
    listened: _Listened

    @property
    def language(self) -> str:
        return self.key[2]

    @property
    def window(self) -> Window:
        return self.key[3]

    def align(self, words: Sequence[str]) -> list[AlignedWord]:
        return align(self.recognizer, self.listened.encoding, words, self.language)

    def likelihood(self, words: Sequence[str]) -> float:
        """Logarithm of the probability that `words` are said in the window."""
        return sum(word.log_probability for word in self.align(words))


class Checker:
    """Remembers the windows it has listened to. Not thread-safe: its owner holds a lock."""

    def __init__(self) -> None:
        """Remember nothing yet."""
        self._listened: LRUCache[tuple[str, Path, str, Window], _Listened] = LRUCache(_PARTS)
        self._matches: LRUCache[tuple[object, ...], Match] = LRUCache(_ANSWERS)
        self._readings: LRUCache[tuple[object, ...], str] = LRUCache(_ANSWERS)

    def check(self, recognizer: Recognizer, folder: Path, clip: Clip, heard: Transcript, words: Sequence[str]) -> Match:
        """Return how well `words` fit `clip`, in which `recognizer` (of `folder`) heard `heard`."""
        speech = speech_stretches(clip)
        parts = [
            self._part((clip.digest, folder, heard.language, window), recognizer, clip, heard)
            for window in windows(heard.words, speech, clip.seconds)
        ]
        shares = assigned(
            words,
            [word.text for word in heard.words],
            [len(part.listened.hearing.words) for part in parts],
            lambda number, some: parts[number].likelihood(some),
        )
        found: list[WordMatch] = []
        uncovered: list[tuple[float, float]] = []
        for part, share in zip(parts, shares, strict=True):
            own = self._match(part, tuple(share))
            at_s = part.window.start_s
            found += [replace(word, start_s=word.start_s + at_s, end_s=word.end_s + at_s) for word in own.words]
            uncovered += [(round(start_s + at_s, 2), round(end_s + at_s, 2)) for start_s, end_s in own.uncovered]
        whole = Match(recognizer.name, verdict_of(found, uncovered), tuple(found), tuple(uncovered))
        return cautious(whole, [part.listened.hearing for part in parts], speech, heard.language)

    def _part(self, key: tuple[str, Path, str, Window], recognizer: Recognizer, clip: Clip, heard: Transcript) -> _Part:
        if key not in self._listened:
            self._listened[key] = _listen(recognizer, clip, key[3], heard)
        return _Part(key, recognizer, self._listened[key])

    def _match(self, part: _Part, words: tuple[str, ...]) -> Match:
        key = (*part.key, words)
        if key not in self._matches:
            listened = part.listened
            found = match(part.align(words), listened.hearing, listened.speech, part.recognizer.name, part.language)
            if part.language == "english":
                found = replace(found, words=tuple(self._spelled_out(part, found.words)))
            self._matches[key] = found
        return self._matches[key]

    def _spelled_out(self, part: _Part, words: Sequence[WordMatch]) -> list[WordMatch]:
        """Return `words`, each number and sign with the words that are said for it."""
        texts = [word.text for word in words]
        suggested = list(words)
        for place, word in enumerate(words):
            ways = spelled_out(word.text)[:_MOST_READINGS]
            if not ways:
                continue
            key = (*part.key, word.text, texts[:place].count(word.text))
            if len(ways) > 1 and key not in self._readings:
                likeliest = max(
                    ways, key=lambda way: part.likelihood([*texts[:place], *way.split(), *texts[place + 1 :]])
                )
                self._readings[key] = likeliest
            suggested[place] = replace(word, suggestion=self._readings.get(key, ways[0]))
        return suggested


def _listen(recognizer: Recognizer, clip: Clip, window: Window, heard: Transcript) -> _Listened:
    here = clip if window.seconds == clip.seconds else clip.cut(window)
    encoding = encode(recognizer, here)
    words = cut_transcript(heard, window)[0].words
    speech = tuple(
        Window(max(0.0, stretch.start_s - window.start_s), min(window.seconds, stretch.end_s - window.start_s))
        for stretch in speech_stretches(clip)
        if stretch.start_s < window.end_s and stretch.end_s > window.start_s
    )

    def aligned(texts: Sequence[str]) -> tuple[AlignedWord, ...]:
        return tuple(align(recognizer, encoding, texts, heard.language))

    texts = [word.text for word in words]
    guesses = hypotheses(recognizer, encoding, heard.language) if words else []
    others = [split_words(text, heard.language) for text in guesses]
    own = aligned(texts)
    hearing = Hearing(
        words,
        own,
        tuple(aligned(other) for other in others if other and other != texts),
        tuple(left_out(own, aligned, heard.language)),
    )
    return _Listened(encoding, hearing, speech)
