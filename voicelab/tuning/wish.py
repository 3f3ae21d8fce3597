"""What a person wants searched, and the experiment that comes of it."""

from __future__ import annotations

import math
import statistics
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from voicelab.compare.example_lines import BUILT_IN
from voicelab.compare.line_language import foreign_lines
from voicelab.compare.plan import MAX_LINES, MAX_TAKES, Plan, SettledPlan
from voicelab.compare.search import Search
from voicelab.compare.take import SettingKey
from voicelab.compare.variants import Variant
from voicelab.errors import EmptyText, InvalidValue
from voicelab.models.catalogue import catalogue, find, on_disk
from voicelab.tuning.candidates import settings_of, windows, with_sampling
from voicelab.tuning.halving import grid, most_takes
from voicelab.tuning.objective import WEIGHTS, checked_weights

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Mapping, Sequence

    from voicelab.compare.experiment import Experiment
    from voicelab.compare.experiments import ExperimentStore
    from voicelab.compare.search import Block
    from voicelab.speech.ports import Engine, Sampling
    from voicelab.transcripts.transcriber import Transcriber
    from voicelab.voices.library import VoiceLibrary

LENGTHS_S = (5.0, 10.0, 15.0)
MOST_MINUTES = 7 * 24 * 60.0
_MOST_SETTINGS = 200
_MOST_SEEDS = 10
_RECENT = 5
"""Comparisons that tell how long a take takes."""
_GUESSED_TAKE_S = 10.0


@dataclass(frozen=True)
class Wish:
    """What the person wants tried."""

    voice: str
    lines: tuple[str, ...] = BUILT_IN
    lengths_s: tuple[float, ...] = LENGTHS_S
    windows: int = 10
    """Of the recording, for each length; 0: only the voice's own clip."""
    models: tuple[str, ...] = ()
    """Catalogue names, repositories or folders; empty: those on this machine that clone."""
    seeds: int = 3
    sampling: Mapping[str, tuple[float, ...]] = field(default_factory=dict)
    """Fields of the models' sampling, with the values to try."""
    weights: Mapping[str, float] = field(default_factory=lambda: dict(WEIGHTS))
    budget_s: float = 1800.0


def begin(
    wish: Wish,
    library: VoiceLibrary,
    engine: Engine,
    store: ExperimentStore,
    transcriber: Transcriber,
    stopped: Callable[[], bool] = lambda: False,
) -> Generator[str, None, Experiment]:
    """Yield what is being done; return the experiment, without takes.

    Raises UnknownVoice, UnknownModel, ModelTooLarge, InvalidValue, StorageFailed; Cancelled once `stopped`.
    """
    weights = checked_weights(wish.weights)
    lines = _checked(wish)
    with library.reading():
        voice = library.get(wish.voice)
        key = library.prompt(voice.slug).key
    default_model, _reason = engine.default_model()
    own_model = default_model if voice.recipe.model == "auto" else voice.recipe.model
    wanted = wish.models or present_models(default_model)
    models = tuple(dict.fromkeys(default_model if model == "auto" else model for model in wanted))
    for model in {own_model, *models}:
        engine.check(model)
        _check_sampling(model, wish, voice.recipe.sampling)
    notes = foreign_lines(lines, voice.language)
    variants: list[Variant] = []
    if wish.windows:
        variants = yield from windows(
            voice,
            library,
            transcriber,
            lengths_s=wish.lengths_s,
            count=wish.windows,
            notes=notes,
            stopped=stopped,
        )
    variants = with_sampling(variants, wish.sampling, voice.recipe.sampling)
    length_s = voice.recipe.length_s
    today = SettingKey(own_model, length_s if length_s is not None and length_s < voice.seconds else None)
    settings = settings_of(models, _own_lengths(voice.slug, wish.lengths_s, library), variants, today)
    search = Search(settings, today, _blocks(lines, wish.seeds), weights, wish.budget_s, _usual_take_s(store))
    _check_size(search)
    plan = Plan(voice.slug, lines, (), (), takes=wish.seeds)
    return store.create(
        SettledPlan(plan, {}, tuple(dict.fromkeys(notes))), voice, key, variants=tuple(variants), search=search
    )


def present_models(default_model: str) -> tuple[str, ...]:
    """Return the models that are on this machine and clone, today's default first."""
    present = [each.name for each in catalogue() if each.capabilities.clones and on_disk(each) is not None]
    return tuple(dict.fromkeys([default_model, *present]))


def _blocks(lines: tuple[str, ...], seeds: int) -> tuple[Block, ...]:
    """Return every line with every seed: the shorter half of the lines first, for many settings say those."""
    order = sorted(lines, key=len)
    halves = order[: len(order) // 2], order[len(order) // 2 :]
    return tuple((line, seed) for half in halves for seed in range(seeds) for line in half)


def _checked(wish: Wish) -> tuple[str, ...]:
    """Return the lines, each once. Raises InvalidValue, EmptyText."""
    lines = tuple(dict.fromkeys(line.strip() for line in wish.lines if line.strip()))
    if not lines:
        raise EmptyText("There is no line to speak. Write at least one.")
    if len(lines) > MAX_LINES:
        raise InvalidValue("lines", f"There are {len(lines)} lines. Search with at most {MAX_LINES}.")
    if not (math.isfinite(wish.budget_s) and 0 < wish.budget_s <= 60 * MOST_MINUTES):
        raise InvalidValue(
            "budget", f"A budget of {wish.budget_s / 60:g} minutes leaves no time to search. Give at least 1."
        )
    if not 1 <= wish.seeds <= _MOST_SEEDS:
        raise InvalidValue("seeds", f"Search with 1 to {_MOST_SEEDS} seeds.")
    return lines


def _own_lengths(slug: str, lengths_s: Sequence[float], library: VoiceLibrary) -> list[float | None]:
    """Return the lengths that give different cuts of the voice's clip, None for the whole of it."""
    cuts: dict[str, float | None] = {}
    for length_s in (None, *lengths_s):
        cuts.setdefault(library.prompt(slug, length_s).key, length_s)
    return list(cuts.values())


def _usual_take_s(store: ExperimentStore) -> float:
    """Return how long a take took here so far, spoken and measured; a guess where there was none."""
    known = [
        (take.elapsed_s or 0.0) + (take.details.measuring_s or 0.0)
        for experiment in store.list()[:_RECENT]
        for take in experiment.takes
        if take.measured and take.details
    ]
    return statistics.median(known) if known else _GUESSED_TAKE_S


def _check_sampling(model: str, wish: Wish, own: Sampling) -> None:
    described = find(model)
    known = {each.name for each in described.sampling}
    for name, values in wish.sampling.items():
        if name not in known:
            can = ", ".join(sorted(known)) or "nothing"
            raise InvalidValue("sampling", f"{described.name} does not heed {name!r}. It heeds {can}.")
        for value in values:
            described.check_sampling(own.with_value(name, value))


def _check_size(search: Search) -> None:
    if len(search.settings) > _MOST_SETTINGS or most_takes(search) > MAX_TAKES:
        raise InvalidValue(
            "settings",
            f"There would be {len(search.settings)} settings and up to {most_takes(search)} of {grid(search)} takes; a "
            f"search has at most {_MOST_SETTINGS} settings and {MAX_TAKES} takes. Take fewer windows, lengths, models, "
            "seeds or lines.",
        )
    if len(search.settings) < 2:  # noqa: PLR2004 - there is nothing to choose
        raise InvalidValue(
            "settings", "There is only today's setting, and nothing to compare it with. Give more lengths."
        )
