"""How often one client may ask."""

from __future__ import annotations

import math
import time

from cachetools import LRUCache

from voicelab.errors import RateLimited

_MOST_CLIENTS = 4096
"""Remembered ones; the longest silent is forgotten first."""


class RateLimit:
    """A bucket per client that holds a minute's worth of texts and fills up evenly. For the event loop."""

    def __init__(self, per_minute: int) -> None:
        """Let each client send so many texts per minute; 0 is any number."""
        self._per_minute = per_minute
        self._buckets: LRUCache[str, tuple[float, float]] = LRUCache(_MOST_CLIENTS)
        """Client to what was left in its bucket, and when."""

    def check(self, client: str) -> None:
        """Count one text of `client`. Raises RateLimited with the seconds until the next one may come."""
        if not self._per_minute:
            return
        now = time.monotonic()
        per_second = self._per_minute / 60
        left, at = self._buckets.get(client, (float(self._per_minute), now))
        left = min(self._per_minute, left + (now - at) * per_second)
        if left < 1:
            self._buckets[client] = (left, now)
            wait_s = (1 - left) / per_second
            raise RateLimited(
                f"One client may send {self._per_minute} texts per minute here. Try again in {math.ceil(wait_s)} s.",
                wait_s,
            )
        self._buckets[client] = (left - 1, now)
