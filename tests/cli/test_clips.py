"""`voicelab clip …` and `voicelab transcript …`: their JSON keys and their files."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest
import soundfile

from tests.cli.conftest import Done
from voicelab.clips.clip import Window
from voicelab.clips.track_choice import Choice
from voicelab.voices.drafts import DraftStore
from voicelab.voices.library import VoiceLibrary
from voicelab.voices.saving import save_as_voice

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


def test_a_track_or_a_channel_is_taken_wherever_a_recording_is(
    run: Callable[..., Done], speech_clip: Clip, speech_text: str, home: Path
) -> None:
    """The voice remembers it: what decodes its recording again decodes the same channel."""
    noise = np.random.default_rng(0).normal(0, 0.2, len(speech_clip.samples)).astype(np.float32)
    path = home / "interview.wav"
    soundfile.write(path, np.stack([noise, 0.9 * speech_clip.samples], axis=1), speech_clip.sample_rate)
    cuts = {}
    for channel in ("left", "right"):
        cut = ("--start-s", 1, "--end-s", 3, "--out", home / f"{channel}.wav")
        assert run("clip", "cut", path, *cut, "--channel", channel).code == 0
        cuts[channel] = soundfile.read(home / f"{channel}.wav", dtype="float32")[0]
    rate = speech_clip.sample_rate
    assert np.abs(cuts["right"] - 0.9 * speech_clip.samples[rate : 3 * rate]).max() < 1e-3
    assert np.abs(cuts["left"] - noise[rate : 3 * rate]).max() < 1e-3
    assert run("clip", "check", path, "--channel", "left", "--json").value["verdict"] == "fail"
    assert run("clip", "check", path, "--channel", "right", "--json").value["verdict"] != "fail"
    assert "no track 2" in run("clip", "best", path, "--track", 2).err
    check = ("transcript", "check", path, "--text", speech_text, "--model", "tiny.en", "--json", "--channel")
    assert run(*check, "right").value["verdict"] == "match"
    assert run("transcript", "hear", path, "--model", "tiny.en", "--channel", "left").out.strip() != speech_text

    add = ("voice", "add", "Vera", path, "--text", speech_text, "--channel", "right", "--json")
    assert run(*add).value["verdict"] == "match"
    assert run("voice", "show", "vera", "--json").value["choice"] == {"track": None, "channel": 2, "mix": False}
    lab_voices, drafts = VoiceLibrary(home / "voices"), DraftStore(home / "drafts")
    draft = drafts.open_voice(lab_voices, "vera")
    assert np.abs(drafts.clip(draft.id).samples - 0.9 * speech_clip.samples).max() < 1e-3
    saved = save_as_voice(drafts, lab_voices, draft.id, "Vera", "english", "", match="match")
    assert saved.choice == Choice(channel=2)
