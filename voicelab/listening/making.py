"""Folders of listening tests that are being made: what a killed process leaves of one is known by its name."""

from __future__ import annotations

import contextlib
import shutil
from typing import TYPE_CHECKING

from voicelab.files import storage_errors, sync_folder, whole_or_not_there
from voicelab.voices.lock import locked, locked_at_once

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_LOCK = ".lock"
_MAKING = ".making"


@contextlib.contextmanager
def making(folder: Path) -> Iterator[Path]:
    """Yield where the files of `folder` are to be written; `put` gives them their place. Nothing is left of a failure.

    Raises LibraryBusy.
    """
    staged = folder.with_name(f".{folder.name}{_MAKING}")
    with locked(folder.parent / _LOCK, exclusive=False), whole_or_not_there(staged), whole_or_not_there(folder):
        yield staged


def put(staged: Path, folder: Path) -> None:
    """Give what was written its place. Raises StorageFailed."""
    with storage_errors("the sounds of the listening test"):
        staged.rename(folder)
        sync_folder(folder.parent)


def sweep(parent: Path) -> int:
    """Remove what killed processes left in `parent` of tests that they made; return how many..

    Where somebody makes one just now, in whatever process, nothing is removed. Such a folder belongs to no test of any
    database: only `put` gives it the name of one.
    """
    with locked_at_once(parent / _LOCK) as free:
        left = list(parent.glob(f".*{_MAKING}")) if free else []
        for folder in left:
            shutil.rmtree(folder, ignore_errors=True)
    return len(left)
