"""Installing, removing and looking at the service."""

from __future__ import annotations

import json
import subprocess
import time
import urllib.error
import urllib.request
from dataclasses import dataclass
from typing import TYPE_CHECKING

from voicelab.errors import Failed
from voicelab.files import storage_errors, write_atomically

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from voicelab.service.units import Service

_TIMEOUT_S = 60
_ANSWER_S = 30.0
"""The server answers a second after it starts; the first start of a machine takes longer."""
_AGAIN_S = 0.3


@dataclass(frozen=True)
class Status:
    """How the service is."""

    path: Path
    installed: bool
    """The file is there."""
    current: bool
    """It is what would be installed now."""
    running: bool | None
    """None where the system cannot be asked."""


def run_command(command: Sequence[str]) -> subprocess.CompletedProcess[str]:
    """Run one of the service's commands. Raises Failed when it is not there."""
    try:
        return subprocess.run(  # noqa: S603 - commands of service/units.py
            command, capture_output=True, text=True, timeout=_TIMEOUT_S, check=False
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise Failed(
            f"{command[0]} does not work on this machine ({error}). Start the lab with `voicelab serve`."
        ) from error


def install(service: Service, run: Callable[[Sequence[str]], subprocess.CompletedProcess[str]] = run_command) -> None:
    """Write the file and start the service, in place of an older one. Raises StorageFailed, Failed."""
    if service.path.exists():
        for command in service.stop:
            run(command)  # it may be installed and not running
    if service.log is not None:
        with storage_errors("the log's folder"):
            service.log.parent.mkdir(parents=True, exist_ok=True)
    write_atomically(service.path, service.content)
    service.path.chmod(0o600)  # a token of the hub may stand in it
    for command in service.start:
        done = run(command)
        if done.returncode:
            reason = (done.stderr or done.stdout).strip() or f"exit status {done.returncode}"
            raise Failed(f"{service.path} is written, but `{' '.join(command)}` failed: {reason}")


def answered(url: str, wait_s: float = _ANSWER_S) -> str:
    """Ask /health of the service at `url`, just started, until it answers; return what it said, in a sentence."""
    address = f"{url}/health"
    end, why = time.monotonic() + wait_s, "nothing"
    while time.monotonic() < end:
        try:
            with urllib.request.urlopen(address, timeout=_ANSWER_S) as answer:  # noqa: S310 - the lab's own address
                health = json.load(answer)
            return f"It answers at {address}: {health['message']}"
        except urllib.error.HTTPError as error:
            return f"It answers at {address}, to whoever has its token ({error.code})."
        except (OSError, ValueError, KeyError, TypeError) as error:
            why = str(error)
            time.sleep(_AGAIN_S)
    return f"It does not answer at {address} after {wait_s:g} s ({why}): its log says why."


def uninstall(service: Service, run: Callable[[Sequence[str]], subprocess.CompletedProcess[str]] = run_command) -> bool:
    """Stop the service and remove its file; say whether it was there. Voices and logs stay. Raises StorageFailed."""
    if not service.path.exists():
        return False
    for command in service.stop:
        run(command)  # one that does not run is removed all the same
    with storage_errors(service.path.name):
        service.path.unlink(missing_ok=True)
    return True


def status(service: Service, run: Callable[[Sequence[str]], subprocess.CompletedProcess[str]] = run_command) -> Status:
    """Look at the file and ask the system."""
    try:
        content = service.path.read_bytes()
    except OSError:
        return Status(service.path, installed=False, current=False, running=False)
    try:
        running: bool | None = run(service.state).returncode == 0
    except Failed:
        running = None
    return Status(service.path, installed=True, current=content == service.content, running=running)
