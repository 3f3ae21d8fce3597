"""One client: its events are handled one after the other, and a hang-up ends what it asked for."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from typing import TYPE_CHECKING

import anyio
import anyio.to_thread
from wyoming.asr import Transcribe
from wyoming.audio import AudioChunk, AudioStart, AudioStop
from wyoming.error import Error
from wyoming.event import Event, async_write_event
from wyoming.info import Describe
from wyoming.ping import Ping, Pong
from wyoming.tts import Synthesize, SynthesizeChunk, SynthesizeStart, SynthesizeStop

from voicelab.api.errors import FAULT
from voicelab.errors import VoiceLabError
from voicelab.wyoming_server.described import described
from voicelab.wyoming_server.hearing import Hearing
from voicelab.wyoming_server.incoming import Inbox, PingFields, fields_of
from voicelab.wyoming_server.speaking import Speaking, SpeakingParts

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from voicelab.api.bench import Bench

log = logging.getLogger(__name__)

WRITE_S = 30.0
"""How long a client may leave what was sent unread before it counts as gone."""
PROBE_S = 0.5
"""How often it is found out whether a client that will send nothing more still listens."""
_LAST_S = 1.0
"""How long is read on after the reason, and thrown away."""


class Connection:
    """Answers one client until it goes away. After an error it is told why, and the connection is closed.

    Clients wait for the end of an answer: one that goes on after an error would be waited for without end.
    """

    def __init__(
        self,
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
        parts: SpeakingParts,
        bench: Bench,
        address: str,
    ) -> None:
        """Answer what comes on `reader`."""
        self._reader = reader
        self._writer = writer
        self._lab = parts.lab
        self._inbox = Inbox()
        self._busy = False
        self._over = asyncio.Event()
        self._hearing = Hearing(parts.lab, bench)
        self._speaking = Speaking(parts, address, self._send)

    async def run(self) -> None:
        """Answer until the client is gone, or has sent its last event and is owed nothing more."""
        failures: list[Exception] = []

        async def until_over(work: Callable[[], Awaitable[object]]) -> None:
            try:
                await work()
            except Exception as error:  # noqa: BLE001 - told and logged by refuse
                failures.append(error)
            self._hearing.gone.set()
            together.cancel_scope.cancel()

        # By the scope of a task group, and not task by task: Task.cancel goes through what a scope shields, so a text
        # would go to the engine with nobody to take it back, and two recordings would be heard at once.
        async with anyio.create_task_group() as together:
            for work in (self._listen, self._answer, self._over.wait):
                together.start_soon(until_over, work)
        if failures:
            await self.refuse(failures[0])

    def close(self) -> None:
        """Hang up, whatever is being answered."""
        self._over.set()

    async def refuse(self, error: Exception) -> None:
        """Say why nothing is answered, as far as anybody listens."""
        if not isinstance(error, (VoiceLabError, ConnectionError, TimeoutError)):
            log.error("a Wyoming client met a fault", exc_info=error)
        told = (error.message, error.code) if isinstance(error, VoiceLabError) else (FAULT, "internal_error")
        with contextlib.suppress(OSError, TimeoutError):
            await self._send(Error(*told).event())
            self._writer.write_eof()
            async with asyncio.timeout(_LAST_S):  # closed over what is still unread, the sentence would be lost with it
                while await self._reader.read(2**16):
                    pass

    async def _listen(self) -> None:
        """Take what comes; after the last of it, find out whether somebody still listens. Raises anything."""
        await self._inbox.fill(self._reader, lambda: self._busy)
        while True:  # the end of what a client sends is the same, whether it waits for its answer or is gone
            await anyio.sleep(PROBE_S)
            await self._send(Ping().event())  # which clients pass over, and which fails where nobody is

    async def _answer(self) -> None:
        while (event := await self._inbox.take()) is not None:
            self._busy = True
            await self._handle(event)
            self._busy = False
            await asyncio.sleep(0)  # thousands of small ones at once: others have their turn in between
        self._writer.transport.set_write_buffer_limits(0)
        async with asyncio.timeout(WRITE_S):
            await self._writer.drain()  # to the last byte: what is closed is soon cut off

    async def _handle(self, event: Event) -> None:  # noqa: C901 - one branch per event
        """Do what `event` asks for; what is not known here is passed over, as the protocol wants. Raises anything."""
        kind = event.type
        if Describe.is_type(kind):
            info = await anyio.to_thread.run_sync(described, self._lab)
            await self._send(info.event())
        elif Ping.is_type(kind):
            await self._send(Pong(text=fields_of(event, PingFields).text).event())
        elif Synthesize.is_type(kind):
            await self._speaking.whole(event)
        elif SynthesizeStart.is_type(kind):
            await self._speaking.start(event)
        elif SynthesizeChunk.is_type(kind):
            await self._speaking.add(event)
        elif SynthesizeStop.is_type(kind):
            await self._speaking.stop()
        elif Transcribe.is_type(kind):
            self._hearing.wish(event)
        elif AudioStart.is_type(kind):
            self._hearing.start(event)
        elif AudioChunk.is_type(kind):
            await self._hearing.add(event)
        elif AudioStop.is_type(kind):
            await self._send(await self._hearing.stop())

    async def _send(self, event: Event) -> None:
        async with asyncio.timeout(WRITE_S):
            await async_write_event(event, self._writer)
