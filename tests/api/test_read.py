"""How a text is read, over HTTP: markup, figures, dates, pronunciations, and what would really be said."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

import pytest
from fastapi.testclient import TestClient

from tests.api.conftest import HeldEngine
from voicelab.api.app import create_api
from voicelab.speech.reading import Pronunciation
from voicelab.voices.library import VoiceLibrary

if TYPE_CHECKING:
    from voicelab.lab import Lab

TEXT = "**On** 01/02/2024 :"


@pytest.mark.parametrize(
    ("wish", "said"),
    [
        ({}, "On January second, twenty twenty-four:"),
        ({"date_order": "day-first"}, "On February first, twenty twenty-four:"),
        ({"markup": "keep"}, "**On** January second, twenty twenty-four :"),
        ({"figures": "keep"}, "On 01/02/2024:"),
        ({"figures": "keep", "markup": "keep"}, TEXT),
    ],
)
def test_a_text_is_read_as_the_client_wants_by_every_door(
    client: TestClient, engine: HeldEngine, wish: dict[str, str], said: str
) -> None:
    order = {"text": TEXT, "voice": "anna"} | wish
    assert client.get("/synthesize", params=order).status_code == 200
    assert client.post("/synthesize", json=order).status_code == 200
    theirs = {"input": TEXT, "voice": "anna", "response_format": "wav"} | wish
    assert client.post("/v1/audio/speech", json=theirs).status_code == 200
    assert [request.text for request in engine.requests] == [said] * 3
    assert client.post("/read", json=order).json()["said"] == said


@pytest.mark.parametrize("route", ["/synthesize", "/read"])
def test_a_way_that_there_is_not_is_refused(client: TestClient, route: str) -> None:
    answer = client.post(route, json={"text": TEXT, "voice": "anna", "date_order": "year-first"})
    assert answer.status_code == 422
    assert "month-first" in answer.json()["error"]


def test_what_was_left_out_is_known_before_a_stream_begins(client: TestClient) -> None:
    order = {"text": "Well [laughs] yes.", "voice": "anna", "stream": "true"}
    with client.stream("GET", "/synthesize", params=order) as answer:
        assert "[laughs]" in unquote(answer.headers["x-notes"])


def test_results_are_shared_by_what_is_said(client: TestClient, engine: HeldEngine) -> None:
    """Not by what is written: another order of dates is another speech, and other marks are none."""
    for order in ({}, {"date_order": "day-first"}, {"text": "*On* 01/02/2024:"}):
        client.get("/synthesize", params={"text": TEXT, "voice": "anna", "seed": "1"} | order)
    assert len(engine.requests) == 2


def test_the_labs_own_order_of_dates_holds_for_whoever_names_none(lab: Lab, engine: HeldEngine) -> None:
    library = VoiceLibrary(lab.settings.voices, "day-first")
    with TestClient(create_api(replace(lab, voices=library)), base_url="http://127.0.0.1:7861") as client:
        client.get("/synthesize", params={"text": "01/02/2024", "voice": "anna"})
        client.get("/synthesize", params={"text": "01/02/2024", "voice": "anna", "date_order": "month-first"})
    assert [request.text.split(",")[0] for request in engine.requests] == ["February first", "January second"]


def test_a_text_can_be_read_before_it_is_spoken(client: TestClient, engine: HeldEngine) -> None:
    told = client.post("/read", json={"text": "**Dr.** Day [sighs] has 3 cats.\n\nHe is not here.", "voice": "anna"})
    assert told.json() == {
        "said": "Doctor Day has three cats.\n\nHe is not here.",
        "notes": ["Left out, because no engine here can do it: [sighs]."],
        "pieces": [
            {"text": "Doctor Day has three cats.", "pause_s": 0.7},
            {"text": "He is not here.", "pause_s": 0.0},
        ],
    }
    assert engine.requests == []


def test_a_language_will_do_in_place_of_a_voice(client: TestClient) -> None:
    assert client.post("/read", json={"text": "3 Katzen", "language": "de"}).json()["said"] == "drei Katzen"


def test_a_damaged_text_is_read_and_told_of(client: TestClient) -> None:
    body = json.dumps({"text": "a \ud83d b", "language": "english"})
    told = client.post("/read", content=body, headers={"content-type": "application/json"})
    assert told.status_code in {200, 422}, "and not a fault of the server"


@pytest.mark.parametrize(
    ("order", "status"),
    [
        ({"text": "**"}, 400),
        ({"text": "x" * 30_000}, 413),
        ({"text": "Hi", "voice": "nobody"}, 404),
        ({"text": "Hi", "language": "klingon"}, 422),
        ({"text": "Hi", "vioce": "anna"}, 422),
    ],
)
def test_what_cannot_be_read_says_so(client: TestClient, order: dict[str, Any], status: int) -> None:
    assert client.post("/read", json=order).status_code == status


def test_words_are_said_as_the_lists_say_and_the_voices_list_wins(client: TestClient, engine: HeldEngine) -> None:
    lab = {"pronunciations": [{"word": "SQL", "say": "sequel"}, {"word": "Nguyen", "say": "win"}]}
    assert client.put("/pronunciations", json=lab).status_code == 200
    own = {"pronunciations": [{"word": "sql", "say": "ess cue ell"}]}
    told = client.put("/voices/anna/pronunciations", json=own).json()
    assert told == {"pronunciations": [{"word": "sql", "say": "ess cue ell", "match_case": False}]}
    client.get("/synthesize", params={"text": "Nguyen's SQL", "voice": "anna"})
    assert engine.requests[0].text == "win's ess cue ell"
    assert client.get("/voices/anna").json()["pronunciations"] == told["pronunciations"]
    assert [entry["word"] for entry in client.get("/pronunciations").json()["pronunciations"]] == ["SQL", "Nguyen"]


def test_a_list_that_was_changed_elsewhere_is_not_overwritten(client: TestClient, lab: Lab) -> None:
    seen = lab.voices.get("anna").revision
    lab.voices.set_pronunciations("anna", [Pronunciation("a", "b")])
    order = {"pronunciations": [], "revision": seen}
    assert client.put("/voices/anna/pronunciations", json=order).status_code == 409
    assert lab.voices.get("anna").pronunciations


@pytest.mark.parametrize(
    "entry",
    [
        {"word": "", "say": "x"},
        {"word": "x", "say": " "},
        {"word": "x" * 81, "say": "x"},
        {"word": "x" * 9000, "say": "x"},
        {"word": "a\u202eb", "say": "x"},
        {"word": "x", "say": "\x00"},
        {"word": "x", "say": "y", "sya": "z"},
        {"word": "x", "say": 5},
        {"word": "\ud800x", "say": "x"},
    ],
)
def test_a_hostile_entry_changes_nothing(client: TestClient, lab: Lab, entry: dict[str, Any]) -> None:
    lab.voices.set_pronunciations(None, [Pronunciation("keep", "this")])

    body = json.dumps({"pronunciations": [entry]})
    answer = client.put("/pronunciations", content=body, headers={"content-type": "application/json"})
    assert answer.status_code == 422
    assert lab.voices.pronunciations() == (Pronunciation("keep", "this"),)


def test_a_list_is_bounded(client: TestClient, lab: Lab) -> None:
    many = [{"word": f"word{number}", "say": "x"} for number in range(201)]
    answer = client.put("/pronunciations", json={"pronunciations": many})
    assert answer.status_code == 422
    assert "at most 200" in answer.json()["error"]
    assert client.put("/pronunciations", json={"pronunciations": many[:200]}).status_code == 200
