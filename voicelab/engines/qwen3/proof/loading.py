"""Whether the model fits, and what loading it takes."""

from __future__ import annotations

import time
from pathlib import Path
from typing import TYPE_CHECKING

from voicelab.engines.qwen3.proof.bench import Until
from voicelab.engines.qwen3.random_model import NAMES as RANDOM
from voicelab.engines.qwen3.random_model import random_model
from voicelab.engines.qwen3.synthesizer import Qwen3Synthesizer
from voicelab.speech.proof import Check

if TYPE_CHECKING:
    from voicelab.speech.proof import Orders

_OVER = 1.25
"""Active memory after loading, in sizes of the weight files, that cannot be explained: the published 8-bit model has
1.03. Something was loaded twice, or in a wider dtype."""
_SLACK_BYTES = 64 << 20
"""What MLX has besides weights, whatever their size."""


def weights_bytes(folder: str) -> int:
    """Return the size of all weight files of the model in `folder`."""
    return sum(file.stat().st_size for file in Path(folder).rglob("*.safetensors"))


def room_check(folder: str, working_set_bytes: int | None) -> Check:
    """Say whether the weights fit into what the device may keep at once."""
    needed = weights_bytes(folder)
    figures = {"weights_bytes": needed, "working_set_bytes": working_set_bytes}
    if working_set_bytes is None:
        return Check("room", "pass", f"{needed / 1e9:.2f} GB of weights; the device names no limit", figures)
    if needed >= working_set_bytes:
        message = (
            f"the weights take {needed / 1e9:.2f} GB and this device may keep {working_set_bytes / 1e9:.2f} GB at "
            "once. Choose a smaller model."
        )
        return Check("room", "fail", message, figures)
    message = f"{needed / 1e9:.2f} GB of weights; the device may keep {working_set_bytes / 1e9:.2f} GB at once"
    return Check("room", "pass", message, figures)


def loaded(orders: Orders) -> tuple[Qwen3Synthesizer, Check]:
    """Load the model and say what it took. Raises InvalidCheckpoint."""
    import mlx.core as mx

    synthesizer = Qwen3Synthesizer()
    started = time.perf_counter()
    if orders.model in RANDOM:
        synthesizer.hold(orders.model, random_model(orders.model))
    else:
        synthesizer.load(orders.model, Until())
    mx.eval(synthesizer.model.parameters())
    elapsed_s = time.perf_counter() - started
    weights = 0 if orders.model in RANDOM else weights_bytes(orders.folder)
    return synthesizer, load_check(elapsed_s, int(mx.get_active_memory()), weights)


def load_check(elapsed_s: float, active_bytes: int, weights: int) -> Check:
    """Judge what loading took; `weights` is 0 for a model that is not on disk."""
    figures = {"load_s": round(elapsed_s, 3), "active_bytes": active_bytes, "weights_bytes": weights}
    if weights and active_bytes > weights * _OVER + _SLACK_BYTES:
        message = (
            f"{active_bytes / 1e9:.2f} GB are in use for {weights / 1e9:.2f} GB of weights: the model is held twice, "
            "or wider than it is on disk. Write an issue with this report."
        )
        return Check("load", "fail", message, figures)
    return Check("load", "pass", f"{elapsed_s:.1f} s, {active_bytes / 1e9:.2f} GB in use", figures)
