"""The models of the catalogue, and what is to be known of any other: a hub repository or a local folder."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

from voicelab.engines.mlx.families import FAMILIES, Family, family_by_name, family_named, family_of
from voicelab.errors import InvalidCheckpoint
from voicelab.speech.engine_descriptor import Capabilities, Model

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

NAME = "mlx"
_LOADED = 1.05
"""Memory in use once a model is loaded, in sizes of its weights."""
_NOT_TRIED = "Not tried here."
_INDEX = "model.safetensors.index.json"


def _described(family: Family, name: str, config: Mapping[str, Any], note: str, **told: Any) -> Model:
    size_bytes = told.get("size_bytes")
    besides = f" It loads {family.companion} from the hub besides, once." if family.companion else ""
    tried = "" if family.tried else f" {_NOT_TRIED}"
    return Model(
        name=name,
        engine=NAME,
        kind=family.name,
        memory_bytes=None if size_bytes is None else round(size_bytes * _LOADED) + family.working_bytes,
        languages=family.languages_of(config),
        longest_prompt_s=family.longest_prompt_s,
        capabilities=Capabilities(clones=True, needs_transcript=family.needs_transcript),
        sampling=family.fields_of(config),
        licence=family.licence,
        note=f"{family.title}: {note}{besides}{tried}",
        **told,
    )


def _entry(family: str, name: str, repository: str, size_gb: float, note: str, **config: Any) -> Model:
    bits = re.search(r"-([2-8])bit$", name)
    return _described(
        family_named(family),
        name,
        config,
        note,
        repository=repository,
        size_bytes=round(size_gb * 1e9),
        quantization=int(bits[1]) if bits else None,
    )


PUBLISHED: tuple[Model, ...] = (
    _entry(
        "pocket_tts",
        "pocket-tts-mlx",
        "mlx-community/pocket-tts",
        0.24,
        "small and quick, English. Size from its 100 M parameters of 16 bits; memory is an estimate.",
    ),
    _entry(
        "chatterbox",
        "chatterbox-fp16",
        "mlx-community/chatterbox-fp16",
        1.6,
        "English; needs no transcript. Size and memory are estimates.",
    ),
    _entry(
        "voxcpm2",
        "voxcpm2-4bit",
        "mlx-community/VoxCPM2-4bit",
        2.3,
        "2 billion parameters. Size from mlx-audio's list; memory is an estimate.",
    ),
    _entry(
        "voxcpm2",
        "voxcpm2-8bit",
        "mlx-community/VoxCPM2-8bit",
        3.23,
        "2 billion parameters, less quantized. Size from mlx-audio's list; memory is an estimate.",
    ),
)


def describe_folder(name: str, folder: Path, config: Mapping[str, Any]) -> Model | None:
    """Return what the model in `folder` is, None unless it is of a family that clones."""
    family = family_of(config)
    if family is None:
        return None
    quantization = config.get("quantization") or config.get("quantization_config") or {}
    return _described(
        family,
        name,
        config,
        "a folder. Memory is an estimate from its weights.",
        size_bytes=sum(file.stat().st_size for file in folder.glob("*.safetensors")),
        quantization=quantization.get("bits") if isinstance(quantization, dict) else None,
    )


def describe_repository(repository: str) -> Model | None:
    """Return what a repository is whose name says a family; None for others."""
    family = family_by_name(repository)
    if family is None:
        return None
    bits = re.search(r"-([2-8])bit$", repository, re.IGNORECASE)
    return _described(
        family,
        repository,
        {"multilingual": "multilingual" in repository.lower()},
        "not in the catalogue, its family is read from its name until it is downloaded.",
        repository=repository,
        quantization=int(bits[1]) if bits else None,
    )


def missing_files(folder: Path) -> list[str]:
    """Return the files that a model in `folder` needs and that are not there, as paths relative to it."""
    config = read_config(folder)
    family = family_of(config)
    if family is None:
        return ["a config.json of a family that mlx-audio clones with"]
    needed = [names for names in family.files if not any((folder / name).is_file() for name in names)]
    return [" or ".join(names) for names in needed] + _missing_weights(folder)


def check_folder(folder: Path) -> None:
    """Raise InvalidCheckpoint, naming what is missing, unless `folder` looks like a whole model of a family."""
    missing = missing_files(folder)
    if missing:
        message = (
            f"The model folder {folder} lacks {', '.join(missing)}. Copy the missing files there from the model's "
            "repository, or remove the folder so that the model is downloaded anew."
        )
        raise InvalidCheckpoint(message)


def check_config(folder: Path) -> Family:
    """Return the family of the config.json in `folder`. Raises InvalidCheckpoint for another model's."""
    config = read_config(folder)
    family = family_of(config)
    if family is None:
        known = ", ".join(family.title for family in FAMILIES)
        message = (
            f"The model in {folder} is of no family that clones here (its model_type is "
            f"{str(config.get('model_type'))[:60]!r}). Give one of: {known}."
        )
        raise InvalidCheckpoint(message)
    return family


def read_config(folder: Path) -> dict[str, Any]:
    """Return what config.json in `folder` holds; {} without one or for a damaged one, which the catalogue tells."""
    try:
        config = json.loads((folder / "config.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return config if isinstance(config, dict) else {}


def _missing_weights(folder: Path) -> list[str]:
    """Return the weight files that are not there: those of the index for a sharded model, else at least one."""
    try:
        shards = set(json.loads((folder / _INDEX).read_text(encoding="utf-8"))["weight_map"].values())
    except OSError:
        return [] if any(folder.glob("*.safetensors")) else ["model.safetensors"]
    except (ValueError, KeyError, TypeError, AttributeError):
        return [_INDEX]
    return sorted(name for name in shards if not (folder / name).is_file())
