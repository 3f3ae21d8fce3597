"""Clients that go away before they have their answer."""

from __future__ import annotations

import asyncio
from functools import partial
from typing import TYPE_CHECKING, TypeVar

import anyio
import anyio.to_thread

from voicelab.errors import Cancelled

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from fastapi import Request

T = TypeVar("T")


class Gone(Cancelled):
    """The client went away: nobody reads the answer."""


async def unless_gone(request: Request, work: Callable[[], T], limiter: anyio.CapacityLimiter) -> T:
    """Return what `work` does in a thread of `limiter`. Raises Gone when the client goes away first."""
    run = partial(anyio.to_thread.run_sync, work, limiter=limiter, abandon_on_cancel=True)
    result: asyncio.Task[T] = asyncio.ensure_future(_awaited(run))
    gone = asyncio.ensure_future(_gone(request))
    try:
        await asyncio.wait({result, gone}, return_when=asyncio.FIRST_COMPLETED)
        if not result.done():
            raise Gone("The client went away.")
        return result.result()
    finally:
        gone.cancel()
        result.cancel()


async def _awaited(run: Callable[[], Awaitable[T]]) -> T:
    return await run()


async def _gone(request: Request) -> None:
    while (await request.receive())["type"] != "http.disconnect":
        pass
