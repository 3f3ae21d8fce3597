"""What is known of the words of a whole recording, while only a window of it is looked at.

A transcript belongs to a window. When the window moves, words fall out of it; they are remembered here in recording
time, so that they come back with a later window, and so is where nobody has listened yet.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from voicelab.clips.clip import Window
from voicelab.transcripts.cut import cut_transcript
from voicelab.transcripts.spelling import join_words
from voicelab.transcripts.words import Transcript

if TYPE_CHECKING:
    from voicelab.transcripts.words import Word

_UNHEARD_S = 0.25
"""Seconds of a window that may lack a transcript without a word about it: less than a short word."""


@dataclass(frozen=True)
class KnownWords:
    """Words of a recording, and the stretches they were taken from."""

    transcript: Transcript
    """Times count from the start of the recording."""
    covered: tuple[Window, ...]
    """In order, without overlap."""

    def recall(self, window: Window) -> tuple[Transcript, tuple[str, ...]]:
        """Return the transcript of `window`, times counting from its start, and what the person should know of it."""
        transcript, notes = cut_transcript(self.transcript, window)
        return transcript, (*notes, *self._unheard(window))

    def learn(self, window: Window, transcript: Transcript) -> KnownWords:
        """Return it with the words of `window` replaced by those of `transcript`, whose times count from its start."""
        known = self.transcript.words
        before = [word for word in known if _middle(word) < window.start_s]
        replaced = [word for word in known if window.start_s <= _middle(word) < window.end_s]
        after = [word for word in known if _middle(word) >= window.end_s]
        words = (*before, *_with_outer_edges(transcript.shifted(window.start_s).words, replaced), *after)
        text = join_words((word.text for word in words), transcript.language)
        return KnownWords(replace(transcript, text=text, words=words), _united((*self.covered, window)))

    def _unheard(self, window: Window) -> tuple[str, ...]:
        notes = []
        start_s = window.start_s
        for known in (*self.covered, Window(window.end_s, window.end_s)):
            if min(known.start_s, window.end_s) - start_s > _UNHEARD_S:
                notes.append(
                    f"Nobody has listened yet to {start_s:.1f} to {min(known.start_s, window.end_s):.1f} s of the "
                    "recording: transcribe again, or write what is said there."
                )
            start_s = max(start_s, known.end_s)
        return tuple(notes)


def first_known(window: Window, transcript: Transcript) -> KnownWords:
    """Return what the first transcript of a recording tells; its times count from the start of `window`."""
    return KnownWords(transcript.shifted(window.start_s), (window,))


def _with_outer_edges(words: tuple[Word, ...], replaced: list[Word]) -> tuple[Word, ...]:
    """Return `words` with the first start and the last end of `replaced` where the same words are there.

    A window that goes through a word shows it only as far as the window goes.
    """
    if words and replaced and words[0].text == replaced[0].text:
        words = (replace(words[0], start_s=min(words[0].start_s, replaced[0].start_s)), *words[1:])
    if words and replaced and words[-1].text == replaced[-1].text:
        words = (*words[:-1], replace(words[-1], end_s=max(words[-1].end_s, replaced[-1].end_s)))
    return words


def _middle(word: Word) -> float:
    """Return what decides, in transcripts/cut.py too, whether a word belongs to a window."""
    return (word.start_s + word.end_s) / 2


def _united(windows: tuple[Window, ...]) -> tuple[Window, ...]:
    united: list[Window] = []
    for window in sorted(windows, key=lambda each: each.start_s):
        if united and window.start_s <= united[-1].end_s:
            united[-1] = Window(united[-1].start_s, max(united[-1].end_s, window.end_s))
        else:
            united.append(window)
    return tuple(united)
