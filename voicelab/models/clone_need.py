"""What is missing on this machine before it speaks with the voice of a clip."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypedDict

from voicelab.models.catalogue import find, on_disk
from voicelab.models.model_choice import availability
from voicelab.models.registry import registry

if TYPE_CHECKING:
    from collections.abc import Iterator

    from voicelab.speech.engine_descriptor import Availability, EngineDescriptor


class CloneNeed(TypedDict):
    """What would be needed, and the one thing to do about it: a download, or a command; neither where nothing helps."""

    text: str
    model: str
    command: str


def clone_need(default_model: str) -> CloneNeed | None:
    """Say what is needed where `default_model`, which speaks here, does not clone or is not on disk; else None.

    A model that would take minutes for a sentence here is never what is advised.
    """
    chosen = find(default_model)
    if chosen.capabilities.clones:
        if on_disk(chosen) is not None:
            return None
        text = f"{chosen.name} clones voices on this machine, and is not on its disk yet."
        return CloneNeed(text=text, model=chosen.name, command="")
    told = [here.reason for _engine, here in _cloning()]
    for engine, here in _cloning():
        model = engine.models[0]
        if not here.available and here.command:
            return CloneNeed(text=" ".join(told), model="", command=here.command)
        if here.available and not here.slow:
            there = on_disk(model) is not None
            instead = f" Voices speak with {chosen.name} instead: start the lab without --model." if there else ""
            return CloneNeed(text=f"{' '.join(told)}{instead}", model="" if there else model.name, command="")
    return CloneNeed(text=" ".join(told), model="", command="")


def _cloning() -> Iterator[tuple[EngineDescriptor, Availability]]:
    """Yield the engines that are chosen by themselves and clone, the best first."""
    for engine in registry().engines:
        if engine.priority > 0 and engine.models[0].capabilities.clones:
            yield engine, availability(engine)
