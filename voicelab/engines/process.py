"""The engine as the lab sees it: a queue in front of the one process that owns the device."""

from __future__ import annotations

import atexit
import contextlib
import threading
import time
from dataclasses import replace
from typing import TYPE_CHECKING

from voicelab.engines.default_model import DefaultModel
from voicelab.engines.dispatch import Dispatcher
from voicelab.engines.heartbeat import DEAD_S, SILENT_S
from voicelab.engines.idle_shutdown import AGAIN
from voicelab.engines.job_queue import JobQueue
from voicelab.engines.jobs import Job
from voicelab.engines.supervisor import Supervisor
from voicelab.errors import Cancelled, NotReady, UnknownModel
from voicelab.models.catalogue import check_folder, find
from voicelab.models.memory_guard import MemoryGuard
from voicelab.models.model_choice import AUTO, Choice, choose
from voicelab.models.notes import notes_for
from voicelab.speech.ports import Engine, EngineHealth, OnBusy, SpeechJob, SpeechRequest
from voicelab.speech.reading import as_read
from voicelab.speech.text_pieces import check_text

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping


class EngineProcess(Engine):
    """Clients in turn, behind one lock; restarts the process when it dies and says the text it lost once more."""

    def __init__(
        self,
        synthesizers: Mapping[str, str],
        model: str = AUTO,
        queue_limit: int = 32,
        choose: Callable[[str], Choice] = choose,
        *,
        guard: MemoryGuard | None = None,
        idle_s: float = 0.0,
    ) -> None:
        """Nothing starts yet.

        `synthesizers` maps an engine's name to "module:Class", which only the process imports; `model` is prepared in
        the background and is what `default_model` tells; `choose` finds out what it means on this machine. `guard` says
        which models are too large. After `idle_s` seconds without a text the process is ended, and with it goes all its
        memory; 0 is never.
        """
        self._changed = threading.Condition()
        self._queue = JobQueue(queue_limit)
        self._default = DefaultModel(model, choose, self._changed, self._wake)
        self._guard = guard or MemoryGuard()
        self._dispatcher = Dispatcher(self._queue, self._default, self._changed, self._guard.check, idle_s)
        self._supervisor = Supervisor(self._dispatcher, self._queue, synthesizers, self._changed)
        self._closed = False
        self._ends_with_the_lab = False

    def start(self) -> None:
        """Begin to start, load and warm up in the background, also what rests. Harmless when started."""
        with self._changed:
            self._check_open()
            if self._dispatcher.rest.ended:
                self._dispatcher.rest.over()
                self._dispatcher.tell("starting", AGAIN)
            self._start()
            self._wake()

    def when_downloaded(self, call: Callable[[str], None]) -> None:
        """Let `call`, on a thread of its own, be given each model that the process had to download to have it ready."""

        def later(model: str) -> None:
            threading.Thread(target=call, args=(model,), name="downloaded", daemon=True).start()

        with self._changed:
            self._dispatcher.downloaded = later

    def submit(self, request: SpeechRequest, client: str = "", on_busy: OnBusy = "queue") -> SpeechJob:
        """Queue `request`. Raises EmptyText, TextTooLong, ModelTooLarge, QueueFull; NotReady after `close`."""
        check_text(request.text)
        request = as_read(request)
        check_text(request.text)
        self._guard.check(request.model)
        request = replace(request, notes=(*request.notes, *notes_for(request)))
        job = Job(request, self._changed, self._cancel, client)
        with self._changed:
            self._check_open()
            self._queue.put(job, on_busy)
            self._dispatcher.wanted_again(job)
            self._start()
            self._supervisor.wake()
        return job

    def forget(self) -> None:
        """Let the process drop what it keeps of voices; harmless without a process."""
        with self._changed:
            self._dispatcher.forget()
            self._supervisor.wake()

    def default_model(self, timeout_s: float = 10.0) -> tuple[str, str]:
        """Return what the engine's model means on this machine, and why.

        Raises NotReady when that is not known within `timeout_s` seconds, UnknownModel and InvalidCheckpoint.
        """
        choice = self._default.wait(timeout_s)
        return choice.model, choice.reason

    def check(self, model: str) -> None:
        """Raise ModelTooLarge for a model that this machine would swap with, InvalidCheckpoint for half a folder."""
        self._guard.check(model)
        with contextlib.suppress(UnknownModel):  # the process says which models there are
            check_folder(find(model))

    def rest(self) -> None:
        """Give the model's memory back as soon as no text is left; the next one loads it again."""
        with self._changed:
            self._dispatcher.rest_soon()
            self._wake()

    def health(self) -> EngineHealth:
        """Return at once."""
        with self._changed:
            health = self._dispatcher.health
            choice = self._default.choice
            sign_at = self._dispatcher.last_sign_at
            silent_s = self._supervisor.silent_s
            if silent_s is not None and silent_s > SILENT_S:
                message = (
                    f"The engine process has given no sign of life for {silent_s:.0f} s. If it gives none for "
                    f"{DEAD_S:.0f} s, it is ended and started again; no text is lost."
                )
                health = replace(health, ready=False, message=message)
            engine = health.engine or (choice.engine if choice else "")
            return replace(
                health,
                engine=engine,
                device=choice.device if choice and choice.engine == engine else "",
                default_model=choice.model if choice else "",
                default_reason=choice.reason if choice else "",
                default_clones=choice.clones if choice else True,
                queue_length=len(self._queue),
                queue_limit=self._queue.limit,
                last_job_age_s=None if sign_at is None else time.monotonic() - sign_at,
                silent_s=silent_s,
            )

    def close(self) -> None:
        """End the process; waiting jobs fail with Cancelled. Harmless when closed."""
        with self._changed:
            self._closed = True
        self._supervisor.close()
        atexit.unregister(self.close)

    def _check_open(self) -> None:
        if self._closed:
            raise NotReady("The engine is closed. Start the lab again.")

    def _start(self) -> None:
        self._supervisor.start()
        self._default.ask()
        if not self._ends_with_the_lab:
            atexit.register(self.close)
            self._ends_with_the_lab = True

    def _cancel(self, job: Job) -> None:
        with self._changed:
            self._queue.remove(job)
            job.fail(Cancelled("Cancelled: the text was not spoken."))
            self._supervisor.wake()

    def _wake(self) -> None:
        self._supervisor.wake()
