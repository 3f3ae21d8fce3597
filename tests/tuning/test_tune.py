"""A whole search: a recording of a minute's reading, an engine whose best stretch of it is known, real measures."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from tests.fakes import FakeEngine, FakeJob
from voicelab.clips.clip import SAMPLE_RATE, Clip, Window
from voicelab.clips.wav import write_wav
from voicelab.compare.apply_take import use_take
from voicelab.compare.experiments import ExperimentStore
from voicelab.compare.runner import Runner
from voicelab.errors import EmptyText, InvalidValue, UnknownModel
from voicelab.speech.ports import Speech
from voicelab.transcripts.transcriber import Transcriber
from voicelab.tuning.outcome import candidates, outcome_json, outcome_of, takes_to_hear, winning_take
from voicelab.tuning.tune import rendered, spent_s
from voicelab.tuning.wish import Wish, begin
from voicelab.voices.library import VoiceLibrary

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from voicelab.compare.experiment import Experiment

READING = (
    "The old baker opened his window before the first light of the day came over the hills.",
    "My grandfather repaired clocks in a small shop, and he told me stories about all of them.",
    "She keeps her letters in a wooden box under the bed, tied with a blue ribbon.",
    "He painted the door green last summer, because his sister liked that color best.",
)
LINES = (
    "Open the door before it rains again.",
    "We were late for dinner on Monday.",
    "Call me tomorrow before you leave.",
    "He sold the boat to his brother.",
    "Nobody answered when she called us.",
    "The harbor was quiet in the morning.",
)
BEST = "wooden box"
"""Words of the stretch that this engine clones without noise."""


class Choosy(FakeEngine):
    """Says every line in clear speech, with noise over it unless its prompt is the best stretch of the recording."""

    def __init__(self, spoken: Callable[[str], Clip], best: str = BEST) -> None:
        super().__init__()
        self.spoken = spoken
        self.best = best

    def submit(self, request: Any, client: str = "", on_busy: str = "queue") -> FakeJob:
        job = super().submit(request, client, on_busy)
        return ChoosyJob(self, request) if isinstance(job, FakeJob) else job


class ChoosyJob(FakeJob):
    _engine: Choosy

    def result(self, timeout_s: float | None = None) -> Speech:
        made = super().result(timeout_s)
        clip = self._engine.spoken(self._request.text)
        chance = np.random.default_rng(self._request.seed)
        clear = self._request.prompt is not None and self._engine.best in self._request.prompt.text
        noise = chance.normal(0, 0.001 if clear else 0.05, len(clip.samples))
        return replace(made, samples=(clip.samples + noise).astype(np.float32), elapsed_s=0.5)


@pytest.fixture(scope="module")
def recording(tmp_path_factory: pytest.TempPathFactory, spoken: Callable[[str], Clip]) -> Path:
    pause = np.zeros(round(0.7 * SAMPLE_RATE), np.float32)
    path = tmp_path_factory.mktemp("reading") / "reading.wav"
    write_wav(path, Clip(np.concatenate([part for line in READING for part in (spoken(line).samples, pause)])))
    return path


@pytest.fixture
def library(tmp_path: Path, recording: Path, spoken: Callable[[str], Clip]) -> VoiceLibrary:
    """Anna, whose clip is the first sentence of the recording."""
    library = VoiceLibrary(tmp_path / "voices")
    clip = spoken(READING[0])
    heard = Transcriber("tiny.en").hear(clip, "tiny.en", "english")
    library.save(
        "Anna", clip, heard, "english", "agreed", recording=recording, window=Window(0.0, clip.seconds), match="match"
    )
    return library


@pytest.fixture
def store(tmp_path: Path) -> ExperimentStore:
    return ExperimentStore(tmp_path / "experiments")


WISH = Wish(
    "anna", LINES, lengths_s=(5.0,), windows=4, models=("preview",), seeds=6, weights={"word_errors": 0, "bleed": 0}
)


def begun(wish: Wish, library: VoiceLibrary, engine: FakeEngine, store: ExperimentStore) -> Experiment:
    steps = begin(wish, library, engine, store, Transcriber("tiny.en"))
    try:
        while True:
            next(steps)
    except StopIteration as ended:
        experiment: Experiment = ended.value
        return experiment


def test_the_stretch_that_clones_best_is_found_said_and_used(
    library: VoiceLibrary, store: ExperimentStore, spoken: Callable[[str], Clip]
) -> None:
    engine = Choosy(spoken)
    experiment = begun(WISH, library, engine, store)
    assert len(experiment.variants) >= 2
    assert all(variant.transcript and variant.match == "match" for variant in experiment.variants)
    steps = rendered(experiment, library, engine, store)
    for step in steps:  # killed in the middle of the first round
        if step.done >= 3:
            break
    steps.close()
    last = list(rendered(store.get(experiment.id), library, engine, store))[-1]
    assert last.fraction == 1.0
    ended = store.get(experiment.id)
    asked = [(request.text, request.prompt.key, request.seed) for request in engine.requests if request.prompt]
    made = [take for take in ended.takes if take.failure is None]
    assert len(made) == len(ended.specifications())
    assert len(asked) - len(set(asked)) <= 1, "only the take that the kill cut off is spoken again"
    outcome = outcome_of(ended, library)
    best = ended.variant(outcome.ranking[0].setting.variant)
    assert best is not None
    assert best.transcript is not None
    assert BEST in best.transcript.text
    assert outcome.ended
    assert outcome.settled, outcome.verdict
    assert "surely better" in outcome.verdict
    assert outcome.parts == ("likeness", "noise", "rate")
    assert (
        outcome_json(ended, outcome)["best"]["window"] == {"start_s": best.window.start_s, "end_s": best.window.end_s}
        if best.window
        else False
    )
    assert outcome.today in candidates(outcome)
    heard = {take.setting for take in ended.takes if take.id in takes_to_hear(ended, outcome)}
    assert heard == set(candidates(outcome))
    used = use_take(store, library, ended.id, winning_take(ended, outcome))
    assert used.window == best.window
    assert used.recipe.seed == outcome.ranking[0].seed
    assert BEST in library.transcript("anna").text
    assert used.consent == "agreed"
    assert library.recording("anna") is not None
    list(rendered(ended, library, engine, store))
    assert len(store.get(experiment.id).takes) == len(ended.takes), "an ended search makes no more takes"


def test_where_every_stretch_is_alike_nothing_is_best(
    library: VoiceLibrary, store: ExperimentStore, spoken: Callable[[str], Clip]
) -> None:
    engine = Choosy(spoken, best="")
    experiment = begun(replace(WISH, windows=0, lengths_s=(2.0, 3.0)), library, engine, store)
    list(rendered(experiment, library, engine, store))
    outcome = outcome_of(store.get(experiment.id), library)
    assert not outcome.settled
    assert "cannot be told apart" in outcome.verdict
    assert "blind test" in outcome.verdict


def test_the_budget_ends_it_and_the_runner_knows_where_it_is(
    library: VoiceLibrary, store: ExperimentStore, spoken: Callable[[str], Clip]
) -> None:
    engine = Choosy(spoken)
    experiment = begun(replace(WISH, budget_s=2.0), library, engine, store)
    runner = Runner(library, engine, store, None, rendered=rendered)
    assert runner.state(experiment).status == "paused"
    runner.resume(experiment.id)
    states = [state for _revision, state in runner.watch(experiment.id)]
    assert states[-1].status == "done"
    ended = store.get(experiment.id)
    assert ended.search is not None
    assert ended.search.ended
    assert 2.0 < spent_s(ended) < 2.0 + 3 * max(spent_s(replace(ended, takes=(take,))) for take in ended.takes)
    assert "few takes" in outcome_of(ended, library).verdict
    assert Runner(library, engine, store, None).state(ended).status == "done"


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"budget_s": 0.0}, "no time to search"),
        ({"budget_s": float("nan")}, "no time to search"),
        ({"lines": tuple(f"Line {n}." for n in range(30))}, "at most"),
        ({"seeds": 0}, "seeds"),
        ({"weights": {"beauty": 1.0}}, "no part of the objective"),
        ({"weights": {"bleed": -1.0}}, "use 0 to"),
        ({"weights": dict.fromkeys(("word_errors", "bleed", "likeness", "noise", "rate"), 0.0)}, "Every weight is 0"),
        ({"sampling": {"warmth": (1.0,)}}, "does not heed"),
        ({"windows": 0, "lengths_s": ()}, "nothing to compare"),
        ({"lengths_s": (-1.0,), "windows": 0}, "cannot be cut"),
    ],
)
def test_wrong_wishes_are_refused_before_anything_is_made(
    library: VoiceLibrary, store: ExperimentStore, changed: dict[str, Any], words: str
) -> None:
    with pytest.raises(InvalidValue, match=words):
        begun(replace(WISH, **changed), library, FakeEngine(), store)
    assert not store.list()


def test_lines_of_another_language_are_told(library: VoiceLibrary, store: ExperimentStore) -> None:
    voice = library.get("anna")
    words = library.transcript("anna")
    library.save("Anna", library.clip("anna"), words, "german", "agreed", replace_revision=voice.revision)
    experiment = begun(replace(WISH, windows=0, lengths_s=(2.0,)), library, FakeEngine(), store)
    assert any("English" in note or "english" in note for note in experiment.notes), experiment.notes


def test_no_lines_no_model_and_no_search(library: VoiceLibrary, store: ExperimentStore) -> None:
    with pytest.raises(EmptyText):
        begun(replace(WISH, lines=(" ",)), library, FakeEngine(), store)
    with pytest.raises(UnknownModel):
        begun(replace(WISH, models=("nothing-of-that-name",)), library, FakeEngine(), store)
    runner = Runner(library, FakeEngine(), store, None)
    from voicelab.compare.plan import Plan

    comparison = runner.submit(Plan("anna", ("One.",), (None,), ("preview",)))
    with pytest.raises(InvalidValue, match="no search"):
        outcome_of(comparison, library)


def test_without_its_recording_only_cuts_of_the_clip_are_tried(
    tmp_path: Path, store: ExperimentStore, spoken: Callable[[str], Clip]
) -> None:
    library = VoiceLibrary(tmp_path / "others")
    clip = spoken(READING[0])
    library.save("Anna", clip, Transcriber("tiny.en").hear(clip, "tiny.en", "english"), "english", "agreed")
    experiment = begun(replace(WISH, lengths_s=(2.0,)), library, FakeEngine(), store)
    assert not experiment.variants
    assert "was not kept" in " ".join(experiment.notes)
    assert experiment.search is not None
    assert [setting.length_s for setting in experiment.search.settings] == [None, 2.0]


def test_stretches_within_the_clip_have_the_words_that_a_person_corrected(
    library: VoiceLibrary, store: ExperimentStore, spoken: Callable[[str], Clip]
) -> None:
    voice = library.get("anna")
    corrected = library.transcript("anna")
    words = tuple(
        replace(word, text="Window," if word.text.startswith("window") else word.text) for word in corrected.words
    )
    text = " ".join(word.text for word in words)
    library.save(
        "Anna",
        library.clip("anna"),
        replace(corrected, words=words, text=text),
        "english",
        "agreed",
        recording=library.recording("anna"),
        window=Window(0.0, voice.seconds),
        replace_revision=voice.revision,
    )
    experiment = begun(replace(WISH, lengths_s=(3.0,), windows=10), library, FakeEngine(), store)
    inside = [
        variant.transcript.text
        for variant in experiment.variants
        if variant.window and variant.transcript and variant.window.end_s <= voice.seconds
    ]
    assert all("window " not in each for each in inside)


def test_sampling_is_tried_beside_the_voice_as_it_is(
    library: VoiceLibrary, store: ExperimentStore, spoken: Callable[[str], Clip]
) -> None:
    from voicelab.speech.ports import Sampling
    from voicelab.tuning.candidates import with_sampling

    variants = with_sampling([], {"temperature": (0.5, 0.9)}, Sampling())
    assert [(each.name, each.sampling and each.sampling.temperature) for each in variants] == [
        ("temperature 0.5", 0.5),
        ("temperature 0.9", 0.9),
    ]
    experiment = begun(replace(WISH, windows=0, lengths_s=(3.0,)), library, FakeEngine(), store)
    experiment = store.change(experiment.id, lambda now: replace(now, variants=tuple(variants)))
    assert experiment.sampling_of("temperature 0.5").temperature == 0.5
    assert experiment.sampling_of("") == experiment.sampling
