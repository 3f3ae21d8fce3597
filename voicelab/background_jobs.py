"""Jobs done one after the other in the background: comparisons, downloads."""

from __future__ import annotations

import logging
import threading
from collections import deque
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

log = logging.getLogger(__name__)

WENT_WRONG = "Something went wrong inside the lab; the terminal shows the details."
"""What a person is told of a fault whose traceback is in the log."""


class BackgroundJobs:
    """One thread, which does what is asked for in order, and ends when nothing waits. Any thread may call a method."""

    def __init__(self, name: str, work: Callable[[str], None]) -> None:
        """Start nothing yet. `name` is the thread's; `work` does one job, and tells its failures itself."""
        self._name = name
        self._work = work
        self._lock = threading.Lock()
        self._waiting: deque[str] = deque()
        self._thread: threading.Thread | None = None
        self._busy = False

    def add(self, job: str) -> int:
        """Do `job` after all that waits; return how many are ahead of it."""
        with self._lock:
            ahead = len(self._waiting) + self._busy
            self._waiting.append(job)
            if self._thread is None:
                self._thread = threading.Thread(target=self._run, name=self._name, daemon=True)
                self._thread.start()
            return ahead

    def take_out(self, job: str) -> bool:
        """Let a job that waits not be done; say whether it waited."""
        with self._lock:
            if job not in self._waiting:
                return False
            self._waiting.remove(job)
            return True

    def waits(self, job: str) -> bool:
        """Say whether a job waits to be done, another time where it is being done."""
        with self._lock:
            return job in self._waiting

    def first_waiting(self) -> str | None:
        """Return the job that is next; None where nothing waits."""
        with self._lock:
            return self._waiting[0] if self._waiting else None

    def clear(self) -> None:
        """Let nothing that waits be done."""
        with self._lock:
            self._waiting.clear()

    def _run(self) -> None:
        while True:
            with self._lock:
                self._busy = bool(self._waiting)
                if not self._busy:
                    self._thread = None
                    return
                job = self._waiting.popleft()
            try:
                self._work(job)
            except Exception:
                # Those that wait must come to their turn, whatever happened to this one.
                log.exception("a job of %s failed", self._name)
