"""Recognition over Wyoming: audio in pieces, and what is said in it."""

from __future__ import annotations

import threading
from functools import partial
from typing import TYPE_CHECKING

import numpy as np
from wyoming.asr import Transcript as TranscriptEvent

from voicelab.clips.clip import SAMPLE_RATE, Clip
from voicelab.errors import AudioTooLong, Cancelled, InvalidValue
from voicelab.languages import CODES, language_name
from voicelab.transcripts.asking import recognizer_named
from voicelab.wyoming_server.incoming import AudioFields, TranscribeFields, fields_of

if TYPE_CHECKING:
    from wyoming.event import Event

    from voicelab.api.bench import Bench
    from voicelab.lab import Lab
    from voicelab.transcripts.words import Transcript

LONGEST_S = 120.0
"""Of one recording: a command to a voice assistant has a few seconds."""
_SHORTEST_S = 0.1
"""Below that nothing can be said."""


class Hearing:
    """What one client has heard, one recording after the other."""

    def __init__(self, lab: Lab, bench: Bench) -> None:
        """Hear one recording at a time on `bench`."""
        self._lab = lab
        self._bench = bench
        self._wish = TranscribeFields()
        self._format: AudioFields | None = None
        self._audio = bytearray()
        self.gone = threading.Event()
        """Set once nobody waits for an answer any more: what is being heard ends between two segments."""

    def wish(self, event: Event) -> None:
        """Take how the next recording is to be heard. Raises InvalidValue, UnknownModel, UnsupportedLanguage."""
        wish = fields_of(event, TranscribeFields)
        recognizer_named(self._lab.transcriber, wish.name or "")
        if wish.language:
            language_name(wish.language)
        self._wish = wish

    def start(self, event: Event) -> None:
        """Begin a recording. Raises InvalidValue."""
        self._format = fields_of(event, AudioFields)
        self._audio.clear()

    def add(self, event: Event) -> None:
        """Take a piece of it. Raises InvalidValue, AudioTooLong."""
        kind = fields_of(event, AudioFields)
        if self._format is None:
            self._format = kind
        if kind != self._format:
            raise InvalidValue("rate", "The pieces of a recording are of different rates, widths or channels.")
        self._audio += event.payload or b""
        if len(self._audio) > LONGEST_S * kind.rate * kind.width * kind.channels:
            raise AudioTooLong(f"A recording here has at most {LONGEST_S:.0f} s. Send a shorter one.")

    async def stop(self) -> Event:
        """Return what is said in it. Raises InvalidValue, QueueFull, and what Transcriber.hear raises."""
        if self._format is None:
            raise InvalidValue("audio-stop", "No audio came before it: send audio-start and audio-chunk first.")
        clip = _clip(bytes(self._audio), self._format)
        wish, self._wish, self._format = self._wish, TranscribeFields(), None
        self._audio.clear()
        if clip.seconds < _SHORTEST_S:
            return TranscriptEvent(text="").event()
        name = recognizer_named(self._lab.transcriber, wish.name or "")
        heard = await self._bench.work(partial(_heard, self._lab, clip, name, wish.language, self.gone))
        return TranscriptEvent(text=heard.text, language=CODES.get(heard.language)).event()


def _heard(lab: Lab, clip: Clip, name: str, language: str | None, gone: threading.Event) -> Transcript:
    def report(_message: str, _fraction: float | None) -> None:
        if gone.is_set():
            raise Cancelled("The client went away.")

    return lab.transcriber.hear(clip, model=name, language=language, report=report)


def _clip(content: bytes, kind: AudioFields) -> Clip:
    """Return 16-bit PCM as mono at the lab's rate; half a sample at the end is left out."""
    import soxr

    whole = len(content) - len(content) % (kind.width * kind.channels)
    frames = np.frombuffer(content[:whole], "<i2").reshape(-1, kind.channels)
    samples = frames.mean(axis=1, dtype=np.float32) / 2**15
    if not len(samples):
        return Clip(samples)
    return Clip(np.asarray(soxr.resample(samples, kind.rate, SAMPLE_RATE), dtype=np.float32))
