"""`timestamps=word`: when each word is said, and captions, of speech that a recognizer really aligns."""

from __future__ import annotations

import base64
import io
from typing import TYPE_CHECKING

import pytest
import soundfile

from tests.fakes import FakeJob
from voicelab.errors import TextTooLong
from voicelab.speech.captions import LONGEST_CUE, Cue, cues_of, srt, vtt
from voicelab.speech.ports import Speech
from voicelab.transcripts.transcriber import Transcriber

if TYPE_CHECKING:
    from collections.abc import Callable

    from fastapi.testclient import TestClient

    from tests.api.conftest import HeldEngine
    from voicelab.clips.clip import Clip

TEXT = "The old baker opened his window before the first light."


@pytest.fixture
def speaking(monkeypatch: pytest.MonkeyPatch, spoken: Callable[[str], Clip]) -> None:
    """The engine says texts aloud, in place of a tone."""

    def result(job: FakeJob, timeout_s: float | None = None) -> Speech:
        request = job._request
        return Speech(spoken(request.text).samples, "preview", request.model, request.seed, 1.0, 1, said=request.text)

    monkeypatch.setattr(FakeJob, "result", result)


@pytest.mark.usefixtures("speaking")
@pytest.mark.parametrize("speed", [1, 2])
def test_each_word_has_its_time_in_the_file(client: TestClient, speed: int) -> None:
    order = {"text": TEXT, "voice": "anna", "timestamps": "word", "speed": speed}
    answer = client.post("/synthesize", json=order)
    assert answer.status_code == 200, answer.text
    told = answer.json()
    assert [word["text"] for word in told["words"]] == TEXT.split()
    audio = soundfile.info(io.BytesIO(base64.b64decode(told["audio"])))
    assert audio.duration == pytest.approx(told["duration_s"], abs=0.01)
    times = [time for word in told["words"] for time in (word["start_s"], word["end_s"])]
    assert times == sorted(times)
    assert 0 <= times[0] < 0.6 / speed
    assert audio.duration - 1.0 / speed < times[-1] <= audio.duration + 0.1
    assert told["srt"].startswith("1\n00:00:00,")
    assert told["srt"].endswith(f"{TEXT}\n")
    assert told["vtt"].startswith("WEBVTT\n\n00:00:00.")
    assert answer.headers["x-voice"] == "anna"
    assert told["untimed"] == ""


def test_what_cannot_be_timed_is_refused_before_it_is_spoken(client: TestClient, engine: HeldEngine) -> None:
    streamed = client.get("/synthesize?text=Hi&voice=anna&timestamps=word&stream=true")
    theirs = client.post("/v1/audio/speech", json={"input": "Hi", "voice": "anna", "timestamps": "word"})
    for answer in (streamed, theirs):
        assert (answer.status_code, answer.json()["field"]) == (422, "timestamps")
    for value in ("letter", "1", ""):
        assert client.get(f"/synthesize?text=Hi&voice=anna&timestamps={value}").status_code == 422
    assert engine.requests == []


@pytest.mark.usefixtures("speaking")
@pytest.mark.parametrize(
    ("error", "why"),
    [
        (TextTooLong("Nobody says more than 90 in 3 s."), "Nobody says more than 90"),
        (RuntimeError("out of memory"), "Its terminal or log file shows the details."),
    ],
)
def test_speech_whose_words_cannot_be_timed_is_not_lost(
    client: TestClient, monkeypatch: pytest.MonkeyPatch, error: Exception, why: str
) -> None:
    def fail(*_given: object, **_more: object) -> None:
        raise error

    monkeypatch.setattr(Transcriber, "check", fail)
    answer = client.post("/synthesize", json={"text": TEXT, "voice": "anna", "timestamps": "word"})
    assert answer.status_code == 200, answer.text
    told = answer.json()
    assert why in told["untimed"]
    assert (told["words"], told["srt"], told["vtt"]) == ([], "", "")
    audio = soundfile.info(io.BytesIO(base64.b64decode(told["audio"])))
    assert audio.duration == pytest.approx(told["duration_s"], abs=0.01)


def test_captions_break_where_a_reader_expects_it() -> None:
    words = [Cue(text, at, at + 0.4) for at, text in enumerate(("One.", "Two", "three", "four!", "Five"))]
    assert [cue.text for cue in cues_of(words, "english")] == ["One.", "Two three four!", "Five"]
    apart = [Cue("One", 0, 0.5), Cue("two", 1.6, 2), Cue("three", 2.1, 2.5)]
    assert [cue.text for cue in cues_of(apart, "english")] == ["One", "two three"]
    long = [Cue("word", 0.1 * at, 0.1 * at + 0.1) for at in range(60)]
    assert all(len(cue.text) <= LONGEST_CUE for cue in cues_of(long, "english"))
    slow = [Cue("word", at * 0.9, at * 0.9 + 0.8) for at in range(30)]
    assert all(cue.end_s - cue.start_s <= 7 for cue in cues_of(slow, "english"))
    assert cues_of([], "english") == ()


def test_captions_are_the_formats_that_players_read() -> None:
    cues = [Cue("A <b> & c", 0.0, 1.5), Cue("Later", 3661.25, 3662.0)]
    assert srt(cues) == ("1\n00:00:00,000 --> 00:00:01,500\nA <b> & c\n\n2\n01:01:01,250 --> 01:01:02,000\nLater\n")
    assert vtt(cues).split("\n\n")[1] == "00:00:00.000 --> 00:00:01.500\nA &lt;b&gt; &amp; c"
