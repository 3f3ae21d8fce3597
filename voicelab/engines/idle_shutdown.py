"""When the engine process is ended because nobody has a text for it."""

from __future__ import annotations

import time

AGAIN = "The model was unloaded while nobody had a text, and is loaded again."
"""For the person, once somebody has one."""
_MINUTE_S = 60


class IdleShutdown:
    """Knows since when there is nothing to do, and whether the process was ended for it."""

    def __init__(self, idle_s: float) -> None:
        """After `idle_s` seconds without a text a rest is due; 0 is never."""
        self._idle_s = idle_s
        self._since = time.monotonic()
        self.asked = False
        """The person wants it now."""
        self.ended = False
        """The process was ended, and stays so until somebody has a text."""

    @property
    def due_in_s(self) -> float | None:
        """Seconds until the process is to be ended; 0 when that is due, None when it never is."""
        if self.asked:
            return 0.0
        return max(0.0, self._since + self._idle_s - time.monotonic()) if self._idle_s > 0 else None

    def begin(self) -> None:
        """Work was done: from now on there may be nothing to do."""
        self._since = time.monotonic()

    def end(self) -> None:
        """The process is ended for it."""
        self.ended, self.asked = True, False

    def over(self) -> None:
        """Somebody has a text."""
        self.ended = self.asked = False

    def message(self, model: str) -> str:
        """Return what the person is told meanwhile."""
        minutes = f" after {self._idle_s / _MINUTE_S:g} min without a text" if self._idle_s > 0 else ""
        return f"{model} was unloaded{minutes} and its memory given back. The next text loads it again."
