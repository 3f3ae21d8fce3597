"""How a task in the engine process tells where it is, and learns that nobody wants it any more."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from voicelab.engines.messages import FromProcess, Progressed, Staged
from voicelab.errors import Cancelled
from voicelab.models.process_memory import resident_bytes

if TYPE_CHECKING:
    from collections.abc import Callable

    from voicelab.speech.ports import Stage

_EVERY_S = 0.05
"""Seconds between messages of one kind: 20 per second look smooth, more would only burden the page."""


class TaskReporter:
    """Reports one task: the Reporter of loading and warming up, and the TextReporter of speaking."""

    def __init__(self, number: int, send: Callable[[FromProcess], None], unwanted: Callable[[int], bool]) -> None:
        """Tell about the task `number` through `send`; `unwanted` says whether it was cancelled."""
        self._number = number
        self._send = send
        self._unwanted = unwanted
        self._stage: Stage | None = None
        self._told_at = 0.0
        self.engine = ""
        self.model = ""
        self.rows = 1
        self.variant = self.variant_reason = ""

    def check(self) -> None:
        """Raise Cancelled if nobody wants the task any more."""
        if self._unwanted(self._number):
            raise Cancelled("Cancelled.")

    def stage(self, stage: Stage, done: float = 0, total: float = 0) -> None:
        """Tell what is being prepared: every change, and bytes at most 20 times per second. Raises Cancelled."""
        self.check()
        if stage != self._stage or self._is_time() or (total and done >= total):
            self._stage = stage
            memory_bytes = resident_bytes()
            at = (
                self.engine,
                self.model,
                memory_bytes,
                round(done),
                round(total),
                self.rows,
                self.variant,
                self.variant_reason,
            )
            self._send(Staged(self._number, stage, *at))

    def progress(self, piece_s: float, fraction: float) -> None:
        """Tell how far the text is, at most 20 times per second. Raises Cancelled."""
        self.check()
        if piece_s == 0 or self._is_time():
            self._send(Progressed(self._number, piece_s, fraction, resident_bytes()))

    def spoken(self, seconds: float) -> None:  # noqa: ARG002 - the port's name for it
        """Check only: what a warm-up speaks is thrown away. Raises Cancelled."""
        self.check()

    def _is_time(self) -> bool:
        now = time.monotonic()
        if now - self._told_at < _EVERY_S:
            return False
        self._told_at = now
        return True
