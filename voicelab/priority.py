"""Long work stands back behind what is to answer at once: where processors lack, a page must not wait for speech."""

from __future__ import annotations

import os
import sys
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable

NICE = 5
"""What is added to the niceness of engine and recognizer: alike, so that neither starves the other. A thread of the
page has three times their share of a processor that is fought for, and an idle machine gives them all of it."""

_Made = TypeVar("_Made")


def wait_asleep() -> None:
    """Let threads that wait for each other sleep; to be called before faster-whisper is imported.

    The OpenMP (libgomp) of its CTranslate2 reads this when it is loaded. By default they spin, which takes from the one
    that is waited for the processor that it needs: with 17 programs on two processors 15 s of speech were heard in 79 s
    (12 s of processor time), and asleep in 11 s (2 s).
    """
    os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")


def lower_priority() -> None:
    """Lower the priority of this process; to be called before it has other threads."""
    if hasattr(os, "nice"):
        os.nice(NICE)


def lowered_priority(make: Callable[[], _Made]) -> _Made:
    """Return what `make` makes; threads that it starts have a lower priority where threads have one, on Linux."""
    if sys.platform != "linux":
        return make()
    with ThreadPoolExecutor(1, initializer=lower_priority) as thread:
        return thread.submit(make).result()
