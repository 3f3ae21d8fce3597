"""What the engine process is to do next, and what its messages and its death mean for the jobs and the health."""

from __future__ import annotations

import itertools
import time
from dataclasses import replace
from typing import TYPE_CHECKING

from voicelab.engines.idle_shutdown import AGAIN, IdleShutdown
from voicelab.engines.messages import (
    Cancel,
    Finished,
    Forget,
    PieceSpoken,
    Prepare,
    Progressed,
    Report,
    Speak,
    Staged,
    Started,
    ToProcess,
)
from voicelab.engines.recovery import gave_up, lose
from voicelab.engines.restarts import Restarts
from voicelab.engines.stage_text import describe
from voicelab.engines.work import Work, fit_together, is_unwanted
from voicelab.errors import Cancelled, ModelTooLarge
from voicelab.models.spoken_by import spoken_by
from voicelab.speech.ports import EngineHealth, JobUpdate

if TYPE_CHECKING:
    import threading
    from collections.abc import Callable

    from voicelab.engines.child import Death
    from voicelab.engines.default_model import DefaultModel
    from voicelab.engines.job_queue import JobQueue
    from voicelab.engines.jobs import Job
    from voicelab.speech.ports import Stage

_GIVE_UP_S = 10.0
"""How long a cancelled job may hold the process before the process is killed."""


class Dispatcher:
    """Knows no process: it is told what happened and says what to send. Every method needs the lock to be held."""

    def __init__(
        self,
        queue: JobQueue,
        default: DefaultModel,
        changed: threading.Condition,
        check: Callable[[str], None] = lambda _model: None,
        idle_s: float = 0.0,
    ) -> None:
        """`changed` is the engine's one lock; `check` raises ModelTooLarge; 0 seconds of `idle_s` are never over."""
        self.health = EngineHealth("stopped", ready=False, message="The engine starts with the first text.")
        self.last_sign_at: float | None = None
        """time.monotonic() of the last sign of life of a job."""
        self.restarts = Restarts()
        self._queue = queue
        self._default = default
        self._changed = changed
        self._numbers = itertools.count(1)
        self._work: dict[int, Work] = {}
        self._rows = 1
        self._takes_work = False
        self._resident = ""
        self._last_ready = ""
        self._not_prepared = False
        self._check = check
        self.rest = IdleShutdown(idle_s)
        self._is_to_forget = False
        self.downloaded: Callable[[str], None] = lambda _model: None
        """Called, with the lock held, with each model that had to be downloaded, once it is ready."""
        self._on_the_way = ""

    @property
    def speaking(self) -> bool:
        """Whether the process speaks texts, their model being ready."""
        return self.health.ready and any(work.job is not None for work in self._work.values())

    def wanted_again(self, job: Job) -> None:
        """Forget that starting or loading was given up, and that the engine rests: somebody has a new text."""
        self._not_prepared = False
        self.restarts.retry()
        if self.rest.ended:
            job.update(JobUpdate("queued", f"Next. {AGAIN}"))
            self.tell("starting", AGAIN)
        self.rest.over()

    def rest_soon(self) -> None:
        """Rest as soon as there is nothing to do."""
        self.rest.asked = True

    def rest_in_s(self) -> float | None:
        """Seconds until the process is to be ended to give its memory back; None while it works or holds no model."""
        busy = self._work or self._queue.head is not None or not self._resident
        return None if busy else self.rest.due_in_s

    def rested(self) -> None:
        """The process was ended because nobody had a text."""
        self._takes_work, self._resident = False, ""
        self.health = replace(self.health, pid=None, model="", memory_bytes=None)
        if self.rest.ended:
            self.tell("resting", self.rest.message(self._last_ready))
        else:
            self.tell("starting", AGAIN)

    def forget(self) -> None:
        """Let the process drop what it keeps of voices."""
        self._is_to_forget = self._takes_work

    def tell(self, stage: Stage, message: str) -> None:
        """The engine is in `stage`, and no model is ready."""
        self.health = replace(self.health, stage=stage, ready=False, message=message)
        self._changed.notify_all()

    def started(self, pid: int | None) -> None:
        """A process was started; its first message says that it takes work."""
        self.health = replace(self.health, pid=pid)

    def kill_in_s(self) -> float | None:
        """Seconds until the process is to be killed because it does not leave a cancelled job; None if it is not."""
        ends = [work.give_up_at for work in self._work.values() if work.give_up_at is not None]
        return max(0.0, min(ends) - time.monotonic()) if ends else None

    def next_message(self) -> ToProcess | None:
        """Return what is to be sent now, if anything."""
        if not self._takes_work:
            return None
        if self._is_to_forget:
            self._is_to_forget = False
            return Forget()
        for work in self._work.values():
            if not work.told_to_stop and is_unwanted(work, self._queue.head):
                work.told_to_stop = True
                if work.job is not None:
                    work.give_up_at = time.monotonic() + _GIVE_UP_S
                return Cancel(work.number)
        if not self._work:
            return self._next_work()
        return self._speak() if self._may_join() else None

    def _may_join(self) -> bool:
        """Say whether the next job can be spoken together with the present ones."""
        full = len(self._work) >= self._rows
        return self.health.ready and not full and fit_together(self._work.values(), self._queue.head)

    def _next_work(self) -> ToProcess | None:
        """Return the next job, else, when no model is loaded, the preparation of the one that will be wanted."""
        if self._queue.head is not None:
            return self._speak()
        model = self._wanted()
        if self._resident or self._not_prepared:
            return None
        if not model:
            if self._default.error is not None:
                self.tell("failed", self._default.error.message)
            return None
        try:
            self._check(model)
        except ModelTooLarge as error:
            self._not_prepared = True
            self.tell("failed", error.message)
            return None
        number = next(self._numbers)
        self._work[number] = Work(number, model, None)
        return Prepare(number, model)

    def _speak(self) -> Speak | None:
        """Hand the next job over."""
        job = self._queue.take()
        if job is None:
            return None
        number = next(self._numbers)
        self._work[number] = Work(number, job.request.model, job)
        job.begin()
        job.update(JobUpdate("preparing", "Handed to the engine."))
        return Speak(number, job.request, job.pieces_done)

    def _wanted(self) -> str:
        """Return the model that should be loaded while nobody asks for another."""
        return self._last_ready or (self._default.choice.model if self._default.choice else "")

    def take(self, message: Report) -> None:
        """The process said `message`."""
        if isinstance(message, Started):
            self._takes_work = True
            if not self._wanted():
                self.tell(self.health.stage, "Finding out which model this machine can run.")
            return
        work = self._work.get(message.number)
        if work is None:
            return
        if work.job is not None:
            self.last_sign_at = time.monotonic()
        if isinstance(message, Staged):
            self._take_stage(message, work)
        elif isinstance(message, Finished):
            self._take_end(message, work)
        elif work.job is not None:
            self._take_speech(message, work.job)

    def _take_stage(self, staged: Staged, work: Work) -> None:
        text, fraction = describe(staged)
        self.health = replace(
            self.health,
            stage=staged.stage,
            ready=staged.stage == "ready",
            message=text,
            engine=staged.engine,
            model=staged.model,
            memory_bytes=staged.memory_bytes,
            variant=staged.variant,
            variant_reason=staged.variant_reason,
            download_done_bytes=staged.done_bytes,
            download_total_bytes=staged.total_bytes,
        )
        self._rows = staged.rows
        if staged.stage == "downloading":
            self._on_the_way = staged.model
        if staged.stage == "ready":
            if staged.model == self._on_the_way:
                self._on_the_way = ""
                self.downloaded(staged.model)
            self.restarts.model_ready()
            if work.job is not None:
                work.job.spoken_by = spoken_by(staged.engine, staged.variant)
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
        spoken_s = job.finished_s + message.piece_s
        job.update(JobUpdate("speaking", f"{spoken_s:.1f} s spoken", 0, spoken_s, message.fraction))

    def _take_end(self, finished: Finished, work: Work) -> None:
        del self._work[work.number]
        self._resident = finished.resident
        self.rest.begin()
        self.health = replace(self.health, memory_bytes=finished.memory_bytes)
        if finished.error is None:
            self.restarts.succeeded()
        if work.job is not None:
            self._queue.end(work.job, finished.error)
        made_way = work.job is None and work.told_to_stop
        if finished.error is not None and not finished.resident and not made_way and work.model == self._wanted():
            self._not_prepared = True
            why = finished.error.message
            if isinstance(finished.error, Cancelled):
                why = f"Loading {work.model} was stopped. It is loaded with the next text."
            self.tell("failed", why)

    def died(self, death: Death) -> None:
        """The process is dead."""
        how = death.how
        lost, self._work = list(self._work.values()), {}
        self._takes_work, self._resident, self._is_to_forget = False, "", False
        if any(work.give_up_at is not None for work in lost):
            self.restarts.killed()
        else:
            self.restarts.died(ready=self.health.ready)
        again = f"The engine process ended ({how}) and is started again."
        self.health = replace(self.health, pid=None, model="", memory_bytes=None, restarts=self.restarts.total)
        self.tell("restarting", again)
        for work in reversed(lost):  # so that they wait in their order again
            if work.job is not None:
                lose(self._queue, work.job, death, again)
        if self.restarts.given_up:
            self._give_up(how)

    def ended(self) -> None:
        """There is no process any more, and there will be none."""
        self._work = {}
        self.health = replace(self.health, model="", pid=None, memory_bytes=None)
        self.tell("stopped", "The engine is closed.")

    def _give_up(self, how: str) -> None:
        error = gave_up(self.restarts.bad_starts, how)
        self.tell("failed", error.message)
        self._queue.fail_all(error)
