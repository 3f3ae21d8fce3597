"""What the board of a comparison shows: all of it once, and from then on what changed."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated, Any, TypedDict

from voicelab.compare.baselines import Baselines
from voicelab.compare.export_rows import row
from voicelab.compare.measure_guide import MEASURES, About
from voicelab.compare.plan import Plan
from voicelab.compare.summary import Setting, settings_of

if TYPE_CHECKING:
    from voicelab.compare.experiment import Experiment
    from voicelab.compare.experiments import ExperimentStore


class Quantized(TypedDict):
    """What is told of a setting besides its means."""

    quantization: str


class BoardFrame(TypedDict):
    """What stays the same, or changes with everything."""

    voice_name: str
    total: int
    """Takes that are asked for."""
    plan: Annotated[dict[str, Any], Plan]
    yardstick: Annotated[dict[str, Any], Baselines] | None
    about: list[Annotated[dict[str, Any], About]]


class BoardChanges(TypedDict):
    """What changed since a revision."""

    revision: str
    whole: bool
    """What stands below is everything, and what was known before is void."""
    frame: BoardFrame | None
    """None where it did not change."""
    takes: list[Annotated[dict[str, Any], "TakeRow"]]
    """Those that came or changed, as compare/export_rows.row makes them."""
    gone: list[str]
    """Ids of takes that are not there any more."""
    settings: list[Annotated[dict[str, Any], Setting, Quantized]]
    """Those that these takes belong to."""


def board_changes(store: ExperimentStore, experiment_id: str, since: str) -> BoardChanges:
    """Return what changed since the revision `since`, "" for everything. Raises UnknownExperiment, UnreadableFile."""
    changes = store.changes(experiment_id, since)
    experiment = changes.experiment
    takes = [take for take in experiment.takes if changes.takes is None or take.id in changes.takes]
    touched = {take.setting for take in takes if not take.repaired_from}
    if changes.takes and len(takes) < len(changes.takes):  # one is gone, and nobody knows whose it was
        touched = {take.setting for take in experiment.takes}
    settings = settings_of(experiment, touched)
    return {
        "revision": changes.revision,
        "whole": changes.takes is None,
        "frame": _frame(experiment) if changes.beside else None,
        "takes": [row(take) for take in takes],
        "gone": sorted((changes.takes or set()) - {take.id for take in takes}),
        "settings": [asdict(setting) | {"quantization": _quantization(setting.model)} for setting in settings],
    }


def _frame(experiment: Experiment) -> BoardFrame:
    return {
        "voice_name": experiment.voice_name,
        "total": experiment.total,
        "plan": asdict(experiment.plan),
        "yardstick": asdict(experiment.yardstick) if experiment.yardstick else None,
        "about": [about._asdict() for about in MEASURES],
    }


def _quantization(model: str) -> str:
    bits = next((word.removesuffix("bit") for word in model.split("-") if word.endswith("bit")), "")
    return f"{bits}-bit" if bits.isdigit() else "none (bf16)" if "bf16" in model else "–"
