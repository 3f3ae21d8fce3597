"""Checked speech over HTTP: real Piper, heard back by real Whisper."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from fastapi.testclient import TestClient

from tests.checked.conftest import SpeakingEngine, faulty, steady
from tests.labs import lab_of, with_anna
from voicelab.api.app import create_api
from voicelab.settings import Settings
from voicelab.voices.voice import Recipe

if TYPE_CHECKING:
    from pathlib import Path

    from voicelab.lab import Lab

__all__ = ["faulty", "steady"]  # fixtures

TEXT = "The kettle is on the stove already. Nobody has touched it since noon."
PLAIN = {"text": TEXT, "voice": "anna", "seed": 4}


@pytest.fixture
def engine(steady: Callable[[], SpeakingEngine]) -> SpeakingEngine:
    return steady()


@pytest.fixture
def lab(tmp_path: Path, engine: SpeakingEngine, monkeypatch: pytest.MonkeyPatch) -> Lab:
    lab = with_anna(lab_of(Settings(home=tmp_path, port=7861, recognizer="tiny.en"), engine))
    # The preview voice is moved toward a clip; one of noise would make it no voice at all.
    lab.voices.set_recipe("anna", Recipe(model="preview", speaker="joe"))
    monkeypatch.setattr(engine.synthesizer, "speak", _without_speaker(engine))
    return lab


def _without_speaker(engine: SpeakingEngine) -> Callable[..., object]:
    speak = type(engine.synthesizer).speak
    return lambda request, report: speak(engine.synthesizer, replace(request, speaker=None), report)


@pytest.fixture
def client(lab: Lab) -> Iterator[TestClient]:
    with TestClient(create_api(lab), base_url="http://127.0.0.1:7861", raise_server_exceptions=False) as client:
        yield client


def fields(header: str) -> dict[str, str]:
    return dict(part.split("=", 1) for part in header.split("; "))


def test_a_header_says_takes_and_word_errors_also_of_what_is_kept(client: TestClient) -> None:
    first = client.post("/synthesize", json=PLAIN | {"check": True, "takes": 2})
    assert first.status_code == 200, first.text
    told = fields(first.headers["X-Checked"])
    assert told | {"word_errors": ""} == {
        "takes": "2",
        "sentences": "2",
        "word_errors": "",
        "words": "13",
        "doubtful": "0",
        "recognizer": "tiny.en",
    }
    again = client.post("/synthesize", json=PLAIN | {"check": True, "takes": 2})
    assert again.headers["X-Cache"] == "hit"
    assert again.headers["X-Checked"] == first.headers["X-Checked"]
    unchecked = client.post("/synthesize", json=PLAIN)
    assert unchecked.headers["X-Cache"] == "miss", "what nobody heard must not pass for checked, nor the other way"
    assert "X-Checked" not in unchecked.headers
    assert unchecked.content == first.content


def test_a_stream_says_by_how_much_it_is_later(client: TestClient) -> None:
    answer = client.post("/v1/audio/speech", json={"input": TEXT, "voice": "anna", "check": True})
    assert answer.status_code == 200, answer.text
    told = fields(answer.headers["X-Checked"])
    assert (told["by"], told["takes"], told["recognizer"]) == ("sentence", "1", "tiny.en")
    assert float(told["delay_s"]) > 0
    assert len(answer.content) > 10_000


def test_times_of_words_come_with_what_was_heard(client: TestClient) -> None:
    answer = client.post("/synthesize", json=PLAIN | {"check": True, "timestamps": "word"}).json()
    assert [sentence["takes"] for sentence in answer["checked"]["sentences"]] == [1, 1]
    plain = client.post("/synthesize", json=PLAIN | {"timestamps": "word"})
    assert plain.json()["checked"] is None, plain.text[:300]


def test_a_recipe_has_all_that_its_voice_says_checked(client: TestClient, lab: Lab) -> None:
    recipe = replace(lab.voices.get("anna").recipe, check=True)
    lab.voices.set_recipe("anna", recipe)
    assert "X-Checked" in client.post("/synthesize", json=PLAIN).headers
    assert "X-Checked" not in client.post("/synthesize", json=PLAIN | {"check": False}).headers
    assert client.get("/voices/anna").json()["served"]["check"] is True


@pytest.mark.parametrize("takes", [0, 11, "many"])
def test_takes_are_bounded(client: TestClient, engine: SpeakingEngine, takes: object) -> None:
    assert client.post("/synthesize", json=PLAIN | {"check": True, "takes": takes}).status_code == 422
    assert not engine.requests


def test_a_language_that_nothing_here_hears_is_said_before_anything_is_spoken(
    client: TestClient, lab: Lab, engine: SpeakingEngine
) -> None:
    voice = lab.voices.get("anna")
    lab.voices.save(
        "Greta", lab.voices.clip("anna"), lab.voices.transcript("anna"), "german", "Yes.", recipe=voice.recipe
    )
    answer = client.post("/synthesize", json=PLAIN | {"voice": "greta", "check": True})
    assert answer.status_code == 422
    assert "VOICELAB_RECOGNIZER=small" in answer.json()["error"]
    assert not engine.requests
