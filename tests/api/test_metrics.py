"""/metrics and the log: what was done, how long it took, how it ended."""

from __future__ import annotations

import json
import logging
from typing import TYPE_CHECKING

import pytest
from prometheus_client.parser import text_string_to_metric_families

from voicelab.api.speech_requests import spoken_voice
from voicelab.cli.logs import JsonLines, start_log
from voicelab.voices.voice import Recipe

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from fastapi.testclient import TestClient

    from tests.api.conftest import HeldEngine
    from voicelab.lab import Lab


def figures(client: TestClient) -> dict[str, float]:
    """Every sample by name and labels."""
    answer = client.get("/metrics")
    assert answer.headers["content-type"].startswith("text/plain; version=0.0.4")
    return {
        sample.name + "".join(f",{name}={value}" for name, value in sorted(sample.labels.items())): sample.value
        for family in text_string_to_metric_families(answer.text)
        for sample in family.samples
    }


def test_requests_are_counted_by_how_they_ended(client: TestClient, engine: HeldEngine) -> None:
    client.get("/synthesize?text=Hello+there&voice=anna&seed=1")
    client.get("/synthesize?text=Hello+there&voice=anna&seed=1")
    client.get("/synthesize?text=Hi&voice=nobody")
    engine.full = 1
    client.post("/v1/audio/speech", json={"input": "Hi", "voice": "anna"})
    found = figures(client)
    assert found["voicelab_requests_total,route=/synthesize,status=200"] == 2
    assert found["voicelab_requests_total,route=/synthesize,status=404"] == 1
    assert found["voicelab_requests_total,route=/v1/audio/speech,status=429"] == 1
    assert found["voicelab_audio_seconds_total,engine=fake"] == pytest.approx(0.6), "what is cached was not made again"
    assert (found["voicelab_shared_total,cache=hit"], found["voicelab_shared_total,cache=miss"]) == (1, 1)
    assert found["voicelab_rtf_count"] == 1
    assert found["voicelab_rtf_sum"] == pytest.approx(0.5)
    assert found["voicelab_request_seconds_count"] == 4
    assert found["voicelab_queue_seconds_count"] == 1


def test_the_engines_state_is_asked_for_at_each_look(client: TestClient, engine: HeldEngine) -> None:
    from dataclasses import replace

    assert figures(client)["voicelab_engine_ready"] == 1
    engine.state = replace(engine.state, ready=False, restarts=3, queue_length=7)
    found = figures(client)
    assert (found["voicelab_engine_ready"], found["voicelab_queue_length"]) == (0, 7)
    assert found["voicelab_engine_restarts_total"] == 3


def test_each_text_is_one_line(client: TestClient, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO, "voicelab.requests"):
        client.get("/synthesize?text=Hello+there&voice=Anna&client=hook&token=secret")
        client.get("/synthesize?text=Hi&voice=nobody")
    asked = [record for record in caplog.records if record.name == "voicelab.requests"]
    spoken, refused = (json.loads(JsonLines().format(record)) for record in asked)
    assert spoken["level"] == "info"
    told = {"route": "/synthesize", "status": 200, "voice": "anna", "engine": "fake", "model": "preview", "seed": 0}
    told |= {"audio_s": 0.6, "synthesis_s": 0.3, "rtf": 0.5, "characters": 11, "format": "wav"}
    assert told.items() <= spoken.items()
    assert {"queue_s", "elapsed_s", "at"} <= set(spoken)
    assert spoken["client"] == "testclient/hook"
    assert "Hello" not in json.dumps(spoken), "what is said is nobody's business"
    assert "secret" not in json.dumps(spoken)
    assert (refused["status"], refused["code"]) == (404, "unknown_voice")
    assert "voice=anna" in asked[0].getMessage()


@pytest.fixture
def root() -> Iterator[logging.Logger]:
    """The root logger without the handlers of others, as a process starts."""
    logger = logging.getLogger()
    before, level = logger.handlers[:], logger.level
    logger.handlers.clear()
    yield logger
    for handler in logger.handlers:
        handler.close()
    logger.handlers[:], logger.level = before, level


def test_the_log_goes_to_files_that_are_turned_over(tmp_path: Path, root: logging.Logger) -> None:
    path = tmp_path / "logs" / "lab.log"
    start_log(path, as_json=True)
    try:
        int("broken")
    except ValueError:
        root.exception("it failed")
    for _ in range(3_000):  # a message is cut at 2,000 characters
        root.info("x" * 2_500)
    assert (path.parent / "lab.log.1").is_file()
    first = json.loads((path.parent / "lab.log.1").read_text().splitlines()[0])
    assert first["message"] == "it failed"
    assert "ValueError: invalid" in first["traceback"]


def test_health_echoes_what_is_served(client: TestClient, lab: Lab) -> None:
    import hashlib

    words = lab.voices.transcript("anna").text
    recipe = client.get("/health").json()["recipe"]
    digest = hashlib.sha256(words.encode()).hexdigest()
    told = {"voice": "anna", "model": "auto", "clip_seconds": 10.0, "transcript_hash": digest, "seed": 0}
    assert told.items() <= recipe.items()
    lab.voices.set_recipe("anna", Recipe(model="qwen3-tts-0.6b-4bit", seed=9, length_s=5.0))
    recipe = client.get("/health").json()["recipe"]
    assert (recipe["model"], recipe["quantization"], recipe["seed"]) == ("qwen3-tts-0.6b-4bit", 4, 9)
    prompt = lab.voices.prompt("anna", 5.0)
    assert recipe["clip_seconds"] == pytest.approx(len(prompt.samples) / 24_000, abs=0.001)
    assert recipe["transcript_hash"] == hashlib.sha256(prompt.text.encode()).hexdigest()
    assert client.get("/voices/anna").json()["served"] == recipe
    assert spoken_voice(lab, "").slug == "anna"


def test_health_has_no_recipe_when_no_voice_speaks_by_itself(client: TestClient, lab: Lab) -> None:
    lab.voices.remove("anna")
    assert client.get("/health").json()["recipe"] is None
