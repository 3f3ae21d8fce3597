"""How tokens are drawn once a model is known: what a request leaves open is the checkpoint's own."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

from voicelab.engines.qwen3.published_models import LOWEST_CLONING_PENALTY, sampling_fields
from voicelab.errors import InvalidCheckpoint

if TYPE_CHECKING:
    from pathlib import Path

    from voicelab.speech.ports import Sampling

_FILE = "generation_config.json"


@dataclass(frozen=True)
class Settled:
    """Sampling without an open field; the defaults are those of cloning with a published model."""

    temperature: float = 0.9
    top_k: int = 50
    top_p: float = 1.0
    repetition_penalty: float = LOWEST_CLONING_PENALTY


def own_sampling(folder: Path, *, cloning: bool) -> Settled:
    """Return what generation_config.json in `folder` says; the published values for what it does not say.

    While cloning, mlx-audio raises the penalty to its floor, and so does the lab. Raises InvalidCheckpoint.
    """
    said = _read(folder / _FILE)
    own = {}
    for field in sampling_fields(cloning=cloning):
        value = said.get(field.name, field.default)
        if isinstance(value, bool) or not isinstance(value, (int, float)):
            raise InvalidCheckpoint(f"{_FILE} in {folder} has no number for {field.name}. Download the model anew.")
        own[field.name] = float(value)
    if said.get("do_sample") is False:
        own["temperature"] = 0.0
    penalty = max(own["repetition_penalty"], LOWEST_CLONING_PENALTY) if cloning else own["repetition_penalty"]
    return Settled(own["temperature"], int(own["top_k"]), own["top_p"], penalty)


def settle(sampling: Sampling, own: Settled) -> Settled:
    """Return `sampling` with what it leaves open as the model's `own`."""
    return Settled(
        sampling.value("temperature", own.temperature),
        int(sampling.value("top_k", own.top_k)),
        sampling.value("top_p", own.top_p),
        sampling.value("repetition_penalty", own.repetition_penalty),
    )


def _read(path: Path) -> dict[str, object]:
    try:
        said = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    except (OSError, ValueError) as error:
        raise InvalidCheckpoint(f"{path} cannot be read ({error}). Download the model anew.") from error
    if not isinstance(said, dict):
        raise InvalidCheckpoint(f"{path} is damaged. Download the model anew.")
    return said
