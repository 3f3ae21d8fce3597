"""`speed` on every route: whole, streamed, kept, told."""

from __future__ import annotations

import io
import json
from typing import TYPE_CHECKING, Any

import pytest
import soundfile

from voicelab.errors import UnreadableFile
from voicelab.ui.actions import speak_actions
from voicelab.ui.actions.updates import KEEP

if TYPE_CHECKING:
    from fastapi.testclient import TestClient

    from tests.api.conftest import HeldEngine
    from voicelab.lab import Lab

SPOKEN_S = 0.6
"""Of "Hello there" by the tests' engine."""


@pytest.mark.parametrize("speed", [0.5, 1.25, 2])
def test_every_route_speaks_as_fast_as_asked(client: TestClient, speed: float) -> None:
    ours: dict[str, str | float] = {"text": "Hello there", "voice": "anna", "format": "pcm", "speed": speed}
    theirs = {"input": "Hello there", "model": "tts-1", "voice": "anna", "response_format": "pcm", "speed": speed}
    answers = [
        client.get("/synthesize", params=ours),
        client.post("/synthesize", json=ours),
        client.post("/synthesize", json=ours | {"stream": True}),
        client.post("/v1/audio/speech", json=theirs),
        client.post("/v1/audio/speech", json=theirs | {"stream": False}),
    ]
    for answer in answers:
        assert answer.status_code == 200
        assert answer.headers["x-speed"] == f"{speed:g}"
        assert len(answer.content) / 2 / 24_000 == pytest.approx(SPOKEN_S / speed, rel=0.1)
    assert {len(answer.content) for answer in answers} == {len(answers[0].content)}, "streamed as whole"
    assert float(answers[0].headers["x-duration"]) == pytest.approx(len(answers[0].content) / 48_000, abs=0.01)


def test_the_file_says_it_and_its_own_speed_is_not_told(client: TestClient) -> None:
    plain = client.get("/synthesize?text=Hi&voice=anna")
    assert "x-speed" not in plain.headers
    fast = client.get("/synthesize?text=Hi&voice=anna&speed=1.5")
    comment = soundfile.SoundFile(io.BytesIO(fast.content)).comment
    assert "at 1.5 times its speed" in comment


def test_what_is_kept_is_kept_once_for_all_speeds(client: TestClient, engine: HeldEngine) -> None:
    lengths = [
        len(client.get(f"/synthesize?text=Hello+there&voice=anna&seed=7&format=pcm&speed={speed}").content)
        for speed in (1, 2, 0.5, 1)
    ]
    assert len(engine.requests) == 1
    assert lengths[0] == lengths[3]
    assert lengths[1] < lengths[0] < lengths[2]


@pytest.mark.parametrize("speed", ["0", "0.49", "2.5", "-1", "nan", "inf", "1e400", "fast", "[1]", "{}"])
def test_what_is_no_speed_is_refused(client: TestClient, engine: HeldEngine, speed: str) -> None:
    value: Any = json.loads(speed) if speed[0] in "[{" else speed
    asked = client.get(f"/synthesize?text=Hi&voice=anna&speed={speed}")
    sent = client.post("/v1/audio/speech", json={"input": "Hi", "voice": "anna", "speed": value})
    for answer in (asked, sent):
        assert (answer.status_code, answer.json()["field"]) == (422, "speed")
    assert engine.requests == []


def test_a_voice_speaks_at_the_speed_of_its_recipe(client: TestClient, lab: Lab) -> None:
    changed = client.put("/voices/anna", json={"speed": 2}).json()
    assert (changed["recipe"]["speed"], client.get("/voices").json()["voices"][0]["recipe"]["speed"]) == (2, 2)
    assert "speed 2" in changed["history"][-1]["what"]
    assert client.get("/voices/anna").json()["served"]["speed"] == 2
    address = "/synthesize?text=Hello+there&voice=anna&format=pcm"
    for answer in (client.get(address), client.get(f"{address}&stream=true")):
        assert answer.headers["x-speed"] == "2"
        assert len(answer.content) / 48_000 == pytest.approx(SPOKEN_S / 2, rel=0.1)
    own = client.get(f"{address}&speed=1")
    assert "x-speed" not in own.headers, "whoever says a speed gets that one"
    assert len(own.content) / 48_000 == pytest.approx(SPOKEN_S, rel=0.1)
    assert client.head(address).headers["x-speed"] == "2"
    assert speak_actions.speed_of(lab, "anna") == 2


def test_the_page_keeps_its_speed_where_no_voice_is_chosen(lab: Lab) -> None:
    assert speak_actions.speed_of(lab, None) is KEEP
    assert speak_actions.speed_of(lab, "nobody") is KEEP


def test_a_recipe_of_before_there_was_a_speed_speaks_at_its_own(lab: Lab) -> None:
    path = lab.settings.voices / "anna" / "voice.json"
    kept = json.loads(path.read_text())
    del kept["recipe"]["speed"]
    path.write_text(json.dumps(kept))
    assert lab.voices.get("anna").recipe.speed == 1
    kept["recipe"]["speed"] = 7
    path.write_text(json.dumps(kept))
    with pytest.raises(UnreadableFile, match="speed"):
        lab.voices.get("anna")
