"""Speech that was asked for in parts: a player looks at two bytes first, and asks for the rest a moment later."""

from __future__ import annotations

import time
from collections import OrderedDict
from typing import TYPE_CHECKING

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
        self._now = now
        self._kept: OrderedDict[str, tuple[float, Speech]] = OrderedDict()

    def get(self, key: str) -> Speech | None:
        """Return what was spoken under `key` not long ago."""
        self._let_go()
        found = self._kept.get(key)
        if found is None:
            return None
        self.put(key, found[1])
        return found[1]

    def put(self, key: str, speech: Speech) -> None:
        """Keep `speech`, unless it has no key or is too long."""
        if key:
            self._kept[key] = (self._now(), speech)
            self._kept.move_to_end(key)
            self._let_go()

    def _let_go(self) -> None:
        size = sum(speech.samples.nbytes for _at, speech in self._kept.values())
        while self._kept:
            at, speech = next(iter(self._kept.values()))
            if size <= KEPT_BYTES and self._now() - at <= KEPT_S:
                return
            self._kept.popitem(last=False)
            size -= speech.samples.nbytes
