"""What the board is told: everything once, then what changed; sounds, pictures and the reference over HTTP."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from tests.fakes import FakeEngine
from voicelab.compare.board import board_changes
from voicelab.compare.plan import Plan
from voicelab.compare.render import render
from voicelab.compare.summary import settings_of
from voicelab.compare.take_sound import take_sounds

if TYPE_CHECKING:
    from voicelab.compare.experiment import Experiment
    from voicelab.compare.experiments import ExperimentStore
    from voicelab.voices.library import VoiceLibrary

PLAN = Plan("anna", ("A first line.", "A second one."), (3.0, None), ("preview",))


@pytest.fixture
def experiment(library: VoiceLibrary, store: ExperimentStore) -> Experiment:
    return list(render(PLAN, library, FakeEngine(), store))[-1].experiment


def test_everything_once_and_then_one_take_with_its_setting(store: ExperimentStore, experiment: Experiment) -> None:
    whole = board_changes(store, experiment.id, "")
    assert whole["frame"] is not None
    assert whole["frame"]["plan"]["lines"] == PLAN.lines
    assert len(whole["takes"]) == 4
    assert [setting["length_s"] for setting in whole["settings"]] == [3.0, None]
    store.remark(experiment.id, experiment.takes[2].id, favourite=True)
    later = board_changes(store, experiment.id, whole["revision"])
    assert (whole["whole"], later["whole"], later["frame"], later["gone"]) == (True, False, None, [])
    assert [take["id"] for take in later["takes"]] == [experiment.takes[2].id]
    assert [setting["length_s"] for setting in later["settings"]] == [experiment.takes[2].length_s]
    assert len(json.dumps(later)) < 4000
    store.change(experiment.id, lambda kept: replace(kept, yardstick=None))
    beside = board_changes(store, experiment.id, later["revision"])
    assert beside["frame"] is not None
    assert (beside["whole"], beside["takes"], beside["frame"]["yardstick"]) == (False, [], None)
    later = beside
    nothing = board_changes(store, experiment.id, later["revision"])
    assert (nothing["takes"], nothing["settings"]) == ([], [])


def test_a_take_that_went_is_told(store: ExperimentStore, experiment: Experiment) -> None:
    before = board_changes(store, experiment.id, "")["revision"]
    gone = experiment.takes[0].id
    (store.take_path(experiment.id, gone).parents[1] / "records" / f"{gone}.json").unlink()
    later = board_changes(store, experiment.id, before)
    assert (later["gone"], later["takes"]) == ([gone], [])
    assert [setting["takes"] for setting in later["settings"]] == [1, 2], "nobody knows whose it was: all are told"


def test_intervals_can_be_true(experiment: Experiment) -> None:
    """Of word errors none is below 0 % or above 100 %, unless a take itself has more errors than words."""
    takes = [
        replace(take, id=f"{n}{take.id[1:]}", line=f"Line {n}", length_s=3.0, word_error_rate=errors, noise=noise)
        for n, (errors, noise) in enumerate([(0.9, 4.9), (0.7, 4.9), (1.0, 5.0), (0.4, 4.2)])
        for take in experiment.takes[:1]
    ]
    (setting,) = settings_of(replace(experiment, takes=tuple(takes)))
    assert setting.word_error_rate is not None
    assert setting.word_error_rate.high == 1.0
    assert setting.noise is not None
    assert setting.noise.high == 5.0
    added = [*takes, replace(takes[0], id="f" * 32, line="Line 5", word_error_rate=1.5)]
    (setting,) = settings_of(replace(experiment, takes=tuple(added)))
    assert setting.word_error_rate is not None
    assert setting.word_error_rate.high is not None
    assert 1.0 < setting.word_error_rate.high <= 1.5


def test_sounds_of_takes(store: ExperimentStore, experiment: Experiment) -> None:
    first = experiment.takes[0].id
    store.take_path(experiment.id, experiment.takes[1].id).unlink()
    sounds = take_sounds(store, experiment.id, [first, experiment.takes[1].id, "0" * 32, "../x"])
    assert list(sounds) == [first], "what has no sound is left out, and the others have theirs"
    sound = sounds[first]
    assert len(sound["outline"]) == 60
    assert 0 <= min(sound["outline"]) <= max(sound["outline"]) <= 100
    assert max(sound["outline"]) > 5
    assert sound["loudness_lufs"] is not None
    assert -70 < sound["loudness_lufs"] < 0
    assert sound["headroom_db"] <= 0
