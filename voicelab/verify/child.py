"""The process in which an engine proves itself: it owns the device, and what it does to its memory harms nobody.

Run with the number of a pipe, on which it is given the module and its orders, and says what it finds.
"""

from __future__ import annotations

import contextlib
import importlib
import os
import signal
import subprocess
import sys
from dataclasses import dataclass
from multiprocessing import Pipe
from multiprocessing.connection import Connection
from typing import TYPE_CHECKING, Any

from voicelab.errors import Cancelled
from voicelab.priority import lower_priority
from voicelab.speech.proof import Check, Spoken

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from voicelab.speech.proof import Orders

LIMIT_S = 1_800.0
"""A full-size model on a processor takes minutes for a sentence; after so long without a word it hangs."""
_LOOK_S = 0.2
_PROGRAM = """
import json, sys
sys.path[:], descriptor = json.loads(sys.argv[1])
from voicelab.verify.child import main
main(descriptor)
"""


@dataclass(frozen=True)
class Told:
    """What is done now, in words."""

    what: str


def findings(
    module: str, orders: Orders, tell: Callable[[str], None], stopped: Callable[[], bool]
) -> Iterator[Check | Spoken]:
    """Yield what the Proof of `module` finds, in a process of its own. Raises Cancelled once `stopped`.

    A process that ends before it is done is a failed check, called by what it did last.
    """
    import json

    ours, theirs = Pipe()
    with theirs:
        descriptor = theirs.fileno()
        process = subprocess.Popen(  # noqa: S603 - this interpreter with this program
            [sys.executable, "-c", _PROGRAM, json.dumps([sys.path, descriptor])],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            pass_fds=[descriptor],
            process_group=0,
        )
    last = "starting"
    silent_s = 0.0
    try:
        ours.send((module, orders))
        while True:
            if stopped():
                raise Cancelled("Stopped.")
            if not ours.poll(_LOOK_S):
                silent_s += _LOOK_S
                if silent_s > LIMIT_S:
                    yield Check(
                        "process", "fail", f"nothing came for {LIMIT_S / 60:.0f} min while it was {last}. Restart."
                    )
                    return
                continue
            silent_s, found = 0.0, ours.recv()
            if found is None:
                return
            if isinstance(found, Told):
                last = found.what
                tell(last)
            else:
                yield found
    except (EOFError, OSError):
        yield Check("process", "fail", f"{_how(process)} while it was {last}")
    finally:
        ours.close()
        with contextlib.suppress(ProcessLookupError):
            process.kill()
        process.wait()


def _how(process: subprocess.Popen[bytes]) -> str:
    """Say how the process ended."""
    status = process.wait()
    if status == -signal.SIGABRT:
        return "the process was aborted, as it is when the GPU's memory runs out: choose a smaller model; this happened"
    if status == -signal.SIGKILL:
        return "the process was killed, as it is when memory runs out: choose a smaller model; this happened"
    return f"the process ended by itself ({f'signal {-status}' if status < 0 else f'exit status {status}'})"


def main(descriptor: int) -> None:
    """Prove what is asked for on the pipe, and say so there."""
    lower_priority()
    with Connection(descriptor) as connection:
        module, orders = connection.recv()

        def send(found: object) -> None:
            try:
                connection.send(found)
            except OSError:
                os._exit(0)  # nobody is left who wants to know

        proof: Any = importlib.import_module(module)
        for found in proof.prove(orders, lambda what: send(Told(what))):
            send(found)
        send(None)
