"""Speech over Wyoming: a text, whole or as it is written, becomes audio while it is spoken."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING

import anyio.to_thread
from wyoming.audio import AudioChunk, AudioStart, AudioStop
from wyoming.tts import SynthesizeStopped

from voicelab.api.request_metrics import Record
from voicelab.api.speech_requests import SpeechBody, prepare, spoken_voice, submit
from voicelab.clips.clip import SAMPLE_RATE
from voicelab.errors import EmptyText, InvalidValue, TextTooLong
from voicelab.speech.formats import FORMATS, Encoder, Origin
from voicelab.speech.tempo import Tempo
from voicelab.text.sentences import sentences
from voicelab.wyoming_server.described import voice_of_language
from voicelab.wyoming_server.incoming import StartFields, SynthesizeFields, TextFields, fields_of

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    import numpy as np
    from numpy.typing import NDArray
    from wyoming.event import Event

    from voicelab.api.rate_limit import RateLimit
    from voicelab.api.request_metrics import RequestMetrics
    from voicelab.lab import Lab

_PIECE = 2**13
"""Bytes of one piece of audio: 0.17 s."""
_WIDTH = 2


@dataclass(frozen=True)
class SpeakingParts:
    """What all clients share."""

    lab: Lab
    rate: RateLimit
    metrics: RequestMetrics
    threads: anyio.CapacityLimiter
    """For texts that wait for the engine."""


@dataclass
class _Written:
    """A text that is being written."""

    voice: str
    language: str
    rest: str = ""
    """What no sentence end came after yet."""
    characters: int = 0
    spoken: bool = False


class Speaking:
    """What one client lets be spoken, one text after the other."""

    def __init__(self, parts: SpeakingParts, address: str, send: Callable[[Event], Awaitable[None]]) -> None:
        """Speak for the client at `address`, to which `send` writes."""
        self._parts = parts
        self._address = address
        self._send = send
        self._written: _Written | None = None
        self._sound = _Sound(send)

    async def whole(self, event: Event) -> None:
        """Speak a text. Raises any VoiceLabError."""
        if self._written is not None:
            return  # clients that stream send the whole text too, for services that do not
        wish = fields_of(event, SynthesizeFields)
        voice, _language = await self._voice(wish)
        await self._speak(wish.text, voice)
        await self._sound.end()

    async def start(self, event: Event) -> None:
        """Begin a text that is still being written. Raises InvalidValue, UnknownVoice, UnsupportedLanguage."""
        voice, language = await self._voice(fields_of(event, StartFields))
        self._written = _Written(voice, language)

    async def add(self, event: Event) -> None:
        """Take more of it, and speak the sentences that are complete by now. Raises any VoiceLabError."""
        written = self._begun()
        more = fields_of(event, TextFields).text
        written.characters += len(more)
        limit = self._parts.lab.settings.text_limit
        if written.characters > limit:
            raise TextTooLong(f"One text may have {limit:,} characters here. Send the rest as another one.")
        within_a_word = more.isalnum() and written.rest[-1:].isalnum()
        written.rest += more
        if within_a_word:
            return  # no sentence ends there
        # On a thread: whoever sends a text letter by letter would hold everybody up.
        complete, written.rest = await anyio.to_thread.run_sync(partial(_complete, written.rest, written.language))
        for text in complete:
            await self._speak_part(written, text)

    async def stop(self) -> None:
        """Speak the rest of it. Raises any VoiceLabError."""
        written = self._begun()
        await self._speak_part(written, written.rest)
        if not written.spoken:
            raise EmptyText("There is nothing to say: the text has no letters or digits. Send at least one word.")
        self._written = None
        await self._sound.end()
        await self._send(SynthesizeStopped().event())

    def _begun(self) -> _Written:
        if self._written is None:
            raise InvalidValue("synthesize-start", "No text was begun: send synthesize-start first.")
        return self._written

    async def _voice(self, wish: StartFields) -> tuple[str, str]:
        """Return the voice that is wanted and its language."""
        return await anyio.to_thread.run_sync(partial(_wanted_voice, self._parts.lab, wish))

    async def _speak_part(self, written: _Written, text: str) -> None:
        if any(character.isalnum() for character in text):
            await self._speak(text, written.voice)
            written.spoken = True

    async def _speak(self, text: str, voice: str) -> None:
        record = Record("wyoming", format="pcm", characters=len(text), client=self._address)
        with self._parts.metrics.counting(record):
            self._parts.rate.check(self._address)
            await self._spoken(text, voice, record)

    async def _spoken(self, text: str, voice: str, record: Record) -> None:
        arrived = time.monotonic()
        lab, threads = self._parts.lab, self._parts.threads
        body = SpeechBody(text=text, voice=voice, stream=True)
        prepared = await anyio.to_thread.run_sync(partial(prepare, body, lab))
        record.voice, record.model, record.seed = prepared.voice, prepared.request.model, prepared.request.seed
        job = await anyio.to_thread.run_sync(partial(submit, prepared, lab, f"{self._address}/wyoming"))
        try:
            tempo = Tempo(prepared.speed, SAMPLE_RATE)
            pieces = job.partial()
            while True:
                wait = partial(next, pieces, None)
                piece = await anyio.to_thread.run_sync(wait, limiter=threads, abandon_on_cancel=True)
                if piece is None:
                    break
                if record.first_audio_s is None:
                    record.queue_s, record.first_audio_s = job.waited_s, time.monotonic() - arrived
                record.audio_s += len(piece) / SAMPLE_RATE
                await self._sound.add(tempo.add(piece))
            record.tell(job.result(0))
            await self._sound.add(tempo.end())
        finally:
            job.cancel()  # a no-op once it is done; after a hang-up it frees the engine


@dataclass
class _Sound:
    """Audio events of one answer: a start before the first piece, a stop after the last one."""

    send: Callable[[Event], Awaitable[None]]
    _begun: bool = field(default=False, init=False)

    async def add(self, samples: NDArray[np.float32]) -> None:
        content = Encoder(FORMATS["pcm"], SAMPLE_RATE, Origin("", "", "", 0), growing=True).add(samples)
        for at in range(0, len(content), _PIECE):
            await self._begin()
            await self.send(AudioChunk(SAMPLE_RATE, _WIDTH, 1, content[at : at + _PIECE]).event())

    async def end(self) -> None:
        await self._begin()
        self._begun = False
        await self.send(AudioStop().event())

    async def _begin(self) -> None:
        if not self._begun:
            self._begun = True
            await self.send(AudioStart(SAMPLE_RATE, _WIDTH, 1).event())


def _complete(text: str, language: str) -> tuple[list[str], str]:
    """Return the sentences of a text that is still being written that are complete, and the rest."""
    *lines, last = text.split("\n")
    *complete, rest = sentences(last, language) or [""]
    return [*lines, *complete], rest + (" " if last[-1:].isspace() else "")


def _wanted_voice(lab: Lab, wish: StartFields) -> tuple[str, str]:
    """Return slug and language of the voice that is asked for by name, or else by language, or else the lab's."""
    voice = wish.voice
    if voice is not None and voice.speaker:
        raise InvalidValue("voice.speaker", "The voices here have no speakers: leave speaker out.")
    name = (voice.name if voice else None) or ""
    if voice is not None and voice.language and not name:
        name = voice_of_language(lab, voice.language, lab.settings.default_voice)
    found = spoken_voice(lab, name)
    return found.slug, found.language
