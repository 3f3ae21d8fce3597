"""Runs the queue through one engine process at a time, and starts a new one when it dies."""

from __future__ import annotations

import itertools
import logging
import multiprocessing
import signal
import threading
import time
from dataclasses import dataclass, replace
from multiprocessing.connection import wait
from typing import TYPE_CHECKING

from voicelab.engines.child import Child
from voicelab.engines.messages import (
    Cancel,
    Finished,
    FromProcess,
    PieceSpoken,
    Prepare,
    Progressed,
    Speak,
    Staged,
    Started,
    ToProcess,
)
from voicelab.errors import Cancelled, EngineCrashed, Failed
from voicelab.speech.ports import EngineHealth, JobUpdate

if TYPE_CHECKING:
    from collections.abc import Mapping

    from voicelab.engines.default_model import DefaultModel
    from voicelab.engines.job_queue import JobQueue
    from voicelab.engines.jobs import Job

_GIVE_UP_S = 10.0
"""How long a cancelled job may hold the process before the process is killed."""
_RERUNS = 1
"""How often a job is tried again because the process died under it."""
_BAD_STARTS = 3
"""Deaths in a row before any model was ready, after which starting again is left to the next text."""
_FIRST_BACKOFF_S = 0.2
_LONGEST_BACKOFF_S = 10.0
_CLOSE_S = 6.0
"""Longer than Child.close takes, unless a message to a process that does not listen holds the thread."""

_log = logging.getLogger(__name__)


@dataclass
class _Work:
    """What the process is working on."""

    number: int
    model: str
    job: Job | None
    """None while a model is prepared that no job has asked for."""
    told_to_stop: bool = False
    give_up_at: float | None = None


class Supervisor:
    """One thread that owns the engine process; what other threads see is guarded by `changed`, the engine's one lock."""

    def __init__(
        self, queue: JobQueue, default: DefaultModel, synthesizers: Mapping[str, str], changed: threading.Condition
    ) -> None:
        """Nothing runs before `start`."""
        self.health = EngineHealth("stopped", ready=False, message="The engine starts with the first text.")
        self.last_sign_at: float | None = None
        """time.monotonic() of the last sign of life of a job."""
        self._queue = queue
        self._default = default
        self._synthesizers = synthesizers
        self._changed = changed
        self._numbers = itertools.count(1)
        self._wake_reader, self._wake_writer = multiprocessing.Pipe(duplex=False)
        self._woken = False
        self._thread: threading.Thread | None = None
        self._child: Child | None = None
        self._work: _Work | None = None
        self._takes_work = False
        self._resident = ""
        self._last_ready = ""
        self._not_prepared = False
        self._closing = False
        self._gave_up = False
        self._bad_starts = 0
        self._deaths = 0
        self._start_at = 0.0

    # For any thread, with `changed` held.

    def start(self) -> None:
        """Begin; harmless when begun."""
        if self._thread is None or not self._thread.is_alive():
            self._tell("starting", "Starting the engine process.")
            self._thread = threading.Thread(target=self._run, name="engine supervisor", daemon=True)
            self._thread.start()

    def retry(self) -> None:
        """Forget that starting or loading failed for good: somebody has a new text."""
        self._not_prepared = False
        if self._gave_up:
            self._gave_up, self._bad_starts, self._start_at = False, 0, 0.0

    def wake(self) -> None:
        """There is news: a job, a cancellation, the default model, the end."""
        if not self._woken:
            self._woken = True
            self._wake_writer.send_bytes(b"!")

    # For any thread.

    def close(self) -> None:
        """End the process and the thread; harmless when ended."""
        with self._changed:
            self._closing = True
            self._queue.fail_all(Cancelled("The lab is closing: the text was not spoken."))
            self._tell("stopped", "The engine is closed.")
            self.wake()
            thread = self._thread
        if thread is None:
            return
        thread.join(_CLOSE_S)
        while thread.is_alive():
            if child := self._child:
                child.kill()
            thread.join(_CLOSE_S)

    # For the thread.

    def _run(self) -> None:
        signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})  # the process inherits it: Ctrl-C cannot hit its birth
        try:
            while not self._closing:
                self._listen(self._advance())
        finally:
            if self._child is not None:
                self._child.close()
            with self._changed:
                self._child = self._work = None
                if not self._closing:
                    self._queue.fail_all(Failed("The engine's supervision failed; see the log. Send the text again."))
                self.health = replace(self.health, stage="stopped", ready=False, model="", pid=None, memory_bytes=None)

    def _advance(self) -> float | None:
        """Do what can be done now and return how many seconds to listen for news; None is until there are some."""
        now = time.monotonic()
        if self._child is None:
            if self._gave_up:
                return None
            if now < self._start_at:
                return self._start_at - now
            self._spawn()
            return None
        with self._changed:
            message = self._next_message(now) if self._takes_work else None
        if message is not None:
            self._child.send(message)
        if self._work is None or self._work.give_up_at is None:
            return None
        if now >= self._work.give_up_at:
            self._child.kill()
        return max(0.0, self._work.give_up_at - now) or None

    def _spawn(self) -> None:
        try:
            self._child = Child(self._synthesizers)
        except OSError as error:  # no memory or no processes left
            self._died(f"it cannot be started: {error.strerror or error}")
            return
        with self._changed:
            self.health = replace(self.health, pid=self._child.pid)

    def _listen(self, timeout_s: float | None) -> None:
        child = self._child
        ready = wait([self._wake_reader, *(child.handles if child else [])], timeout_s)
        if self._wake_reader in ready:
            with self._changed:
                self._wake_reader.recv_bytes()
                self._woken = False
            ready.remove(self._wake_reader)
        if child is None or not ready:
            return
        try:
            for message in child.messages():
                with self._changed:
                    self._take(message)
        except EOFError:
            self._child = None
            self._died(child.bury())

    def _next_message(self, now: float) -> ToProcess | None:
        work = self._work
        if work is None:
            return self._next_work()
        if work.told_to_stop or not self._is_unwanted(work):
            return None
        work.told_to_stop = True
        if work.job is not None:
            work.give_up_at = now + _GIVE_UP_S
        return Cancel(work.number)

    def _is_unwanted(self, work: _Work) -> bool:
        if work.job is not None:
            return work.job.over
        head = self._queue.head
        return head is not None and head.request.model != work.model

    def _next_work(self) -> ToProcess | None:
        """Return the next job, else, when no model is loaded, the preparation of the one that will be wanted."""
        number = next(self._numbers)
        job = self._queue.take()
        if job is not None:
            self._work = _Work(number, job.request.model, job)
            job.update(JobUpdate("preparing", "Handed to the engine."))
            return Speak(number, job.request, len(job.pieces))
        model = self._wanted()
        if self._resident or self._not_prepared:
            return None
        if not model:
            if self._default.error is not None:
                self._tell("failed", self._default.error.message)
            return None
        self._work = _Work(number, model, None)
        return Prepare(number, model)

    def _wanted(self) -> str:
        """Return the model that should be loaded while nobody asks for another."""
        return self._last_ready or (self._default.choice.model if self._default.choice else "")

    # What the process says and does, with `changed` held.

    def _take(self, message: FromProcess) -> None:
        if isinstance(message, Started):
            self._takes_work = True
            if not self._wanted():
                self._tell(self.health.stage, "Finding out which model this machine can run.")
            return
        work = self._work
        if work is None or message.number != work.number:
            return
        if work.job is not None:
            self.last_sign_at = time.monotonic()
        if isinstance(message, Staged):
            self._take_stage(message, work)
        elif isinstance(message, Finished):
            self._take_end(message, work)
        elif work.job is not None:
            self._take_speech(message, work.job)

    def _take_stage(self, staged: Staged, work: _Work) -> None:
        text, fraction = describe(staged)
        self.health = replace(
            self.health,
            stage=staged.stage,
            ready=staged.stage == "ready",
            message=text,
            engine=staged.engine,
            model=staged.model,
            download_done_bytes=staged.done_bytes,
            download_total_bytes=staged.total_bytes,
        )
        if staged.stage == "ready":
            self._bad_starts = 0
            self._last_ready = work.model
        elif work.job is not None:
            work.job.update(JobUpdate("preparing", text, fraction=fraction))
        elif (head := self._queue.head) is not None:
            head.update(JobUpdate("queued", f"Next. {text}", fraction=fraction))
        self._changed.notify_all()

    def _take_speech(self, message: Progressed | PieceSpoken, job: Job) -> None:
        if isinstance(message, PieceSpoken):
            job.add(message)
            return
        self.health = replace(self.health, memory_bytes=message.memory_bytes)
        spoken_s = job.spoken_s + message.piece_s
        job.update(JobUpdate("speaking", f"{spoken_s:.1f} s spoken", 0, spoken_s, message.fraction))

    def _take_end(self, finished: Finished, work: _Work) -> None:
        self._work = None
        self._resident = finished.resident
        self.health = replace(self.health, memory_bytes=finished.memory_bytes)
        if finished.error is None:
            self._deaths = 0
        if work.job is not None:
            self._queue.end(work.job, finished.error)
        made_way = work.job is None and work.told_to_stop
        if finished.error is not None and not finished.resident and not made_way and work.model == self._wanted():
            self._not_prepared = True
            why = finished.error.message
            if isinstance(finished.error, Cancelled):
                why = f"Loading {work.model} was stopped. It is loaded with the next text."
            self._tell("failed", why)

    def _died(self, how: str) -> None:
        _log.warning("The engine process ended: %s", how)
        with self._changed:
            work, self._work = self._work, None
            self._takes_work, self._resident = False, ""
            if self._closing:
                return
            was_killed = work is not None and work.give_up_at is not None
            if not was_killed:
                self._deaths += 1
                self._bad_starts = 0 if self.health.ready else self._bad_starts + 1
            backoff_s = min(_LONGEST_BACKOFF_S, _FIRST_BACKOFF_S * 2 ** max(0, self._deaths - 1))
            self._start_at = time.monotonic() + backoff_s
            again = f"The engine process ended ({how}) and is started again."
            self.health = replace(self.health, pid=None, memory_bytes=None, restarts=self.health.restarts + 1)
            self._tell("restarting", again)
            if work is not None and work.job is not None:
                self._lose(work.job, how, again)
            if self._bad_starts >= _BAD_STARTS:
                self._give_up(how)

    def _lose(self, job: Job, how: str, again: str) -> None:
        """The process died under `job`: try it once more, unless that was the second time or nobody wants it."""
        job.crashes += 1
        if job.over:
            self._queue.end(job, None)
        elif job.crashes > _RERUNS:
            message = (
                f"The engine process ended {job.crashes} times while it worked on this text ({how}). Try a smaller model "
                "or another text, or close other programs if memory is short; other texts are spoken meanwhile."
            )
            self._queue.end(job, EngineCrashed(message))
        else:
            self._queue.put_back()
            job.update(JobUpdate("queued", f"Next. {again}"))

    def _give_up(self, how: str) -> None:
        self._gave_up = True
        message = (
            f"The engine process ended {self._bad_starts} times before a model was ready ({how}). It is started again "
            "with the next text; if that fails too, choose another model and see the lab's log."
        )
        self._tell("failed", message)
        self._queue.fail_all(EngineCrashed(message))
