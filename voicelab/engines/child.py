"""The lab's handle on one engine process: start it, talk to it, see it die, end it."""

from __future__ import annotations

import contextlib
import multiprocessing
import signal
from typing import TYPE_CHECKING

from voicelab.engines.messages import Close
from voicelab.engines.worker import CLOSE_GRACE_S, main

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from multiprocessing.connection import Connection

    from voicelab.engines.messages import FromProcess, ToProcess

_TERMINATE_GRACE_S = 1.0


class Child:
    """One engine process, owned by one thread; only `kill` may be called from another."""

    def __init__(self, synthesizers: Mapping[str, str]) -> None:
        """Start it: a fresh interpreter (spawn), because a fork would inherit threads, locks and devices in use."""
        context = multiprocessing.get_context("spawn")
        ours: Connection[ToProcess, FromProcess]
        theirs: Connection[FromProcess, ToProcess]
        ours, theirs = context.Pipe()
        self._connection = ours
        self._process = context.Process(target=main, args=(theirs, dict(synthesizers)), name="voicelab engine")
        self._process.start()
        theirs.close()  # else the pipe would stay open when the process dies, and its death go unseen

    @property
    def pid(self) -> int | None:
        """Its process id."""
        return self._process.pid

    @property
    def handles(self) -> list[Connection[ToProcess, FromProcess] | int]:
        """What multiprocessing.connection.wait waits for: messages, or the process's end."""
        return [self._connection, self._process.sentinel]

    def send(self, message: ToProcess) -> None:
        """Send `message`. That the process is dead shows when it is listened to, not here."""
        with contextlib.suppress(OSError):
            self._connection.send(message)

    def messages(self) -> Iterator[FromProcess]:
        """Yield what has arrived. Raises EOFError after the last message of a process that is dead."""
        while self._connection.poll():
            try:
                yield self._connection.recv()
            except OSError as error:  # it died in the middle of a message
                raise EOFError from error
        if not self._process.is_alive() and not self._connection.poll():
            raise EOFError

    def kill(self) -> None:
        """End it at once."""
        self._process.kill()

    def close(self) -> None:
        """Ask it to end, then make it: nothing of it is left afterwards."""
        self.send(Close())
        self._process.join(CLOSE_GRACE_S + _TERMINATE_GRACE_S)
        self._process.terminate()
        self._process.join(_TERMINATE_GRACE_S)
        self.bury()

    def bury(self) -> str:
        """Wait for the end of a process that is dead or must be, and say how it ended: "killed by SIGKILL"."""
        self._process.join(_TERMINATE_GRACE_S)
        self._process.kill()
        self._process.join()
        status = self._process.exitcode or 0
        self._process.close()
        self._connection.close()
        if status >= 0:
            return f"exit status {status}"
        name = signal.Signals(-status).name
        return (
            f"killed by {name}, as the system does when memory runs out" if name == "SIGKILL" else f"killed by {name}"
        )
