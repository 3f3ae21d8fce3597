"""What is wrong with a descriptor that somebody wrote: said when it is read, instead of failing where it is used."""

from __future__ import annotations

import re
from pathlib import Path

from voicelab.speech.engine_descriptor import Capabilities, EngineDescriptor, Model, SamplingField

_ENGINE = re.compile(r"[a-z0-9][a-z0-9_-]*")
_MODEL = re.compile(r"[a-z0-9][a-z0-9._-]*")
_PATH = re.compile(r"[A-Za-z_][\w.]*:[A-Za-z_]\w*")
_FLAGS = re.compile(r"--[a-z][a-z0-9-]*/--[a-z][a-z0-9-]*")
_RESERVED = {"auto"}
_TEXT, _COUNT = (str,), (int, float, type(None))
_MODEL_FIELDS: dict[str, tuple[type, ...]] = {
    **dict.fromkeys(("name", "engine", "repository", "kind", "licence", "not_a_clone", "note", "terms"), _TEXT),
    **dict.fromkeys(("quantization", "size_bytes", "memory_bytes", "longest_prompt_s"), _COUNT),
    "languages": (tuple,),
    "capabilities": (Capabilities,),
    "sampling": (tuple,),
    "files": (tuple,),
    "folder": (Path, type(None)),
}
_ENGINE_FIELDS: dict[str, tuple[type, ...]] = {
    **dict.fromkeys(("name", "title", "synthesizer", "default_reason", "benchmark", "proof"), _TEXT),
    **dict.fromkeys(("models", "variants", "packages"), (tuple,)),
    "priority": (int,),
    "stands_in": (bool,),
}
_FUNCTIONS = (
    "availability",
    "missing_files",
    "describe_folder",
    "check_folder",
    "describe_repository",
    "guess_repository",
    "published_files",
)


def whats_wrong(descriptor: object, name: str) -> str:
    """Return why `descriptor` cannot be that of the engine `name`; empty when nothing is wrong."""
    if not isinstance(descriptor, EngineDescriptor):
        return f"it gives a {type(descriptor).__name__} and no EngineDescriptor"
    if descriptor.name != name or not _ENGINE.fullmatch(name):
        return f"its descriptor is called {descriptor.name!r}, which has to be the entry point's name, in lower case"
    return (
        _wrong_types(descriptor, _ENGINE_FIELDS)
        or next((f"its {each} is no function" for each in _FUNCTIONS if not callable(getattr(descriptor, each))), "")
        or _wrong_paths(descriptor)
        or _wrong_models(descriptor)
    )


def _wrong_paths(descriptor: EngineDescriptor) -> str:
    for path in (descriptor.synthesizer, *(variant.synthesizer for variant in descriptor.variants)):
        if not _PATH.fullmatch(path):
            return f"{path!r} does not name a synthesizer as module:Class"
    for variant in descriptor.variants:
        if not _FLAGS.fullmatch(variant.flags):
            return f"the flags {variant.flags!r} are not written as --on/--off"
    return ""


def _wrong_models(descriptor: EngineDescriptor) -> str:
    if not descriptor.models:
        return "it has no model"
    for model in descriptor.models:
        if wrong := _wrong_with_model(model, descriptor.name):
            return wrong
    doubled = len({model.name for model in descriptor.models}) < len(descriptor.models)
    return "two of its models have the same name" if doubled else ""


def _wrong_with_model(model: object, engine: str) -> str:
    if not isinstance(model, Model):
        return f"it has a {type(model).__name__} among its models"
    if wrong := _wrong_types(model, _MODEL_FIELDS):
        return f"{wrong}, in its model {model.name}"
    if model.engine != engine:
        return f"its model {model.name} belongs to {model.engine!r}"
    if not _MODEL.fullmatch(model.name) or model.name in _RESERVED:
        return f"{model.name!r} cannot be a model's name"
    for each in model.sampling:
        if not isinstance(each, SamplingField) or not each.lowest <= each.default <= each.highest:
            return f"its model {model.name} has a sampling field whose default is out of its bounds"
    return ""


def _wrong_types(value: object, fields: dict[str, tuple[type, ...]]) -> str:
    wrong = (name for name, kinds in fields.items() if not isinstance(getattr(value, name), kinds))
    name = next(wrong, "")
    return f"its {name} is a {type(getattr(value, name)).__name__}" if name else ""
