"""Identical requests that come at the same time share one job; it is cancelled when nobody wants it any more."""

from __future__ import annotations

from contextlib import ExitStack
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from voicelab.speech.ports import SpeechJob


@dataclass
class _Shared:
    job: SpeechJob
    wanted_by: int = 0


@dataclass(frozen=True, eq=False)
class Ticket:
    """One request's part in a job. `close` it when the request needs no more of it; once more does nothing."""

    job: SpeechJob
    mine: bool
    """Whether the job was made for this request, and not for an identical one before it."""
    close: Callable[[], None]


class SingleFlight:
    """The jobs that are on their way. Everything here happens on the event loop."""

    def __init__(self) -> None:
        """Nothing is on its way."""
        self._jobs: dict[str, _Shared] = {}

    def take(self, key: str, make: Callable[[], SpeechJob]) -> Ticket:
        """Return a ticket of the job with this key, made if there is none; an empty key is never shared.

        Raises what `make` raises.
        """
        shared = self._jobs.get(key) if key else None
        mine = shared is None
        if shared is None:
            shared = _Shared(make())
            if key:
                self._jobs[key] = shared
        shared.wanted_by += 1
        leaving = ExitStack()  # which is left once, however often it is closed
        leaving.callback(self._leave, key, shared)
        return Ticket(shared.job, mine, leaving.close)

    def forget(self, key: str, job: SpeechJob) -> None:
        """Let nobody else join `job`: it failed."""
        if key in self._jobs and self._jobs[key].job is job:
            del self._jobs[key]

    def _leave(self, key: str, shared: _Shared) -> None:
        shared.wanted_by -= 1
        if not shared.wanted_by:
            self.forget(key, shared.job)
            shared.job.cancel()  # a no-op once it is done
