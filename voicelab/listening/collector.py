"""Python's collector of garbage, out of the way while a hundred thousand answers are read and counted.

They make no cycles, and it would look at all of them again and again: that was a third of the time.
"""

from __future__ import annotations

import contextlib
import gc
import threading
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

_lock = threading.Lock()
_users = 0
_was_on = True


@contextlib.contextmanager
def collector_paused() -> Iterator[None]:
    """Collect nothing during the block, whichever thread it is in; several at once end with the last of them."""
    global _users, _was_on  # noqa: PLW0603 - the collector is the process's, so is who paused it
    with _lock:
        if not _users:
            _was_on = gc.isenabled()
        _users += 1
        gc.disable()
    try:
        yield
    finally:
        with _lock:
            _users -= 1
            if not _users and _was_on:
                gc.enable()
