"""The grid goes on whatever happens to one take, and nothing that was made is lost or made twice."""

from __future__ import annotations

import itertools
import threading
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from tests.fakes import FakeEngine
from tests.voices.making import noise_clip, words_for
from voicelab.clips.wav import read_flac
from voicelab.compare.clip_cuts import PlannedCut
from voicelab.compare.plan import Plan
from voicelab.compare.render import render
from voicelab.errors import Cancelled, InvalidValue, NeverEnded, StorageFailed, UnknownModel, VoiceChanged
from voicelab.speech.ports import Sampling
from voicelab.transcripts.transcriber import Transcriber
from voicelab.voices.voice import Recipe

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from voicelab.compare.experiment import Experiment
    from voicelab.compare.experiments import ExperimentStore
    from voicelab.speech.ports import Prompt
    from voicelab.voices.library import VoiceLibrary

LINES = ("A first line to say.", "Then a second line.", "And at last a third one.")
PLAN = Plan("anna", LINES, (3.0, None), ("auto", "other"), takes=1, seed=5)


def finished(experiment: Experiment) -> list[str]:
    return [take.id for take in experiment.takes if take.failure is None]


def test_the_grid_is_rendered_with_progress_and_results_as_they_come(
    library: VoiceLibrary, store: ExperimentStore
) -> None:
    engine = FakeEngine()
    steps = list(render(PLAN, library, engine, store))
    last = steps[-1]
    assert (last.done, last.total, last.fraction, last.message) == (12, 12, 1.0, "12 takes are ready.")
    fractions = [step.fraction for step in steps]
    assert fractions == sorted(fractions)
    assert [len(step.experiment.takes) for step in steps] == [step.done for step in steps]
    assert {step.done for step in steps} == set(range(13))
    assert any(step.message == "preview, 3 s, seed 5: next" for step in steps)
    assert store.get(last.experiment.id) == last.experiment
    assert [model for model, _ in itertools.groupby(request.model for request in engine.requests)] == [
        "preview",
        "other",
    ]


def test_checking_the_cuts_can_be_stopped(
    library: VoiceLibrary, store: ExperimentStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    cancelled, checked = threading.Event(), []

    def cuts(prompts: dict[float | None, Prompt], _transcriber: object) -> Iterator[PlannedCut]:
        for length_s in prompts:
            checked.append(length_s)
            cancelled.set()
            yield PlannedCut(length_s, 3.0, "Words.", "match")

    monkeypatch.setattr("voicelab.compare.render.planned_cuts", cuts)
    transcriber = Transcriber("tiny.en")
    steps = list(render(PLAN, library, FakeEngine(), store, transcriber=transcriber, cancelled=cancelled))
    assert checked == [3.0], "the second cut is not listened to"
    assert steps[-1].experiment.cuts == (), "half of the cuts is none: going on checks them"
    assert finished(steps[-1].experiment)


def test_a_request_is_what_its_take_says(library: VoiceLibrary, store: ExperimentStore) -> None:
    """Model, seed, cut and words of each take are those the engine got; the sampling is the voice's."""
    sampling = Sampling(temperature=0.5)
    library.set_recipe("anna", Recipe(sampling=sampling))
    engine = FakeEngine()
    experiment = list(render(PLAN, library, engine, store))[-1].experiment
    for request, take in zip(engine.requests, experiment.takes, strict=True):
        assert request.prompt is not None
        assert (request.text, request.model, request.seed) == (take.line, take.model, take.seed)
        assert (request.prompt.text, len(request.prompt.samples) / 24_000) == (take.clip_text, take.clip_seconds)
        assert request.sampling == experiment.sampling == sampling
        assert (take.engine, take.finished) == ("fake", "end")
        assert take.rtf == pytest.approx(0.5)
        assert take.likeness is None, "tones are nobody's voice"
        heard = read_flac(store.take_path(experiment.id, take.id))
        assert take.duration_s == pytest.approx(heard.seconds)


def test_a_failing_take_is_kept_with_its_reason_and_the_grid_goes_on(
    library: VoiceLibrary, store: ExperimentStore
) -> None:
    engine = FakeEngine(failing={LINES[1]: NeverEnded("The model did not find an end. Try another seed.")})
    last = list(render(PLAN, library, engine, store))[-1]
    assert last.message == "8 takes are ready, 4 failed: the list says why."
    failures = [take for take in last.experiment.takes if take.failure]
    assert {take.line for take in failures} == {LINES[1]}
    assert {take.failure for take in failures} == {"The model did not find an end. Try another seed."}
    assert all((take.path, take.duration_s, take.engine) == ("", None, "") for take in failures)


def test_a_whole_model_may_fail(library: VoiceLibrary, store: ExperimentStore) -> None:
    engine = FakeEngine(failing=dict.fromkeys(LINES, UnknownModel("No such model.")))
    last = list(render(PLAN, library, engine, store))[-1]
    assert (last.done, len(finished(last.experiment))) == (12, 0)


@pytest.mark.parametrize("how", ["event", "function"])
def test_cancelling_ends_the_running_take_and_keeps_the_finished_ones(
    library: VoiceLibrary, store: ExperimentStore, how: str
) -> None:
    engine = FakeEngine(slow={LINES[2]})
    cancelled = threading.Event()
    steps = []
    for step in render(PLAN, library, engine, store, cancelled if how == "event" else cancelled.is_set):
        steps.append(step)
        if "0.1 s spoken" in step.message:
            cancelled.set()
    assert steps[-1].message == "Cancelled. The takes that were finished are kept."
    assert engine.cancelled[0] == LINES[2]
    assert len(engine.requests) == 3
    assert len(finished(steps[-1].experiment)) == 2
    assert store.get(steps[-1].experiment.id) == steps[-1].experiment


def test_closing_the_generator_cancels_the_job(library: VoiceLibrary, store: ExperimentStore) -> None:
    """What Gradio does to a generator when the person presses Stop."""
    engine = FakeEngine(slow={LINES[0]})
    steps = render(PLAN, library, engine, store)
    while "0.1 s spoken" not in next(steps).message:
        pass
    steps.close()
    assert engine.cancelled == [LINES[0]]


def test_resuming_makes_what_lacks_and_tries_failures_again(library: VoiceLibrary, store: ExperimentStore) -> None:
    first = FakeEngine(failing={LINES[0]: NeverEnded("No end.")}, slow={LINES[2]})
    cancelled = threading.Event()
    for step in render(PLAN, library, first, store, cancelled):
        if "0.1 s spoken" in step.message:
            cancelled.set()
    experiment = step.experiment
    assert [take.failure for take in experiment.takes] == ["No end.", None]
    second = FakeEngine()
    resumed = list(render(experiment, library, second, store))
    assert resumed[0].done == 1
    assert resumed[-1].experiment.id == experiment.id
    assert len(finished(resumed[-1].experiment)) == 12
    assert len(second.requests) == 11
    assert resumed[-1].experiment.takes[1] == experiment.takes[1]
    third = FakeEngine()
    assert [step.message for step in render(resumed[-1].experiment, library, third, store)] == ["12 takes are ready."]
    assert third.requests == []


def test_an_experiment_is_not_resumed_with_another_clip(library: VoiceLibrary, store: ExperimentStore) -> None:
    experiment = next(render(PLAN, library, FakeEngine(), store)).experiment
    library.set_recipe("anna", replace(library.get("anna").recipe, seed=1))
    assert next(render(experiment, library, FakeEngine(), store)), "another recipe is the same voice"
    clip = noise_clip(10.0, seed=9)
    library.save("Anna", clip, words_for(clip), "english", "", match="match", replace_revision=2)
    with pytest.raises(VoiceChanged, match="Start a new comparison"):
        next(render(experiment, library, FakeEngine(), store))


def test_a_take_too_short_to_compare_is_kept_without_its_likeness(
    library: VoiceLibrary, store: ExperimentStore
) -> None:
    experiment = list(render(replace(PLAN, lines=("Hi.",)), library, FakeEngine(), store))[-1].experiment
    assert [(take.failure, take.likeness) for take in experiment.takes] == [(None, None)] * 4


def test_an_engine_that_is_closed_ends_the_comparison(library: VoiceLibrary, store: ExperimentStore) -> None:
    """Nobody cancelled the comparison, so it must not say that; what is missing can be made later."""
    engine = FakeEngine(failing={LINES[1]: Cancelled("The engine was closed.")})
    with pytest.raises(Cancelled, match="engine was closed"):
        list(render(PLAN, library, engine, store))
    (experiment,) = store.list()
    assert len(experiment.takes) == 1


def test_a_full_queue_is_waited_for(library: VoiceLibrary, store: ExperimentStore) -> None:
    engine = FakeEngine(full=2)
    steps = list(render(replace(PLAN, models=("auto",), lines=LINES[:1]), library, engine, store))
    assert [step.message for step in steps[:2]] == ["preview, 3 s, seed 5: the engine has a full queue, waiting"] * 2
    assert len(finished(steps[-1].experiment)) == 2


def test_a_full_queue_can_be_cancelled(library: VoiceLibrary, store: ExperimentStore) -> None:
    cancelled = threading.Event()
    engine = FakeEngine(full=10**6)
    steps = render(PLAN, library, engine, store, cancelled)
    next(steps)
    cancelled.set()
    assert [step.message for step in steps] == ["Cancelled. The takes that were finished are kept."]


def test_takes_are_copied_out_under_readable_names(
    library: VoiceLibrary, store: ExperimentStore, tmp_path: Path
) -> None:
    out = tmp_path / "out" / "here"
    plan = replace(PLAN, models=("owner/model v1", "auto"))
    experiment = list(render(plan, library, FakeEngine(), store, out=out))[-1].experiment
    assert sorted(path.name for path in out.iterdir()) == sorted(take.file_name for take in experiment.takes)
    first = experiment.takes[0]
    assert first.file_name == f"3s_owner-model-v1_seed5_{first.id[:8]}.flac"
    assert (out / first.file_name).read_bytes() == store.take_path(experiment.id, first.id).read_bytes()


def test_a_folder_that_cannot_be_written_is_a_sentence(
    library: VoiceLibrary, store: ExperimentStore, tmp_path: Path
) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(StorageFailed, match="Could not save takes"):
        list(render(PLAN, library, FakeEngine(), store, out=tmp_path / "file"))


def test_nothing_is_begun_for_a_plan_that_is_refused(library: VoiceLibrary, store: ExperimentStore) -> None:
    with pytest.raises(InvalidValue):
        next(render(replace(PLAN, takes=0), library, FakeEngine(), store))
    assert list(store.list()) == []
