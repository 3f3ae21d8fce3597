"""GET and POST /synthesize: the guide's contract, and what is said when it cannot be kept."""

from __future__ import annotations

import io
import threading
import time
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
import soundfile

from tests.api.conftest import warming
from tests.voices.making import noise_clip, words_for
from voicelab.api.answers import header_text
from voicelab.errors import EmptyText, NeverEnded, TextTooLong, VoiceLabError
from voicelab.voices.voice import Recipe

if TYPE_CHECKING:
    from fastapi.testclient import TestClient

    from tests.api.conftest import HeldEngine
    from voicelab.lab import Lab
    from voicelab.speech.ports import Stage


def add_voice(lab: Lab, name: str) -> None:
    clip = noise_clip(10.0)
    lab.voices.save(name, clip, words_for(clip), "english", "", match="match")


def test_the_guides_request_answers_with_a_wav_file(client: TestClient) -> None:
    answer = client.get("/synthesize", params={"text": "Hello world", "voice": "anna"})
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "audio/wav"
    samples, rate = soundfile.read(io.BytesIO(answer.content))
    assert rate == 24_000
    assert soundfile.info(io.BytesIO(answer.content)).subtype == "PCM_16"
    assert answer.headers["x-duration"] == f"{len(samples) / rate:.2f}" == "0.60"
    assert answer.headers["x-synthesis-time"] == "0.30"
    named = {name: answer.headers[f"x-{name}"] for name in ("engine", "model", "seed", "voice")}
    assert named == {"engine": "fake", "model": "preview", "seed": "0", "voice": "anna"}
    assert "x-notes" not in answer.headers


def test_post_takes_the_same_as_json(client: TestClient, engine: HeldEngine) -> None:
    order: dict[str, str | int] = {"text": "Hello", "voice": "Anna", "model": "qwen3-tts-0.6b-8bit", "seed": 7}
    answer = client.post("/synthesize", json=order)
    assert answer.status_code == 200
    (request,) = engine.requests
    assert (request.text, request.model, request.seed) == ("Hello", "qwen3-tts-0.6b-8bit", 7)
    assert request.prompt is not None
    assert request.prompt.text == words_for(noise_clip(10.0)).text
    same = client.get("/synthesize", params=order)
    assert same.content == answer.content


@pytest.mark.parametrize("model", ["/etc", "../voices", "someone/a-repository"])
def test_a_client_names_no_folder_and_no_repository(client: TestClient, engine: HeldEngine, model: str) -> None:
    answer = client.get("/synthesize", params={"text": "Hi", "voice": "anna", "model": model})
    assert (answer.status_code, answer.json()["code"]) == (404, "unknown_model")
    assert engine.requests == []


def test_the_model_of_the_voices_own_recipe_may_be_a_folder(client: TestClient, engine: HeldEngine, lab: Lab) -> None:
    lab.voices.set_recipe("anna", Recipe(model="/models/mine"))
    answer = client.get("/synthesize", params={"text": "Hi", "voice": "anna", "model": "/models/mine"})
    assert answer.status_code == 200
    assert engine.requests[0].model == "/models/mine"


@pytest.mark.parametrize(
    ("name", "hint"),
    [("vioce", "Did you mean voice?"), ("sed", "Did you mean seed?"), ("x" * 200, "There are: text, voice, model")],
)
def test_a_parameter_that_nobody_knows_is_refused_with_the_nearest_one(
    client: TestClient, engine: HeldEngine, name: str, hint: str
) -> None:
    for answer in (
        client.get("/synthesize", params={"text": "Hi", name: "anna"}),
        client.post("/synthesize", json={"text": "Hi", name: "anna"}),
    ):
        assert (answer.status_code, answer.json()["field"]) == (422, name[:80])
        assert hint in answer.json()["error"]
        assert len(answer.json()["error"]) < 300
    assert engine.requests == []


def test_a_token_that_this_machine_does_not_need_is_no_mistake(client: TestClient) -> None:
    assert client.get("/synthesize?text=Hi&voice=anna&token=abc").status_code == 200


def test_what_must_be_said_of_the_audio_travels_in_a_header(
    client: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    from tests.api.conftest import HeldJob

    plain = HeldJob.result
    notes = ("A preview voice – not a clone.", "Zoë")
    monkeypatch.setattr(HeldJob, "result", lambda job, timeout_s=None: replace(plain(job), notes=notes))
    answer = client.get("/synthesize?text=Hi&voice=anna")
    assert answer.headers["x-notes"] == "A preview voice %E2%80%93 not a clone. Zo%C3%AB"


def test_a_header_cannot_be_broken_out_of() -> None:
    assert header_text("a\r\nSet-Cookie: b=1") == "a%0D%0ASet-Cookie: b=1"


@pytest.mark.parametrize(
    ("query", "status", "code"),
    [
        ("voice=anna", 422, "invalid_value"),
        ("text=Hi&voice=vixen", 404, "unknown_voice"),
        ("text=Hi&voice=../../etc", 404, "unknown_voice"),
        ("text=Hi&voice=anna&format=exe", 422, "invalid_value"),
        ("text=Hi&voice=anna&seed=-1", 422, "invalid_value"),
        ("text=Hi&voice=anna&seed=many", 422, "invalid_value"),
        ("text=Hi&voice=anna&on_busy=shout", 422, "invalid_value"),
    ],
)
def test_a_wrong_request_is_told_what_is_wrong(client: TestClient, query: str, status: int, code: str) -> None:
    answer = client.get(f"/synthesize?{query}")
    assert answer.status_code == status
    assert answer.json()["code"] == code
    assert answer.json()["error"].strip()
    assert "Traceback" not in answer.text


def test_the_field_that_is_wrong_is_named(client: TestClient) -> None:
    assert client.get("/synthesize?text=Hi&voice=anna&seed=many").json()["field"] == "seed"
    assert client.post("/synthesize", json={"voice": "anna"}).json()["field"] == "text"
    assert client.post("/synthesize", content="{", headers={"content-type": "application/json"}).status_code == 422


@pytest.mark.parametrize(
    ("error", "status", "code"),
    [
        (EmptyText("There is nothing to say."), 400, "empty_text"),
        (TextTooLong("Too long. Split it."), 413, "text_too_long"),
        (NeverEnded("It never ended. Try another seed."), 500, "never_ended"),
    ],
)
def test_the_engines_errors_keep_their_sentence(
    client: TestClient, engine: HeldEngine, error: VoiceLabError, status: int, code: str
) -> None:
    engine.failing["Hi"] = error
    answer = client.get("/synthesize?text=Hi&voice=anna")
    assert (answer.status_code, answer.json()) == (status, {"error": str(error), "code": code})


def test_a_fault_of_the_lab_is_a_sentence_without_a_traceback(
    client: TestClient, engine: HeldEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(request: object) -> None:
        raise ZeroDivisionError("secret detail")

    monkeypatch.setattr(engine, "submit", broken)
    answer = client.get("/synthesize?text=Hi&voice=anna")
    assert answer.status_code == 500
    assert answer.json()["code"] == "internal_error"
    assert "secret" not in answer.text
    assert "Traceback" not in answer.text


@pytest.mark.parametrize("stage", ["starting", "downloading", "loading", "warming up", "restarting"])
def test_before_the_engine_is_ready_clients_are_told_when_to_come_back(
    client: TestClient, engine: HeldEngine, stage: Stage
) -> None:
    warming(engine, stage)
    answer = client.get("/synthesize?text=Hi&voice=anna")
    assert answer.status_code == 503
    assert answer.json()["code"] == "not_ready"
    assert answer.json()["error"].startswith("warming up")
    assert int(answer.headers["retry-after"]) >= 1
    assert engine.requests == []


def test_a_change_of_model_later_on_only_queues(client: TestClient, engine: HeldEngine) -> None:
    warming(engine, "loading")
    engine.state = replace(engine.state, last_job_age_s=3.0)
    assert client.get("/synthesize?text=Hi&voice=anna").status_code == 200


def test_a_full_queue_is_429_with_a_time(client: TestClient, engine: HeldEngine) -> None:
    engine.full = 1
    answer = client.get("/synthesize?text=Hi&voice=anna")
    assert answer.status_code == 429
    assert answer.json()["code"] == "queue_full"
    assert int(answer.headers["retry-after"]) >= 1


def test_on_busy_reject_does_not_wait_behind_somebody_else(client: TestClient, engine: HeldEngine) -> None:
    engine.hold()
    first: list[int] = []
    thread = threading.Thread(target=lambda: first.append(client.get("/synthesize?text=First&voice=anna").status_code))
    thread.start()
    while not engine.jobs:
        time.sleep(0.01)
    answer = client.get("/synthesize?text=Second&voice=anna&on_busy=reject")
    assert (answer.status_code, answer.json()["code"]) == (429, "queue_full")
    assert [request.text for request in engine.requests] == ["First"]
    engine.released.set()
    thread.join(10)
    assert first == [200]
    assert client.get("/synthesize?text=Third&voice=anna&on_busy=reject").status_code == 200


def test_without_a_voice_the_only_one_speaks(client: TestClient) -> None:
    assert client.get("/synthesize?text=Hi").headers["x-voice"] == "anna"
    assert client.get("/synthesize?text=Hi&voice=").headers["x-voice"] == "anna"


def test_without_a_voice_and_several_to_choose_from_the_client_is_asked(client: TestClient, lab: Lab) -> None:
    add_voice(lab, "Bob")
    answer = client.get("/synthesize?text=Hi")
    assert (answer.status_code, answer.json()["field"]) == (422, "voice")
    assert "anna, bob" in answer.json()["error"]


def test_without_a_voice_the_one_called_default_speaks(client: TestClient, lab: Lab) -> None:
    add_voice(lab, "Default")
    assert client.get("/synthesize?text=Hi").headers["x-voice"] == "default"


def test_without_any_voice_the_client_is_told_to_make_one(client: TestClient, lab: Lab) -> None:
    lab.voices.remove("anna")
    answer = client.get("/synthesize?text=Hi")
    assert answer.status_code == 422
    assert "no voice yet" in answer.json()["error"]


def test_waiting_requests_do_not_stop_the_others(client: TestClient, engine: HeldEngine) -> None:
    """More syntheses than the common pool has threads wait; /health and /voices answer all the same."""
    engine.hold()
    threads = [
        threading.Thread(target=client.get, args=(f"/synthesize?text=Line+{number}&voice=anna",))
        for number in range(60)
    ]
    for thread in threads:
        thread.start()
    while len(engine.jobs) < 60:
        time.sleep(0.02)
    started = time.monotonic()
    assert client.get("/health").status_code == 200
    assert client.get("/voices").status_code == 200
    assert time.monotonic() - started < 5
    engine.released.set()
    for thread in threads:
        thread.join(20)
    assert not any(thread.is_alive() for thread in threads)
