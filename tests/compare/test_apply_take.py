"""What was heard is what is served."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from tests.fakes import FakeEngine
from tests.voices.making import noise_clip, words_for
from voicelab.compare.apply_take import use_take
from voicelab.compare.plan import Plan
from voicelab.compare.render import render
from voicelab.errors import InvalidValue, NeverEnded, UnknownExperiment, VoiceChanged
from voicelab.speech.ports import Sampling
from voicelab.voices.request import request_for
from voicelab.voices.voice import Recipe

if TYPE_CHECKING:
    from voicelab.compare.experiment import Experiment
    from voicelab.compare.experiments import ExperimentStore
    from voicelab.voices.library import VoiceLibrary

PLAN = Plan("anna", ("Hello there you.", "Fail."), (3.0, 15.0), ("a", "b"), takes=2, seed=7)


@pytest.fixture
def engine() -> FakeEngine:
    """An engine that fails at one line."""
    return FakeEngine(failing={"Fail.": NeverEnded("No end.")})


@pytest.fixture
def experiment(library: VoiceLibrary, store: ExperimentStore, engine: FakeEngine) -> Experiment:
    """Two lengths, two models, two seeds; one line of two fails."""
    library.set_recipe("anna", Recipe(sampling=Sampling(top_k=30)))
    return list(render(PLAN, library, engine, store))[-1].experiment


def test_the_next_request_is_the_one_that_made_the_take(
    library: VoiceLibrary, store: ExperimentStore, engine: FakeEngine, experiment: Experiment
) -> None:
    """Every successful take: with its settings in the recipe, the same text gives the same request to the sample."""
    library.set_recipe("anna", Recipe(sampling=Sampling(top_k=99)))
    for heard, take in zip(engine.requests, experiment.takes, strict=True):
        if take.failure:
            continue
        voice = use_take(store, library, experiment.id, take.id)
        assert (voice.recipe.model, voice.recipe.seed) == (take.model, take.seed)
        served = request_for(library, "anna", take.line, default_model="other")
        assert voice.recipe.auditioned == take.spoken_by == served.auditioned == "fake, version 1"
        assert request_for(library, "anna", take.line, default_model="other", seed=7).auditioned == ""
        assert heard.prompt is not None
        assert served.prompt is not None
        assert served.prompt.key == heard.prompt.key
        assert np.array_equal(served.prompt.samples, heard.prompt.samples)
        assert (served.text, served.model, served.seed) == (heard.text, heard.model, heard.seed)
        assert (served.sampling, served.language) == (heard.sampling, heard.language)


def test_a_length_beyond_the_clip_is_kept_as_the_whole_clip(
    library: VoiceLibrary, store: ExperimentStore, experiment: Experiment
) -> None:
    take = next(take for take in experiment.takes if take.length_s == 15.0 and not take.failure)
    assert use_take(store, library, experiment.id, take.id).recipe.length_s is None


def test_what_nobody_heard_is_not_used(library: VoiceLibrary, store: ExperimentStore, experiment: Experiment) -> None:
    failed = next(take for take in experiment.takes if take.failure)
    for take_id in (failed.id, "a" * 32, "../x"):
        with pytest.raises(InvalidValue, match="nobody has heard it"):
            use_take(store, library, experiment.id, take_id)
    with pytest.raises(UnknownExperiment):
        use_take(store, library, "../x", failed.id)
    assert library.get("anna").recipe.model == "auto"


def test_a_take_of_another_clip_is_not_used(
    library: VoiceLibrary, store: ExperimentStore, experiment: Experiment
) -> None:
    clip = noise_clip(10.0, seed=3)
    library.save("Anna", clip, words_for(clip), "english", "", match="match", replace_revision=2)
    take = next(take for take in experiment.takes if not take.failure)
    with pytest.raises(VoiceChanged, match="Compare again"):
        use_take(store, library, experiment.id, take.id)
