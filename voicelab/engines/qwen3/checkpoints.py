"""What a folder must hold to be a Qwen3-TTS model, in the layout of the published repositories."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Literal, get_args

from voicelab.errors import InvalidCheckpoint

if TYPE_CHECKING:
    from pathlib import Path

Kind = Literal["base", "custom_voice", "voice_design"]
"""base clones a prompt; custom_voice brings speakers; voice_design follows a description of a voice."""
KINDS: tuple[Kind, ...] = get_args(Kind)
MODEL_TYPE = "qwen3_tts"
"""What config.json calls it."""

_NEEDED = ("config.json", "tokenizer_config.json", "speech_tokenizer/config.json")
_INDEX = "model.safetensors.index.json"


def missing_files(folder: Path) -> list[str]:
    """Return the files that a model in `folder` needs and that are not there, as paths relative to it."""
    missing = [name for name in _NEEDED if not (folder / name).is_file()]
    if not (folder / "tokenizer.json").is_file():
        missing += [name for name in ("vocab.json", "merges.txt") if not (folder / name).is_file()]
    missing += _missing_weights(folder)
    missing += [f"speech_tokenizer/{name}" for name in _missing_weights(folder / "speech_tokenizer")]
    return missing


def check_checkpoint(folder: Path) -> None:
    """Raise InvalidCheckpoint, naming what is missing or wrong, unless `folder` looks like a whole Qwen3-TTS model."""
    missing = missing_files(folder)
    if missing:
        message = (
            f"The model folder {folder} lacks {', '.join(missing)}. Copy the missing files there from the model's "
            "repository, or remove the folder so that the model is downloaded anew."
        )
        raise InvalidCheckpoint(message)
    read_config(folder)


def read_config(folder: Path) -> dict[str, Any]:
    """Return the config.json of `folder`. Raises InvalidCheckpoint unless it is one of Qwen3-TTS."""
    path = folder / "config.json"
    try:
        config = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        message = f"The folder {folder} holds no model: it has no config.json. Give the folder that config.json is in."
        raise InvalidCheckpoint(message) from error
    except ValueError as error:
        message = f"{path} is damaged: {error}. Copy it again from the model's repository."
        raise InvalidCheckpoint(message) from error
    if not isinstance(config, dict) or config.get("model_type") != MODEL_TYPE:
        found = config.get("model_type") if isinstance(config, dict) else None
        message = f"The model in {folder} is not Qwen3-TTS (its model_type is {found!r}). Give a Qwen3-TTS model."
        raise InvalidCheckpoint(message)
    if config.setdefault("tts_model_type", "base") not in KINDS:
        message = (
            f"The model in {folder} is of the kind {config['tts_model_type']!r}, which the lab does not know. "
            f"Give one of these kinds: {', '.join(KINDS)}."
        )
        raise InvalidCheckpoint(message)
    talker, quantization = config.get("talker_config"), quantization_of(config)
    if not isinstance(talker, dict) or not isinstance(quantization, dict):
        message = f"{path} is damaged: talker_config or quantization is no object. Copy it again from the repository."
        raise InvalidCheckpoint(message)
    return config


def quantization_of(config: dict[str, Any]) -> Any:
    """Return the quantization section of a config.json under either of its names; empty without one."""
    return config.get("quantization") or config.get("quantization_config") or {}


def _missing_weights(folder: Path) -> list[str]:
    """Return the weight files that are not there: those of the index for a sharded model, else at least one."""
    index = folder / _INDEX
    if index.is_file():
        try:
            shards = set(json.loads(index.read_text(encoding="utf-8"))["weight_map"].values())
        except (ValueError, KeyError, TypeError, AttributeError):
            return [_INDEX]
        return sorted(name for name in shards if not (folder / name).is_file())
    return [] if any(folder.glob("*.safetensors")) else ["model.safetensors"]
