"""Comparing clip lengths and models on one voice, and keeping what sounds best."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any, NamedTuple

from voicelab.compare.plan import Plan
from voicelab.compare.render import render
from voicelab.compare.use import use_take
from voicelab.errors import InvalidValue
from voicelab.ui.actions.values import KEEP, Notice, Progress, Update, busy, choices, notice, said

if TYPE_CHECKING:
    from collections.abc import Iterator

    from voicelab.compare.experiments import Experiment
    from voicelab.lab import Lab

LENGTHS = [("5 s", "5"), ("10 s", "10"), ("15 s", "15"), ("whole clip", "whole")]


class Compared(NamedTuple):
    """The outputs of a comparison."""

    progress: Progress | Any
    takes: dict[str, Any] | Any
    notes: list[Notice] | Any


def run(
    lab: Lab, voice: str | None, lines: str, lengths: list[str], models: list[str], takes: float
) -> Iterator[Compared]:
    """Render the grid, showing each take as it comes; closing the generator cancels what is left."""
    if not voice:
        raise InvalidValue("voice", "Choose a voice first. If there is none yet, make one in the tab Make a voice.")
    default_model, _reason = lab.engine.default_model()
    plan = Plan(
        voice=voice,
        lines=tuple(line.strip() for line in lines.splitlines() if line.strip()),
        lengths_s=tuple(None if length == "whole" else float(length) for length in lengths),
        models=tuple(default_model if model == "auto" else model for model in models),
        takes=int(takes or 0),
    )
    yield Compared(busy("Preparing the takes…", 0.0), {}, [])
    steps = render(plan, lab.voices, lab.engine, lab.experiments, transcriber=lab.transcriber)
    try:
        for step in steps:
            yield Compared(busy(step.message, step.fraction), takes_value(step.experiment), notes(step.experiment))
    finally:
        steps.close()
    yield Compared(said("Done. Listen, then press “Use these settings” on the take you like."), KEEP, KEEP)


def stopped(lab: Lab) -> Compared:  # noqa: ARG001 - every action takes the lab
    """Say that it was cancelled; the finished takes stay."""
    return Compared(said("Cancelled. The takes that were finished are kept."), KEEP, KEEP)


def use(lab: Lab, experiment: str, take: str) -> list[Notice]:
    """Write the settings of a take into the recipe of its voice."""
    voice = use_take(lab.experiments, lab.voices, experiment, take)
    recipe = voice.recipe
    length = f"the first {recipe.length_s:g} s of the clip" if recipe.length_s else "the whole clip"
    text = f"{voice.name} now speaks with {recipe.model}, {length}, seed {recipe.seed}: on the page and over HTTP."
    return [notice(text, "ok", "In use")]


def experiment_choices(lab: Lab) -> Update:
    """Offer the comparisons made before, newest first."""
    return choices([(experiment.title, experiment.id) for experiment in lab.experiments.list()], None)


def show(lab: Lab, experiment_id: str | None) -> Compared:
    """Show a comparison made before."""
    if not experiment_id:
        return Compared(KEEP, KEEP, KEEP)
    experiment = lab.experiments.get(experiment_id)
    return Compared(said(""), takes_value(experiment), notes(experiment))


def takes_value(experiment: Experiment) -> dict[str, Any]:
    """The takes widget's value."""
    return {"experiment": experiment.id, "takes": [asdict(take) for take in experiment.takes]}


def notes(experiment: Experiment) -> list[Notice]:
    """What the person should know of these takes, once each."""
    texts = dict.fromkeys([*experiment.notes, *(note for take in experiment.takes for note in take.notes)])
    return [notice(text, "warn", "Note") for text in texts]
