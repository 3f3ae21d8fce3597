"""`say --check` and the page's button: takes and doubts are told, and stand in index and captions of a batch."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest

from tests.fakes import FakeEngine
from tests.labs import lab_of, with_anna
from voicelab.checked import speaking
from voicelab.checked.judge import Judgement
from voicelab.cli import main, output
from voicelab.settings import Settings
from voicelab.ui.actions import speak_actions

if TYPE_CHECKING:
    from pathlib import Path

    from voicelab.lab import Lab
    from voicelab.speech.ports import Speech, SpeechRequest
    from voicelab.transcripts.transcriber import Transcriber


class Ear:
    """Finds a word missing wherever a text says "doubtful", in every take."""

    recognizer = "tiny.en"

    def __init__(self, transcriber: Transcriber, language: str) -> None:
        del transcriber, language

    def judge(self, speech: Speech, request: SpeechRequest) -> Judgement:
        del speech
        wrong = ("“word” is not heard",) if "doubtful" in request.text else ()
        return Judgement(3, len(wrong), wrong, float(len(wrong)))


@pytest.fixture
def lab(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Lab:
    monkeypatch.setattr(speaking, "RecognizerEar", Ear)
    lab = with_anna(lab_of(Settings(home=tmp_path / "home"), FakeEngine()))
    monkeypatch.setattr("voicelab.bootstrap.build", lambda _settings: lab)
    return lab


@pytest.fixture
def run(lab: Lab, capfd: pytest.CaptureFixture[str]) -> Callable[..., Any]:
    def run(*arguments: object) -> Any:
        capfd.readouterr()
        with pytest.raises(SystemExit) as ended:
            main(["say", *map(str, arguments), "--voice", "anna", "--home", str(lab.settings.home), "--json"])
        assert ended.value.code == 0
        output.end_progress()
        return json.loads(capfd.readouterr().out)

    return run


def test_counts_and_doubts_are_told(run: Callable[..., Any], tmp_path: Path) -> None:
    told = run("This is a doubtful sentence.", "--check", "--takes", 3, "--out", tmp_path / "a.wav")
    assert told["checked"] == {
        "takes": 3,
        "sentences": 1,
        "word_errors": 1,
        "words": 3,
        "doubtful": 1,
        "recognizer": "tiny.en",
    }
    assert any(note.startswith("Listen to 'This is a doubtful sentence.'") for note in told["notes"])
    assert run("This is a plain sentence.", "--out", tmp_path / "b.wav")["checked"] is None


def test_a_batch_marks_what_stayed_doubtful(run: Callable[..., Any], tmp_path: Path) -> None:
    lines = tmp_path / "lines.txt"
    lines.write_text("A plain line.\nOne doubtful line.\n")
    told = run("--lines", lines, "--check", "--takes", 2, "--out", tmp_path / "out")
    assert [line["checked"]["takes"] for line in told["lines"]] == [1, 2]
    assert [bool(line["doubts"]) for line in told["lines"]] == [False, True]
    captions = (tmp_path / "out" / "lines.srt").read_text()
    assert "[?] One doubtful line." in captions
    assert "[?] A plain" not in captions
    assert json.loads((tmp_path / "out" / "lines.json").read_text()) == told["lines"]
    assert run("--lines", lines, "--check", "--takes", 2, "--out", tmp_path / "out")["said"] == 0
    assert run("--lines", lines, "--out", tmp_path / "out")["said"] == 2, "unchecked is another sound"


def test_the_pages_button_tells_what_was_heard(lab: Lab) -> None:
    text = "A plain sentence here. A doubtful sentence here."
    *_before, last = speak_actions.speak_and_check(lab, text, "anna", "", 1, 1.0)
    told = json.dumps(last.facts, ensure_ascii=False)
    assert "“word” is not heard" in told
    assert "2 sentences in 5 takes" in told
    *_before, last = speak_actions.speak(lab, text, "anna", "", 1, 1.0)
    assert "Heard back" not in json.dumps(last.facts)
