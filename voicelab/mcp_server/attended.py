"""Requests of clients that are there: a hang-up ends what was asked for, and half a body is no fault of the lab.

By the protocol of 2025 the mcp package lets a call go on when its client is gone, for one that comes back may ask for
what it missed; no answer is kept here, so nobody could. A body that breaks off it logs with a traceback
(mcp/server/streamable_http.py, 2.3.0).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

import anyio

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from starlette.types import ASGIApp, Message, Receive, Scope, Send

T = TypeVar("T")

CLIENT_GONE = "voicelab.client_gone"
"""Where a request's scope has the event that is set once its client went away."""


class Attended:
    """ASGI middleware: hands on requests whose body came whole, and says when a client goes away."""

    def __init__(self, app: ASGIApp) -> None:
        """Stand before `app`, and behind whatever bounds a body."""
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, unless its client hangs up in the middle of it."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        body = await _body(receive)
        if body is None:
            return
        coming: list[Message] = [{"type": "http.request", "body": body, "more_body": False}]
        del body
        gone = anyio.Event()

        async def watched() -> Message:
            if coming:
                return coming.pop()
            message = await receive()
            if message["type"] == "http.disconnect":
                gone.set()
            return message

        await self._app({**scope, CLIENT_GONE: gone}, watched, send)


async def _body(receive: Receive) -> bytes | None:
    """Return the whole body; None where the client goes away before its end."""
    body = bytearray()
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            return None
        body += message.get("body", b"")
        if not message.get("more_body", False):
            return bytes(body)


async def ended_when_gone(work: Callable[[], Awaitable[T]], gone: anyio.Event | None) -> T | None:
    """Return what `work` does; None where it was ended because `gone` was set first."""
    if gone is None:
        return await work()
    done: list[T] = []

    async def leave() -> None:
        await gone.wait()
        both.cancel_scope.cancel()

    async with anyio.create_task_group() as both:
        both.start_soon(leave)
        done.append(await work())
        both.cancel_scope.cancel()
    return done[0] if done else None
