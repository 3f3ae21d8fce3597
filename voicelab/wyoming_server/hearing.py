"""Recognition over Wyoming: audio in pieces, and what is said in it."""

from __future__ import annotations

import threading
from functools import partial
from typing import TYPE_CHECKING

import anyio.to_thread
from wyoming.asr import Transcript as TranscriptEvent

from voicelab.errors import Cancelled, InvalidValue
from voicelab.languages import CODES, language_name
from voicelab.transcripts.asking import recognizer_named
from voicelab.wyoming_server.incoming import AudioFields, TranscribeFields, fields_of
from voicelab.wyoming_server.recording import Recording

if TYPE_CHECKING:
    from wyoming.event import Event

    from voicelab.api.bench import Bench
    from voicelab.lab import Lab
    from voicelab.transcripts.words import Transcript

_SHORTEST_S = 0.1
"""Below that nothing can be said."""


class Hearing:
    """What one client has heard, one recording after the other."""

    def __init__(self, lab: Lab, bench: Bench) -> None:
        """Hear one recording at a time on `bench`."""
        self._lab = lab
        self._bench = bench
        self._wish = TranscribeFields()
        self._recording: Recording | None = None
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
        self._recording = Recording(fields_of(event, AudioFields))

    async def add(self, event: Event) -> None:
        """Take a piece of it. Raises InvalidValue, AudioTooLong."""
        kind = fields_of(event, AudioFields)
        if self._recording is None:
            self._recording = Recording(kind)
        if kind != self._recording.kind:
            raise InvalidValue("rate", "The pieces of a recording are of different rates, widths or channels.")
        if self._recording.take(event.payload or b""):
            await anyio.to_thread.run_sync(self._recording.shrink)

    async def stop(self) -> Event:
        """Return what is said in it. Raises InvalidValue, QueueFull, and what Transcriber.hear raises."""
        recording, self._recording = self._recording, None
        if recording is None:
            raise InvalidValue("audio-stop", "No audio came before it: send audio-start and audio-chunk first.")
        wish, self._wish = self._wish, TranscribeFields()
        if recording.seconds < _SHORTEST_S:
            return TranscriptEvent(text="").event()
        name = recognizer_named(self._lab.transcriber, wish.name or "")
        heard = await self._bench.work(partial(_heard, self._lab, recording, name, wish.language, self.gone))
        return TranscriptEvent(text=heard.text, language=CODES.get(heard.language)).event()


def _heard(lab: Lab, recording: Recording, name: str, language: str | None, gone: threading.Event) -> Transcript:
    def report(_message: str, _fraction: float | None) -> None:
        if gone.is_set():
            raise Cancelled("The client went away.")

    return lab.transcriber.hear(recording.clip(), model=name, language=language, report=report)
