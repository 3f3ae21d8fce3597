"""Locks that another process holds: waited for, but not for ever, and told of."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from typing import TYPE_CHECKING

import pytest

from voicelab.errors import LibraryBusy
from voicelab.voices import lock
from voicelab.voices.lock import locked, locked_at_once

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_HOLDER = (
    "import sys, time\nfrom pathlib import Path\nfrom voicelab.voices.lock import locked\n"
    "with locked(Path(sys.argv[1]), exclusive=True):\n    print('held', flush=True)\n    time.sleep(600)\n"
)


@pytest.fixture
def stopped(tmp_path: Path) -> Iterator[subprocess.Popen[str]]:
    """A process that holds the lock and was stopped by Ctrl-Z."""
    process = subprocess.Popen(
        [sys.executable, "-c", _HOLDER, str(tmp_path / ".lock")], stdout=subprocess.PIPE, text=True
    )
    assert process.stdout
    assert process.stdout.readline() == "held\n"
    process.send_signal(signal.SIGSTOP)
    yield process
    process.kill()
    process.wait()


@pytest.mark.parametrize("exclusive", [False, True])
def test_a_stopped_process_holds_nobody_for_ever(
    stopped: subprocess.Popen[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *, exclusive: bool
) -> None:
    monkeypatch.setattr(lock, "LONGEST_WAIT_S", 0.3)
    with (
        pytest.raises(LibraryBusy, match=f"by process {stopped.pid}, which took it at"),
        locked(tmp_path / ".lock", exclusive=exclusive),
    ):
        pytest.fail("it is held")


def test_what_is_let_go_is_had(stopped: subprocess.Popen[str], tmp_path: Path) -> None:
    threading.Timer(0.3, stopped.kill).start()
    with locked(tmp_path / ".lock", exclusive=True):
        assert stopped.wait(10) != 0


def test_at_once_does_not_wait(stopped: subprocess.Popen[str], tmp_path: Path) -> None:
    del stopped
    started = time.monotonic()
    with locked_at_once(tmp_path / ".lock") as free:
        assert not free
    assert time.monotonic() - started < 5


def test_a_fifo_in_its_place_makes_nobody_wait(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / ".lock")
    with locked(tmp_path / ".lock", exclusive=False):
        pass


def test_readers_share_it(tmp_path: Path) -> None:
    with locked(tmp_path / ".lock", exclusive=False), locked(tmp_path / ".lock", exclusive=False):
        pass
