"""The other routes: health, voices, what the page plays, and what is at no address."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pytest
import soundfile

from tests.api.conftest import warming
from tests.voices.making import noise_clip
from voicelab import __version__
from voicelab.compare.plan import Plan
from voicelab.compare.render import render

if TYPE_CHECKING:
    from pathlib import Path

    from fastapi.testclient import TestClient

    from tests.api.conftest import HeldEngine
    from voicelab.lab import Lab


def test_health_has_the_guides_keys_and_the_engines(client: TestClient, engine: HeldEngine) -> None:
    health = client.get("/health").json()
    assert {"status": "ok", "ready": True, "model": "preview"}.items() <= health.items()
    assert health["version"] == __version__
    assert health["page"] is False
    assert {"stage", "message", "queue_length", "restarts", "last_job_age_s", "memory_bytes"} <= set(health)
    warming(engine)
    assert client.get("/health").json()["ready"] is False


def test_health_names_the_model_before_it_is_there(client: TestClient, engine: HeldEngine) -> None:
    engine.state = replace(engine.state, model="", default_model="qwen3-tts-0.6b-8bit")
    assert client.get("/health").json()["model"] == "qwen3-tts-0.6b-8bit"
    engine.state = replace(engine.state, default_model="")
    assert client.get("/health").json()["model"] == "auto"


def test_voices_are_listed_with_what_is_no_voice(client: TestClient, lab: Lab) -> None:
    (lab.settings.voices / "broken").mkdir()
    answer = client.get("/voices").json()
    assert [voice["slug"] for voice in answer["voices"]] == ["anna"]
    assert answer["voices"][0]["consent"] == "Anna agreed by letter."
    assert len(answer["problems"]) == 1
    assert "broken" in answer["problems"][0]


def test_one_voice_comes_with_its_words(client: TestClient) -> None:
    voice = client.get("/voices/Anna").json()
    assert voice["slug"] == "anna"
    assert voice["transcript"]["words"][0]["text"] == "one"
    missing = client.get("/voices/nobody")
    assert (missing.status_code, missing.json()["code"]) == (404, "unknown_voice")


def test_a_drafts_recording_plays_in_ranges(client: TestClient, lab: Lab, tmp_path: Path) -> None:
    path = tmp_path / "upload.wav"
    soundfile.write(path, noise_clip(3.0).samples, 24_000, "PCM_16")
    draft = lab.drafts.create(path, "upload.wav")
    whole = client.get(f"/drafts/{draft.id}/audio.wav")
    assert whole.headers["content-type"] == "audio/wav"
    assert whole.headers["cache-control"].startswith("private")
    part = client.get(f"/drafts/{draft.id}/audio.wav", headers={"range": "bytes=100-199"})
    assert part.status_code == 206
    assert part.content == whole.content[100:200]

    peaks = np.array(client.get(f"/drafts/{draft.id}/peaks.json").json())
    assert peaks.shape[1] == 2
    assert peaks.min() == pytest.approx(-0.5, abs=0.01)
    assert peaks.max() == pytest.approx(0.5, abs=0.01)

    picture = client.get(f"/drafts/{draft.id}/spectrogram.png")
    assert picture.headers["content-type"] == "image/png"
    assert picture.content.startswith(b"\x89PNG")


@pytest.mark.parametrize("draft", ["0" * 32, "..", "%2e%2e", "..%2f..%2fvoices%2fanna", "A" * 32])
def test_only_drafts_that_are_there_can_be_had(client: TestClient, draft: str) -> None:
    for file in ("audio.wav", "peaks.json", "spectrogram.png"):
        assert client.get(f"/drafts/{draft}/{file}").status_code in {404, 503}  # 503: the page's, which is not there
    assert client.get(f"/drafts/{'0' * 32}/audio.wav").json()["code"] == "unknown_draft"


def test_takes_play_as_flac_and_wav(client: TestClient, lab: Lab) -> None:
    plan = Plan("anna", ("A line to speak.",), (None,), ("preview",))
    experiment = [*render(plan, lab.voices, lab.engine, lab.experiments)][-1].experiment
    (take,) = experiment.takes
    flac = client.get(f"/takes/{experiment.id}/{take.id}.flac")
    assert (flac.headers["content-type"], flac.content[:4]) == ("audio/flac", b"fLaC")
    wav = client.get(f"/takes/{experiment.id}/{take.id}.wav")
    assert (wav.headers["content-type"], wav.content[:4]) == ("audio/wav", b"RIFF")
    for content in (flac.content, wav.content):
        assert b"Synthetic speech" in content[:9000], "every file says what it is"
    for address in (f"{experiment.id}/{'0' * 32}.wav", f"{'0' * 32}/{take.id}.flac", f"{experiment.id}/..%2fx.flac"):
        assert client.get(f"/takes/{address}").status_code in {404, 503}


def test_errors_of_the_router_have_the_same_shape(client: TestClient, lab: Lab) -> None:
    answer = client.post("/health")
    assert (answer.status_code, answer.json()["code"]) == (405, "method_not_allowed")
    assert answer.headers["allow"] == "GET"


def test_while_the_page_starts_its_address_says_so(client: TestClient) -> None:
    answer = client.get("/")
    assert answer.status_code == 503
    assert answer.headers["content-type"].startswith("text/html")
    assert "starting" in answer.text
    assert "color-scheme: light dark" in answer.text
    elsewhere = client.get("/assets/index.js")
    assert (elsewhere.status_code, elsewhere.json()["code"]) == (503, "page_starting")


def test_a_page_that_cannot_be_built_says_so_and_the_rest_goes_on(client: TestClient) -> None:
    client.app.state.page.fail("The page cannot be shown: the terminal says why.")
    answer = client.get("/")
    assert answer.status_code == 500
    assert "cannot be shown" in answer.text
    assert client.get("/health").json()["page_error"].startswith("The page cannot be shown")
    assert client.get("/synthesize?text=Hi&voice=anna").status_code == 200


def test_the_description_of_the_routes_holds_both_ways_to_synthesize(client: TestClient) -> None:
    paths = json.loads(client.get("/openapi.json").content)["paths"]
    assert set(paths["/synthesize"]) == {"get", "post"}
