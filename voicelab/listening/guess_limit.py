"""Guessing links: who tries too many that do not exist has to wait."""

from __future__ import annotations

import threading
import time
from typing import TYPE_CHECKING

from cachetools import LRUCache

from voicelab.errors import TooManyTries

if TYPE_CHECKING:
    from collections.abc import Callable

WINDOW_S = 60.0
MOST_WRONG = 30
"""In WINDOW_S, from one address. A mistyped link takes two or three tries; the tokens have 192 bits."""
_ADDRESSES = 4096
"""Addresses remembered; the ones that guessed longest ago are forgotten first."""


class Guesses:
    """Counts wrong guesses by address."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        """Begin with none."""
        self._clock = clock
        self._lock = threading.Lock()
        self._wrong: LRUCache[str, tuple[float, int]] = LRUCache(_ADDRESSES)

    def check(self, address: str) -> None:
        """Raise TooManyTries for an address that guessed too often."""
        with self._lock:
            since, count = self._wrong.get(address, (0.0, 0))
        left_s = since + WINDOW_S - self._clock()
        if count >= MOST_WRONG and left_s > 0:
            raise TooManyTries("Too many links were tried that do not exist. Wait a minute.", retry_after_s=left_s)

    def wrong(self, address: str) -> None:
        """Count a wrong guess."""
        now = self._clock()
        with self._lock:
            since, count = self._wrong.get(address, (now, 0))
            if now - since > WINDOW_S:
                since, count = now, 0
            self._wrong[address] = (since, count + 1)
