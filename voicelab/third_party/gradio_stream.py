"""The stream of answers that a page gets from Gradio, kept open while another answer may come.

Gradio 6.31 (routes.py, `queue_data`) closes a page's stream as soon as nothing is pending. An event that joins while
the closing is on its way is taken by the page for one of the open stream (client/js/src/utils/stream.ts), and its
answer stays on the server until some later event opens another stream: the page seems to do nothing.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
from typing import TYPE_CHECKING
from urllib.parse import parse_qs

if TYPE_CHECKING:
    from collections.abc import Callable

    from starlette.types import ASGIApp, Message, Receive, Scope, Send

STREAM_ROUTE = "/gradio_api/queue/data"
JOIN_ROUTE = "/gradio_api/queue/join"
IDLE_S = 5.0
"""How long a stream with nothing pending stays: longer than most pauses between two clicks, for one that falls into the
closing waits; and short, because a browser has only six connections for all its tabs on the lab."""
NOTICED_S = 0.5
"""How long a page may take to see that its stream is over; an event that joins meanwhile is answered after that."""


class KeptStream:
    """ASGI middleware; pure, so that streams pass through it piece by piece."""

    def __init__(self, app: ASGIApp, path_of: Callable[[Scope], str] = lambda scope: str(scope["path"])) -> None:
        """Keep the streams of `app`, which serves Gradio's routes; `path_of` leaves out what is a proxy's."""
        self._app = app
        self._path_of = path_of
        self._joined: dict[str, asyncio.Event] = {}
        """By session: set once an event has joined since Gradio wanted to close the open stream."""
        self._closing: dict[str, asyncio.Task[None]] = {}
        """By session: ends once the page knows that its stream is over."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on; one for answers again and again, until nothing has been pending for a while."""
        if scope["type"] == "http" and self._path_of(scope) == STREAM_ROUTE:
            await self._stream(scope, receive, send)
        elif scope["type"] == "http" and self._path_of(scope) == JOIN_ROUTE:
            await self._join(scope, receive, send)
        else:
            await self._app(scope, receive, send)

    async def _stream(self, scope: Scope, receive: Receive, send: Send) -> None:
        session = parse_qs(scope["query_string"].decode()).get("session_hash", [""])[0]
        joined = self._joined[session] = asyncio.Event()
        passing = _Passing(send, joined)
        try:
            while True:
                passing.close = b""
                await self._app(scope, receive, passing)
                if not passing.close:
                    await send({"type": "http.response.body", "body": b""})
                    return
                if await _left(receive, joined):
                    return
                if not joined.is_set():
                    break
        finally:
            if self._joined.get(session) is joined:
                del self._joined[session]
        # Nothing is awaited since the last look at `joined`: an event that joins from here on finds this.
        closing = self._closing[session] = asyncio.create_task(asyncio.sleep(NOTICED_S))
        closing.add_done_callback(lambda _: self._closing.pop(session, None))
        await send({"type": "http.response.body", "body": passing.close})

    async def _join(self, scope: Scope, receive: Receive, send: Send) -> None:
        session = ""

        async def noting_receive() -> Message:
            nonlocal session
            message = await receive()
            body.extend(message.get("body", b""))
            if not message.get("more_body"):
                session = _session_of(bytes(body))
            return message

        async def noting_send(message: Message) -> None:
            # The event is in Gradio's queue by now: the stream that is open gets its answer, or a next one does.
            if session in self._joined:
                self._joined[session].set()
            elif session in self._closing:
                await asyncio.shield(self._closing[session])
            await send(message)

        body = bytearray()
        await self._app(scope, noting_receive, noting_send)


class _Passing:
    """Passes on what Gradio sends, except for the end of the stream."""

    def __init__(self, send: Send, joined: asyncio.Event) -> None:
        self._send = send
        self._joined = joined
        self._started = False
        self.close = b""
        """What tells the page that the stream is over; empty until Gradio says so."""

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            if not self._started:
                self._started = True
                await self._send(message)
            return
        body = message.get("body", b"")
        if _closes(body):
            # In the same step in which Gradio found nothing pending: whatever joins later sets it again.
            self._joined.clear()
            self.close = body
        elif body:
            await self._send({**message, "more_body": True})


async def _left(receive: Receive, joined: asyncio.Event) -> bool:
    """Wait until an event has joined or nothing was pending for IDLE_S; say whether the page has gone meanwhile."""
    gone = asyncio.ensure_future(_end_of(receive))
    waits = (gone, asyncio.ensure_future(joined.wait()))
    try:
        await asyncio.wait(waits, timeout=IDLE_S, return_when=asyncio.FIRST_COMPLETED)
        return gone.done()
    finally:
        for wait in waits:
            wait.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await asyncio.gather(*waits)


async def _end_of(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


def _closes(body: bytes) -> bool:
    if b'"close_stream"' not in body:
        return False
    message = json.loads(body.removeprefix(b"data: "))
    return bool(message["msg"] == "close_stream")


def _session_of(body: bytes) -> str:
    """Return the session that an event belongs to; empty when the body is none of Gradio's, which says so itself."""
    try:
        found = json.loads(body)
    except ValueError:
        return ""
    return str(found.get("session_hash", "")) if isinstance(found, dict) else ""
