"""What the fast engine gains: the guide's way, mlx-audio's `generate` and ours, in turn and with the same weights.

Speech has a fixed number of frames on every side: the end of speech is suppressed, and ours is stopped where the others
reach their limit. So what is compared is the work, whatever the weights say. Run by `voicelab bench engine`.
"""

from __future__ import annotations

import importlib.metadata
import platform
import statistics
import time
from typing import TYPE_CHECKING, Any

from voicelab.engines.qwen3.bench.agreement import agreement, context_error
from voicelab.engines.qwen3.bench.memory import peak_in_new_process
from voicelab.engines.qwen3.bench.profile import profile
from voicelab.engines.qwen3.bench.sides import GRID_S, GRID_SEEDS, NAMES, ONE_S, Sides
from voicelab.engines.qwen3.bench.timing import timed
from voicelab.engines.qwen3.random_model import NAMES as RANDOM

if TYPE_CHECKING:
    from collections.abc import Callable, Collection

PARTS = ("one", "grid", "stream", "memory", "same", "profile", "context")
"""What can be measured by itself."""
MODELS = tuple(RANDOM)
"""Of full size, made without weights."""


def measure(
    name: str, frames: int, runs: int, tell: Callable[[str], None], only: Collection[str] = PARTS
) -> dict[str, Any]:
    """Return the figures: seconds of each side, ratios to (a), peak memory, agreement, profile, machine.

    Those of the parts that are not in `only` are left out.
    """
    figures: dict[str, Any] = {"model": name, "frames": frames, "runs": runs, "machine": machine()}
    if set(only) != {"memory"}:
        figures |= _measure_here(name, frames, runs, tell, only)
    if "memory" in only:
        figures["peak_memory_bytes"] = {side: peak_in_new_process(name, frames, side, tell) for side in NAMES}
    return figures


def _measure_here(
    name: str, frames: int, runs: int, tell: Callable[[str], None], only: Collection[str]
) -> dict[str, Any]:
    """Return what can be measured in one process."""
    started = time.perf_counter()
    sides = Sides(name, frames)
    figures: dict[str, Any] = {"load_seconds": time.perf_counter() - started, "first_run_seconds": {}}
    seconds: dict[str, dict[str, float]] = {}
    for case, functions in _cases(sides, only).items():
        times: dict[str, list[float]] = {side: [] for side in functions}
        for number in range(runs + 1):  # the first is not counted: it compiles
            for side, function in functions.items():
                elapsed_s = timed(function)
                if number:
                    times[side].append(elapsed_s)
                else:
                    figures["first_run_seconds"][f"{case} {side}"] = elapsed_s
                    tell(f"{case}, first run: {side} {elapsed_s:.1f} s")
            if number:
                last = ", ".join(f"{side} {values[-1]:.3f} s" for side, values in times.items())
                tell(f"{case}, run {number} of {runs}: {last}")
        seconds[case] = {side: statistics.median(values) for side, values in times.items()}
    if "one" in seconds and "first audio" in seconds:
        seconds["first audio"]["a"] = seconds["one"]["a"]
    figures["seconds"] = seconds
    figures["ratios"] = {
        case: {side: sides_s["a"] / value for side, value in sides_s.items() if side != "a"}
        for case, sides_s in seconds.items()
        if "a" in sides_s
    }
    if "same" in only:
        tell("comparing tokens")
        figures["agreement"] = agreement(sides)
    if "profile" in only:
        tell("timing each step")
        figures |= profile(sides)
    if "context" in only:
        figures["context_error"] = context_error(sides)
    return figures


def _cases(sides: Sides, only: Collection[str]) -> dict[str, dict[str, Callable[[], Any]]]:
    """Return what is timed: by case, what each side does."""
    grid = [(seconds, seed) for seconds in GRID_S for seed in GRID_SEEDS]
    one = (ONE_S, 1)

    def new_for_b() -> None:
        sides.forget()
        sides.b(*one)

    def new_for_c() -> None:
        sides.forget()
        sides.c([one])

    cases: dict[str, dict[str, Callable[[], Any]]] = {}
    if "one" in only:
        cases["one"] = {"a": lambda: sides.a(*one), "b": lambda: sides.b(*one), "c": lambda: sides.c([one])}
        cases["one, new voice"] = {"b": new_for_b, "c": new_for_c}
    if "grid" in only:
        cases["grid"] = {
            "a": lambda: [sides.a(*cell) for cell in grid],
            "b": lambda: [sides.b(*cell) for cell in grid],
            "c": lambda: sides.c(grid),
        }
    if "stream" in only:
        cases["first audio"] = {
            "b": lambda: sides.b_first(*one),
            "c": lambda: sides.c([one], live=True)[0].first_audio_s,
        }
    return cases


def machine() -> dict[str, str]:
    """Return what the figures were measured on."""
    import mlx.core as mx

    gpu = mx.default_device() == mx.Device(mx.gpu)
    name = str(mx.device_info(mx.gpu).get("device_name", "GPU")) if gpu else "CPU"
    versions = {package: importlib.metadata.version(package) for package in ("mlx", "mlx-audio")}
    return {"device": name, "system": f"{platform.system()} {platform.machine()}", **versions}
