"""When the engine process is started again after it died, and when that is given up."""

from __future__ import annotations

import time

_BAD_STARTS = 3
"""Deaths in a row before any model was ready, after which starting again is left to the next text."""
_FIRST_BACKOFF_S = 0.2
_LONGEST_BACKOFF_S = 10.0


class Restarts:
    """Counts deaths: each one in a row doubles the wait, and too many before a model was ready end it."""

    def __init__(self) -> None:
        """The first start is due at once."""
        self.total = 0
        self.bad_starts = 0
        self._in_a_row = 0
        self._due_at = 0.0

    @property
    def given_up(self) -> bool:
        """Whether starting is left to the next text."""
        return self.bad_starts >= _BAD_STARTS

    @property
    def due_in_s(self) -> float:
        """Seconds until the next start; 0 when it is due."""
        return max(0.0, self._due_at - time.monotonic())

    def died(self, *, ready: bool) -> None:
        """The process died by itself; `ready` says whether a model was ready then."""
        self.total += 1
        self._due_at = time.monotonic() + min(_LONGEST_BACKOFF_S, _FIRST_BACKOFF_S * 2**self._in_a_row)
        self._in_a_row += 1
        self.bad_starts = 0 if ready else self.bad_starts + 1

    def killed(self) -> None:
        """The lab itself ended the process, to be rid of a cancelled job: no reason to wait."""
        self.total += 1
        self._due_at = 0.0

    def model_ready(self) -> None:
        """The process got as far as a ready model."""
        self.bad_starts = 0

    def succeeded(self) -> None:
        """The process did a whole task."""
        self._in_a_row = 0

    def retry(self) -> None:
        """Start again although it was given up."""
        if self.given_up:
            self.bad_starts, self._due_at = 0, 0.0
