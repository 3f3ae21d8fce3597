"""Where texts are taken in: one after the other checked, limited, shared, spoken, encoded, counted."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import time
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING

import anyio
import anyio.to_thread
from starlette.responses import StreamingResponse

from voicelab.api.answers import CHECKED, SpokenStream, Timed, headers_of, stream_checked, stream_headers, timed_answer
from voicelab.api.asked import Asked, Manner, Pieces, in_parts, no_parts
from voicelab.api.audio import Audio
from voicelab.api.bench import Bench
from voicelab.api.cache import SpeechCache
from voicelab.api.connection_limits import network_of
from voicelab.api.errors import FAULT, status_of
from voicelab.api.events import MEDIA_TYPE, as_events
from voicelab.api.gone import Gone, unless_gone
from voicelab.api.head_requests import HEAD
from voicelab.api.rate_limit import RateLimit
from voicelab.api.recent import Recent
from voicelab.api.request_metrics import GONE, Record, RequestMetrics
from voicelab.api.single_flight import SingleFlight
from voicelab.api.speech_requests import Prepared, SpeechBody, prepare
from voicelab.api.unread import made_ahead
from voicelab.checked.speaking import submit_checked
from voicelab.clips.clip import SAMPLE_RATE
from voicelab.errors import Cancelled, EngineCrashed, ModelUnavailable, NotReady, Replaced, VoiceLabError
from voicelab.models.catalogue import stand_in
from voicelab.speech.captions import word_times
from voicelab.speech.formats import Encoder, Origin, encoded
from voicelab.speech.tempo import Tempo, at_speed
from voicelab.speech.text_pieces import check_text

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator

    from fastapi import Request, Response

    from voicelab.api.single_flight import Ticket
    from voicelab.lab import Lab
    from voicelab.speech.formats import Format
    from voicelab.speech.ports import Speech, SpeechJob

log = logging.getLogger(__name__)

_NOT_YET = frozenset({"starting", "downloading", "loading", "warming up", "restarting"})
_NO_MODEL = (NotReady, ModelUnavailable, EngineCrashed)
"""What `fallback` is for."""
_AT_ONCE = 4
"""Files that are made of finished speech, each of which may need a few hundred megabytes while it is made."""


@dataclass(frozen=True)
class _Source:
    """Who is to speak."""

    stands_in: bool
    """Whether it is the model that answers in the place of another one."""
    why: str = ""
    """Why it is not the voice's own model; empty when it is."""


class RequestService:
    """Takes texts of HTTP clients for one lab. Lives on the event loop; whatever blocks is done in threads."""

    def __init__(self, lab: Lab, bench: Bench | None = None) -> None:
        """Nothing starts. What a recognizer does is done on `bench`."""
        settings = lab.settings
        self.request_metrics = RequestMetrics(lab.engine)
        self._lab = lab
        self._rate = RateLimit(settings.texts_per_minute)
        self._sharing = SingleFlight()
        self._recent = Recent()
        self._bench = bench or Bench()
        self._cache = SpeechCache(settings.cache, settings.cache_mb * 2**20)
        # Requests that wait for the engine have threads of their own: were they to take the common ones, 40 of them
        # would stop every other route. The engine's queue is bounded, and so is their number.
        self._waiting = anyio.CapacityLimiter(2 * (settings.queue_limit + 8))
        self._encoding = anyio.CapacityLimiter(_AT_ONCE)
        # Those whose words are timed wait for the recognizer: nobody else waits for them.
        self._unpacking = {timed: anyio.Semaphore(_AT_ONCE) for timed in (False, True)}

    async def speak(self, request: Request, body: SpeechBody, route: str, manner: Manner | None = None) -> Response:
        """Answer `body` with audio, in the `manner` of the route. A HEAD is answered, and nothing is spoken.

        Raises any VoiceLabError; Cancelled when the client went away.
        """
        address = request.client.host if request.client else ""
        name = body.client or request.headers.get("x-client", "")[:64]
        record = Record(
            route, format=body.format, characters=len(body.text), client=f"{address}/{name}" if name else address
        )
        spoken = Asked(request, body, record, time.monotonic(), manner or Manner())
        try:
            if request.scope.get(HEAD):
                return await self._head(spoken)
            self._rate.check(network_of(request.client) or address)
            return await self._speak(spoken)
        except BaseException as error:
            record.status = status_of(error) if isinstance(error, VoiceLabError) else 500
            record.code = error.code if isinstance(error, VoiceLabError) else "internal_error"
            if isinstance(error, (Cancelled, asyncio.CancelledError)):
                record.status, record.code = GONE, "gone"
            self._count(spoken)
            raise

    async def _speak(self, spoken: Asked) -> Response:
        source = self._source(spoken.body)
        while True:
            try:
                return await self._speak_by(spoken, source)
            except _NO_MODEL as error:
                if source.stands_in or not spoken.body.fallback or self._lab.fallback is None:
                    raise
                source = _Source(stands_in=True, why=error.message)

    def _source(self, body: SpeechBody) -> _Source:
        """Say who speaks. Raises NotReady while the engine starts for the first time, as the guide does.

        Later changes of model just queue.
        """
        health = self._lab.engine.health()
        if health.ready or health.stage not in _NOT_YET | {"failed"}:
            return _Source(stands_in=False)
        if body.fallback and health.default_model == stand_in():
            return _Source(stands_in=False)  # it is what is coming
        if body.fallback and self._lab.fallback is not None:
            return _Source(stands_in=True, why=health.message)
        if health.stage in _NOT_YET and health.last_job_age_s is None:
            raise NotReady(f"warming up: {health.message}" if health.message else "warming up")
        return _Source(stands_in=False)

    async def _speak_by(self, spoken: Asked, source: _Source) -> Response:
        work = partial(prepare, spoken.body, self._lab, standing_in=source.stands_in, lenient=spoken.manner.lenient)
        prepared = await anyio.to_thread.run_sync(work)
        record = spoken.record
        record.voice, record.format = prepared.voice, prepared.kind.name
        record.model, record.seed = prepared.request.model, prepared.request.seed
        kept = self._recent.get(prepared.key) if spoken.in_parts else None
        if kept is not None:
            return await self._whole(spoken, prepared, kept, source.why, cache="hit")
        if prepared.shared and (answer := await self._from_cache(spoken, prepared, source.why)):
            return answer
        while True:
            ticket = self._ticket(spoken, prepared, stands_in=source.stands_in)
            try:
                if spoken.body.stream:
                    return await self._stream(spoken, prepared, ticket, source.why)
                speech = await unless_gone(spoken.request, ticket.job.result, self._waiting)
                ticket.close()
                record.queue_s = ticket.job.waited_s
                await self._keep(prepared, ticket, speech)
                if spoken.in_parts:
                    self._recent.put(prepared.key, speech)
                return await self._whole(spoken, prepared, speech, source.why, cache=record.cache)
            except BaseException as error:
                if isinstance(error, VoiceLabError) and not isinstance(error, Cancelled):
                    self._sharing.forget(spoken.key_of(prepared), ticket.job)
                ticket.close()
                # Replaced by whoever asked for the same before: that concerns his request, not this one.
                if ticket.mine or not isinstance(error, Replaced):
                    raise

    def _ticket(self, spoken: Asked, prepared: Prepared, *, stands_in: bool) -> Ticket:
        engine = self._lab.fallback if stands_in and self._lab.fallback else self._lab.engine
        client, on_busy = spoken.record.client, spoken.body.on_busy
        key = spoken.key_of(prepared)

        def submit() -> SpeechJob:
            if not prepared.takes:
                return engine.submit(prepared.request, client, on_busy)
            return submit_checked(engine, self._lab.transcriber, prepared.request, prepared.takes, client, on_busy)

        ticket = self._sharing.take(key, submit)
        if key:
            spoken.record.cache = "miss" if ticket.mine else "shared"
        return ticket

    async def _from_cache(self, spoken: Asked, prepared: Prepared, why: str) -> Response | None:
        """Return the answer if it was spoken before; few at once, each of which may be half an hour in memory."""
        async with self._unpacking[spoken.body.timestamps == "word"]:
            kept = await anyio.to_thread.run_sync(self._cache.get, prepared.key)
            return None if kept is None else await self._whole(spoken, prepared, kept, why, cache="hit")

    async def _whole(self, spoken: Asked, prepared: Prepared, speech: Speech, why: str, cache: str) -> Response:
        """Return the speech as one file with its lengths in the head."""
        speed, record = prepared.speed, spoken.record
        record.cache = cache
        record.tell(speech)
        timed = await self._times(spoken, prepared, speech)
        origin = Origin(prepared.voice, speech.engine, speech.model, speech.seed, speed)
        work = partial(_file, speech, speed, prepared.kind, origin)
        speech, content = await anyio.to_thread.run_sync(work, limiter=self._encoding)
        record.status, record.first_audio_s = 200, speech.first_audio_s
        self._count(spoken)
        headers = headers_of(origin, speech, cache=record.cache, fallback=why, notes=prepared.notes)
        if timed is not None:
            return timed_answer(content, prepared, speech, timed, headers)
        if spoken.manner.as_events:
            events = made_ahead(as_events(in_parts(content)), spoken.request.scope)
            return StreamingResponse(events, media_type=MEDIA_TYPE, headers=headers)
        # The same request is spoken the same, so ranges of several answers fit together.
        return Audio(content, prepared.kind.media_type, headers)

    async def _times(self, spoken: Asked, prepared: Prepared, speech: Speech) -> Timed | None:
        """Return when each word is said; None where nobody asked. One text at a time: a recognizer takes all cores."""
        if spoken.body.timestamps != "word":
            return None
        work = partial(word_times, self._lab.transcriber, speech, prepared.request.language, prepared.speed)
        try:
            return Timed(await self._bench.work(work))
        except VoiceLabError as error:
            return Timed(why_not=error.message)
        except Exception:
            log.exception("the words of a text were not timed")
            return Timed(why_not=FAULT)

    async def _head(self, spoken: Asked) -> Response:
        """Return what is known without speaking. Raises what `prepare` raises, and EmptyText."""
        work = partial(prepare, spoken.body, self._lab, lenient=spoken.manner.lenient)
        prepared = await anyio.to_thread.run_sync(work)
        check_text(prepared.request.text)  # as the engine does for whoever really asks
        timed = spoken.body.timestamps == "word"
        _origin, headers = stream_headers(
            prepared.voice, prepared.request, prepared.speed, cache="", fallback="", notes=prepared.notes
        )
        if not spoken.body.stream and not timed:
            headers["Accept-Ranges"] = "bytes"
        media_type = "application/json" if timed else prepared.kind.media_type
        # Not a Response, which would say that there are 0 bytes.
        return StreamingResponse(no_parts(), media_type=media_type, headers=headers)

    async def _stream(self, spoken: Asked, prepared: Prepared, ticket: Ticket, why: str) -> Response:
        """Return an answer that begins with the first piece; errors before it are answers of their own."""
        pieces = ticket.job.partial()
        first = await unless_gone(spoken.request, partial(next, pieces, None), self._waiting)
        record, close = spoken.record, ticket.close
        record.queue_s, record.first_audio_s = ticket.job.waited_s, time.monotonic() - spoken.arrived
        told = {"cache": record.cache, "fallback": why}
        origin, headers = stream_headers(prepared.voice, prepared.request, prepared.speed, **told, notes=prepared.notes)
        if prepared.takes:
            headers[CHECKED] = stream_checked(ticket.job)
        record.engine = origin.engine
        body = self._body(spoken, prepared, ticket, Pieces(first, pieces, origin))
        parts = as_events(body) if spoken.manner.as_events else body

        async def read() -> AsyncGenerator[bytes]:
            async with contextlib.aclosing(made_ahead(parts, spoken.request.scope)) as made:
                async for part in made:
                    yield part
            record.status = record.status or 200

        def closed() -> None:
            close()
            record.status = record.status or GONE
            self._count(spoken)

        media_type = MEDIA_TYPE if spoken.manner.as_events else prepared.kind.media_type
        return SpokenStream(read(), closed, media_type=media_type, headers=headers)

    async def _body(self, spoken: Asked, prepared: Prepared, ticket: Ticket, pieces: Pieces) -> AsyncGenerator[bytes]:
        """Yield the file as it is spoken. The job is let go of at its end, however long that takes to be read."""
        encoder = Encoder(prepared.kind, SAMPLE_RATE, pieces.origin, growing=True)
        tempo = Tempo(pieces.origin.speed, SAMPLE_RATE)
        piece = pieces.first
        while piece is not None:
            content = await anyio.to_thread.run_sync(lambda now: encoder.add(tempo.add(now)), piece)
            if content:
                yield content
            try:
                piece = await unless_gone(spoken.request, partial(next, pieces.rest, None), self._waiting)
            except Gone:
                return
            except VoiceLabError as error:
                spoken.record.status, spoken.record.code = status_of(error), error.code
                raise  # the connection breaks off: half a text must not pass for a whole one
        yield await anyio.to_thread.run_sync(lambda: encoder.add(tempo.end()) + encoder.end())
        speech = ticket.job.result(0)
        spoken.record.tell(speech)
        await self._keep(prepared, ticket, speech)
        ticket.close()

    async def _keep(self, prepared: Prepared, ticket: Ticket, speech: Speech) -> None:
        if ticket.mine and prepared.shared:
            await anyio.to_thread.run_sync(self._cache.put, prepared.key, speech)

    def _count(self, spoken: Asked) -> None:
        spoken.record.elapsed_s = time.monotonic() - spoken.arrived
        self.request_metrics.count(spoken.record)


def _file(speech: Speech, speed: float, kind: Format, origin: Origin) -> tuple[Speech, bytes]:
    """Return the speech at `speed`, and a file of it."""
    changed = replace(speech, samples=at_speed(speech.samples, speech.sample_rate, speed))
    return changed, encoded(changed.samples, changed.sample_rate, kind, origin)
