"""`voicelab voice …` and `voicelab say`: a voice's life, as commands."""

from __future__ import annotations

import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
import soundfile

from tests.cli.conftest import Done
from voicelab.settings import CHECKOUT
from voicelab.voices.library import VoiceLibrary
from voicelab.voices.voice import Recipe


def test_a_voices_life(run: Callable[..., Done], recording: Path, speech_text: str, home: Path) -> None:
    """Add, list, show, rename, remove; its name is not taken twice."""
    added = run(
        "voice", "add", "The Keeper", recording, "--text", speech_text, "--consent", "Synthetic.", "--json"
    ).value
    assert (added["name"], added["slug"], added["verdict"]) == ("The Keeper", "the-keeper", "match")
    assert added["path"] == str(home / "voices" / "the-keeper")
    assert added["seconds"] == pytest.approx(soundfile.info(recording).duration, abs=0.01)

    again = run("voice", "add", "the keeper", recording, "--text", speech_text, "--json")
    assert (again.code, again.value["code"]) == (1, "voice_exists")
    assert "--replace" in again.err

    (listed,) = run("voice", "list", "--json").value["voices"]
    assert (listed["slug"], listed["consent"]) == ("the-keeper", "Synthetic.")
    shown = run("voice", "show", "The Keeper", "--json").value
    assert shown["transcript"]["text"] == speech_text
    assert shown["transcript"]["words"][0]["end_s"] > 0
    assert shown["recording"] == "recording.wav"
    assert "cuts" not in shown
    cuts = run("voice", "show", "The Keeper", "--cuts", "--json").value["cuts"]
    assert [cut["length_s"] for cut in cuts] == [5.0, 10.0]
    assert [cut["verdict"] for cut in cuts] == ["match", "match"]
    assert all(speech_text.startswith(cut["text"]) for cut in cuts)

    assert run("voice", "speed", "the-keeper", "1.25", "--json").value["recipe"]["speed"] == 1.25
    assert run("voice", "rename", "the-keeper", "Warden", "--json").value["slug"] == "warden"
    removed = run("voice", "remove", "warden", "--json").value
    assert Path(removed["trash"]).is_dir(), "removing can be undone"
    assert run("voice", "list", "--json").value == {"voices": [], "problems": []}
    gone = run("voice", "show", "warden")
    assert (gone.code, gone.out) == (1, "")


def test_what_was_heard_is_not_called_checked(run: Callable[..., Done], recording: Path) -> None:
    """A recognizer that looks over its own words finds no fault in them."""
    heard = run("voice", "add", "Heard", recording, "--json").value
    assert (heard["text_by"], heard["checked_by_hand"], heard["verdict"]) == ("tiny.en", False, "match")
    shown = run("voice", "show", "heard", "--json").value
    assert (shown["text_by"], shown["checked_by_hand"]) == ("tiny.en", False)
    told = run("voice", "add", "Heard", recording, "--replace").out
    assert "text: heard by tiny.en, checked by nobody" in told
    assert "text: match" not in told
    assert "heard by tiny.en, checked by nobody" in run("voice", "show", "heard").out
    assert "heard by tiny.en" in run("voice", "list").out
    by_hand = run("voice", "add", "Written", recording, "--text", heard["text"], "--json").value
    assert (by_hand["text_by"], by_hand["checked_by_hand"]) == ("hand", True)
    assert "by hand: match" in run("voice", "show", "written").out


def test_replacing_keeps_what_a_person_decided(
    run: Callable[..., Done], joe: VoiceLibrary, recording: Path, speech_text: str
) -> None:
    joe.set_recipe("joe", Recipe(model="preview", seed=9, length_s=5.0))
    text = ("--text", speech_text)
    first = run("voice", "add", "Joe", recording, *text, "--replace", "--consent", "Joe said yes.", "--json").value
    assert first["consent"] == "Joe said yes."
    told = run("voice", "add", "Joe", recording, *text, "--replace", "--start-s", "0.1")
    assert "its consent note (Joe said yes.)" in told.out
    kept = joe.get("joe")
    assert (kept.consent, kept.recipe) == ("Joe said yes.", Recipe(model="preview", seed=9, length_s=5.0))
    again = run("voice", "add", "Joe", recording, *text, "--replace", "--consent", "", "--tail-silence", "--json").value
    assert again["consent"] == ""
    assert joe.get("joe").recipe.tail_silence_s == 0.5


def test_an_end_beyond_the_end_is_refused_with_the_length(
    run: Callable[..., Done], recording: Path, speech_text: str, home: Path
) -> None:
    seconds = soundfile.info(recording).duration
    out = home / "part.wav"
    for command in (
        ("voice", "add", "Long", recording, "--text", speech_text, "--end-s", 99),
        ("clip", "cut", recording, "--start-s", 0, "--end-s", 99, "--out", out),
        ("clip", "cut", recording, "--start-s", -3, "--end-s", 5, "--out", out),
    ):
        done = run(*command)
        assert done.code == 1
        assert f"the audio goes from 0 to {seconds:.2f} s" in done.err
    assert not out.exists()
    assert run("clip", "cut", recording, "--start-s", 0, "--end-s", round(seconds + 0.04, 2), "--out", out).code == 0


def test_a_voice_goes_out_and_comes_in_again(run: Callable[..., Done], joe: VoiceLibrary, tmp_path: Path) -> None:
    joe.set_recipe("joe", Recipe(model="qwen3-tts-0.6b-4bit", seed=9))
    package = tmp_path / "joe.zip"
    value = run("voice", "export", "Joe", package, "--json").value
    assert (value["slug"], value["path"], value["bytes"]) == ("joe", str(package), package.stat().st_size)
    assert "end it in .zip" in run("voice", "export", "Joe", tmp_path / "joe.tar").err
    taken = run("voice", "import", package)
    assert (taken.code, "under another name" in taken.err) == (1, True)
    value = run("voice", "import", package, "--name", "Joe Two", "--json").value
    assert (value["slug"], value["recipe"]["seed"]) == ("joe-two", 9)
    assert "The first text downloads" in value["missing_model"]
    assert (Path(value["path"]) / "clip.wav").exists()
    joe.set_recipe("joe", Recipe(model=str(tmp_path / "gone")))
    run("voice", "export", "Joe", package)
    assert "`voicelab voice model" in run("voice", "import", package, "--name", "Joe Three").out


def test_a_text_that_does_not_fit_makes_no_voice(run: Callable[..., Done], recording: Path, home: Path) -> None:
    wrong = "This is the text of quite another recording, in which nobody walks to any harbor."
    done = run("voice", "add", "Wrong", recording, "--text", wrong, "--end-s", 6)
    assert done.code == 1
    assert "does not fit" in done.err
    assert not (home / "voices" / "wrong").exists()
    options = ("--end-s", 6, "--anyway", "--no-tail-silence", "--json")
    kept = run("voice", "add", "Wrong", recording, "--text", wrong, *options).value
    assert kept["verdict"] == "mismatch"
    assert VoiceLibrary(home / "voices").get("wrong").recipe.tail_silence_s == 0


def test_a_clip_that_fails_its_checks_makes_no_voice(run: Callable[..., Done], recording: Path, home: Path) -> None:
    done = run("voice", "add", "Short", recording, "--start-s", 1, "--end-s", 1.2, "--text", "walked")
    assert done.code == 1
    assert "--anyway" in done.err
    assert not (home / "voices" / "short").exists()


def test_say_writes_what_the_voice_says(run: Callable[..., Done], joe: VoiceLibrary, tmp_path: Path) -> None:
    out = tmp_path / "hello.wav"
    done = run("say", "Hello world.", "--voice", "joe", "--model", "preview", "--seed", 5, "--out", out, "--json")
    value = done.value
    audio = soundfile.info(out)
    assert (audio.samplerate, audio.subtype) == (24_000, "PCM_16")
    assert value["duration_s"] == pytest.approx(audio.duration, abs=0.001)
    assert value["rtf"] == pytest.approx(value["elapsed_s"] / value["duration_s"])
    assert (value["path"], value["engine"], value["model"], value["seed"]) == (str(out), "preview", "preview", 5)
    assert value["finished"] == "end"
    assert value["peak_memory_bytes"] > 10_000_000
    assert any("not a clone" in note for note in value["notes"])
    assert done.err, "progress is told on stderr"


def test_ctrl_c_cancels_what_is_being_said(joe: VoiceLibrary, home: Path) -> None:
    out = home / "long.wav"
    command = [sys.executable, "-m", "voicelab", "say", "A long sentence, said over and over. " * 400, "--voice", "joe"]
    command += ["--model", "preview", "--out", str(out), "--home", str(home)]
    with subprocess.Popen(command, cwd=CHECKOUT, stderr=subprocess.PIPE, text=True) as process:
        assert process.stderr is not None
        told = iter(process.stderr.readline, "")
        assert any("spoken" in line for line in told), "it never began to speak"
        process.send_signal(signal.SIGINT)
        *_, reason = told
        assert process.wait(30) == 1
    assert reason == "Cancelled.\n"
    assert not out.exists()


def test_a_search_says_what_came_out_and_goes_on(run: Callable[..., Done], joe: VoiceLibrary) -> None:
    line = "The harbor was quiet in the morning."
    wish = ("--text", line, "--lengths", "2,3", "--windows", "0", "--seeds", "1", "--weights", "bleed=0")
    made = run("voice", "tune", "joe", *wish, "--budget", "5", "--json").value
    assert made["ended"]
    assert made["best"] is None
    assert made["takes"] == made["grid"] == 3
    assert [each["name"] for each in made["ranking"]]
    assert {each["length_s"] for each in made["ranking"]} == {None, 2.0, 3.0}
    assert made["weights"]["bleed"] == 0
    assert made["parts"] == ["word_errors", "likeness", "noise", "rate"]
    done = run("voice", "tune", "joe", "--resume", made["experiment"], "--use")
    assert "speaks with preview" in done.out
    assert done.out.splitlines()[-1] == f"Experiment {made['experiment']}"
    assert run("voice", "tune", "joe", "--resume", "f" * 32).code == 1
