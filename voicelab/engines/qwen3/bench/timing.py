"""Timing work that MLX does when it likes, a side in a process of its own."""

from __future__ import annotations

import json
import statistics
import subprocess
import sys
import time
from typing import TYPE_CHECKING, Any

from voicelab.errors import Failed

if TYPE_CHECKING:
    from collections.abc import Callable, Collection

    from voicelab.engines.qwen3.bench.sides import Sides

TIMED = frozenset({"one", "grid", "stream"})
"""Parts that are times of a side."""


def timed(function: Callable[[], Any]) -> float:
    """Return how long `function` takes; a number that it returns is its own time."""
    import mlx.core as mx

    wait: Any = mx.synchronize
    wait()
    started = time.perf_counter()
    own = function()
    elapsed_s = time.perf_counter() - started
    return own if isinstance(own, float) else elapsed_s


def timed_in_new_process(
    name: str, frames: int, runs: int, side: str, parts: Collection[str], tell: Callable[[str], None]
) -> dict[str, Any]:
    """Return what `timed_side` finds in a process of its own."""
    tell(f"timing {side}")
    command = [sys.executable, "-m", __name__, name, str(frames), str(runs), side, *sorted(parts)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603 - fixed arguments
    if done.returncode != 0:
        last = (done.stderr.strip().splitlines() or [f"exit status {done.returncode}"])[-1]
        raise Failed(f"Side {side} could not be timed: {last[:200]}")
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found


def timed_side(name: str, frames: int, runs: int, side: str, parts: Collection[str]) -> dict[str, Any]:
    """Return the seconds of loading, of each case's first run, which compiles, and the medians of the next `runs`."""
    from voicelab.engines.qwen3.bench.sides import Sides

    started = time.perf_counter()
    sides = Sides(name, frames)
    found: dict[str, Any] = {"load_seconds": time.perf_counter() - started, "first_run_seconds": {}, "seconds": {}}
    for case, function in cases(sides, side, parts).items():
        first, *others = [timed(function) for _ in range(runs + 1)]
        found["first_run_seconds"][case] = first
        found["seconds"][case] = statistics.median(others)
    return found


def cases(sides: Sides, side: str, parts: Collection[str]) -> dict[str, Callable[[], Any]]:
    """Return what is timed of `side`, by case."""
    from voicelab.engines.qwen3.bench.sides import GRID_S, GRID_SEEDS, ONE_S

    grid = [(seconds, seed) for seconds in GRID_S for seed in GRID_SEEDS]
    one = (ONE_S, 1)
    speak: dict[str, Callable[[list[tuple[int, int]]], Any]] = {
        "a": lambda cells: [sides.a(*cell) for cell in cells],
        "b": lambda cells: [sides.b(*cell) for cell in cells],
        "c": sides.c,
        "d": sides.d,
    }
    first: dict[str, Callable[[], Any]] = {
        "b": lambda: sides.b_first(*one),
        "c": lambda: sides.c([one], live=True)[0].first_audio_s,
        "d": lambda: sides.d([one], live=True)[0].first_audio_s,
    }

    def of_a_new_voice() -> None:
        sides.forget()
        speak[side]([one])

    found: dict[str, Callable[[], Any]] = {}
    if "one" in parts:
        found["one"] = lambda: speak[side]([one])
        if side != "a":
            found["one, new voice"] = of_a_new_voice
    if "grid" in parts:
        found["grid"] = lambda: speak[side](grid)
    if "stream" in parts and side in first:
        found["first audio"] = first[side]
    return found


if __name__ == "__main__":
    name, frames, runs, side, *parts = sys.argv[1:]
    sys.stdout.write(json.dumps(timed_side(name, int(frames), int(runs), side, parts)) + "\n")
