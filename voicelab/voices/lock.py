"""A lock between threads and processes: many readers or one writer of a folder."""

from __future__ import annotations

import contextlib
import os
import time
from datetime import datetime
from typing import TYPE_CHECKING

from voicelab.errors import LibraryBusy, StorageFailed
from voicelab.files import storage_errors

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

LONGEST_WAIT_S = 10.0
"""No work with a lock takes so long: who holds it longer was stopped (Ctrl-Z), or hangs on a disk."""
_FIRST_LOOK_S, _NEXT_LOOK_S = 0.001, 0.05


@contextlib.contextmanager
def locked(path: Path, *, exclusive: bool) -> Iterator[None]:
    """Hold the lock file `path`, made if it is missing, during the block; the system lets go of it when a process dies.

    flock(2), not fcntl(2) record locks: those belong to the whole process, so threads would not exclude each other.
    A folder that cannot be written is read without a lock, since nothing changes in it.
    Raises StorageFailed when an exclusive one cannot be had, LibraryBusy when it is not free within LONGEST_WAIT_S.
    """
    try:
        with storage_errors(f"anything in {path.parent}"):
            path.parent.mkdir(parents=True, exist_ok=True)
            descriptor = _opened(path)
    except StorageFailed:
        if exclusive:
            raise
        yield
        return
    try:
        _wait_for(descriptor, path, exclusive=exclusive)
        if exclusive:
            _say_who(descriptor)
        yield
    finally:
        os.close(descriptor)


@contextlib.contextmanager
def locked_at_once(path: Path) -> Iterator[bool]:
    """Hold the lock file `path` alone during the block, or yield False at once where somebody else has it.

    A folder that cannot be written is nobody's: nothing changes in it.
    """
    try:
        descriptor = _opened(path)
    except OSError:
        yield True
        return
    try:
        yield _taken(descriptor, exclusive=True)
    finally:
        os.close(descriptor)


def _opened(path: Path) -> int:
    # Not a fifo that somebody put there, whose opening would wait for a reader, nor the target of a link.
    return os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NONBLOCK | os.O_NOFOLLOW, 0o600)


def _taken(descriptor: int, *, exclusive: bool) -> bool:
    import fcntl

    try:
        fcntl.flock(descriptor, (fcntl.LOCK_EX if exclusive else fcntl.LOCK_SH) | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _wait_for(descriptor: int, path: Path, *, exclusive: bool) -> None:
    """Take the lock; flock(2) itself waits without an end."""
    end = time.monotonic() + LONGEST_WAIT_S
    wait_s = _FIRST_LOOK_S
    while not _taken(descriptor, exclusive=exclusive):
        if time.monotonic() > end:
            raise LibraryBusy(
                f"{path.parent} has been locked for more than {LONGEST_WAIT_S:.0f} s{_who(descriptor)}. End that "
                "process, or let it go on (fg), and try again.",
                LONGEST_WAIT_S,
            )
        time.sleep(wait_s)
        wait_s = min(2 * wait_s, _NEXT_LOOK_S)


def _say_who(descriptor: int) -> None:
    """Write into the lock file who holds it: for the sentence that others read when they wait in vain."""
    with contextlib.suppress(OSError):
        note = f"{os.getpid()} {int(time.time())}\n".encode()
        os.pwrite(descriptor, note.ljust(64), 0)


def _who(descriptor: int) -> str:
    """Say who took the lock last, where that process is still there."""
    try:
        pid, since = map(int, os.pread(descriptor, 64, 0).split())
        os.kill(pid, 0)
    except (OSError, ValueError):
        return " by another process"
    return f" by process {pid}, which took it at {datetime.fromtimestamp(since).astimezone():%H:%M:%S}"
