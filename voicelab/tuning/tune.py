"""The search itself: an experiment whose takes are asked for round by round."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import TYPE_CHECKING

from voicelab.compare.plan import Plan
from voicelab.compare.render import Progress, render
from voicelab.text.counted import counted
from voicelab.transcripts.spelling import split_words
from voicelab.tuning.halving import most_takes, next_round
from voicelab.tuning.objective import WEIGHTS, Objective

if TYPE_CHECKING:
    import threading
    from collections.abc import Callable, Generator
    from pathlib import Path

    from voicelab.compare.experiment import Experiment
    from voicelab.compare.experiments import ExperimentStore
    from voicelab.compare.search import Block, Search
    from voicelab.compare.take import SettingKey
    from voicelab.speech.ports import Engine
    from voicelab.transcripts.transcriber import Transcriber
    from voicelab.voices.library import VoiceLibrary

_LEAST_TAKES = 8
"""Measured, before what is left of the budget is told from them."""


def rendered(  # noqa: PLR0913 - as render
    experiment: Plan | Experiment,
    library: VoiceLibrary,
    engine: Engine,
    store: ExperimentStore,
    cancelled: threading.Event | Callable[[], bool] | None = None,
    out: Path | None = None,
    *,
    transcriber: Transcriber | None = None,
    scheduler: str = "",
) -> Generator[Progress, None, None]:
    """Do what `compare.render.render` does; a search then goes on round by round, until it ends or is stopped.

    It may be killed at any moment: what it has asked for and made is on disk, and the next call goes on from there.
    Raises what `render` raises.
    """
    if isinstance(experiment, Plan) or experiment.search is None:
        yield from render(
            experiment, library, engine, store, cancelled, out, transcriber=transcriber, scheduler=scheduler
        )
        return
    stopped = cancelled or (lambda: False)
    stopped = stopped if callable(stopped) else stopped.is_set
    experiment = _with_round(store, experiment, library)
    while experiment.search and not experiment.search.ended:
        steps = render(experiment, library, engine, store, stopped, out, transcriber=transcriber, scheduler=scheduler)
        try:
            for step in steps:
                used = spent_s(step.experiment) > experiment.search.budget_s
                yield _of_search(step)
                if used and step.between:
                    yield _of_search(replace(step, message="The budget is used."), ended=True)
                    store.change(experiment.id, _ended)
                    return
        finally:
            steps.close()
        if stopped():
            return
        experiment = _with_round(store, store.get(experiment.id), library)
        if experiment.search and experiment.search.ended:
            yield _of_search(replace(step, experiment=experiment, message="The search is over."), ended=True)


def scores_of(experiment: Experiment, library: VoiceLibrary) -> dict[tuple[SettingKey, Block], float]:
    """Return the score of each take that was asked for, by setting and block. Raises UnknownVoice."""
    takes = [take for take in experiment.takes if not take.repaired_from]
    found = objective_of(experiment, library).scores(takes)
    return {(take.setting, (take.line, take.seed)): found[take.id] for take in takes if take.id in found}


def objective_of(experiment: Experiment, library: VoiceLibrary) -> Objective:
    """Return what a search wants. Raises UnknownVoice."""
    voice = library.get(experiment.plan.voice)
    words = len(split_words(library.transcript(voice.slug).text, voice.language))
    return Objective(
        experiment.search.weights if experiment.search else WEIGHTS,
        60 * words / voice.seconds if words and voice.seconds else None,
    )


def spent_s(experiment: Experiment) -> float:
    """Return how long its takes took to speak and to measure, in all its runs."""
    return sum(
        (take.elapsed_s or 0.0) + ((take.details and take.details.measuring_s) or 0.0) for take in experiment.takes
    )


def takes_left(experiment: Experiment, search: Search) -> int:
    """Return how many takes may still be made: by the search's share of the grid, and by what is left of the budget."""
    made = [take for take in experiment.takes if take.failure is not None or take.measured]
    spent = spent_s(experiment)
    each_s = spent / len(made) if len(made) >= _LEAST_TAKES else search.usual_take_s
    left = most_takes(search) - len(made)
    return max(0, min(left, math.floor((search.budget_s - spent) / each_s)) if each_s else left)


def _with_round(store: ExperimentStore, experiment: Experiment, library: VoiceLibrary) -> Experiment:
    """Return the experiment with the next round, if every take of the last one is there; ended after the last round."""
    search = experiment.search
    if search is None or search.ended or experiment.lacking or _unmeasured(experiment):
        return experiment
    wanted = next_round(search, scores_of(experiment, library), takes_left(experiment, search))
    if wanted is None:
        return store.change(experiment.id, _ended)

    def asked(now: Experiment) -> Experiment:
        if now.search != search:  # another process was quicker
            return now
        return replace(now, search=replace(search, rounds=(*search.rounds, wanted)))

    return store.change(experiment.id, asked)


def _unmeasured(experiment: Experiment) -> bool:
    return any(take.failure is None and not take.measured for take in experiment.takes)


def _ended(experiment: Experiment) -> Experiment:
    return replace(experiment, search=replace(experiment.search, ended=True) if experiment.search else None)


def _of_search(step: Progress, *, ended: bool = False) -> Progress:
    """Return progress with the share of the whole search: by takes, or by the budget where that ends sooner."""
    search = step.experiment.search
    if search is None:
        return step
    most = max(most_takes(search), step.total)
    by_takes = step.fraction * step.total / most
    by_time = spent_s(step.experiment) / search.budget_s
    message = f"Round {len(search.rounds)}, {counted(len(search.rounds[-1].settings), 'setting')}: {step.message}"
    return replace(step, total=most, fraction=1.0 if ended else min(0.99, max(by_takes, by_time)), message=message)
