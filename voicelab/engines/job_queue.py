"""The jobs that wait for the engine: first in, first out, bounded."""

from __future__ import annotations

import time
from collections import deque
from typing import TYPE_CHECKING

from voicelab.errors import QueueFull
from voicelab.speech.ports import JobUpdate

if TYPE_CHECKING:
    from voicelab.engines.jobs import Job
    from voicelab.errors import VoiceLabError

_UNMEASURED_S_PER_CHARACTER = 1 / 15
"""Real time, until the first job has been measured."""
_NEWEST_WEIGHT = 0.3
"""How much the newest job moves the measured speed."""
_SHORTEST_RETRY_S = 1.0


class JobQueue:
    """The waiting jobs and the running ones. Every method needs the engine's lock to be held."""

    def __init__(self, limit: int) -> None:
        """At most `limit` jobs wait."""
        self.limit = limit
        self.running: list[Job] = []
        self._waiting: deque[Job] = deque()
        self._s_per_character: float | None = None

    def __len__(self) -> int:
        """How many wait."""
        return len(self._waiting)

    @property
    def head(self) -> Job | None:
        """The next job."""
        return self._waiting[0] if self._waiting else None

    def put(self, job: Job) -> None:
        """Append `job`. Raises QueueFull, which says when the running job should be through."""
        if len(self._waiting) >= self.limit:
            retry_after_s = self._retry_after_s()
            message = (
                f"{len(self._waiting)} texts are waiting for the engine already, which is as many as may wait. "
                f"Try again in about {retry_after_s:.0f} s."
            )
            raise QueueFull(message, retry_after_s)
        self._waiting.append(job)
        self._tell_places()

    def take(self) -> Job | None:
        """Make the next job a running one and return it."""
        if not self._waiting:
            return None
        job = self._waiting.popleft()
        self.running.append(job)
        job.started_at = time.monotonic()
        self._tell_places()
        return job

    def put_back(self, job: Job) -> None:
        """Make the running `job` the next one again."""
        if job in self.running:
            self.running.remove(job)
            self._waiting.appendleft(job)
            self._tell_places()

    def remove(self, job: Job) -> bool:
        """Take `job` out of the waiting ones; say whether it was there."""
        if job not in self._waiting:
            return False
        self._waiting.remove(job)
        self._tell_places()
        return True

    def end(self, job: Job, error: VoiceLabError | None) -> None:
        """`job` is over: it was a running one."""
        if error is not None:
            job.fail(error)
        elif not job.over:
            job.finish()
            self._measure(job)
        if job in self.running:
            self.running.remove(job)
        self._tell_places()

    def fail_all(self, error: VoiceLabError) -> None:
        """End every job with `error`."""
        jobs = [*self.running, *self._waiting]
        self._waiting.clear()
        self.running.clear()
        for job in jobs:
            job.fail(error)

    def _measure(self, job: Job) -> None:
        spent_s = sum(piece.elapsed_s for piece in job.pieces) / len(job.request.text)
        before = spent_s if self._s_per_character is None else self._s_per_character
        self._s_per_character = before + _NEWEST_WEIGHT * (spent_s - before)

    def _retry_after_s(self) -> float:
        """Return the seconds until the running job should be through and one place is free."""
        job = self.running[0] if self.running else self.head
        if job is None:
            return _SHORTEST_RETRY_S
        rate = _UNMEASURED_S_PER_CHARACTER if self._s_per_character is None else self._s_per_character
        spent_s = time.monotonic() - (job.started_at or time.monotonic())
        return max(_SHORTEST_RETRY_S, len(job.request.text) * rate - spent_s)

    def _tell_places(self) -> None:
        running = len(self.running)
        for index, job in enumerate(self._waiting):
            ahead = index + running
            message = "Next." if ahead == 0 else f"{ahead} job{'' if ahead == 1 else 's'} ahead."
            job.update(JobUpdate("queued", message, ahead))
