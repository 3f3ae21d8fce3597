"""`voicelab clip …` and `voicelab transcript …`: their JSON keys and their files."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import soundfile

from tests.cli.conftest import Done
from voicelab.clips.clip import Window

if TYPE_CHECKING:
    from voicelab.clips.clip import Clip


def test_clip_best_suggests_windows_with_reasons(run: Callable[..., Done], recording: Path) -> None:
    value = run("clip", "best", recording, "--seconds", "5", "--count", "2", "--json").value
    windows = value["windows"]
    assert 1 <= len(windows) <= 2
    assert set(windows[0]) == {"start_s", "end_s", "score", "reasons"}
    assert windows == sorted(windows, key=lambda window: -window["score"])
    assert all(0 <= one["start_s"] < one["end_s"] <= 12.3 and one["reasons"] for one in windows)
    assert run("clip", "best", recording, "--seconds", "0.1").code == 1


def test_clip_check_finds_what_is_wrong(run: Callable[..., Done], recording: Path, tmp_path: Path) -> None:
    value = run("clip", "check", recording, "--json").value
    assert value["seconds"] == pytest.approx(soundfile.info(recording).duration, abs=0.01)
    assert (value["sample_rate"], value["channels"], value["verdict"]) == (24_000, 1, "ok")
    assert {"name", "level", "value", "message"} <= set(value["checks"][0])

    short = tmp_path / "short.wav"
    soundfile.write(short, soundfile.read(recording)[0][:4800], 24_000)
    done = run("clip", "check", short)
    assert done.code == 0, "the check itself was done"
    assert "Verdict: fail" in done.out


def test_clip_cut_writes_exactly_the_stretch(run: Callable[..., Done], recording: Path, speech_clip: Clip) -> None:
    out = recording.parent / "cut" / "part.wav"
    value = run("clip", "cut", recording, "--start-s", 1, "--end-s", 3.5, "--out", out, "--json").value
    assert value == {"path": str(out), "seconds": 2.5}
    samples, rate = soundfile.read(out, dtype="float32")
    assert rate == 24_000
    assert samples == pytest.approx(speech_clip.cut(Window(1, 3.5)).samples, abs=1 / 8_000)


def test_clip_cut_writes_no_wav_under_another_name(run: Callable[..., Done], recording: Path, tmp_path: Path) -> None:
    done = run("clip", "cut", recording, "--start-s", 1, "--end-s", 3, "--out", tmp_path / "part.mp3")
    assert (done.code, (tmp_path / "part.mp3").exists()) == (1, False)
    assert "end it in .wav" in done.err


def test_transcript_hear_gives_words_with_times(run: Callable[..., Done], recording: Path) -> None:
    value = run("transcript", "hear", recording, "--model", "tiny.en", "--json").value
    assert (value["model"], value["language"]) == ("tiny.en", "english")
    assert "lighthouse keeper walked down" in value["text"]
    assert value["text"] == " ".join(word["text"] for word in value["words"])
    assert {"text", "start_s", "end_s", "probability"} <= set(value["words"][0])


def test_transcript_check_finds_a_wrong_word(run: Callable[..., Done], recording: Path, speech_text: str) -> None:
    text = recording.parent / "text.txt"
    text.write_text(speech_text.replace("lantern", "hammer"), encoding="utf-8")
    value = run("transcript", "check", recording, "--text-file", text, "--json").value
    assert value["model"] == "tiny.en"
    (wrong,) = [word for word in value["words"] if word["verdict"] == "wrong"]
    assert wrong["text"].startswith("hammer")
    assert "lantern" in wrong["heard"]
    assert {"start_s", "end_s", "score"} <= set(wrong)
    assert value["verdict"] == "mismatch"
    assert isinstance(value["uncovered"], list)


def test_transcript_check_needs_exactly_one_text(run: Callable[..., Done], recording: Path) -> None:
    assert run("transcript", "check", recording).code == 2
    assert run("transcript", "check", recording, "--text", "a", "--text-file", recording).code == 2
