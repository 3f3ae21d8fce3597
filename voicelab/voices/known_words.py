"""What is known of the words of a whole recording, while only a window of it is looked at.

A transcript belongs to a window. When the window moves, words fall out of it; they are remembered here in recording
time, so that they come back with a later window, and so is where nobody has listened yet.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from voicelab.clips.clip import Window
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
        from voicelab.transcripts.cut import cut_transcript

        transcript, notes = cut_transcript(self.transcript, window)
        return transcript, (*notes, *self._unheard(window))

    def learn(self, window: Window, transcript: Transcript) -> KnownWords:
        """Return it with the words of `window` replaced by those of `transcript`, whose times count from its start."""
        learned = transcript.shifted(window.start_s).words
        before, after = self._around(window)
        words = (
            *(word for word in before if not _covered_by(word, learned)),
            *learned,
            *(word for word in after if not _covered_by(word, learned)),
        )
        return KnownWords(_of_words(transcript, words), _united((*self.covered, window)))

    def _around(self, window: Window) -> tuple[tuple[Word, ...], tuple[Word, ...]]:
        """Return the words before and after those that a cut to `window` keeps."""
        words = self.transcript.words
        kept = self.recall(window)[0].words
        if not kept:
            middle = (window.start_s + window.end_s) / 2
            first = sum(word.start_s < middle for word in words)
            return words[:first], words[first:]
        places = [i for i in range(len(words)) if _texts(words[i : i + len(kept)]) == _texts(kept)]
        first = min(places, key=lambda place: abs(words[place].start_s - window.start_s - kept[0].start_s))
        return words[:first], words[first + len(kept) :]

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


def _of_words(transcript: Transcript, words: tuple[Word, ...]) -> Transcript:
    return replace(transcript, words=words, text=" ".join(word.text for word in words))


def _texts(words: tuple[Word, ...]) -> list[str]:
    return [word.text for word in words]


def _covered_by(word: Word, others: tuple[Word, ...]) -> bool:
    """Say whether more than half of `word` is where others are: then it is the same sound, heard again."""
    shared = sum(max(0.0, min(word.end_s, other.end_s) - max(word.start_s, other.start_s)) for other in others)
    return shared > (word.end_s - word.start_s) / 2


def _united(windows: tuple[Window, ...]) -> tuple[Window, ...]:
    united: list[Window] = []
    for window in sorted(windows, key=lambda each: each.start_s):
        if united and window.start_s <= united[-1].end_s:
            united[-1] = Window(united[-1].start_s, max(united[-1].end_s, window.end_s))
        else:
            united.append(window)
    return tuple(united)
