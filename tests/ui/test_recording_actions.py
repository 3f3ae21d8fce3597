"""Bringing a recording, without a browser."""

from __future__ import annotations

import threading
import time
from collections.abc import Generator
from typing import TYPE_CHECKING, Any

import pytest

from tests.fakes import FakeEngine
from tests.labs import lab_of
from voicelab.clips.clip import Clip, Window
from voicelab.clips.wav import write_wav
from voicelab.settings import Settings
from voicelab.transcripts.words import Transcript
from voicelab.ui.actions import make_actions, recording_actions, save_actions
from voicelab.ui.actions.updates import KEEP

if TYPE_CHECKING:
    from pathlib import Path

    from voicelab.lab import Lab

SOON_S = 0.2


@pytest.fixture
def lab(tmp_path: Path) -> Lab:
    return lab_of(Settings(home=tmp_path), FakeEngine())


@pytest.fixture
def recording(tmp_path: Path, speech_clip: Clip) -> Path:
    path = tmp_path / "long.mp3.wav"
    write_wav(path, speech_clip)
    return path


def drafts_of(lab: Lab) -> list[Path]:
    folder = lab.settings.drafts
    return [path for path in folder.iterdir() if path.is_dir()] if folder.exists() else []


def test_a_recording_is_named_before_it_is_read(lab: Lab, recording: Path) -> None:
    taking = recording_actions.take_recording(lab, str(recording), "")
    began = time.monotonic()
    first = next(taking)
    assert time.monotonic() - began < SOON_S
    assert first.view.recording["message"] == "Reading long.mp3.wav…"
    assert first.view.steps.properties == {"visible": False}, "nobody works on the old one meanwhile"
    assert first.stop.properties == {"visible": True}
    *_, last = taking
    assert len(drafts_of(lab)) == 1
    assert last.stop.properties == {"visible": False}


def test_the_clip_is_named_where_it_is_cut(lab: Lab, recording: Path) -> None:
    shown = [step.view.recording for step in recording_actions.take_recording(lab, str(recording), "")]
    named = [each["message"] for each in shown if each is not KEEP]
    assert named[-1].startswith("long.mp3.wav, 1")


def test_reading_that_was_stopped_leaves_nothing(lab: Lab, recording: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    begun, let_go = threading.Event(), threading.Event()
    create = type(lab.drafts).create

    def slowly(*given: Any) -> Any:
        begun.set()
        let_go.wait(20)
        return create(*given)

    monkeypatch.setattr(type(lab.drafts), "create", slowly)
    taking = recording_actions.take_recording(lab, str(recording), "")
    next(taking)
    assert begun.wait(20)
    assert isinstance(taking, Generator)
    taking.close()
    let_go.set()
    for thread in threading.enumerate():
        if thread.name == "read":
            thread.join(20)
    assert drafts_of(lab) == []


def test_a_broken_file_is_told_and_the_old_recording_can_come_back(lab: Lab, recording: Path, tmp_path: Path) -> None:
    broken = tmp_path / "notes.wav"
    broken.write_bytes(b"these are no sounds")
    old = lab.drafts.create(recording, "old.wav")
    *_, last = recording_actions.take_recording(lab, str(broken), old.id)
    assert "notes.wav" in last.view.recording["message"]
    assert last.view.steps.properties == {"visible": False}
    assert last.back.properties == {"visible": True}
    assert next(iter(recording_actions.take_back(lab, last.before, ""))).view.draft == old.id


def test_a_recording_that_was_put_away_comes_back(lab: Lab, recording: Path) -> None:
    draft = lab.drafts.create(recording, "mine.wav")
    away = recording_actions.start_over(lab, draft.id)
    assert away.view.draft == ""
    assert away.view.steps.properties == {"visible": False}
    assert away.back.properties == {"visible": True}
    back = list(recording_actions.take_back(lab, away.before, ""))
    assert back[0].view.draft == draft.id
    assert back[0].back.properties == {"visible": False}


def test_a_reload_shows_the_draft_while_the_recognizer_is_busy(
    lab: Lab, recording: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The match comes when it can; before it, everything is there already."""
    draft = lab.drafts.create(recording, "mine.wav")
    lab.drafts.set_transcript(draft.id, Transcript("Hello there.", (), "english", "hand"))
    let_go = threading.Event()
    check = type(lab.transcriber).check

    def later(*given: Any, **named: Any) -> Any:
        assert let_go.is_set(), "nothing may wait for the recognizer before the draft is shown"
        return check(*given, **named)

    monkeypatch.setattr(type(lab.transcriber), "check", later)
    restoring = recording_actions.restore(lab, draft.id)
    assert next(restoring).view.recording["message"] == "Bringing back your recording…"
    shown = next(restoring).view
    assert (shown.draft, shown.text) == (draft.id, "Hello there.")
    assert "being checked" in " ".join(row["text"] for row in shown.notes)
    assert next(restoring).view.checks[0]["label"] == "Length"
    let_go.set()
    matched = next(restoring).view
    assert matched.text is KEEP
    assert "being checked" not in " ".join(row["text"] for row in matched.notes)


def test_a_match_that_was_overtaken_is_dropped(lab: Lab, recording: Path) -> None:
    draft = lab.drafts.create(recording, "mine.wav")
    draft = lab.drafts.set_transcript(draft.id, Transcript("Hello there.", (), "english", "hand"))
    views = make_actions.with_checks(lab, draft)
    next(views)
    lab.drafts.set_transcript(draft.id, Transcript("Good morning.", (), "english", "hand"))
    assert all(view.words is KEEP for view in views)


def test_saving_a_clip_that_breaks_off_is_asked_about(
    lab: Lab, recording: Path, speech_clip: Clip, inside_a_word: float
) -> None:
    draft = lab.drafts.create(recording, "mine.wav")
    lab.drafts.set_window(draft.id, Window(0.0, inside_a_word))
    lab.drafts.set_transcript(draft.id, Transcript("Hello there.", (), "english", "hand"))
    asked = save_actions.save(lab, draft.id, "Anna", "english", "")
    assert "ends inside a word" in asked.notes[0]["text"]
    assert asked.anyway.properties == {"visible": True}
    assert lab.voices.voices() == []
    saved = save_actions.save_anyway(lab, draft.id, "Anna", "english", "")
    assert [voice.slug for voice in lab.voices.voices()] == [saved.slug] == ["anna"]
    assert saved.say.properties == {"visible": True}
    assert "Nobody's consent is noted" in " ".join(row["text"] for row in saved.notes)
    onward = save_actions.say_something(lab, "anna")
    assert (onward.voices.voice.properties["value"], onward.kept) == ("anna", "anna")


def test_saving_a_text_that_is_not_what_is_heard_is_asked_about(lab: Lab, recording: Path) -> None:
    """Over HTTP it is refused; here the person decides, and is told what follows."""
    draft = lab.drafts.create(recording, "mine.wav")
    lab.drafts.set_transcript(draft.id, Transcript("Nothing of this is said.", (), "hand", "english"))
    asked = save_actions.save(lab, draft.id, "Wrong", "english", "agreed")
    assert "does not fit the audio" in " ".join(row["text"] for row in asked.notes)
    assert asked.notes[-1]["text"] == "Save it as it is?"
    assert (asked.anyway.properties, asked.say.properties) == ({"visible": True}, {"visible": False})
    assert lab.voices.voices() == []
    saved = save_actions.save_anyway(lab, draft.id, "Wrong", "english", "agreed")
    assert (saved.slug, lab.voices.get("wrong").match) == ("wrong", "mismatch")


@pytest.fixture
def inside_a_word(speech_clip: Clip) -> float:
    """A place at which somebody speaks as loud as anywhere."""
    frames = speech_clip.samples[: len(speech_clip.samples) // 2400 * 2400].reshape(-1, 2400)
    loud = (frames**2).mean(axis=1)
    return 0.1 * (4 * 10 + int(loud[40:80].argmax())) + 0.1
