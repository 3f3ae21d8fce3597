"""Experiments as lists and single ones are told over HTTP and by the command line: the same keys."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from voicelab.compare.export_rows import row
from voicelab.compare.measure_versions import version_notes
from voicelab.compare.summary import settings_of

if TYPE_CHECKING:
    from voicelab.compare.experiment import Experiment
    from voicelab.compare.experiments import ExperimentStore
    from voicelab.compare.runner import Runner


def summary(experiment: Experiment, store: ExperimentStore, comparisons: Runner) -> dict[str, Any]:
    """Return what a list says of an experiment: what was planned, and how far it is."""
    made = sum(take.failure is None and not take.repaired_from for take in experiment.takes)
    failed = sum(take.failure is not None for take in experiment.takes)
    state = comparisons.state(experiment)
    # Of what another process makes, a command of its own for example, the runner here knows nothing.
    elsewhere = not state.active and store.is_rendered(experiment.id)
    return {
        "experiment": experiment.id,
        "created": experiment.created,
        "voice": experiment.plan.voice,
        "voice_name": experiment.voice_name,
        "lines": experiment.plan.lines,
        "lengths_s": experiment.plan.lengths_s,
        "models": experiment.plan.models,
        "made": made,
        "failed": failed,
        "total": experiment.total,
        "status": "running" if elsewhere else state.status,
        "message": "Its takes are being made by another process." if elsewhere else state.message,
    }


def details(experiment: Experiment) -> dict[str, Any]:
    """Return the takes and what they came to; `path` of a take is its file in the experiment's folder."""
    return {
        "experiment": experiment.id,
        "voice": experiment.plan.voice,
        "notes": [*experiment.notes, *version_notes(experiment)],
        "cuts": [asdict(cut) for cut in experiment.cuts],
        "takes": [row(take) for take in experiment.takes],
        "settings": [asdict(setting) for setting in settings_of(experiment)],
        "yardstick": asdict(experiment.yardstick) if experiment.yardstick else None,
    }
