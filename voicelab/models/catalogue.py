"""What a model's name means: a catalogue's entry of some engine, a hub repository, or a local folder."""

from __future__ import annotations

import difflib
import json
import re
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from voicelab.errors import InvalidCheckpoint, UnknownModel
from voicelab.hub import folder_on_disk
from voicelab.models.process_memory import machine_bytes, room_for
from voicelab.models.registry import registry
from voicelab.speech.engine_descriptor import Model

if TYPE_CHECKING:
    from voicelab.speech.engine_descriptor import EngineDescriptor

_FOUND = (Model, type(None))
"""What a function of an engine answers when it is asked what something is."""
_REPOSITORY = re.compile(r"[A-Za-z0-9][\w.-]*/[A-Za-z0-9][\w.-]*")


def catalogue() -> tuple[Model, ...]:
    """Return the models that the lab knows by name: those of every engine."""
    return registry().models


def stand_in() -> str:
    """Return the name of the model that may answer while another one is not ready; empty without any."""
    engine = registry().stand_in
    return engine.models[0].name if engine else ""


def find(name: str) -> Model:
    """Return what `name` means: a catalogue name, a local folder, or a hub repository "owner/name".

    A local folder wins over a repository of the same spelling. Raises UnknownModel, and InvalidCheckpoint for a folder
    that holds no model of any engine.
    """
    wanted = name.strip()
    for model in catalogue():
        if wanted.lower() in {model.name, model.repository.lower()} - {""}:
            return model
    folder = _existing_folder(wanted)
    if folder is not None:
        return _in_folder(wanted, folder)
    if _REPOSITORY.fullmatch(wanted):
        return _from_repository(wanted)
    near = difflib.get_close_matches(wanted.lower(), [model.name for model in catalogue()], n=3, cutoff=0.5)
    names = f"Did you mean {' or '.join(near)}?" if near else f"Known: {', '.join(m.name for m in catalogue())}."
    message = (
        f"There is no model {wanted[:120]!r}: it is not in the catalogue and not a folder. {names} "
        "A hub repository is given as owner/name."
    )
    raise UnknownModel(message)


def on_disk(model: Model) -> Path | None:
    """Return the folder of `model` if every file it needs is there, else None. Reads no weights, asks no hub."""
    engine = registry().engine(model.engine)
    if engine.on_disk is not None:
        return registry().ask(engine, engine.on_disk, model, otherwise=None, gives=(Path, type(None)))
    if model.folder is not None:
        return model.folder
    folder = folder_on_disk(model.repository, model.files or None)
    return folder if folder is not None and not _missing_files(engine, folder) else None


def check_folder(model: Model) -> None:
    """Raise InvalidCheckpoint for a local folder that its engine could not load. Anything else passes."""
    if model.folder is not None:
        engine = registry().engine(model.engine)
        registry().ask(
            engine, engine.check_folder, model.folder, otherwise=None, gives=(object,), lets=(InvalidCheckpoint,)
        )


def too_large(model: Model) -> str:
    """Return a sentence when `model` needs more memory than this machine can give it, so that it would swap; else "".

    Where nobody counted what it needs, its weights alone are what is compared.
    """
    here = machine_bytes()
    room = room_for(model.engine, here)
    needed = model.memory_bytes or model.size_bytes or 0
    if needed <= room:
        return ""
    return (
        f"{model.name} needs about {needed / 1e9:.1f} GB of memory, and of this machine's {here / 1e9:.1f} GB a model "
        f"may take {room / 1e9:.1f} GB: it would swap and take very long, or end. Choose a smaller model. To load it "
        "all the same, start the lab with --allow-swap, or allow it in the tab Machine."
    )


def _existing_folder(name: str) -> Path | None:
    try:
        folder = Path(name).expanduser()
        return folder if name and folder.is_dir() else None
    except (OSError, RuntimeError):  # a name too long for the file system, or ~ of somebody who does not exist
        return None


def _in_folder(name: str, folder: Path) -> Model:
    """Return what the engine that knows the model in `folder` says of it. Raises InvalidCheckpoint."""
    config = _config_of(folder)
    for engine in registry().engines:
        found = _described(engine, name, folder, config)
        if found is not None:
            return replace(found, note=found.note or "A local folder.", folder=folder.resolve())
    raise _of_no_engine(folder, config)


def _described(engine: EngineDescriptor, name: str, folder: Path, config: dict[str, Any]) -> Model | None:
    """Return what `engine` says of the model in `folder`. Raises InvalidCheckpoint for its own that is damaged."""
    found = registry().ask(
        engine,
        engine.describe_folder,
        name,
        folder,
        config,
        otherwise=None,
        gives=_FOUND,
        lets=(InvalidCheckpoint,),
    )
    return None if found is None else replace(found, engine=engine.name)


def _from_repository(repository: str) -> Model:
    """Return what is known of a repository outside the catalogues: from its files once they are on disk."""
    folder = folder_on_disk(repository)
    if folder is not None:
        config = _config_of(folder)
        for engine in registry().engines:
            if not _missing_files(engine, folder):
                found = _described(engine, repository, folder, config)
                if found is not None:
                    return replace(found, note=found.note or "Not in the catalogue.", repository=repository)
    model = _by_name(repository)
    if folder is not None and not _missing_files(registry().engine(model.engine), folder):
        raise _of_no_engine(folder, config)
    return model


def _by_name(repository: str) -> Model:
    """Return what a repository is by its name, or by a guess. Raises UnknownModel when no engine takes it."""
    engines = registry().engines
    told = [(engine, engine.describe_repository) for engine in engines]
    for engine, describe in (*told, *((engine, engine.guess_repository) for engine in engines)):
        model = registry().ask(engine, describe, repository, otherwise=None, gives=_FOUND)
        if model is not None:
            return replace(model, engine=engine.name)
    raise UnknownModel(f"The repository {repository} is of none of the engines here, {_titles()}. Give another model.")


def _missing_files(engine: EngineDescriptor, folder: Path) -> list[str]:
    return registry().ask(
        engine, engine.missing_files, folder, otherwise=["what its engine cannot name"], gives=(list,)
    )


def _of_no_engine(folder: Path, config: dict[str, Any]) -> InvalidCheckpoint:
    if not config:
        message = f"The folder {folder} holds no model: it has no config.json. Give the folder that config.json is in."
        return InvalidCheckpoint(message)
    return InvalidCheckpoint(
        f"The model in {folder} is of none of the engines here, {_titles()} (its model_type is "
        f"{config.get('model_type')!r}). Give a model of one of them, or install the package of its engine."
    )


def _titles() -> str:
    return ", ".join(engine.title for engine in registry().engines)


def _config_of(folder: Path) -> dict[str, Any]:
    """Return what the config.json of `folder` holds, {} without one. Raises InvalidCheckpoint for a damaged one."""
    path = folder / "config.json"
    try:
        config = json.loads(path.read_text(encoding="utf-8"))
    except OSError:
        return {}
    except ValueError as error:
        message = f"{path} is damaged: {error}. Copy it again from the model's repository."
        raise InvalidCheckpoint(message) from error
    if not isinstance(config, dict):
        raise InvalidCheckpoint(f"{path} is damaged: it holds no object. Copy it again from the model's repository.")
    return config
