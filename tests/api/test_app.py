"""The other routes: health, voices, what the page plays, and what is at no address."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pytest
import soundfile
from fastapi import FastAPI

from tests.api.conftest import warming
from tests.voices.making import noise_clip
from voicelab import __version__
from voicelab.clips.clip import Clip
from voicelab.clips.loudness import loudness_lufs
from voicelab.clips.wav import read_flac, read_wav
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

    assert client.get(f"/drafts/{draft.id}/pauses.json").json() == [], "nobody speaks in noise"
    picture = client.get(f"/drafts/{draft.id}/spectrogram.png")
    assert picture.headers["content-type"] == "image/png"
    assert picture.content.startswith(b"\x89PNG")


def test_a_drafts_clip_is_heard_before_and_after_its_repairs(client: TestClient, lab: Lab, tmp_path: Path) -> None:
    """As recorded it is the window of the recording; repaired it is what an engine hears, with its silence."""
    path = tmp_path / "upload.wav"
    soundfile.write(path, noise_clip(4.0).samples, 24_000, "PCM_16")
    draft = lab.drafts.create(path, "upload.wav")
    lab.drafts.set_repairs(draft.id, ["level"], tail_silence=True)
    recorded, repaired = (client.get(f"/drafts/{draft.id}/clip.wav?as={kind}") for kind in ("recorded", "repaired"))
    assert len(repaired.content) - len(recorded.content) == 2 * 12_000
    assert recorded.content[44:] != repaired.content[44 : len(recorded.content)]
    assert client.get(f"/drafts/{draft.id}/clip.wav?as=../voice").status_code == 422


@pytest.mark.parametrize("draft", ["0" * 32, "..", "%2e%2e", "..%2f..%2fvoices%2fanna", "A" * 32])
def test_only_drafts_that_are_there_can_be_had(client: TestClient, draft: str) -> None:
    for file in ("audio.wav", "peaks.json", "pauses.json", "spectrogram.png"):
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


def test_takes_of_a_line_play_equally_loud(client: TestClient, lab: Lab, tmp_path: Path) -> None:
    plan = Plan("anna", ("A line to speak.",), (None,), ("preview",), takes=2)
    experiment = [*render(plan, lab.voices, lab.engine, lab.experiments)][-1].experiment
    take = experiment.takes[0]
    quiet = read_flac(lab.experiments.take_path(experiment.id, take.id))
    lab.experiments.add_take(experiment.id, take, Clip(quiet.samples * np.float32(0.2), quiet.sample_rate))
    levels = []
    for each in experiment.takes:
        answer = client.get(f"/takes/{experiment.id}/{each.id}/matched.wav")
        (tmp_path / f"{each.id}.wav").write_bytes(answer.content)
        levels.append(loudness_lufs(read_wav(tmp_path / f"{each.id}.wav")))
    assert abs(levels[0] - levels[1]) <= 0.2
    assert client.get(f"/takes/{experiment.id}/{'0' * 32}/matched.wav").status_code == 404


def test_what_the_board_asks_for(client: TestClient, lab: Lab) -> None:
    plan = Plan("anna", ("A line to speak.",), (None,), ("preview",), takes=2)
    experiment = [*render(plan, lab.voices, lab.engine, lab.experiments)][-1].experiment
    first, second = (take.id for take in experiment.takes)
    whole = client.get(f"/experiments/{experiment.id}/board.json").json()
    assert [take["id"] for take in whole["takes"]] == [first, second]
    later = client.get(f"/experiments/{experiment.id}/board.json?since={whole['revision']}")
    assert (later.json()["takes"], later.headers["cache-control"]) == ([], "no-store")
    sounds = client.get(f"/takes/{experiment.id}/sounds.json?takes={first}.{second}.{'0' * 32}").json()
    assert set(sounds) == {first, second}
    assert client.get(f"/takes/{experiment.id}/sounds.json?takes={'.'.join([first] * 101)}").status_code == 422
    reference = client.get(f"/takes/{experiment.id}/{first}/reference.wav")
    assert (reference.headers["content-type"], reference.content[:4]) == ("audio/wav", b"RIFF")
    picture = client.get(f"/takes/{experiment.id}/{first}/beside.png?ground=dark")
    assert (picture.headers["content-type"], picture.content[:4]) == ("image/png", b"\x89PNG")
    assert client.get(f"/takes/{experiment.id}/{first}/beside.png?ground=grey").status_code == 422
    for file in ("reference.wav", "beside.png"):
        assert client.get(f"/takes/{experiment.id}/{'0' * 32}/{file}").json()["code"] == "unknown_experiment"
    assert client.get(f"/experiments/{'0' * 32}/board.json").json()["code"] == "unknown_experiment"
    lab.voices.remove("anna")
    assert client.get(f"/takes/{experiment.id}/{first}/reference.wav").json()["code"] == "unknown_voice"


def test_a_comparison_can_be_taken_away_as_a_report_and_as_figures(client: TestClient, lab: Lab) -> None:
    plan = Plan("anna", ("A line to speak.",), (None,), ("preview",))
    experiment = [*render(plan, lab.voices, lab.engine, lab.experiments)][-1].experiment
    for file, kind, part in (
        ("report.html", "text/html", "<h1>Anna"),
        ("takes.csv", "text/csv", "A line to speak."),
        ("experiment.json", "application/json", '"takes"'),
    ):
        answer = client.get(f"/experiments/{experiment.id}/{file}")
        assert answer.headers["content-type"].startswith(kind)
        assert "attachment" in answer.headers["content-disposition"]
        assert part in answer.text
        assert client.get(f"/experiments/{'0' * 32}/{file}").json()["code"] == "unknown_experiment"


def test_errors_of_the_router_have_the_same_shape(client: TestClient, lab: Lab) -> None:
    answer = client.post("/health")
    assert (answer.status_code, answer.json()["code"]) == (405, "method_not_allowed")
    assert answer.headers["allow"] == "GET"


def test_while_the_page_starts_its_address_says_so(client: TestClient) -> None:
    answer = client.get("/")
    assert answer.status_code == 503
    assert answer.headers["content-type"].startswith("text/html")
    assert "starting" in answer.text
    (script,) = re.findall(r'<script type="module" src="(.*)"></script>', answer.text)
    assert "location.reload" in client.get(f"/{script}").text
    assert "color-scheme: light dark" in answer.text
    elsewhere = client.get("/assets/index.js")
    assert (elsewhere.status_code, elsewhere.json()["code"]) == (503, "page_starting")


def test_a_page_that_cannot_be_built_says_so_and_the_rest_goes_on(client: TestClient) -> None:
    assert isinstance(client.app, FastAPI)
    client.app.state.page.fail("The page cannot be shown: the terminal says why.")
    answer = client.get("/")
    assert answer.status_code == 500
    assert "cannot be shown" in answer.text
    assert client.get("/health").json()["page_error"].startswith("The page cannot be shown")
    assert client.get("/synthesize?text=Hi&voice=anna").status_code == 200


def test_the_description_of_the_routes_holds_both_ways_to_synthesize(client: TestClient) -> None:
    paths = json.loads(client.get("/openapi.json").content)["paths"]
    assert set(paths["/synthesize"]) == {"get", "post"}
