"""The jobs that wait for the engine: bounded, in turn between clients, first in first out for each of them."""

from __future__ import annotations

import time
from collections import deque
from itertools import chain, zip_longest
from typing import TYPE_CHECKING

from voicelab.errors import QueueFull, Replaced
from voicelab.speech.ports import JobUpdate
from voicelab.text.counted import counted

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from voicelab.engines.jobs import Job
    from voicelab.errors import VoiceLabError
    from voicelab.speech.ports import OnBusy

_UNMEASURED_S_PER_CHARACTER = 1 / 15
"""Real time, until the first job has been measured."""
_NEWEST_WEIGHT = 0.3
"""How much the newest job moves the measured speed."""
_SHORTEST_RETRY_S = 1.0
_AT_THE_LAB = ""
"""The client whose jobs never make way for those of others."""


class JobQueue:
    """The waiting jobs and the running ones. Every method needs the engine's lock to be held."""

    def __init__(self, limit: int) -> None:
        """At most `limit` jobs wait."""
        self.limit = limit
        self.running: list[Job] = []
        self._returned: deque[Job] = deque()
        """What the process died under: it comes before all others."""
        self._waiting: dict[str, deque[Job]] = {}
        """By client; the first one's turn is next. No deque is empty."""
        self._s_per_character: float | None = None

    def __len__(self) -> int:
        """How many wait."""
        return sum(map(len, self._waiting.values())) + len(self._returned)

    @property
    def head(self) -> Job | None:
        """The next job."""
        return next(self._in_order(), None)

    def put(self, job: Job, on_busy: OnBusy = "queue") -> None:
        """Append `job` to those of its client.

        In a full queue the newest job of the client with the most makes way for one that has at least two fewer: it
        ends with QueueFull. Raises QueueFull, which says when to ask again by the speed measured so far.
        """
        if on_busy == "reject" and (self.running or self.head):
            retry_after_s = self._left_s([*self.running, *self._in_order()])
            raise QueueFull(
                f"The engine is speaking for somebody else. Ask again in about {retry_after_s:.0f} s, or leave out "
                "on_busy=reject to wait.",
                retry_after_s,
            )
        if on_busy == "replace":
            for older in self._waiting.pop(job.client, ()):
                older.fail(Replaced("A newer text of the same client took the place of this one."))
        if len(self) >= self.limit:
            self._make_room(job)
        self._waiting.setdefault(job.client, deque()).append(job)
        self._tell_places()

    def take(self) -> Job | None:
        """Make the next job a running one and return it."""
        if self._returned:
            job = self._returned.popleft()
        elif self._waiting:
            client, jobs = next(iter(self._waiting.items()))
            job = jobs.popleft()
            del self._waiting[client]
            if jobs:  # behind the other clients
                self._waiting[client] = jobs
        else:
            return None
        self.running.append(job)
        job.started_at = time.monotonic()
        self._tell_places()
        return job

    def put_back(self, job: Job) -> None:
        """Make the running `job` the next one again."""
        if job in self.running:
            self.running.remove(job)
            self._returned.appendleft(job)
            self._tell_places()

    def remove(self, job: Job) -> bool:
        """Take `job` out of the waiting ones; say whether it was there."""
        jobs = self._waiting.get(job.client, ())
        if job in self._returned:
            self._returned.remove(job)
        elif job in jobs:
            self._drop(job)
        else:
            return False
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
        jobs = [*self.running, *self._in_order()]
        self._waiting.clear()
        self._returned.clear()
        self.running.clear()
        for job in jobs:
            job.fail(error)

    def _in_order(self) -> Iterator[Job]:
        """Yield the waiting jobs as they will be taken if no other comes."""
        yield from self._returned
        rounds = zip_longest(*self._waiting.values())
        yield from (job for job in chain.from_iterable(rounds) if job is not None)

    def _drop(self, job: Job) -> None:
        jobs = self._waiting[job.client]
        jobs.remove(job)
        if not jobs:
            del self._waiting[job.client]

    def _make_room(self, job: Job) -> None:
        """Let the newest job of the greediest client make way, or raise QueueFull for `job`."""
        retry_after_s = self._left_s(self.running[:1] or [self.head])
        full = QueueFull(
            f"{len(self)} texts are waiting for the engine already, which is as many as may wait. "
            f"Try again in about {retry_after_s:.0f} s.",
            retry_after_s,
        )
        counts = {client: len(jobs) for client, jobs in self._waiting.items() if client != _AT_THE_LAB}
        greediest = max(counts, key=counts.__getitem__, default=_AT_THE_LAB)
        if counts.get(greediest, 0) < len(self._waiting.get(job.client, ())) + 2:
            raise full
        newest = self._waiting[greediest][-1]
        self._drop(newest)
        newest.fail(full)

    def _measure(self, job: Job) -> None:
        spent_s = sum(piece.elapsed_s for piece in job.pieces) / len(job.request.text)
        before = spent_s if self._s_per_character is None else self._s_per_character
        self._s_per_character = before + _NEWEST_WEIGHT * (spent_s - before)

    def _left_s(self, jobs: Iterable[Job | None]) -> float:
        """Return the seconds until `jobs` should be through."""
        rate = _UNMEASURED_S_PER_CHARACTER if self._s_per_character is None else self._s_per_character
        now = time.monotonic()
        left = (max(0.0, len(job.request.text) * rate - (now - (job.started_at or now))) for job in jobs if job)
        return max(_SHORTEST_RETRY_S, sum(left))

    def _tell_places(self) -> None:
        running = len(self.running)
        for index, job in enumerate(self._in_order()):
            ahead = index + running
            message = "Next." if ahead == 0 else f"{counted(ahead, 'job')} ahead."
            job.update(JobUpdate("queued", message, ahead))
