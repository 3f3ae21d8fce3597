"""Who waits, who makes way, who shares: the queue's policies, sharing, the cache and the fallback, over HTTP."""

from __future__ import annotations

import threading
import time
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
from fastapi.testclient import TestClient

from tests.api.conftest import HeldEngine, HeldJob, warming
from tests.voices.making import noise_clip, words_for
from voicelab.api.app import create_api
from voicelab.errors import ModelUnavailable, Replaced
from voicelab.speech.ports import Sampling
from voicelab.voices.voice import Recipe

if TYPE_CHECKING:
    from collections.abc import Callable

    import httpx2

    from voicelab.lab import Lab
    from voicelab.speech.ports import Speech, Stage


class Asking:
    """A request on a thread of its own."""

    def __init__(self, client: TestClient, query: str, **headers: str) -> None:
        self._answer: list[httpx2.Response] = []
        self._thread = threading.Thread(
            target=lambda: self._answer.append(client.get(f"/synthesize?{query}", headers=headers))
        )
        self._thread.start()

    def answer(self) -> httpx2.Response:
        self._thread.join(20)
        return self._answer[0]


def wait_until(true: Callable[[], object]) -> None:
    end = time.monotonic() + 20
    while not true():
        assert time.monotonic() < end, "it never came true"
        time.sleep(0.01)


def client_of(lab: Lab, **settings: Any) -> TestClient:
    lab = replace(lab, settings=replace(lab.settings, **settings))
    return TestClient(create_api(lab), base_url="http://127.0.0.1:7861", raise_server_exceptions=False)


def test_the_engine_is_told_who_asks_and_how(client: TestClient, engine: HeldEngine) -> None:
    client.get("/synthesize?text=Hi&on_busy=replace&client=hook")
    client.get("/synthesize?text=Hi", headers={"x-client": "robot"})
    client.post("/synthesize", json={"text": "Hi"})
    assert engine.clients == [("testclient/hook", "replace"), ("testclient/robot", "queue"), ("testclient", "queue")]


def test_a_request_that_was_replaced_is_409(client: TestClient, engine: HeldEngine) -> None:
    engine.failing["Old"] = Replaced("A newer text of the same client took the place of this one.")
    answer = client.get("/synthesize?text=Old")
    assert (answer.status_code, answer.json()["code"]) == (409, "replaced")


def test_identical_requests_with_a_seed_share_one_job(client: TestClient, engine: HeldEngine) -> None:
    engine.hold()
    asking = [Asking(client, "text=Same&voice=anna&seed=5") for _ in range(3)]
    other = Asking(client, "text=Same&voice=anna&seed=6")
    wait_until(lambda: len(engine.jobs) == 2)
    time.sleep(0.1)
    engine.released.set()
    answers = [each.answer() for each in asking]
    assert [answer.status_code for answer in answers] == [200, 200, 200]
    assert len({answer.content for answer in answers}) == 1
    assert sorted(answer.headers["x-cache"] for answer in answers) == ["miss", "shared", "shared"]
    assert other.answer().headers["x-cache"] == "miss"
    assert len(engine.requests) == 2


def test_requests_without_a_seed_share_nothing(client: TestClient, engine: HeldEngine) -> None:
    for _ in range(2):
        assert "x-cache" not in client.get("/synthesize?text=Same&voice=anna").headers
    assert len(engine.requests) == 2


def test_replacing_a_shared_job_does_not_take_it_from_the_others(
    client: TestClient, engine: HeldEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The first asker replaced his own request; whoever had joined it gets a job of his own."""
    plain = HeldJob.result

    def result(job: HeldJob, timeout_s: float | None = None) -> Speech:
        if job is engine.jobs[0]:
            engine.released.wait(10)
            raise Replaced("A newer text of the same client took the place of this one.")
        return plain(job, timeout_s)

    monkeypatch.setattr(HeldJob, "result", result)
    engine.hold()
    first = Asking(client, "text=Same&voice=anna&seed=5&client=a")
    wait_until(lambda: engine.jobs)
    second = Asking(client, "text=Same&voice=anna&seed=5&client=b")
    time.sleep(0.2)
    assert len(engine.jobs) == 1
    engine.released.set()
    assert first.answer().status_code == 409
    assert second.answer().status_code == 200
    assert [client for client, _on_busy in engine.clients] == ["testclient/a", "testclient/b"]


def test_what_was_spoken_with_a_seed_is_kept(client: TestClient, engine: HeldEngine) -> None:
    first = client.get("/synthesize?text=Keep&voice=anna&seed=5")
    again = client.get("/synthesize?text=Keep&voice=anna&seed=5")
    assert (first.headers["x-cache"], again.headers["x-cache"]) == ("miss", "hit")
    assert again.content == first.content
    same = ("x-duration", "x-engine", "x-model", "x-seed", "x-voice", "x-synthesis-time")
    assert [again.headers[name] for name in same] == [first.headers[name] for name in same]
    assert len(engine.requests) == 1
    other = client.get("/synthesize?text=Keep&voice=anna&seed=5&format=mp3&stream=true")
    assert (other.headers["x-cache"], other.headers["content-type"]) == ("hit", "audio/mpeg")


@pytest.mark.parametrize(
    "recipe",
    [Recipe(length_s=5.0), Recipe(sampling=Sampling(temperature=0.5)), Recipe(model="qwen3-tts-0.6b-8bit")],
)
def test_what_is_kept_never_meets_another_recipe(
    client: TestClient, engine: HeldEngine, lab: Lab, recipe: Recipe
) -> None:
    client.get("/synthesize?text=Keep&voice=anna&seed=5")
    lab.voices.set_recipe("anna", recipe)
    assert client.get("/synthesize?text=Keep&voice=anna&seed=5").headers["x-cache"] == "miss"
    assert len(engine.requests) == 2


def test_what_is_kept_never_meets_other_words_or_another_clip(client: TestClient, engine: HeldEngine, lab: Lab) -> None:
    client.get("/synthesize?text=Keep&voice=anna&seed=5")
    clip = noise_clip(10.0, seed=1)
    lab.voices.save("Anna", clip, words_for(clip), "english", "", replace_revision=lab.voices.get("anna").revision)
    assert client.get("/synthesize?text=Keep&voice=anna&seed=5").headers["x-cache"] == "miss"


def test_a_models_folder_may_change_so_nothing_of_it_is_kept(client: TestClient, engine: HeldEngine, lab: Lab) -> None:
    lab.voices.set_recipe("anna", Recipe(model="/models/mine"))
    for _ in range(2):
        assert "x-cache" not in client.get("/synthesize?text=Keep&voice=anna&seed=5").headers
    assert len(engine.requests) == 2


def test_the_cache_is_bounded_and_can_be_switched_off(lab: Lab, engine: HeldEngine) -> None:
    with client_of(lab, cache_mb=0) as client:
        for _ in range(2):
            assert client.get("/synthesize?text=Keep&voice=anna&seed=5").headers["x-cache"] == "miss"
    assert not lab.settings.cache.exists()
    long = "+".join(["word"] * 400)  # 80 s of a tone
    with client_of(lab, cache_mb=1) as client:
        for seed in range(4):
            client.get(f"/synthesize?text={long}&voice=anna&seed={seed}")
        files = list(lab.settings.cache.glob("*.flac"))
        assert 0 < sum(path.stat().st_size for path in files) <= 2**20
        assert {path.with_suffix(".json") for path in files} == set(lab.settings.cache.glob("*.json"))
        assert client.get(f"/synthesize?text={long}&voice=anna&seed=3").headers["x-cache"] == "hit"


def test_a_damaged_file_of_the_cache_is_spoken_anew(client: TestClient, lab: Lab) -> None:
    client.get("/synthesize?text=Keep&voice=anna&seed=5")
    (kept,) = lab.settings.cache.glob("*.flac")
    kept.write_bytes(kept.read_bytes()[:50])
    answer = client.get("/synthesize?text=Keep&voice=anna&seed=5")
    assert (answer.status_code, answer.headers["x-cache"]) == (200, "miss")


@pytest.mark.parametrize("stage", ["loading", "downloading", "failed"])
def test_the_fallback_answers_when_it_is_asked_for_and_says_so(lab: Lab, engine: HeldEngine, stage: Stage) -> None:
    warming(engine, stage)
    engine.state = replace(engine.state, default_model="qwen3-tts-0.6b-8bit")
    spare = HeldEngine()
    with client_of(replace(lab, fallback=spare)) as client:
        answer = client.get("/synthesize?text=Hi&voice=anna&fallback=preview")
        assert answer.status_code == 200
        assert answer.headers["x-model"] == "preview"
        assert answer.headers["x-fallback"] == engine.state.message
        assert [request.model for request in spare.requests] == ["preview"]
        assert engine.requests == []
        streamed = client.get("/synthesize?text=Hi&voice=anna&fallback=preview&stream=true")
        assert streamed.headers["x-engine"] == "preview"
        assert "x-fallback" in streamed.headers


def test_without_being_asked_for_nothing_is_substituted(lab: Lab, engine: HeldEngine) -> None:
    warming(engine, "loading")
    spare = HeldEngine()
    with client_of(replace(lab, fallback=spare)) as client:
        assert client.get("/synthesize?text=Hi&voice=anna").status_code == 503
        assert client.get("/synthesize?text=Hi&voice=anna&fallback=espeak").status_code == 422
    assert spare.requests == []


def test_the_fallback_also_stands_in_for_a_model_that_cannot_be_had(lab: Lab, engine: HeldEngine) -> None:
    engine.failing["Hi"] = ModelUnavailable("The model is not on disk. Download it first.")
    spare = HeldEngine()
    with client_of(replace(lab, fallback=spare)) as client:
        assert client.get("/synthesize?text=Hi&voice=anna").status_code == 503
        answer = client.get("/synthesize?text=Hi&voice=anna&fallback=preview")
        assert answer.headers["x-fallback"].startswith("The model is not on disk")
    assert len(spare.requests) == 1


def test_a_ready_model_speaks_itself_although_a_fallback_was_offered(lab: Lab, engine: HeldEngine) -> None:
    spare = HeldEngine()
    with client_of(replace(lab, fallback=spare)) as client:
        assert "x-fallback" not in client.get("/synthesize?text=Hi&voice=anna&fallback=preview").headers
    assert spare.requests == []


def test_the_labs_default_voice_speaks_when_none_is_named(lab: Lab, engine: HeldEngine) -> None:
    clip = noise_clip(10.0)
    lab.voices.save("Bob", clip, words_for(clip), "english", "")
    with client_of(lab, default_voice="Bob") as client:
        assert client.get("/synthesize?text=Hi").headers["x-voice"] == "bob"
        assert client.get("/synthesize?text=Hi&voice=anna").headers["x-voice"] == "anna"
        assert client.get("/voices").json()["default"] == "bob"
        assert client.get("/health").json()["recipe"]["voice"] == "bob"


def test_a_text_that_is_longer_than_this_lab_takes_is_refused(lab: Lab) -> None:
    with client_of(lab, text_limit=10) as client:
        answer = client.get("/synthesize?text=eleven+more&voice=anna")
        assert (answer.status_code, answer.json()["code"]) == (413, "text_too_long")
        assert client.get("/synthesize?text=ten+more&voice=anna").status_code == 200


def test_a_client_that_asks_too_often_is_told_when_to_come_back(lab: Lab) -> None:
    with client_of(lab, rate_limit=3) as client:
        statuses = [client.get("/synthesize?text=Hi&voice=anna").status_code for _ in range(4)]
        assert statuses == [200, 200, 200, 429]
        answer = client.get("/synthesize?text=Hi&voice=anna&client=another")
        assert (answer.status_code, answer.json()["code"]) == (429, "rate_limited"), "a name is not an address"
        assert 1 <= int(answer.headers["retry-after"]) <= 20
        assert client.get("/health").status_code == 200


def test_addresses_of_one_network_are_one_client(lab: Lab) -> None:
    """Whoever has one address of IPv6 has millions of the same first 64 bits."""
    api = create_api(replace(lab, settings=replace(lab.settings, rate_limit=2)))

    def status(address: str) -> int:
        with TestClient(api, base_url="http://127.0.0.1:7861", client=(address, 50_000)) as client:
            return client.get("/synthesize?text=Hi&voice=anna").status_code

    assert [status(f"2001:db8::{number}") for number in (1, 2, 3)] == [200, 200, 429]
    assert [status(address) for address in ("2001:db8:0:1::1", "192.0.2.1", "192.0.2.2")] == [200, 200, 200]
