"""The lab's handle on one engine process: start it, talk to it, see it die, end it."""

from __future__ import annotations

import contextlib
import json
import multiprocessing
import signal
import subprocess
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING

from voicelab.engines.messages import Close
from voicelab.engines.worker import CLOSE_GRACE_S, OUT_OF_MEMORY

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from multiprocessing.connection import Connection

    from voicelab.engines.messages import FromProcess, ToProcess

_PROGRAM = """
import json, sys
sys.path[:], descriptor, synthesizers = json.loads(sys.argv[1])
from voicelab.engines.worker import main
main(descriptor, synthesizers)
"""
_TERMINATE_GRACE_S = 1.0


@dataclass(frozen=True)
class Death:
    """How a process ended."""

    how: str
    """For the person: "killed by SIGKILL"."""
    out_of_memory: bool = False
    """Whether memory ran out for what it was doing; where the GPU's does, the process is aborted."""


class Child:
    """One engine process, owned by one thread; only `kill` may be called from another."""

    def __init__(self, synthesizers: Mapping[str, str]) -> None:
        """Start it. Raises OSError when the system has no room for it.

        A fresh interpreter: a fork would inherit threads, locks and devices in use. And not multiprocessing's spawn,
        which would run the lab's own main script in it once more. Its process group is its own, so that Ctrl-C reaches
        the lab only, which then ends it in order; and what libraries print goes to the log, not to the lab's output.
        """
        ours: Connection[ToProcess, FromProcess]
        theirs: Connection[FromProcess, ToProcess]
        ours, theirs = multiprocessing.Pipe()
        descriptor = theirs.fileno()
        self._connection = ours
        with theirs:  # closed here after the start: else the pipe would outlive the process, and its death go unseen
            self._process = subprocess.Popen(  # noqa: S603 - this interpreter with this program
                [sys.executable, "-c", _PROGRAM, json.dumps([sys.path, descriptor, dict(synthesizers)])],
                stdin=subprocess.DEVNULL,
                stdout=sys.__stderr__,
                pass_fds=[descriptor],
                process_group=0,
            )

    @property
    def pid(self) -> int:
        """Its process id."""
        return self._process.pid

    @property
    def handle(self) -> Connection[ToProcess, FromProcess]:
        """What multiprocessing.connection.wait waits for: messages, or the end of the process."""
        return self._connection

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

    def kill(self) -> None:
        """End it at once."""
        self._process.kill()

    def close(self) -> None:
        """Ask it to end, then make it: nothing of it is left afterwards."""
        self.send(Close())
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._process.wait(CLOSE_GRACE_S + _TERMINATE_GRACE_S)
        self._process.terminate()
        self.bury()

    def bury(self) -> Death:
        """Wait for the end of a process that is dead or must be, and say how it ended."""
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._process.wait(_TERMINATE_GRACE_S)
        self._process.kill()
        status = self._process.wait()
        self._connection.close()
        if status == OUT_OF_MEMORY:
            return Death("it ran out of memory", out_of_memory=True)
        if status >= 0:
            return Death(f"exit status {status}")
        if -status == signal.SIGABRT:
            return Death("aborted by SIGABRT, as it is when the GPU's memory runs out", out_of_memory=True)
        name = signal.Signals(-status).name
        why = ", as the system does when memory runs out" if name == "SIGKILL" else ""
        return Death(f"killed by {name}{why}")
