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
from voicelab.engines.memory import resident_bytes
from voicelab.engines.messages import (
    Alive,
    Cancel,
    Close,
    Finished,
    FromProcess,
    PieceSpoken,
    Prepare,
    Started,
    Task,
    ToProcess,
)
from voicelab.engines.reporter import TaskReporter
from voicelab.engines.resident import Resident
from voicelab.engines.speaking import speak_pieces
from voicelab.errors import Failed, VoiceLabError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from voicelab.speech.ports import Speech

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
        self._tasks: queue.SimpleQueue[Task | None] = queue.SimpleQueue()
        self._cancelled = 0
        self._closing = False

    def run(self) -> None:
        """Work until Close."""
        threading.Thread(target=self._read, name="pipe", daemon=True).start()
        self._send(Started())
        threading.Thread(target=self._beat, name="heartbeat", daemon=True).start()
        while (task := self._tasks.get()) is not None:
            error = self._outcome(task)
            self._send(Finished(task.number, error, self._resident.model, resident_bytes()))
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
                self._cancelled = message.number
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
        report = TaskReporter(task.number, self._send, lambda number: self._closing or self._cancelled == number)
        if isinstance(task, Prepare):
            self._resident.prepare(task.model, report)
            return
        synthesizer = self._resident.prepare(task.request.model, report)
        request = replace(task.request, model=report.model)  # one model may have several names
        for speech in speak_pieces(synthesizer, request, report, task.first):
            self._send(_piece(task.number, speech))


def _piece(number: int, speech: Speech) -> PieceSpoken:
    return PieceSpoken(
        number,
        samples=speech.samples,
        sample_rate=speech.sample_rate,
        engine=speech.engine,
        elapsed_s=speech.elapsed_s,
        peak_memory_bytes=speech.peak_memory_bytes,
        notes=speech.notes,
    )
