"""Times for words that no recognizer here can place: between their neighbours, by their length."""

from __future__ import annotations

from difflib import SequenceMatcher
from itertools import accumulate
from typing import TYPE_CHECKING

from voicelab.transcripts.spelling import join_words, split_words
from voicelab.transcripts.words import HAND, Transcript, Word

if TYPE_CHECKING:
    from collections.abc import Iterator

ESTIMATED = "The times of edited words are estimates, because no recognizer on this machine knows the language."


def edit_unchecked(transcript: Transcript | None, text: str, clip_seconds: float, language: str) -> Transcript:
    """Return the transcript of the hand-edited `text` without a check: words that are as they were keep their times.

    The others share the time between their neighbours, longer words more of it. `language` is a full lower-case name.
    """
    texts = split_words(text, language)
    before = transcript.words if transcript else ()
    blocks = SequenceMatcher(None, [word.text for word in before], texts, autojunk=False).get_matching_blocks()
    words: list[Word] = []
    at_s = 0.0
    for block in blocks:
        kept = before[block.a : block.a + block.size]
        next_s = kept[0].start_s if kept else clip_seconds
        words.extend(_spread(texts[len(words) : block.b], at_s, max(at_s, next_s)))
        words.extend(kept)
        at_s = kept[-1].end_s if kept else at_s
    return Transcript(join_words(texts, language), tuple(words), HAND, language, (ESTIMATED,))


def _spread(texts: list[str], start_s: float, end_s: float) -> Iterator[Word]:
    letters = [max(1, len(text)) for text in texts]
    ends = [start_s + (end_s - start_s) * count / sum(letters) for count in accumulate(letters)]
    for text, word_start_s, word_end_s in zip(texts, [start_s, *ends], ends, strict=False):
        yield Word(text, word_start_s, word_end_s)
