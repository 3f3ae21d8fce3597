"""The peak of MLX's memory, in a fresh process for each side."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING, Any

from voicelab.engines.qwen3.bench.sides import ONE_S, Sides
from voicelab.errors import Failed

if TYPE_CHECKING:
    from collections.abc import Callable


def peak(name: str, frames: int, side: str) -> int:
    """Return the peak of MLX's memory for one request of `side`, in bytes: for a process of its own."""
    import mlx.core as mx

    sides = Sides(name, frames)
    mx.clear_cache()
    mx.reset_peak_memory()
    speak: Callable[[], Any] = {
        "a": lambda: sides.a(ONE_S, 1),
        "b": lambda: sides.b(ONE_S, 1),
        "c": lambda: sides.c([(ONE_S, 1)]),
        "d": lambda: sides.d([(ONE_S, 1)]),
    }[side]
    speak()
    return int(mx.get_peak_memory())


def peak_in_new_process(name: str, frames: int, side: str, tell: Callable[[str], None]) -> int:
    """Return what `peak` finds in a process of its own."""
    tell(f"peak memory: {side}")
    command = [sys.executable, "-m", __name__, name, str(frames), side]
    done = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603 - fixed arguments
    if done.returncode != 0:
        last = (done.stderr.strip().splitlines() or [f"exit status {done.returncode}"])[-1]
        raise Failed(f"The peak memory of side {side} could not be measured: {last[:200]}")
    return int(done.stdout.split()[-1])


if __name__ == "__main__":
    sys.stdout.write(f"{peak(sys.argv[1], int(sys.argv[2]), sys.argv[3])}\n")
