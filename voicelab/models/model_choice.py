"""Which model speaks here when the person names none, and why: asked of the engines' descriptors."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from voicelab.errors import UnknownModel
from voicelab.models.catalogue import find
from voicelab.models.process_memory import remember_working_set
from voicelab.models.registry import registry
from voicelab.speech.engine_descriptor import Availability

if TYPE_CHECKING:
    from voicelab.speech.engine_descriptor import EngineDescriptor

AUTO = "auto"


@dataclass(frozen=True)
class Choice:
    """What speaks."""

    model: str
    """Catalogue name, repository or folder; never "auto"."""
    engine: str
    """Name of its descriptor."""
    device: str
    """For the person: "Apple M1 (Metal)", "CPU"."""
    reason: str
    """A sentence."""
    clones: bool = True
    """Whether it speaks with the voice of a clip."""


def choose(model: str) -> Choice:
    """Return what `model` means here; "auto" is the first model of the suitable engine with the highest priority.

    May take seconds the first time: engines look at the machine. Raises UnknownModel, InvalidCheckpoint.
    """
    if model.strip().lower() != AUTO:
        found = find(model)
        device = availability(registry().engine(found.engine)).device
        reason = "It is the model that this lab was started with."
        return Choice(found.name, found.engine, device, reason, found.capabilities.clones)
    passed_over: list[str] = []
    candidates = [engine for engine in registry().engines if engine.priority > 0]
    for engine in candidates:
        here = availability(engine)
        if here.available and here.suitable:
            return _chosen(engine, here, passed_over or [here.reason])
        passed_over.append(here.reason)
    if not candidates:
        raise UnknownModel("No engine here is chosen by itself. Name a model: `voicelab doctor` lists them.")
    # It is told what to do once it is asked to speak; and one that is merely slow is better than none.
    works = [engine for engine in candidates if availability(engine).available]
    last = (works or candidates)[-1]
    return _chosen(last, availability(last), passed_over)


def engines() -> list[dict[str, Any]]:
    """Return {name, title, available, reason} for each engine, and for each plug-in that was left out, with why.

    May take seconds the first time, as `choose`.
    """
    rows: list[dict[str, Any]] = []
    for engine in registry().engines:
        here = availability(engine)
        row = {"name": engine.name, "title": engine.title, "available": here.available, "reason": here.reason}
        rows.append(row)
    failed = {row["reason"] for row in rows}
    left_out = [problem for problem in registry().problems if problem.message not in failed]
    return rows + [
        {"name": problem.name, "title": problem.name, "available": False, "reason": problem.message}
        for problem in left_out
    ]


def availability(engine: EngineDescriptor) -> Availability:
    """Ask `engine` whether it works here; one that fails to answer does not, and why is told."""
    unknown = Availability(available=False, reason="", device="")
    here = registry().ask(engine, engine.availability, otherwise=unknown, gives=(Availability,))
    if here is not unknown:
        remember_working_set(engine.name, here.working_set_bytes)
        return here
    return Availability(available=False, reason=registry().problem_of(engine.name), device="")


def _chosen(engine: EngineDescriptor, here: Availability, reasons: list[str]) -> Choice:
    reason = " ".join(part for part in (*reasons, engine.default_reason) if part)
    first = engine.models[0]
    return Choice(first.name, engine.name, here.device, reason, first.capabilities.clones)
