"""Speech that was asked for in parts: a player looks at two bytes first, and asks for the rest a moment later."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from cachetools import TTLCache

if TYPE_CHECKING:
    from collections.abc import Callable

    from voicelab.speech.ports import Speech

KEPT_S = 120.0
"""How long after its last part: somebody who pauses a player and goes on asks for the rest then."""
KEPT_BYTES = 64 * 2**20
"""Of samples, eleven minutes; an hour of speech is spoken anew for each part."""


class Recent:
    """What was spoken for requests with a Range, in memory. Everything here happens on the event loop."""

    def __init__(self, now: Callable[[], float] = time.monotonic) -> None:
        """Nothing was spoken."""
        self._kept: TTLCache[str, Speech] = TTLCache(
            KEPT_BYTES, KEPT_S, timer=now, getsizeof=lambda speech: speech.samples.nbytes
        )

    def get(self, key: str) -> Speech | None:
        """Return what was spoken under `key` not long ago."""
        found = self._kept.get(key)
        if found is not None:
            self._kept[key] = found  # its time begins anew
        return found

    def put(self, key: str, speech: Speech) -> None:
        """Keep `speech`, unless it has no key or is too long."""
        if key and speech.samples.nbytes <= KEPT_BYTES:
            self._kept[key] = speech
