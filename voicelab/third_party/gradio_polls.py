"""The answers that a page gets from Gradio, fetched by short polls instead of one stream that is held open.

A browser has six connections for all its tabs on the lab. Gradio 6.31 (routes.py, `queue_data`) holds one for each tab
in which something is awaited: a few tabs that work starve every other one. So the stream ends here, and the page's
script (static/page/polling.js) asks for what came: no connection is held for longer than HOLD_S, and none while
nothing is awaited. Gradio also closes its stream as soon as nothing is pending, and an answer to what joins in that
moment would stay on the server until some later event; here the next poll opens another one.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import logging
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, urlencode

if TYPE_CHECKING:
    from collections.abc import Callable

    from starlette.types import ASGIApp, Message, Receive, Scope, Send

log = logging.getLogger(__name__)

POLL_ROUTE = "/gradio_api/queue/poll"
LEAVE_ROUTE = "/gradio_api/queue/leave"
STREAM_ROUTE = "/gradio_api/queue/data"
JOIN_ROUTE = "/gradio_api/queue/join"
HOLD_S = 0.25
"""How long a poll waits for an answer: long enough that a page that waits asks four times a second, and no more."""
GONE_S = 60.0
"""A page that has not polled for so long is gone, and its work is cancelled: a browser may stop a tab in the background
for a while. One that is closed says so."""


class PolledAnswers:
    """ASGI middleware around the application that serves Gradio's routes."""

    def __init__(self, app: ASGIApp, path_of: Callable[[Scope], str] = lambda scope: str(scope["path"])) -> None:
        """Answer polls about `app`; `path_of` leaves out of a path what is a proxy's."""
        self._app = app
        self._path_of = path_of
        self._sessions: dict[str, _Session] = {}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a poll; note an event that joins; pass everything else on."""
        path = self._path_of(scope) if scope["type"] == "http" else ""
        if path == POLL_ROUTE:
            await self._poll(_asked_session(scope), send)
        elif path == LEAVE_ROUTE:
            if session := self._sessions.get(_asked_session(scope)):
                session.gone.set()
            await _send(send, 204, b"", "0")
        elif path == STREAM_ROUTE:
            # The answers are fetched here already: whoever asked Gradio for them would wait for ever.
            await _send(send, 410, b"Answers of the page come by polls.", "0")
        elif path == JOIN_ROUTE:
            await self._join(scope, receive, send)
        else:
            await self._app(scope, receive, send)

    async def _join(self, scope: Scope, receive: Receive, send: Send) -> None:
        asked, answered = bytearray(), bytearray()
        as_asked = dict(scope)  # before routing adds to it

        async def noting_receive() -> Message:
            message = await receive()
            asked.extend(message.get("body", b""))
            return message

        async def noting_send(message: Message) -> None:
            answered.extend(message.get("body", b""))
            if message["type"] == "http.response.body" and not message.get("more_body"):
                self._joined(_field(asked, "session_hash"), _field(answered, "event_id"), as_asked)
            await send(message)

        await self._app(scope, noting_receive, noting_send)

    def _joined(self, name: str, event: str, joined_by: dict[str, Any]) -> None:
        if not name or not event:
            return
        session = self._sessions.get(name)
        if session is None:
            session = self._sessions[name] = _Session(self._app, name, joined_by, self._forget)
        session.joined(event)

    async def _poll(self, name: str, send: Send) -> None:
        session = self._sessions.get(name)
        if session is None:
            # The page awaits something that this lab does not know of: it was started again meanwhile.
            await _send(send, 404, b"", "0")
            return
        body = await session.taken()
        await _send(send, 200, body, "1" if session.awaited else "0")

    def _forget(self, name: str) -> None:
        self._sessions.pop(name, None)


class _Session:
    """What an open page awaits, and what came for it."""

    def __init__(self, app: ASGIApp, name: str, joined_by: dict[str, Any], forget: Callable[[str], None]) -> None:
        self.awaited: set[str] = set()
        """Events that joined and whose answers the page has not been given to the end."""
        self.gone = asyncio.Event()
        self._app = app
        self._name = name
        self._scope = _stream_scope(joined_by, name)
        self._forget = forget
        self._early: set[str] = set()
        """Events that were over before their joining was answered."""
        self._came = bytearray()
        self._changed = asyncio.Event()
        self._reading: asyncio.Task[None] | None = None
        self._leaves = self._leave_later()

    def joined(self, event: str) -> None:
        """Await the answer to an event."""
        if event in self._early:
            self._early.discard(event)
            return
        self.awaited.add(event)
        self._read()
        self._leaves.cancel()
        self._leaves = self._leave_later()

    async def taken(self) -> bytes:
        """Return what came since the last time, as Gradio's stream has it; wait a moment if there is nothing."""
        self._leaves.cancel()
        self._leaves = self._leave_later()
        if self.awaited and not self._came:
            self._read()
            self._changed.clear()
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._changed.wait(), HOLD_S)
        body = bytes(self._came)
        self._came.clear()
        return body

    def _leave_later(self) -> asyncio.TimerHandle:
        return asyncio.get_running_loop().call_later(GONE_S, self._left)

    def _left(self) -> None:
        self.gone.set()
        if self._reading is None or self._reading.done():
            self._forget(self._name)

    def _read(self) -> None:
        if self._reading is None or self._reading.done():
            self._reading = asyncio.create_task(self._stream())

    async def _stream(self) -> None:
        """Read one of Gradio's streams to its end."""
        try:
            await self._app(self._scope, self._receive, self._note)
        except Exception as error:  # noqa: BLE001 - Gradio has written what it means into the stream before
            log.debug("the stream of a page ended: %s", error)
            self.awaited.clear()
        if self.gone.is_set():
            self._leaves.cancel()
            self._forget(self._name)
        self._changed.set()

    async def _receive(self) -> Message:
        # Waits without a step in between once the page is gone: Gradio asks within a scope that is cancelled already.
        await self.gone.wait()
        return {"type": "http.disconnect"}

    async def _note(self, message: Message) -> None:
        body = message.get("body", b"")
        if not body:
            return
        said = json.loads(body.removeprefix(b"data: "))
        if said["msg"] == "close_stream":
            return  # the page's own stream has no end
        if said["msg"] == "process_completed":
            event = said["event_id"]
            if not said["output"]:  # of what was cancelled; Gradio's own page takes an answer without data for an error
                body = f"data: {json.dumps(said | {'output': {'data': []}}, separators=(',', ':'))}\n\n".encode()
            if event in self.awaited:
                self.awaited.discard(event)
            else:
                self._early.add(event)
        self._came.extend(body)
        self._changed.set()


def _stream_scope(joined_by: dict[str, Any], name: str) -> dict[str, Any]:
    """Return the scope of asking for Gradio's stream, for the client that joined."""
    path = f"{joined_by.get('root_path', '')}{STREAM_ROUTE}"
    scope = joined_by | {"method": "GET", "path": path, "raw_path": path.encode()}
    scope["query_string"] = urlencode({"session_hash": name}).encode()
    dropped = {b"content-length", b"content-type", b"transfer-encoding"}
    scope["headers"] = [(key, value) for key, value in joined_by["headers"] if key not in dropped]
    return scope


def _asked_session(scope: Scope) -> str:
    asked: bytes = scope["query_string"]
    return parse_qs(asked.decode("ascii", "replace")).get("session_hash", [""])[0]


def _field(body: bytes | bytearray, name: str) -> str:
    """Return a field of a JSON object; empty where the body is none of Gradio's, which says so itself."""
    try:
        found = json.loads(bytes(body))
    except ValueError:
        return ""
    value = found.get(name) if isinstance(found, dict) else None
    return value if isinstance(value, str) else ""


async def _send(send: Send, status: int, body: bytes, pending: str) -> None:
    headers = [
        (b"content-type", b"text/event-stream; charset=utf-8"),
        (b"content-length", str(len(body)).encode()),
        (b"cache-control", b"no-store"),
        (b"x-pending", pending.encode()),
    ]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})
