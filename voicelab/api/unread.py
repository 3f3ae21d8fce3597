"""What answers keep in memory until their clients have read it: all of it together is bounded.

Nobody is hurried: a player that is paused reads nothing for as long as it likes, while there is room for what it has
not read. Where there is none, the answer that would take longest is broken off.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import math
import time
from typing import TYPE_CHECKING, Any

import anyio

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Coroutine

    from starlette.types import ASGIApp, Message, Receive, Scope, Send

log = logging.getLogger(__name__)

UNREAD_BYTES = 512 * 2**20
"""Of all answers: three hours of WAV, seven of the longest texts that are taken (`--text-limit`)."""
PIECE_BYTES = 64 * 2**10
"""What is handed on at once. A connection keeps two of them at most, whatever its client reads."""
_ANSWER = "voicelab.answer"
"""Where a request's scope has its Answer."""


class Answer:
    """One answer on its way. Everything here happens on the event loop."""

    def __init__(self, answers: Answers) -> None:
        """Nothing is kept for it."""
        self.kept = 0
        """Bytes that are in memory for it, in parts of which none is handed on to its end."""
        self.scope = anyio.CancelScope()
        """What making and sending it are done in."""
        self._answers = answers
        self._making: set[asyncio.Task[None]] = set()
        self._began = time.monotonic()
        self._taken = PIECE_BYTES  # one is on its way before anything can be said of a client

    @property
    def left_s(self) -> float:
        """About how many seconds its client needs to read as much as is kept, if it goes on as it did."""
        return self.kept * (time.monotonic() - self._began) / self._taken

    def keep(self, size: int) -> None:
        """So many bytes more are kept. One answer is broken off, perhaps this one, where they are too many."""
        self.kept += size
        self._answers.make_room()

    def let_go(self, size: int) -> None:
        """So many bytes are kept no more."""
        self.kept -= size

    def taken(self, size: int) -> None:
        """So many bytes are with the client, or with what carries them there."""
        self._taken += size

    def make(self, making: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
        """Do so beside the sending, until the answer is over one way or the other."""
        task = asyncio.create_task(making)
        task.add_done_callback(_failed_or_not)
        self._making.add(task)
        return task

    def over(self) -> None:
        """Make nothing more."""
        for task in self._making:
            task.cancel()


class Answers:
    """ASGI middleware, the outermost: what is large is handed on in pieces, as the client takes them."""

    def __init__(self, app: ASGIApp, limit: int = UNREAD_BYTES) -> None:
        """Let the answers of `app` keep `limit` bytes together; a single one may be as large as it is."""
        self._app = app
        self._limit = limit
        self._on_their_way: set[Answer] = set()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on; the connection of an answer that is broken off is closed by the server."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        answer = Answer(self)
        self._on_their_way.add(answer)
        try:
            with answer.scope:
                await self._app({**scope, _ANSWER: answer}, receive, _in_pieces(send, answer))
        finally:
            self._on_their_way.discard(answer)
            answer.over()

    def make_room(self) -> None:
        """Break off, one after the other, what would take longest, until the rest may be kept or is a single one."""
        keeping = [each for each in self._on_their_way if each.kept and not each.scope.cancel_called]
        while len(keeping) > 1 and sum(each.kept for each in keeping) > self._limit:
            slowest = max(keeping, key=lambda each: each.left_s)
            keeping.remove(slowest)
            megabytes = slowest.kept / 2**20
            log.warning("an answer is broken off: %.0f MB of it were not read, and others need the room", megabytes)
            slowest.scope.cancel()


def _in_pieces(send: Send, answer: Answer) -> Send:
    async def send_in_pieces(message: Message) -> None:
        body = message.get("body", b"")
        if len(body) <= PIECE_BYTES:
            await send(message)
            answer.taken(len(body))
            return
        answer.keep(len(body))
        for at in range(0, len(body), PIECE_BYTES):
            piece = body[at : at + PIECE_BYTES]
            more = at + PIECE_BYTES < len(body) or message.get("more_body", False)
            await send({**message, "body": piece, "more_body": more})
            answer.taken(len(piece))
        answer.let_go(len(body))  # in memory as a whole until now

    return send_in_pieces


async def made_ahead(parts: AsyncGenerator[bytes], scope: Scope) -> AsyncGenerator[bytes]:
    """Yield `parts` of the answer to the request of `scope`, and make them as fast as it goes, however they are read.

    What they are made of is free when the last one is made. Raises what making them raises, after those before it.
    """
    answer: Answer = scope[_ANSWER]
    made, waiting = anyio.create_memory_object_stream[bytes](math.inf)

    async def make() -> None:
        async with contextlib.aclosing(parts):
            with made:
                async for part in parts:
                    answer.keep(len(part))
                    made.send_nowait(part)

    making = answer.make(make())
    with waiting:
        async for part in waiting:
            yield part
            answer.let_go(len(part))
    await making


def _failed_or_not(task: asyncio.Task[None]) -> None:
    """Look at what came of it, for asyncio warns of failures that nobody looked at: whoever left never does."""
    if not task.cancelled():
        task.exception()
