"""What the lab's engines gain: the guide's way, mlx-audio's `generate` and the two of ours, with the same weights.

Speech has a fixed number of frames on every side: the end of speech is suppressed, and ours is stopped where the others
reach their limit. So what is compared is the work, whatever the weights say. Run by `voicelab bench engine`.
"""

from __future__ import annotations

import importlib.metadata
import platform
from typing import TYPE_CHECKING, Any

from voicelab.engines.qwen3.bench.agreement import agreement, context_error
from voicelab.engines.qwen3.bench.memory import peak_in_new_process
from voicelab.engines.qwen3.bench.profile import profile
from voicelab.engines.qwen3.bench.sides import NAMES, Sides
from voicelab.engines.qwen3.bench.timing import TIMED, timed_in_new_process
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

    Each side is timed in a process of its own, and so is its memory: in one with (a) and (b) a grid of the fast engine
    took three times as long (docs/performance.md). Those of the parts that are not in `only` are left out.
    """
    figures: dict[str, Any] = {"model": name, "frames": frames, "runs": runs, "machine": machine()}
    if TIMED & set(only):
        figures |= _merged([timed_in_new_process(name, frames, runs, side, TIMED & set(only), tell) for side in NAMES])
    if {"same", "profile", "context"} & set(only):
        figures |= _looked_at(name, frames, tell, only)
    if "memory" in only:
        figures["peak_memory_bytes"] = {side: peak_in_new_process(name, frames, side, tell) for side in NAMES}
    return figures


def _merged(sides: list[dict[str, Any]]) -> dict[str, Any]:
    """Return what each side's process found, by case and side."""
    found: dict[str, Any] = {"load_seconds": {}, "first_run_seconds": {}, "seconds": {}}
    for side, figures in zip(NAMES, sides, strict=True):
        found["load_seconds"][side] = figures["load_seconds"]
        for what in ("first_run_seconds", "seconds"):
            for case, seconds in figures[what].items():
                found[what].setdefault(case, {})[side] = seconds
    if {"one", "first audio"} <= set(found["seconds"]):
        found["seconds"]["first audio"]["a"] = found["seconds"]["one"]["a"]
    found["ratios"] = {
        case: {side: sides_s["a"] / value for side, value in sides_s.items() if side != "a"}
        for case, sides_s in found["seconds"].items()
        if "a" in sides_s
    }
    return found


def _looked_at(name: str, frames: int, tell: Callable[[str], None], only: Collection[str]) -> dict[str, Any]:
    """Return what is found in this process, and is no time of a side."""
    sides = Sides(name, frames)
    figures: dict[str, Any] = {}
    if "same" in only:
        tell("comparing tokens")
        figures["agreement"] = agreement(sides)
    if "profile" in only:
        tell("timing each step")
        figures |= profile(sides)
    if "context" in only:
        figures["context_error"] = context_error(sides)
    return figures


def machine() -> dict[str, str]:
    """Return what the figures were measured on."""
    import mlx.core as mx

    gpu = mx.default_device() == mx.Device(mx.gpu)
    name = str(mx.device_info(mx.gpu).get("device_name", "GPU")) if gpu else "CPU"
    versions = {package: importlib.metadata.version(package) for package in ("mlx", "mlx-audio")}
    return {"device": name, "system": f"{platform.system()} {platform.machine()}", **versions}
