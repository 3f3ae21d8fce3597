"""The text follows the audio: cut with a window, end between words, or be edited by hand."""

from __future__ import annotations

import itertools
from dataclasses import replace
from difflib import SequenceMatcher
from typing import TYPE_CHECKING

from voicelab.clips.clip import Window
from voicelab.errors import InvalidValue
from voicelab.transcripts.spelling import join_words, split_words
from voicelab.transcripts.words import HAND, Transcript, Word

if TYPE_CHECKING:
    from collections.abc import Sequence

    from voicelab.transcripts.words import Match

_INSIDE_S = 0.06
"""A cut this deep inside a word goes through it: word times are good to about three steps of 0.02 s."""
_TAIL_S = 0.25
"""The most silence kept after the last word of a window."""
_PAUSE_S = 0.05
"""A shorter gap is no pause: the words run into each other."""
_DETOUR_S = 1.5
"""How much farther from the wanted length a pause may be than a gap without one, and still be taken."""
_QUOTED = 8
"""Words that a note quotes in full."""


def cut_transcript(transcript: Transcript, window: Window) -> tuple[Transcript, tuple[str, ...]]:
    """Return the words of `window`, times counting from its start, and notes on what was left out.

    A word belongs to the window if its middle does. The notes name the words before and after, and a word that the
    cut goes through: half a word in the audio spoils a clone. Notes of the transcript itself are kept in it.
    """
    words = transcript.words
    kept = [word for word in words if window.start_s <= _middle(word) < window.end_s]
    before = [word.text for word in words if _middle(word) < window.start_s]
    after = [word.text for word in words if _middle(word) >= window.end_s]
    moved = tuple(
        replace(
            word,
            start_s=max(0.0, word.start_s - window.start_s),
            end_s=min(window.seconds, word.end_s - window.start_s),
        )
        for word in kept
    )
    text = join_words((word.text for word in moved), transcript.language)
    notes = [*_left_out(before, after), *_cut_through(words, window)]
    if words and not kept:
        notes.append("No word is left in the cut. Widen it, or transcribe it anew.")
    return replace(transcript, text=text, words=moved), tuple(notes)


def window_of_length(transcript: Transcript, clip_seconds: float, seconds: float) -> Window:
    """Return the window from 0 to the gap between two words that is nearest to `seconds`; never inside a word.

    It ends in the middle of the gap, at most 0.25 s after the word. A pause is preferred to words that run into each
    other when it is not more than 1.5 s farther. The whole clip where it is no longer than `seconds`.
    """
    if clip_seconds <= seconds:
        return Window(0.0, clip_seconds)
    if not transcript.words:
        return Window(0.0, seconds)
    ends = [(clip_seconds, abs(clip_seconds - seconds))]
    for word, following in itertools.pairwise(transcript.words):
        gap_s = following.start_s - word.end_s
        if gap_s >= 0:
            end_s = word.end_s + min(gap_s / 2, _TAIL_S)
            ends.append((end_s, abs(end_s - seconds) + (0.0 if gap_s >= _PAUSE_S else _DETOUR_S)))
    return Window(0.0, min(ends, key=lambda end: end[1])[0])


def edit_text(transcript: Transcript | None, text: str, match: Match, language: str | None = None) -> Transcript:
    """Return the transcript of the hand-edited `text`, with the times that its check found.

    Words that are as they were keep their probability. `transcript` is None where nothing was there to edit; then
    `language` (full lower-case name) says what the text is in. Raises InvalidValue when `match` is of another text.
    """
    language = language or (transcript.language if transcript else "english")
    texts = [word.text for word in match.words]
    if texts != split_words(text, language):
        raise InvalidValue("text", "The text was changed while it was checked. Check it again.")
    before = transcript.words if transcript else ()
    probabilities: list[float | None] = [None] * len(texts)
    unchanged = SequenceMatcher(None, [word.text for word in before], texts, autojunk=False).get_matching_blocks()
    for block in unchanged:
        for step in range(block.size):
            probabilities[block.b + step] = before[block.a + step].probability
    words = tuple(
        Word(word.text, word.start_s, word.end_s, probability)
        for word, probability in zip(match.words, probabilities, strict=True)
    )
    return Transcript(join_words(texts, language), words, HAND, language)


def _middle(word: Word) -> float:
    return (word.start_s + word.end_s) / 2


def _left_out(before: list[str], after: list[str]) -> list[str]:
    places = [(before, "before"), (after, "after")]
    said = [f"{len(words)} {place} the cut (“{_quote(words)}”)" for words, place in places if words]
    if not said:
        return []
    return [f"Words left out of the text: {' and '.join(said)}."]


def _cut_through(words: Sequence[Word], window: Window) -> list[str]:
    notes = []
    for edge_s, name in ((window.start_s, "start"), (window.end_s, "end")):
        for word in words:
            if word.start_s + _INSIDE_S < edge_s < word.end_s - _INSIDE_S:
                kept = "stays in" if window.start_s <= _middle(word) < window.end_s else "was left out of"
                notes.append(
                    f"The {name} of the cut goes through “{word.text}”, which {kept} the text. Move the {name} to "
                    f"{word.start_s:.2f} s or {word.end_s:.2f} s."
                )
    return notes


def _quote(words: list[str]) -> str:
    if len(words) <= _QUOTED:
        return " ".join(words)
    half = _QUOTED // 2
    return f"{' '.join(words[:half])} … {' '.join(words[-half:])}"
