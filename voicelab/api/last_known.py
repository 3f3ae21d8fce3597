"""A value that takes the disk to find out, told from memory: whoever asks never waits for the disk."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

_MOMENT_S = 0.25
"""A disk that works answers long before."""


class LastKnown:
    """Looks anew in a thread of its own whenever it is asked, and gives what it saw last where that takes long."""

    def __init__(self, look: Callable[[], Any]) -> None:
        """`look` finds out the value; what it raises is its own to keep, the value stays then."""
        self._look = look
        self._lock = threading.Lock()
        self._looking: threading.Event | None = None
        self._value: Any = None

    def value(self) -> Any:
        """Return it, as new as can be had in a moment; None before it was ever seen."""
        with self._lock:
            if self._looking is None:
                self._looking = threading.Event()
                threading.Thread(target=self._find, args=(self._looking,), name="remembered", daemon=True).start()
            looking = self._looking
        looking.wait(_MOMENT_S)
        return self._value

    def _find(self, done: threading.Event) -> None:
        try:
            self._value = self._look()
        finally:
            with self._lock:
                self._looking = None
            done.set()
