"""What MLX can do on this machine, and with it this engine."""

from __future__ import annotations

import functools
import json
import platform
import subprocess
import sys
from importlib.util import find_spec
from typing import Any

from voicelab.speech.engine_descriptor import Availability

_PROBE_TIMEOUT_S = 60
"""The first import of MLX after an installation compiles and is checked by the system: slow, but not this slow."""

_PROBE = """
import importlib.util, json
import mlx.core as mx
kind = "Metal" if mx.metal.is_available() else "CUDA" if mx.cuda.is_available() else ""
name, kept = "", None
if kind:
    told = mx.device_info(mx.gpu)
    name, kept = told.get("device_name", "GPU"), told.get("max_recommended_working_set_size")
    mx.eval(mx.ones((8, 8)) @ mx.ones((8, 8)))
audio = importlib.util.find_spec("mlx_audio") is not None
print(json.dumps({"kind": kind, "name": name, "kept": kept, "mlx_audio": audio}))
"""
"""Runs in a process of its own: this one must not hold a device, and a broken driver may take the process down."""


@functools.cache
def probe() -> Availability:
    """Ask MLX, in a process of its own and once, which device it has."""
    if platform.system() == "Darwin" and platform.machine() == "x86_64":
        return _unusable("MLX needs a Mac with Apple silicon and a Python made for it; this Python is an Intel one.")
    if find_spec("mlx") is None:
        return _unusable(_not_installed())
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


def _not_installed() -> str:
    """Say why an installation has no MLX, and what brings it."""
    if platform.system() == "Darwin":
        return "MLX needs macOS 14 or newer. After an update of macOS, install the lab again."
    return "MLX is not installed. For an NVIDIA GPU install the lab with its extra cuda, for the processor with cpu."


def _understand(found: dict[str, Any]) -> Availability:
    """Put the answer of the probe into words."""
    if not found["mlx_audio"]:
        return _unusable("MLX is here but mlx-audio is not: install the lab again for Qwen3-TTS.")
    if not found["kind"]:
        reason = "MLX works here but has no GPU, and Qwen3-TTS on a CPU takes minutes for a sentence."
        return Availability(available=True, reason=reason, device="CPU", suitable=False, slow=reason)
    device = f"{found['name']} ({found['kind']})"
    reason = f"MLX runs on the GPU here: {device}."
    return Availability(available=True, reason=reason, device=device, working_set_bytes=found.get("kept"))


def _unusable(reason: str) -> Availability:
    return Availability(available=False, reason=reason, device="")
