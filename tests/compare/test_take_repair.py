"""Mending keeps the original, says what was done, and takes the leaked words off."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pytest

from tests.fakes import FakeEngine
from voicelab.clips.clip import SAMPLE_RATE, Clip
from voicelab.clips.wav import read_flac
from voicelab.compare.apply_take import use_take
from voicelab.compare.bleed import find_bleed
from voicelab.compare.plan import Plan
from voicelab.compare.render import render
from voicelab.compare.take import Details, Take
from voicelab.compare.take_repair import TakeRepair, repair
from voicelab.errors import InvalidValue, NeverEnded
from voicelab.speech.reading import Pronunciation
from voicelab.transcripts.transcriber import Transcriber

if TYPE_CHECKING:
    from collections.abc import Callable

    from voicelab.compare.experiment import Experiment
    from voicelab.compare.experiments import ExperimentStore
    from voicelab.voices.library import VoiceLibrary

LINE = "Please leave a message after the tone."
PLAN = Plan("anna", (LINE,), (None,), ("auto",))


@pytest.fixture
def engine() -> FakeEngine:
    return FakeEngine()


@pytest.fixture
def parts(library: VoiceLibrary, store: ExperimentStore, engine: FakeEngine) -> TakeRepair:
    return TakeRepair(library, engine, store, Transcriber("tiny.en"))


@pytest.fixture
def experiment(library: VoiceLibrary, store: ExperimentStore, engine: FakeEngine) -> Experiment:
    """One take, a tone."""
    return list(render(PLAN, library, engine, store))[-1].experiment


def last(parts: TakeRepair, experiment: Experiment, way: str) -> Take:
    take = list(repair(parts, experiment.id, experiment.takes[0].id, way))[-1]
    assert isinstance(take, Take)
    return take


def test_leaked_words_are_cut_off_and_the_line_is_whole(
    parts: TakeRepair, experiment: Experiment, store: ExperimentStore, spoken: Callable[[str], Clip]
) -> None:
    reference = "one two three four five six seven eight nine ten"
    tail, line = spoken("eight nine ten."), spoken(LINE)
    bled = Clip(np.concatenate([tail.samples, line.samples]))
    found = find_bleed(parts.transcriber, bled, LINE, reference)
    assert found.bleed
    details = Details(bleed_words=found.words, bleed_place="start", bleed_start_s=0.0, bleed_seconds=found.seconds)
    original = replace(experiment.takes[0], bleed=True, details=details, clip_text=reference)
    store.add_take(experiment.id, original, bled)
    repaired = last(parts, experiment, "cut")
    assert (repaired.repaired_from, repaired.repair) == (original.id, "cut")
    assert repaired.bleed is False
    assert repaired.word_error_rate == 0.0
    assert repaired.notes[-1].startswith("Cut the leaked words off: “eight nine ten”")
    kept = store.get(experiment.id)
    assert [take.id for take in kept.takes] == [original.id, repaired.id]
    assert read_flac(store.take_path(experiment.id, original.id)).digest == bled.digest
    cut = read_flac(store.take_path(experiment.id, repaired.id))
    assert cut.seconds == pytest.approx(line.seconds, abs=0.3)
    assert abs(float(cut.samples[0])) < 0.01
    assert kept.lacking == 0


def test_a_cut_that_would_eat_the_line_is_not_offered(
    parts: TakeRepair, experiment: Experiment, store: ExperimentStore, spoken: Callable[[str], Clip]
) -> None:
    """The words that are taken for leaked ones are the line's own: wherever it is cut, they go."""
    whole = spoken(LINE)
    details = Details(
        bleed_words=("Please", "leave", "a", "message"), bleed_place="start", bleed_start_s=0.0, bleed_seconds=1.0
    )
    store.add_take(experiment.id, replace(experiment.takes[0], bleed=True, details=details), whole)
    with pytest.raises(InvalidValue, match=r"leaves the line whole: “Please”.* would go with the leaked words"):
        last(parts, experiment, "cut")
    kept = store.get(experiment.id)
    assert [take.id for take in kept.takes] == [experiment.takes[0].id]
    assert read_flac(store.take_path(experiment.id, kept.takes[0].id)).digest == whole.digest


@pytest.mark.parametrize(("way", "seed", "length_s"), [("silence", 0, None), ("seed", 1000, None), ("shorter", 0, 6.0)])
def test_speaking_again_changes_one_thing(
    parts: TakeRepair, engine: FakeEngine, experiment: Experiment, way: str, seed: int, length_s: float | None
) -> None:
    repaired = last(parts, experiment, way)
    first, again = engine.requests
    assert first.prompt is not None
    assert again.prompt is not None
    assert (repaired.repair, repaired.seed, again.seed, repaired.length_s) == (way, seed, seed, length_s)
    added = again.prompt.samples[len(first.prompt.samples) :]
    assert len(added) == (SAMPLE_RATE // 2 if way == "silence" else 0)
    assert not added.any()
    assert repaired.notes
    assert len(parts.store.get(experiment.id).takes) == 2


def test_what_a_recipe_cannot_hold_is_not_used(
    parts: TakeRepair, experiment: Experiment, library: VoiceLibrary
) -> None:
    silenced, seeded = last(parts, experiment, "silence"), last(parts, experiment, "seed")
    with pytest.raises(InvalidValue, match="recipe does not hold"):
        use_take(parts.store, library, experiment.id, silenced.id)
    assert use_take(parts.store, library, experiment.id, seeded.id).recipe.seed == 1000


def test_a_failed_take_is_tried_again_alone(library: VoiceLibrary, store: ExperimentStore) -> None:
    engine = FakeEngine(failing={LINE: NeverEnded("No end was found.")})
    experiment = list(render(PLAN, library, engine, store))[-1].experiment
    assert experiment.takes[0].failure
    engine.failing.clear()
    take = last(TakeRepair(library, engine, store, Transcriber("tiny.en")), experiment, "again")
    assert (take.id, take.failure, take.repaired_from) == (experiment.takes[0].id, None, "")
    assert len(store.get(experiment.id).takes) == 1


def test_ways_that_do_not_fit_are_refused(parts: TakeRepair, experiment: Experiment) -> None:
    for way, reason in (("cut", "none were found there"), ("polish", "not there")):
        with pytest.raises(InvalidValue, match=reason):
            last(parts, experiment, way)


def test_takes_and_mended_takes_say_words_as_the_voice_does(
    parts: TakeRepair, library: VoiceLibrary, store: ExperimentStore, engine: FakeEngine
) -> None:
    own = Pronunciation("tone", "beep")
    library.set_pronunciations(None, [Pronunciation("tone", "tohn"), Pronunciation("leave", "leaf")])
    library.set_pronunciations("anna", [own])
    made = list(render(PLAN, library, engine, store))[-1].experiment
    last(parts, made, "seed")
    assert [request.reading.pronunciations for request in engine.requests] == [
        (own, Pronunciation("leave", "leaf")),
        (own, Pronunciation("leave", "leaf")),
    ]
