"""Waiting for an engine process."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable


WAIT_S = 30


def wait_for(condition: Callable[[], object]) -> None:
    """Wait until `condition` holds."""
    end = time.monotonic() + WAIT_S
    while not condition():
        assert time.monotonic() < end, "it never came true"
        time.sleep(0.01)
