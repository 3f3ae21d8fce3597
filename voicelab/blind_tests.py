"""Where experiments and listening tests meet: takes go in blind, and the setting that convinces becomes the recipe."""

from __future__ import annotations

import math
from collections import defaultdict
from typing import TYPE_CHECKING, Any

from voicelab.compare.apply_take import use_take
from voicelab.errors import ExperimentInUse, InvalidValue, VoiceLabError
from voicelab.listening.answers import answers_of
from voicelab.listening.conclusions import waiting
from voicelab.listening.kinds import kind_of, ratings_of
from voicelab.listening.results import results_of
from voicelab.listening.values import PLANNED_LISTENERS, Options, Setting, Source, TakeFile

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence
    from pathlib import Path

    from voicelab.compare.experiment import Experiment
    from voicelab.compare.experiments import ExperimentStore
    from voicelab.compare.take import Take
    from voicelab.listening.answers import Answer
    from voicelab.listening.results import Results
    from voicelab.listening.service import ListeningService
    from voicelab.listening.values import ListeningTest
    from voicelab.settings import Settings
    from voicelab.voices.library import VoiceLibrary
    from voicelab.voices.voice import Voice

_SAME_PERSON = 0.51
"""Likeness that 95 of 100 pairs of clips of one person exceed (docs/likeness.md, as recorded, held out)."""
_MOST_STRANGERS = 12
"""Voices that are looked at for a second anchor: each takes a fifth of a second."""


def source_of(
    experiments: ExperimentStore, voices: VoiceLibrary, experiment_id: str, chosen: Collection[str] | None = None
) -> Source:
    """Return an experiment, or the `chosen` takes of it, as listening tests take it.

    A setting is a model with a clip length, and each seed a take of it; where there is one setting only, seeds are what
    is compared. Raises UnknownExperiment, UnreadableFile.
    """
    experiment = experiments.get(experiment_id)
    takes = [take for take in experiment.takes if take.failure is None and (chosen is None or take.id in chosen)]
    by_seed = len({take.setting for take in takes}) == 1
    settings = {_key(take, by_seed): Setting(_key(take, by_seed), _label(take, by_seed)) for take in takes}
    # Where a setting says a line once, whatever the seed, that is what is compared with the other settings' take of it.
    several = not by_seed and len({(_key(take, by_seed), take.line) for take in takes}) < len(takes)
    items = {take.id: _item(take, several=several) for take in takes}
    return Source(
        experiment=experiment.id,
        title=f"{experiment.voice_name}, {experiment.created[:16].replace('T', ' ')} UTC",
        settings=tuple(settings.values()),
        items=tuple(dict.fromkeys(items.values())),
        takes=tuple(
            TakeFile(take.id, _key(take, by_seed), items[take.id], experiments.take_path(experiment.id, take.id))
            for take in takes
        ),
        **_real(experiment, voices),
    )


def send(
    listening: ListeningService,
    experiments: ExperimentStore,
    voices: VoiceLibrary,
    experiment_id: str,
    chosen: Collection[str],
) -> ListeningTest:
    """Make a blind comparison in pairs of some takes of an experiment, with the usual options.

    Raises UnknownExperiment, StorageFailed; InvalidValue when no two of them can be compared.
    """
    source = source_of(experiments, voices, experiment_id, chosen)
    settings: dict[str, set[str]] = defaultdict(set)
    for take in source.takes:
        settings[take.item].add(take.setting)
    comparable = [item for item in source.items if len(settings[item]) > 1]
    if not comparable:
        raise InvalidValue(
            "takes",
            "A listening test compares takes of the same line that differ in model, clip or seed, and no two of these "
            "do. Choose at least two such takes.",
        )
    compared = set().union(*(settings[item] for item in comparable))
    return listening.tests.create(source, kind_of("ab"), Options(listeners=PLANNED_LISTENERS), compared, comparable)


def use_setting(
    listening: ListeningService, experiments: ExperimentStore, voices: VoiceLibrary, test_id: str, setting: str
) -> Voice:
    """Let the voice speak with a setting of a test from now on, with the seed of its take that was liked best.

    Raises UnknownTest, InvalidValue for a setting that is not in it, and what `use_take` raises.
    """
    test = listening.tests.get(test_id)
    keys = [each.key for each in test.settings]
    if setting not in keys:
        raise InvalidValue("setting", f"{setting!r} is not in this test. Choose from: {', '.join(keys)}.")
    source = source_of(experiments, voices, test.experiment)
    takes = [take.id for take in source.takes if take.setting == setting]
    if not takes:
        raise InvalidValue("setting", "The takes of this setting were removed, so it cannot be written into the voice.")
    liked = _liked(answers_of(listening.database, test_id))
    return use_take(experiments, voices, test.experiment, max(takes, key=lambda take: liked.get(take, 0.0)))


def remove_experiment(
    listening: ListeningService, experiments: ExperimentStore, experiment_id: str, *, anyway: bool = False
) -> int:
    """Remove an experiment with its takes; return how many bytes are free again.

    A listening test that came of it has copies of the takes and goes on, but what its listeners choose can no longer be
    written into the voice: so one stands in the way, unless it is to go `anyway`. Raises UnknownExperiment,
    StorageFailed; ExperimentInUse.
    """
    experiments.get(experiment_id)
    tests = [test.id for test in listening.tests.list() if test.experiment == experiment_id]
    if tests and not anyway:
        which = "the listening test" if len(tests) == 1 else "the listening tests"
        raise ExperimentInUse(
            f"From this comparison came {which} {', '.join(tests[:5])}: what listeners choose could not be written "
            "into the voice any more. If it is to go all the same, add --anyway (over HTTP: anyway=true)."
        )
    return experiments.remove(experiment_id)


def results(listening: ListeningService, test_id: str) -> tuple[ListeningTest, Sequence[Answer], Results]:
    """Return a test, its answers unblinded, and what they say. Raises UnknownTest.

    Nothing is returned of a test whose results are kept back, and nothing that came after they were complete.
    """
    test = listening.tests.get(test_id)
    answers = [] if test.hidden else answers_of(listening.database, test_id)
    if test.complete_at is not None:
        answers = [answer for answer in answers if answer.answered <= test.complete_at]
    return test, answers, results_of(test, answers)


def refuse_hidden(test: ListeningTest) -> None:
    """Raise InvalidValue where results are kept back: single answers tell as much."""
    if test.hidden:
        raise InvalidValue("look", waiting(test))


def reaches_others(settings: Settings) -> bool:
    """Say whether a link works on other machines."""
    return not settings.local


def _liked(answers: Sequence[Answer]) -> dict[str, float]:
    """Return the mean of what was said about each take: preferences from -1 to 1, or ratings."""
    said: dict[str, list[float]] = defaultdict(list)
    for answer in answers:
        if answer.role != "main" or answer.right is not None:
            continue
        if len(answer.heard) == 2 and isinstance(answer.value, int):  # noqa: PLR2004 - a comparison
            values = [-answer.value, answer.value]
        else:
            values = ratings_of(answer.value)
        for heard, value in zip(answer.heard, values, strict=True):
            said[heard.take].append(value)
    return {take: sum(values) / len(values) for take, values in said.items()}


def _real(experiment: Experiment, voices: VoiceLibrary) -> dict[str, Any]:
    """Return what there is of the real person, and of another, by the names of Source's fields."""
    try:
        voice = voices.get(experiment.plan.voice)
        recording = voices.recording(voice.slug)
        return {
            "reference": voices.clip_path(voice.slug),
            "recording": recording,
            "window": (voice.window.start_s, voice.window.end_s) if voice.window else None,
            "stranger": _stranger(voice.slug, voices),
        }
    except VoiceLabError:
        return {"reference": None}


def _stranger(slug: str, voices: VoiceLibrary) -> Path | None:
    """Return the clip of the voice that is least like `slug`, or None where each may be of the same person."""
    others = [other.slug for other in voices.voices() if other.slug != slug][:_MOST_STRANGERS]
    alike = {other: _likeness(voices, slug, other) for other in others}
    found = min(alike, key=lambda other: alike[other], default=None)
    return None if found is None or alike[found] >= _SAME_PERSON else voices.clip_path(found)


def _likeness(voices: VoiceLibrary, one: str, other: str) -> float:
    """Return how alike two voices are; where that cannot be told, just less than one person is to himself."""
    from voicelab.clips.speaker_similarity import likeness

    try:
        return likeness(voices.clip(one), voices.clip(other))
    except VoiceLabError:
        return math.nextafter(_SAME_PERSON, 0.0)


def _key(take: Take, by_seed: bool) -> str:
    length = "whole" if take.length_s is None else f"{take.length_s:g}s"
    variant = f"/{take.variant}" if take.variant else ""
    return f"{take.model}/{length}{variant}" + (f"/seed{take.seed}" if by_seed else "")


def _label(take: Take, by_seed: bool) -> str:
    length = "whole clip" if take.length_s is None else f"{take.length_s:g} s"
    return f"{take.model}, {take.variant or length}" + (f", seed {take.seed}" if by_seed else "")


def _item(take: Take, *, several: bool) -> str:
    return f"{take.line} (seed {take.seed})" if several else take.line
