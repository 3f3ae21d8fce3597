"""Takes are files of their own: old homes open, one take costs one file, and revisions tell what changed."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import threading
from dataclasses import asdict, replace
from typing import TYPE_CHECKING

import numpy as np
import pytest

from voicelab.compare.experiments import ExperimentStore
from voicelab.compare.plan import Plan, settle
from voicelab.compare.take import Details, planned_take, spoken_take
from voicelab.errors import InvalidValue, UnreadableFile
from voicelab.speech.ports import Speech

if TYPE_CHECKING:
    from pathlib import Path

    from voicelab.compare.experiment import Experiment
    from voicelab.compare.take import Take
    from voicelab.voices.library import VoiceLibrary

PLAN = Plan("anna", ("One.", "Two."), (3.0, None), ("preview",), takes=2)
SPEECH = Speech(np.linspace(-0.5, 0.5, 4800, dtype=np.float32), "preview", "preview", 0, 0.1, 1000)


@pytest.fixture
def experiment(store: ExperimentStore, library: VoiceLibrary) -> Experiment:
    return store.create(settle(PLAN, library, "preview"), library.get("anna"), "key")


@pytest.fixture
def takes(library: VoiceLibrary) -> list[Take]:
    """The eight takes, with details."""
    settled = settle(PLAN, library, "preview")
    made = (planned_take(each, settled.prompts[each.length_s]) for each in settled.plan.specifications())
    return [replace(spoken_take(each, SPEECH), details=Details(heard="one")) for each in made]


def folder_of(tmp_path: Path, experiment: Experiment) -> Path:
    return tmp_path / "experiments" / experiment.id


def old_home(tmp_path: Path, experiment: Experiment, takes: list[Take]) -> Path:
    """Make of it what an older lab wrote: one file of version 1 with every take inside. Returns the file."""
    folder = folder_of(tmp_path, experiment)
    (folder / "records").rmdir()
    fields = json.loads(json.dumps(asdict(replace(experiment, takes=tuple(takes)))))
    for take in fields["takes"]:
        del take["rating"]
    file = folder / "experiment.json"
    file.write_text(json.dumps({"schema_version": 1, **fields}, indent=2))
    return file


def test_a_home_of_an_older_lab_opens_and_goes_on(
    experiment: Experiment, takes: list[Take], tmp_path: Path, store: ExperimentStore
) -> None:
    file = old_home(tmp_path, experiment, takes[:3])
    store = ExperimentStore(tmp_path / "experiments")
    assert list(store.get(experiment.id).takes) == takes[:3]
    assert '"schema_version": 1' in file.read_text(), "to look changes nothing"
    store.remark(experiment.id, takes[1].id, comment="Warm.")
    store.add_take(experiment.id, takes[4], SPEECH)
    for again in (store, ExperimentStore(tmp_path / "experiments")):
        kept = again.get(experiment.id).takes
        assert [take.id for take in kept] == [take.id for take in (*takes[:3], takes[4])]
        assert [take.comment for take in kept] == ["", "Warm.", "", ""]
    assert '"schema_version": 2' in file.read_text(), "an older lab must not miss takes without a word"
    assert len(list((file.parent / "records").iterdir())) == 2, "what did not change is left where it is"


def test_a_crash_before_the_first_take_of_an_old_home_loses_nothing(
    experiment: Experiment, takes: list[Take], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    old_home(tmp_path, experiment, takes[:3])
    store = ExperimentStore(tmp_path / "experiments")

    class Killed(BaseException):
        pass

    def killed(*_: object) -> None:
        raise Killed

    with monkeypatch.context() as patched:
        patched.setattr("voicelab.compare.take_records.TakeRecords.write", killed)
        with pytest.raises(Killed):
            store.remark(experiment.id, takes[1].id, favourite=True)
    again = ExperimentStore(tmp_path / "experiments")
    assert list(again.get(experiment.id).takes) == takes[:3]
    again.remark(experiment.id, takes[1].id, favourite=True)
    assert [take.favourite for take in again.get(experiment.id).takes] == [False, True, False]


def test_one_take_costs_one_small_file(
    store: ExperimentStore, experiment: Experiment, takes: list[Take], tmp_path: Path
) -> None:
    for take in takes:
        store.add_take(experiment.id, take, SPEECH)
    files = [
        *folder_of(tmp_path, experiment).glob("records/*.json"),
        folder_of(tmp_path, experiment) / "experiment.json",
    ]
    before = {file: file.stat().st_ino for file in files}
    store.remark(experiment.id, takes[3].id, rating=7)
    written = [file for file in files if file.stat().st_ino != before[file]]
    assert [file.stem for file in written] == [takes[3].id]
    assert written[0].stat().st_size < 4000
    assert len(before) == 9


def test_revisions_tell_which_takes_changed(store: ExperimentStore, experiment: Experiment, takes: list[Take]) -> None:
    assert store.changes(experiment.id).takes is None, "without a revision all of it may be new"
    first = store.changes(experiment.id).revision
    for take in takes[:3]:
        store.add_take(experiment.id, take, None)
    second = store.changes(experiment.id, first)
    assert second.takes == frozenset(take.id for take in takes[:3])
    store.remark(experiment.id, takes[1].id, favourite=True)
    third = store.changes(experiment.id, second.revision)
    assert third.takes == frozenset({takes[1].id})
    assert store.changes(experiment.id, third.revision).takes == frozenset()
    store.change(experiment.id, lambda kept: replace(kept, notes=("A note.",)))
    fourth = store.changes(experiment.id, third.revision)
    assert (fourth.takes, fourth.beside, third.beside) == (frozenset(), True, False)
    store.change(experiment.id, lambda kept: replace(kept, plan=replace(kept.plan, takes=3)))
    assert store.changes(experiment.id, fourth.revision).takes is None, "another plan concerns every take"
    for unknown in ("", "x", f"x.{third.revision.split('.')[1]}", "x.y", ".", "1.-1"):
        assert store.changes(experiment.id, unknown).takes is None


def test_what_another_process_changes_is_seen(
    store: ExperimentStore, experiment: Experiment, takes: list[Take], tmp_path: Path
) -> None:
    store.add_take(experiment.id, takes[0], None)
    before = store.changes(experiment.id).revision
    command = (
        "import sys; from pathlib import Path; from voicelab.compare.experiments import ExperimentStore as S; "
        "S(Path(sys.argv[1])).remark(sys.argv[2], sys.argv[3], comment='From elsewhere.')"
    )
    arguments = [str(tmp_path / "experiments"), experiment.id, takes[0].id]
    subprocess.run([sys.executable, "-c", command, *arguments], check=True, timeout=60)
    after = store.changes(experiment.id, before)
    assert after.takes == frozenset({takes[0].id})
    assert after.experiment.takes[0].comment == "From elsewhere."


def test_two_changes_within_one_tick_of_the_clock_are_both_seen(
    store: ExperimentStore, experiment: Experiment, takes: list[Take], tmp_path: Path
) -> None:
    """A folder may say the same time after both: then it is looked through until that time is well past."""
    store.add_take(experiment.id, takes[0], None)
    records = folder_of(tmp_path, experiment) / "records"
    written = records.stat()
    store.get(experiment.id)
    other = ExperimentStore(tmp_path / "experiments")
    other.add_take(experiment.id, takes[1], None)
    os.utime(records, ns=(written.st_atime_ns, written.st_mtime_ns))
    assert len(store.get(experiment.id).takes) == 2


def test_a_removed_record_is_told_as_gone_and_a_damaged_one_named(
    store: ExperimentStore, experiment: Experiment, takes: list[Take], tmp_path: Path
) -> None:
    for take in takes[:2]:
        store.add_take(experiment.id, take, None)
    before = store.changes(experiment.id).revision
    records = folder_of(tmp_path, experiment) / "records"
    (records / f"{takes[0].id}.json").unlink()
    after = store.changes(experiment.id, before)
    assert after.takes == frozenset({takes[0].id})
    assert [take.id for take in after.experiment.takes] == [takes[1].id]
    whole = (records / f"{takes[1].id}.json").read_text()
    (records / f"{takes[1].id}.json").write_text("{")
    with pytest.raises(UnreadableFile, match=re.escape(takes[1].id)):
        store.get(experiment.id)
    (records / f"{takes[1].id}.json").write_text(whole)
    assert store.changes(experiment.id, after.revision).takes == frozenset({takes[1].id})


def test_a_change_beside_a_damaged_record_is_told_once_that_is_mended(
    store: ExperimentStore, experiment: Experiment, takes: list[Take], tmp_path: Path
) -> None:
    store.add_take(experiment.id, takes[0], None)
    before = store.changes(experiment.id).revision
    folder = folder_of(tmp_path, experiment)
    record = folder / "records" / f"{takes[0].id}.json"
    whole = record.read_text()
    record.write_text("{")
    file = folder / "experiment.json"
    file.write_text(file.read_text() + "\n")  # another process wrote it
    with pytest.raises(UnreadableFile):
        store.get(experiment.id)
    record.write_text(whole)
    assert store.changes(experiment.id, before).beside


def test_a_change_wakes_who_waits(store: ExperimentStore, experiment: Experiment, takes: list[Take]) -> None:
    woken = threading.Event()
    waits = threading.Event()

    def wait() -> None:
        with store.news:
            waits.set()
            if store.news.wait(30):
                woken.set()

    thread = threading.Thread(target=wait)
    thread.start()
    waits.wait(30)
    store.add_take(experiment.id, takes[0], None)
    thread.join(10)
    assert woken.is_set()


def test_ratings(store: ExperimentStore, experiment: Experiment, takes: list[Take]) -> None:
    store.add_take(experiment.id, takes[0], None)
    assert store.remark(experiment.id, takes[0].id, rating=9).takes[0].rating == 9
    kept = store.add_take(experiment.id, replace(takes[0], measured=True), None).takes[0]
    assert kept.rating == 9, "a rating given while it was measured stays"
    assert store.remark(experiment.id, takes[0].id, comment="Well.").takes[0].rating == 9
    assert store.remark(experiment.id, takes[0].id, rating=0).takes[0].rating is None
    for wrong in (10, -1):
        with pytest.raises(InvalidValue, match="from 1 to 9"):
            store.remark(experiment.id, takes[0].id, rating=wrong)


def test_what_nobody_asked_for_lately_leaves_the_memory(
    store: ExperimentStore, library: VoiceLibrary, takes: list[Take], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("voicelab.compare.experiments._MOST_TAKES", 4)
    ids = [store.create(settle(PLAN, library, "preview"), library.get("anna"), "key").id for _ in range(3)]
    for each in ids:
        for take in takes[:3]:
            store.add_take(each, take, None)
    assert len(store._opened) <= 2
    assert [len(store.get(each).takes) for each in ids] == [3, 3, 3]
