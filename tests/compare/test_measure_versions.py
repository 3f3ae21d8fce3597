"""Figures of an older lab are never silently read beside new ones."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from tests.fakes import FakeEngine
from voicelab.cli.takes_table import takes_text
from voicelab.compare.experiment_json import details
from voicelab.compare.experiments import ExperimentStore
from voicelab.compare.measure_versions import MEASURES_VERSION, version_notes
from voicelab.compare.plan import Plan
from voicelab.compare.render import render
from voicelab.compare.report import report
from voicelab.ui.actions.compare_actions import notes

if TYPE_CHECKING:
    from pathlib import Path

    from voicelab.compare.experiment import Experiment
    from voicelab.voices.library import VoiceLibrary


@pytest.fixture
def experiment(library: VoiceLibrary, store: ExperimentStore) -> Experiment:
    """Two takes, measured by this lab."""
    plan = Plan("anna", ("One line.", "Another line."), (None,), ("auto",))
    return list(render(plan, library, FakeEngine(), store))[-1].experiment


def of_older_lab(experiment: Experiment, store: ExperimentStore, takes: int) -> Experiment:
    """Return it as an older lab would have written `takes` of its takes: without the version."""
    records = store.take_path(experiment.id, experiment.takes[0].id).parents[1] / "records"
    for take in experiment.takes[:takes]:
        path = records / f"{take.id}.json"
        kept = json.loads(path.read_text("utf-8"))
        del kept["details"]["measures_version"]
        path.write_text(json.dumps(kept), "utf-8")
    return ExperimentStore(records.parents[1]).get(experiment.id)  # by a lab that has not opened it yet


def test_takes_say_what_they_were_measured_with(experiment: Experiment) -> None:
    assert [row["measures_version"] for row in details(experiment)["takes"]] == [MEASURES_VERSION] * 2
    assert version_notes(experiment) == []


@pytest.mark.parametrize(
    ("old", "said"),
    [(2, "These takes were measured by an older version"), (1, "1 of 2 takes were measured")],
)
def test_older_figures_are_told_wherever_figures_are_shown(
    experiment: Experiment, store: ExperimentStore, old: int, said: str, tmp_path: Path
) -> None:
    found = of_older_lab(experiment, store, old)
    (note,) = version_notes(found)
    assert note.startswith(said)
    assert note in details(found)["notes"]
    assert note in report(found, store)
    assert note in takes_text(found, lambda take: str(tmp_path / take.path))
    assert note in [each["text"] for each in notes(found)]
