"""Experiments are on disk: each take is whole before anybody is told of it."""

from __future__ import annotations

import os
import threading
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pytest

from voicelab.clips.clip import Clip
from voicelab.clips.wav import read_flac
from voicelab.compare.experiment import Experiment
from voicelab.compare.experiments import ExperimentStore
from voicelab.compare.plan import Plan, settle
from voicelab.compare.take import planned_take, spoken_take
from voicelab.errors import StorageFailed, UnknownExperiment, UnreadableFile
from voicelab.speech.ports import Speech

if TYPE_CHECKING:
    from pathlib import Path

    from voicelab.compare.take import Take
    from voicelab.voices.library import VoiceLibrary

PLAN = Plan("anna", ("One.", "Two."), (3.0, None), ("preview",), takes=2)
SPEECH = Speech(np.linspace(-0.5, 0.5, 4800, dtype=np.float32), "preview", "preview", 0, 0.1, 1000, notes=("A note.",))


@pytest.fixture
def experiment(store: ExperimentStore, library: VoiceLibrary) -> Experiment:
    """An experiment of eight takes, none of them made."""
    return store.create(settle(PLAN, library, "preview"), library.get("anna"), "key")


@pytest.fixture
def takes(library: VoiceLibrary) -> list[Take]:
    """The eight takes."""
    settled = settle(PLAN, library, "preview")
    return [planned_take(each, settled.prompts[each.length_s]) for each in settled.plan.specifications()]


def test_a_take_comes_back_as_it_was_kept(store: ExperimentStore, experiment: Experiment, takes: list[Take]) -> None:
    take = replace(spoken_take(takes[0], SPEECH), likeness=0.9)
    after = store.add_take(experiment.id, take, SPEECH)
    assert after.takes == (take,)
    assert store.get(experiment.id) == after
    assert (take.duration_s, take.rtf, take.peak_memory_bytes, take.notes) == (0.2, 0.5, 1000, ("A note.",))
    assert (take.word_error_rate, take.likeness, take.noise, take.bleed) == (None, 0.9, None, None)
    assert (take.clip_text, round(take.clip_seconds, 1)) == ("one two three", 2.8)
    path = store.take_path(experiment.id, take.id)
    assert path.read_bytes()[:4] == b"fLaC"
    assert path.parent.parent / take.path == path
    assert read_flac(path).digest == Clip(SPEECH.samples).digest


def test_takes_stand_in_the_order_of_the_plan_and_are_replaced_by_id(
    store: ExperimentStore, experiment: Experiment, takes: list[Take]
) -> None:
    for take in (takes[2], takes[0], takes[2]):
        experiment = store.add_take(experiment.id, spoken_take(take, SPEECH), SPEECH)
    assert [take.id for take in experiment.takes] == [takes[0].id, takes[2].id]
    assert experiment.title.endswith("2 of 8 takes")
    assert experiment.title.startswith("Anna, ")


def test_threads_that_add_takes_lose_none(store: ExperimentStore, experiment: Experiment, takes: list[Take]) -> None:
    threads = [
        threading.Thread(target=store.add_take, args=(experiment.id, spoken_take(take, SPEECH), SPEECH))
        for take in takes
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert [take.id for take in store.get(experiment.id).takes] == [take.id for take in takes]


def test_a_full_disk_keeps_the_takes_before(
    store: ExperimentStore, experiment: Experiment, takes: list[Take], monkeypatch: pytest.MonkeyPatch
) -> None:
    before = store.add_take(experiment.id, spoken_take(takes[0], SPEECH), SPEECH)

    def full(_descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr(os, "fsync", full)
        with pytest.raises(StorageFailed, match="the disk is full"):
            store.add_take(experiment.id, spoken_take(takes[1], SPEECH), SPEECH)
    assert store.get(experiment.id) == before
    with pytest.raises(UnknownExperiment):
        store.take_path(experiment.id, takes[1].id)


def test_the_list_is_newest_first_and_leaves_out_what_is_damaged(
    store: ExperimentStore, library: VoiceLibrary, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    assert list(store.list()) == []
    ids = [store.create(settle(PLAN, library, "preview"), library.get("anna"), "key").id for _ in range(3)]
    assert {experiment.id for experiment in store.list()} == set(ids)
    created = [experiment.created for experiment in store.list()]
    assert created == sorted(created, reverse=True)
    (tmp_path / "experiments" / ids[0] / "experiment.json").write_text("{")
    (tmp_path / "experiments" / "notes").mkdir()
    assert {experiment.id for experiment in store.list()} == set(ids[1:])
    assert "is damaged" in caplog.text
    with pytest.raises(UnreadableFile):
        store.get(ids[0])


@pytest.mark.parametrize(
    "bad", ["", "..", "../" + "a" * 32, "a" * 32, "A" * 32, "a" * 31, "a" * 32 + "\n", "/etc/passwd"]
)
def test_ids_are_checked_before_a_path_is_made(store: ExperimentStore, experiment: Experiment, bad: str) -> None:
    with pytest.raises(UnknownExperiment):
        store.get(bad)
    with pytest.raises(UnknownExperiment):
        store.take_path(bad, "a" * 32)
    with pytest.raises(UnknownExperiment):
        store.take_path(experiment.id, bad)


def test_a_star_given_while_a_take_is_measured_stays(
    store: ExperimentStore, experiment: Experiment, takes: list[Take]
) -> None:
    """The record that measuring hands in is older than what the person said meanwhile."""
    take = takes[0]
    store.add_take(experiment.id, take, None)
    store.remark(experiment.id, take.id, favourite=True)
    store.remark(experiment.id, take.id, comment="the best so far")
    kept = store.add_take(experiment.id, replace(take, measured=True), None).takes[0]
    assert (kept.favourite, kept.comment, kept.measured) == (True, "the best so far", True)
