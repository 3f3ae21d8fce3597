"""`voicelab compare` and `voicelab bleed`: their JSON keys, files and exit codes."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING

import pytest
import soundfile

from tests.cli.conftest import Done
from tests.listening_lab import with_comparison
from voicelab.clips.wav import write_wav
from voicelab.voices.library import VoiceLibrary

if TYPE_CHECKING:
    from voicelab.clips.clip import Clip


def test_compare_fills_its_folder(run: Callable[..., Done], joe: VoiceLibrary, tmp_path: Path) -> None:
    out = tmp_path / "takes"
    arguments = ("--text", "One line.", "--lengths", "5,whole", "--models", "preview")
    value = run("compare", "joe", *arguments, "--out", out, "--json").value
    assert len(value["experiment"]) == 32
    assert [(take["line"], take["length_s"]) for take in value["takes"]] == [("One line.", 5), ("One line.", None)]
    keys = (
        "line length_s model seed path duration_s elapsed_s rtf peak_memory_bytes word_error_rate likeness noise bleed"
    )
    for take in value["takes"]:
        assert {*keys.split(), "failure"} <= set(take)
        assert take["failure"] is None
        assert soundfile.info(take["path"]).duration == pytest.approx(take["duration_s"], abs=0.001)


def test_compare_estimates_reports_exports_and_goes_on(
    run: Callable[..., Done], joe: VoiceLibrary, tmp_path: Path
) -> None:
    plan = ("--text", "One line.", "--lengths", "whole", "--models", "preview,qwen3-tts-0.6b-4bit")
    before = run("compare", "joe", *plan, "--estimate", "--json").value
    assert (before["takes"], before["seconds"], before["downloads"]) == (2, None, ["qwen3-tts-0.6b-4bit"])
    assert [(cut["length_s"], cut["verdict"]) for cut in before["cuts"]] == [(None, "match")]
    files = ("--report", tmp_path / "report.html", "--export", tmp_path / "takes.csv")
    plan = ("--text", "One line.", "--lengths", "whole", "--models", "preview")
    made = run("compare", "joe", *plan, "--out", tmp_path / "takes", *files, "--json").value
    (take,) = made["takes"]
    assert take["word_error_rate"] is not None
    assert 1 < take["noise"] < 5
    assert take["bleed"] is False
    assert take["recognizer"] == "tiny.en"
    assert made["settings"][0]["takes"] == 1
    assert made["cuts"] == before["cuts"]
    report = (tmp_path / "report.html").read_text("utf-8")
    assert report.startswith("<!doctype html>")
    assert "Cuts of the clip, each with its words" in report
    assert "One line." in (tmp_path / "takes.csv").read_text("utf-8")
    again = run("compare", "joe", "--resume", made["experiment"], "--out", tmp_path / "takes", "--json").value
    assert again["takes"] == made["takes"]
    told = run("compare", "joe", "--resume", made["experiment"], "--out", tmp_path / "takes").out
    assert told.splitlines()[-1] == f"Experiment {made['experiment']}"
    assert run("compare", "joe", "--out", tmp_path / "takes").code == 2


def test_a_comparison_in_which_every_take_fails_fails(
    run: Callable[..., Done], joe: VoiceLibrary, tmp_path: Path
) -> None:
    arguments = ("--text", "One line.", "--lengths", "whole", "--models", "owner/no-such-model")
    done = run("compare", "joe", *arguments, "--out", tmp_path / "takes", "--json")
    assert done.code == 1
    assert done.value["takes"][0]["failure"]
    assert done.value["takes"][0]["path"] is None


def test_bleed(run: Callable[..., Done], tmp_path: Path, spoken: Callable[[str], Clip]) -> None:
    path = tmp_path / "take.wav"
    write_wav(path, spoken("The church bells. Please leave a message after the tone."))
    options = (path, "--text", "Please leave a message after the tone.")
    found = run("bleed", *options, "--reference-text", "Everyone could hear the church bells.", "--json").value
    assert found["bleed"] is True
    assert found["words"] == ["the", "church", "bells."]
    assert 0.5 < found["seconds"] < 2.0
    assert "church bells" in found["heard"]
    said = run("bleed", *options, "--reference-text", "Everyone could hear the church bells.").out
    assert said.startswith("Bleed: “the church bells.” at the start; the line begins at")
    clean = run("bleed", *options, "--reference-text", "Nobody had a clock at home.", "--json").value
    assert (clean["bleed"], clean["words"], clean["seconds"]) == (False, [], 0.0)


def test_ctrl_c_says_how_to_go_on(run: Callable[..., Done], home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The experiment is named, or its finished takes could not be found again."""
    experiment = with_comparison(home)

    def interrupted(*_arguments: object, **_options: object) -> Iterator[SimpleNamespace]:
        yield SimpleNamespace(experiment=experiment, done=1, total=8, message="One.")
        raise KeyboardInterrupt

    monkeypatch.setattr("voicelab.compare.render.render", interrupted)
    done = run("compare", "anna", "--text", "Hi", "--out", home / "takes", "--json")
    assert (done.code, done.value["code"]) == (1, "cancelled")
    assert f"go on with --resume {experiment.id}" in done.err


def test_an_ending_that_no_export_has_is_told_before_anything_is_made(
    run: Callable[..., Done], joe: VoiceLibrary, home: Path
) -> None:
    options = ("--text", "Hi there.", "--lengths", "5", "--models", "preview", "--out", home / "takes")
    done = run("compare", "joe", *options, "--export", home / "takes.xlsx")
    assert (done.code, "end it in .csv or .json" in done.err) == (1, True)
    assert not (home / "data" / "experiments").exists()
