"""A lock between threads and processes: many readers or one writer of a folder."""

from __future__ import annotations

import contextlib
import os
from typing import TYPE_CHECKING

from voicelab.errors import StorageFailed
from voicelab.files import storage_errors

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@contextlib.contextmanager
def locked(path: Path, *, exclusive: bool) -> Iterator[None]:
    """Hold the lock file `path`, made if it is missing, during the block; the system lets go of it when a process dies.

    flock(2), not fcntl(2) record locks: those belong to the whole process, so threads would not exclude each other.
    A folder that cannot be written is read without a lock, since nothing changes in it.
    Raises StorageFailed when an exclusive one cannot be had.
    """
    import fcntl

    try:
        with storage_errors(f"anything in {path.parent}"):
            path.parent.mkdir(parents=True, exist_ok=True)
            descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
    except StorageFailed:
        if exclusive:
            raise
        yield
        return
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX if exclusive else fcntl.LOCK_SH)
        yield
    finally:
        os.close(descriptor)


@contextlib.contextmanager
def locked_at_once(path: Path) -> Iterator[bool]:
    """Hold the lock file `path` alone during the block, or yield False at once where somebody else has it.

    A folder that cannot be written is nobody's: nothing changes in it.
    """
    import fcntl

    try:
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
    except OSError:
        yield True
        return
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        free = True
    except BlockingIOError:
        free = False
    try:
        yield free
    finally:
        os.close(descriptor)
