"""Data for years: a copied folder is a backup, damage is found and named, and what can be mended is."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
import time
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from tests.fakes import FakeEngine
from tests.needs import needs
from tests.running import environment
from tests.voices.making import noise_clip, words_for
from voicelab.clips.clip import Window
from voicelab.clips.decode import decode
from voicelab.clips.wav import write_wav
from voicelab.compare.experiments import ExperimentStore
from voicelab.compare.integrity import examine_experiments
from voicelab.compare.plan import Plan
from voicelab.compare.render import render
from voicelab.errors import UnreadableFile
from voicelab.settings import CHECKOUT
from voicelab.voices.drafts import DraftStore
from voicelab.voices.integrity import examine_drafts, examine_voices
from voicelab.voices.library import VoiceLibrary

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return furnished(tmp_path)


def furnished(folder: Path) -> Path:
    """A home with a voice that kept its recording, a draft of two steps and an experiment of two takes."""
    home = folder / "home"
    recording = folder / "brought.wav"
    write_wav(recording, noise_clip(12.0))
    library, clip = VoiceLibrary(home / "voices"), decode(recording).clip.cut(Window(1.0, 9.0))
    library.save(
        "Anna", clip, words_for(clip), "english", "agreed", recording=recording, window=Window(1.0, 9.0), match="match"
    )
    drafts = DraftStore(home / "data" / "drafts")
    drafts.set_window(drafts.create(recording, "brought.wav").id, Window(1.0, 5.0))
    store = ExperimentStore(home / "data" / "experiments")
    list(render(Plan("anna", ("One.", "Two."), (None,), ("preview",)), library, FakeEngine(), store))
    return home


def doctor(home: Path, *flags: str) -> dict[str, Any]:
    """Return what `doctor --deep` finds; one test below asks the command itself."""
    repair = "--repair" in flags
    data = home / "data"
    found = [
        *examine_voices(VoiceLibrary(home / "voices"), home / "voices", repair=repair),
        *examine_drafts(data / "drafts", repair=repair),
        *examine_experiments(ExperimentStore(data / "experiments"), data / "experiments", repair=repair),
    ]
    whole = all(finding.repaired for finding in found if finding.level == "fail")
    return {"findings": [asdict(finding) for finding in found], "whole": whole}


def messages(value: dict[str, Any]) -> str:
    return "\n".join(finding["message"] for finding in value["findings"])


def test_what_is_whole_is_said_to_be(home: Path) -> None:
    assert doctor(home)["findings"] == []


def test_the_command_tells_and_mends(home: Path) -> None:
    """Exit code 1 while something is damaged, 0 once it is mended; one JSON value either way."""

    def run(*flags: str) -> tuple[int, dict[str, Any]]:
        command = [sys.executable, "-m", "voicelab", "doctor", "--deep", *flags, "--json", "--home", str(home)]
        done = subprocess.run(command, capture_output=True, cwd=CHECKOUT, env=environment(home), check=False)
        return done.returncode, json.loads(done.stdout)

    (home / "voices" / "anna" / "clip.wav").unlink()
    code, value = run()
    assert (code, value["whole"], value["findings"][0]["name"]) == (1, False, "anna")
    code, value = run("--repair")
    assert (code, value["whole"], value["findings"][0]["repaired"]) == (0, True, True)
    code, value = run()
    assert (code, value["findings"]) == (0, [])


def test_a_copied_folder_is_a_backup(home: Path, tmp_path: Path) -> None:
    """What docs/reliability.md tells a person to do: copy the folder, start the lab with it."""
    copy = tmp_path / "copy"
    shutil.copytree(home, copy)
    shutil.rmtree(home)
    assert doctor(copy)["findings"] == []
    assert VoiceLibrary(copy / "voices").clip("anna").seconds == pytest.approx(8.0)
    (experiment,) = ExperimentStore(copy / "data" / "experiments").list()
    assert len(experiment.takes) == 2


def test_the_sums_are_those_of_sha256sum(home: Path) -> None:
    needs("sha256sum")
    subprocess.run(["sha256sum", "-c", "SHA256SUMS"], cwd=home / "voices" / "anna", check=True, capture_output=True)


def test_a_flipped_bit_in_a_clip_is_found_and_the_clip_is_cut_anew(home: Path) -> None:
    clip = home / "voices" / "anna" / "clip.wav"
    whole = clip.read_bytes()
    damaged = bytearray(whole)
    damaged[5000] ^= 1
    clip.write_bytes(damaged)
    assert "is damaged or not the clip that was saved" in messages(doctor(home))
    assert clip.read_bytes() == bytes(damaged), "to look changes nothing"
    mended = doctor(home, "--repair")
    assert mended["whole"]
    assert clip.read_bytes() == whole
    assert doctor(home)["findings"] == []


def test_a_lost_clip_without_a_recording_is_said_and_left(home: Path) -> None:
    folder = home / "voices" / "anna"
    (folder / "clip.wav").unlink()
    (folder / "recording.wav").unlink()
    value = doctor(home, "--repair")
    assert not value["whole"]
    assert "Put back a copy" in messages(value)


def test_a_voice_of_the_first_version_has_no_sums_and_gets_them(home: Path) -> None:
    sums = home / "voices" / "anna" / "SHA256SUMS"
    before = sums.read_text()
    sums.unlink()
    assert doctor(home)["whole"]
    assert "has no SHA256SUMS" in messages(doctor(home))
    doctor(home, "--repair")
    assert sums.read_text() == before


def test_a_transcript_that_somebody_edited_is_worth_a_word(home: Path) -> None:
    path = home / "voices" / "anna" / "transcript.json"
    path.write_text(path.read_text().replace("one two", "uno two"))
    value = doctor(home)
    assert value["whole"]
    assert "was changed since the voice was saved" in messages(value)


@pytest.mark.parametrize(
    "file", ["voices/anna/voice.json", "voices/anna/transcript.json", "data/experiments/*/experiment.json"]
)
def test_a_file_of_a_newer_lab_is_refused_politely_and_left(home: Path, file: str) -> None:
    (path,) = home.glob(file)
    newer = re.sub(r'"schema_version": \d+', '"schema_version": 99', path.read_text())
    path.write_text(newer)
    value = doctor(home, "--repair")
    assert not value["whole"]
    assert "was written by a newer Voice Lab" in messages(value)
    assert "Update Voice Lab" in messages(value)
    assert path.read_text() == newer


def test_a_take_whose_audio_rotted_is_made_again_by_resuming(home: Path) -> None:
    store = ExperimentStore(home / "data" / "experiments")
    (experiment,) = store.list()
    path = store.take_path(experiment.id, experiment.takes[0].id)
    content = bytearray(path.read_bytes())
    content[len(content) // 2 :] = bytes(len(content) - len(content) // 2)
    path.write_bytes(content)
    assert "is missing or damaged" in messages(doctor(home))
    assert doctor(home, "--repair")["whole"]
    assert store.get(experiment.id).takes[0].failure is not None
    list(render(store.get(experiment.id), VoiceLibrary(home / "voices"), FakeEngine(), store))
    assert [take.failure for take in store.get(experiment.id).takes] == [None, None]
    assert doctor(home)["findings"] == []


def test_a_damaged_step_of_a_draft_is_an_undo(home: Path) -> None:
    (step,) = home.glob("data/drafts/*/steps/2.json")
    step.write_text("{")
    assert not doctor(home)["whole"]
    assert doctor(home, "--repair")["whole"]
    (draft,) = [path.name for path in (home / "data" / "drafts").iterdir() if path.is_dir()]
    assert DraftStore(home / "data" / "drafts").get(draft).window == Window(0.0, 12.0)


def test_a_clock_that_jumps_sweeps_no_draft(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A battery runs empty and the year is wrong: every draft looks old, and none is lost."""
    store, month = DraftStore(home / "data" / "drafts"), 30 * 86_400.0
    assert store.sweep(month) == 0
    wrong = time.time() + 400 * 86_400
    monkeypatch.setattr(time, "time", lambda: wrong)
    assert store.sweep(month) == 0
    monkeypatch.undo()
    assert store.sweep(month) == 0, "the clock is right again"
    monkeypatch.setattr(time, "time", lambda: time.monotonic() + wrong)
    store.sweep(month)
    monkeypatch.setattr(time, "time", lambda: time.monotonic() + wrong + 86_400)
    assert store.sweep(month) == 1, "in use and untouched for a year, a draft is swept"


def test_a_recording_of_hours_in_a_strangers_folder_is_not_read(home: Path) -> None:
    import soundfile

    path = home / "voices" / "anna" / "clip.wav"
    with soundfile.SoundFile(path, "w", 24_000, 1, subtype="PCM_16") as sound:
        for _ in range(32):
            sound.write(np.zeros(60 * 24_000, dtype=np.int16))
    with pytest.raises(UnreadableFile, match="32 minutes long"):
        VoiceLibrary(home / "voices").clip("anna")
