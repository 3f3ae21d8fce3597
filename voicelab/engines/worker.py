"""The engine process: loads, warms up, speaks and unloads on its main thread, and ends when its parent does."""

from __future__ import annotations

import contextlib
import faulthandler
import logging
import os
import queue
import threading
import time
from dataclasses import replace
from multiprocessing.connection import Connection
from typing import TYPE_CHECKING

from voicelab.engines.heartbeat import BEAT_S
from voicelab.engines.long_text import speak_pieces
from voicelab.engines.messages import (
    Alive,
    Cancel,
    Close,
    Finished,
    Forget,
    FromProcess,
    Prepare,
    Speak,
    Started,
    Task,
    ToProcess,
)
from voicelab.engines.reporter import TaskReporter
from voicelab.engines.resident_model import Resident
from voicelab.engines.text_batch import TextBatch, piece_spoken
from voicelab.errors import Failed, VoiceLabError
from voicelab.models.process_memory import resident_bytes
from voicelab.priority import lower_priority
from voicelab.speech.ports import ManySynthesizer

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from voicelab.speech.ports import Line

CLOSE_GRACE_S = 1.5
"""How long the work in hand may take to end once the lab closes."""
_PARENT_GONE = 3
"""Exit status, for whoever reads the system's log."""
OUT_OF_MEMORY = 4
"""Exit status, which `Child.bury` puts into words."""

_log = logging.getLogger(__name__)


def main(descriptor: int, synthesizers: Mapping[str, str]) -> None:
    """Work on what comes over the pipe with this file descriptor until Close, or until the other end is gone.

    `synthesizers` maps an engine's name to "module:Class".
    """
    faulthandler.enable()
    lower_priority()
    worker = Worker(Connection(descriptor), Resident(synthesizers))
    with _ending_without_memory():
        worker.run()


@contextlib.contextmanager
def _ending_without_memory() -> Iterator[None]:
    """End the process when its memory is used up: what fills it is still there, and only a new one begins with all."""
    try:
        yield
    except MemoryError:
        os._exit(OUT_OF_MEMORY)  # at once: to log, or to end in order, would take memory


class Worker:
    """Does one task after the other."""

    def __init__(self, connection: Connection[FromProcess, ToProcess], resident: Resident) -> None:
        """Own the process's end of the pipe."""
        self._connection = connection
        self._sending = threading.Lock()
        self._resident = resident
        self._tasks: queue.SimpleQueue[Task | Forget | None] = queue.SimpleQueue()
        self._cancelled: set[int] = set()
        self._put_aside: list[Task | Forget | None] = []
        self._open: list[int] = []
        self._closing = False

    def run(self) -> None:
        """Work until Close."""
        threading.Thread(target=self._read, name="pipe", daemon=True).start()
        self._send(Started())
        threading.Thread(target=self._beat, name="heartbeat", daemon=True).start()
        while (task := self._put_aside.pop() if self._put_aside else self._tasks.get()) is not None:
            if isinstance(task, Forget):
                self._resident.forget()
                continue
            self._open = [task.number]
            error = self._outcome(task)
            for number in self._open[:]:
                self._finish(number, error)
        self._resident.unload()

    def _read(self) -> None:
        """Take messages on a thread of its own, so that they arrive while the main thread works."""
        while True:
            try:
                with _ending_without_memory():
                    message = self._connection.recv()
            except (EOFError, OSError):
                os._exit(_PARENT_GONE)  # nobody is left to work for, and nothing may go on holding the device
            if isinstance(message, Cancel):
                self._cancelled.add(message.number)
            elif isinstance(message, Close):
                self._closing = True
                self._tasks.put(None)
                time.sleep(CLOSE_GRACE_S)
                os._exit(0)
            else:
                self._tasks.put(message)

    def _beat(self) -> None:
        while True:
            time.sleep(BEAT_S)
            with _ending_without_memory():
                self._send(Alive())

    def _send(self, message: FromProcess) -> None:
        try:
            with self._sending:
                self._connection.send(message)
        except OSError:
            os._exit(_PARENT_GONE)

    def _outcome(self, task: Task) -> VoiceLabError | None:
        """Do `task` and return the error it ended with, if any."""
        try:
            self._do(task)
        except VoiceLabError as error:
            return error
        except MemoryError:
            raise
        except Exception as error:  # noqa: BLE001 - whatever a library raises fails this task only: the process lives on
            _log.exception("A task failed")
            return Failed(
                f"The engine failed in a way the lab does not know ({type(error).__name__}); the details are in the "
                "lab's log. Try again; if it fails again, try another text or another model."
            )
        return None

    def _do(self, task: Task) -> None:
        report = self._reporter(task.number)
        if isinstance(task, Prepare):
            self._resident.prepare(task.model, report)
            return
        synthesizer = self._resident.prepare(task.request.model, report)
        if isinstance(synthesizer, ManySynthesizer):
            together = TextBatch(synthesizer.engine, self._send, self._finish)
            together.add(task, report)
            synthesizer.speak_together(lambda room: self._more(room, together, task.request.model))
            return
        request = replace(task.request, model=report.model)  # one model may have several names
        for speech in speak_pieces(synthesizer, request, report, task.first):
            self._send(piece_spoken(task.number, speech))

    def _more(self, room: int, together: TextBatch, model: str) -> list[Line]:
        """Return lines to be spoken with the present ones: the next pieces of their texts, and of new texts."""
        while not self._put_aside and together.wants_texts(room) and (task := self._next_task()) is not None:
            if not isinstance(task, Speak) or task.request.model != model:
                self._put_aside.append(task)
                break
            self._open.append(task.number)
            report = self._reporter(task.number)
            try:
                self._resident.prepare(model, report)
                together.add(task, report)
            except VoiceLabError as error:
                self._finish(task.number, error)
        return together.lines(room)

    def _next_task(self) -> Task | Forget | None:
        """Return a task that has come; None if there is none, and at the end, which is put aside."""
        try:
            task = self._tasks.get_nowait()
        except queue.Empty:
            return None
        if task is None:
            self._put_aside.append(None)
        return task

    def _reporter(self, number: int) -> TaskReporter:
        return TaskReporter(number, self._send, lambda number: self._closing or number in self._cancelled)

    def _finish(self, number: int, error: VoiceLabError | None) -> None:
        self._open.remove(number)
        self._send(Finished(number, error, self._resident.model, resident_bytes()))
