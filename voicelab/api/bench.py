"""Work of minutes that clients ask for: one piece at a time, and few that wait."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

import anyio
import anyio.to_thread

from voicelab.errors import QueueFull

if TYPE_CHECKING:
    from collections.abc import Callable

T = TypeVar("T")

MOST_WAITING = 4
"""Recordings that are worked on or wait: each is decoded and heard, which takes seconds to minutes."""
_RETRY_S = 10.0


class Bench:
    """Where recordings are worked on. Lives on the event loop."""

    def __init__(self) -> None:
        """Nobody waits."""
        self._turn = anyio.CapacityLimiter(1)
        self._waiting = 0

    async def work(self, work: Callable[[], T]) -> T:
        """Return what `work` does in a thread, after what came before it. Raises QueueFull."""
        if self._waiting >= MOST_WAITING:
            raise QueueFull("Other recordings are being worked on. Try again in a moment.", _RETRY_S)
        self._waiting += 1
        try:
            return await anyio.to_thread.run_sync(work, limiter=self._turn)
        finally:
            self._waiting -= 1
