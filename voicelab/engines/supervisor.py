"""Keeps one engine process alive while there is work for it, on a thread of its own."""

from __future__ import annotations

import logging
import multiprocessing
import threading
import time
from multiprocessing.connection import wait
from typing import TYPE_CHECKING

from voicelab.engines import heartbeat
from voicelab.engines.child import Child, Death
from voicelab.engines.heartbeat import Silence
from voicelab.engines.messages import Alive
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
        self._silence, self._no_progress = Silence(), Silence()
        self._ended_because = ""

    @property
    def silent_s(self) -> float | None:
        """Seconds since the process gave its last sign of life; None when there is none."""
        return self._silence.seconds if self._child else None

    def start(self) -> None:
        """Begin; harmless when begun. Needs the lock to be held."""
        if self._thread is None or not self._thread.is_alive():
            self._dispatcher.tell("starting", "Starting the engine process.")
            self._thread = threading.Thread(target=self._run, name="engine supervisor", daemon=True)
            self._thread.start()
            threading.Thread(target=self._watch, name="engine watch", daemon=True).start()

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
                if self._dispatcher.restarts.given_up or self._dispatcher.rest.ended:
                    return None
                due_in_s = self._dispatcher.restarts.due_in_s
            else:
                message = self._dispatcher.next_message()
                kill_in_s = self._dispatcher.kill_in_s()
                rest_in_s = None if message else self._dispatcher.rest_in_s()
                if rest_in_s == 0:
                    self._dispatcher.rest.end()
        if child is None:
            if not due_in_s:
                self._spawn()
            return due_in_s
        if message is not None:
            child.send(message)
        if kill_in_s == 0:
            child.kill()
        if rest_in_s == 0:
            self._rest(child)
            return 0
        return kill_in_s or rest_in_s

    def _rest(self, child: Child) -> None:
        """End a process that has nothing to do: its memory goes back to the system, all of it."""
        self._child = None
        child.close()
        with self._changed:
            self._dispatcher.rested()

    def _watch(self) -> None:
        """End a process that hangs. On a thread of its own: a process that does not listen may hold the other one."""
        while not self._closing:
            time.sleep(heartbeat.LOOK_S)
            if (child := self._child) is not None:
                self._end_if_hung(child)

    def _end_if_hung(self, child: Child) -> None:
        """End a process that gives no sign of life, or holds a text without getting any further with it."""
        with self._changed:
            if not self._dispatcher.speaking:
                self._no_progress.heard()
        silent_s, stuck_s = self._silence.look(), self._no_progress.look()
        if silent_s > heartbeat.DEAD_S:
            self._ended_because = f"it gave no sign of life for {silent_s:.0f} s and was ended"
        elif stuck_s > heartbeat.STUCK_S:
            self._ended_because = f"it got no further with a text for {stuck_s:.0f} s and was ended"
        else:
            return
        child.kill()

    def _spawn(self) -> None:
        try:
            self._child = Child(self._synthesizers)
        except OSError as error:  # no memory or no processes left
            self._bury(Death(f"it cannot be started: {error.strerror or error}"))
            return
        self._silence.heard()
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
                self._silence.heard()
                if isinstance(message, Alive):
                    continue
                self._no_progress.heard()
                with self._changed:
                    self._dispatcher.take(message)
        except EOFError:
            self._child, because = None, self._ended_because
            death, self._ended_because = child.bury(), ""
            self._bury(Death(because) if because else death)

    def _bury(self, death: Death) -> None:
        _log.warning("The engine process ended: %s", death.how)
        with self._changed:
            if not self._closing:
                self._dispatcher.died(death)
