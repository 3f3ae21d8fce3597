"""How long a call takes when nothing of the device's work is left over."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable


def timed(function: Callable[[], Any]) -> float:
    """Return how long `function` takes; a number that it returns is its own time."""
    import mlx.core as mx

    wait: Any = mx.synchronize
    wait()
    started = time.perf_counter()
    own = function()
    elapsed_s = time.perf_counter() - started
    return own if isinstance(own, float) else elapsed_s
