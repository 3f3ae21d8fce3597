"""Keeps one engine process alive while there is work for it, on a thread of its own."""

from __future__ import annotations

import logging
import multiprocessing
import threading
from multiprocessing.connection import wait
from typing import TYPE_CHECKING

from voicelab.engines.child import Child
from voicelab.errors import Cancelled, Failed

if TYPE_CHECKING:
    from collections.abc import Mapping

    from voicelab.engines.dispatch import Dispatcher
    from voicelab.engines.job_queue import JobQueue

_CLOSE_S = 6.0
"""Longer than Child.close takes, unless a message to a process that does not listen holds the thread."""

_log = logging.getLogger(__name__)


class Supervisor:
    """Owns the process: starts it, carries messages between it and the dispatcher, buries it."""

    def __init__(
        self, dispatcher: Dispatcher, queue: JobQueue, synthesizers: Mapping[str, str], changed: threading.Condition
    ) -> None:
        """Nothing runs before `start`. `changed` is the engine's one lock; it guards the dispatcher and the queue."""
        self._dispatcher = dispatcher
        self._queue = queue
        self._synthesizers = synthesizers
        self._changed = changed
        self._wake_reader, self._wake_writer = multiprocessing.Pipe(duplex=False)
        self._woken = False
        self._closing = False
        self._thread: threading.Thread | None = None
        self._child: Child | None = None

    def start(self) -> None:
        """Begin; harmless when begun. Needs the lock to be held."""
        if self._thread is None or not self._thread.is_alive():
            self._dispatcher.tell("starting", "Starting the engine process.")
            self._thread = threading.Thread(target=self._run, name="engine supervisor", daemon=True)
            self._thread.start()

    def wake(self) -> None:
        """There is news: a job, a cancellation, the default model, the end. Needs the lock to be held."""
        if not self._woken:
            self._woken = True
            self._wake_writer.send_bytes(b"!")

    def close(self) -> None:
        """End every job, the process and the thread; harmless when ended."""
        with self._changed:
            self._closing = True
            self._queue.fail_all(Cancelled("The lab is closing: the text was not spoken."))
            self._dispatcher.tell("stopped", "The engine is closed.")
            self.wake()
            thread = self._thread
        if thread is None:
            return
        thread.join(_CLOSE_S)
        while thread.is_alive():
            if child := self._child:
                child.kill()
            thread.join(_CLOSE_S)

    def _run(self) -> None:
        try:
            while not self._closing:
                self._listen(self._advance())
        finally:
            if self._child is not None:
                self._child.close()
                self._child = None
            with self._changed:
                self._queue.fail_all(Failed("The engine stopped by a fault; see the lab's log. Send the text again."))
                self._dispatcher.ended()

    def _advance(self) -> float | None:
        """Do what can be done now and return how many seconds to listen for news; None is until there are some."""
        child = self._child
        with self._changed:
            if child is None:
                if self._dispatcher.restarts.given_up:
                    return None
                due_in_s = self._dispatcher.restarts.due_in_s
            else:
                message = self._dispatcher.next_message()
                kill_in_s = self._dispatcher.kill_in_s()
        if child is None:
            if not due_in_s:
                self._spawn()
            return due_in_s
        if message is not None:
            child.send(message)
        if kill_in_s == 0:
            child.kill()
        return kill_in_s or None

    def _spawn(self) -> None:
        try:
            self._child = Child(self._synthesizers)
        except OSError as error:  # no memory or no processes left
            self._bury(f"it cannot be started: {error.strerror or error}")
            return
        with self._changed:
            self._dispatcher.started(self._child.pid)

    def _listen(self, timeout_s: float | None) -> None:
        child = self._child
        ready = wait([self._wake_reader, *([child.handle] if child else [])], timeout_s)
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
                    self._dispatcher.take(message)
        except EOFError:
            self._child = None
            self._bury(child.bury())

    def _bury(self, how: str) -> None:
        _log.warning("The engine process ended: %s", how)
        with self._changed:
            if not self._closing:
                self._dispatcher.died(how)
