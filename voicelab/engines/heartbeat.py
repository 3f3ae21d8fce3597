"""Whether the engine process still lives: it beats, and the lab counts how long it has not.

A process that is dead is seen at once, by the end of its pipe. One that hangs (in a driver, in a lock, stopped by
somebody) is not: it would hold its job and the queue for ever.
"""

from __future__ import annotations

import time

BEAT_S = 0.5
"""Between two signs of life, sent by a thread of the process that does nothing else."""
SILENT_S = 2.0
"""After so long without one /health says so."""
DEAD_S = 60.0
"""After so long the process is ended and started again: far longer than any library here keeps all threads waiting."""
STUCK_S = 300.0
"""A text that is being spoken and makes no progress for so long is stuck, though the process beats: the slowest piece
(20 s of audio) takes a tenth of that on a CPU."""
LOOK_S = 1.0
"""How often the lab looks."""


class Silence:
    """Seconds without a sign, counted only while this process is awake.

    After a laptop's sleep, or SIGSTOP, the last sign is hours old and nobody is to blame: the time between two looks
    counts for at most twice what it should be.
    """

    def __init__(self) -> None:
        """Begin with a sign."""
        self._seconds = 0.0
        self._looked_at = time.monotonic()

    def heard(self) -> None:
        """There was a sign."""
        self._seconds = 0.0
        self._looked_at = time.monotonic()

    def look(self) -> float:
        """Count on, and return the seconds so far. To be called every LOOK_S."""
        self._seconds = self.seconds
        self._looked_at = time.monotonic()
        return self._seconds

    @property
    def seconds(self) -> float:
        """How long there was no sign."""
        return self._seconds + min(time.monotonic() - self._looked_at, 2 * LOOK_S)
