"""GET /verify, starting and stopping it over HTTP and on the page: only models that the lab knows."""

from __future__ import annotations

import threading
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
from starlette.testclient import TestClient

from tests.checkpoints import write_checkpoint
from tests.hub.conftest import Hub, hub
from voicelab.api.app import create_api
from voicelab.errors import Cancelled
from voicelab.models.catalogue import find
from voicelab.speech.proof import Check
from voicelab.ui.actions import verify as actions
from voicelab.verify import verifier
from voicelab.verify.verifier import Verifier

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from voicelab.lab import Lab

__all__ = ["hub"]  # the fixture

NAME = "qwen3-tts-0.6b-8bit"
WAIT_S = 60


@pytest.fixture
def found(lab: Lab, monkeypatch: pytest.MonkeyPatch) -> Iterator[threading.Event]:
    """Let verifying be two checks, the second once the event is set."""
    go = threading.Event()

    def checks(_model: Any, _tools: Any, tell: Callable[[str], None], stopped: Callable[[], bool]) -> Iterator[Check]:
        yield Check("machine", "pass", f"fine, in {lab.settings.home}")
        tell("loading the model")
        while not go.wait(0.01):
            if stopped():
                raise Cancelled("Stopped.")
        yield Check("load", "fail", "torn")

    monkeypatch.setattr(verifier, "verify", checks)
    yield go
    go.set()


@pytest.fixture
def resting(lab: Lab) -> Lab:
    """A lab whose engine holds no model, and which may be verified."""
    lab.verifier.stop()
    return replace(lab, verifier=Verifier(lab.engine, lab.verifier.tools))


def put_on_disk(hub_cache: Path) -> None:
    """Put a model of that name where the hub's cache keeps it."""
    snapshot = hub_cache / ("models--" + find(NAME).repository.replace("/", "--")) / "snapshots" / "1"
    snapshot.parent.mkdir(parents=True)
    write_checkpoint(snapshot, 8)
    (snapshot.parent.parent / "refs").mkdir()
    (snapshot.parent.parent / "refs" / "main").write_text("1")


def test_it_is_started_followed_and_stopped(resting: Lab, hub: Hub, found: threading.Event, tmp_path: Path) -> None:
    put_on_disk(tmp_path / "cache")
    with TestClient(create_api(resting), base_url="http://127.0.0.1:7860") as client:
        assert client.get("/verify").json()["running"] is False
        began = client.post("/verify", json={"model": NAME}).json()
        assert (began["model"], began["running"]) == (NAME, True)
        assert client.post("/verify", json={"model": NAME}).json()["code"] == "not_ready"
        assert client.post("/verify/stop").status_code == 200
        *_, last = resting.verifier.watch()
        told = client.get("/verify").json()
        assert (told["running"], told["message"]) == (False, "Stopped.")
        found.set()
        client.post("/verify", json={"model": NAME})
        *_, last = resting.verifier.watch()
        told = client.get("/verify", params={"model": NAME}).json()
        assert [check["outcome"] for check in told["checks"]] == ["pass", "fail"]
        assert told["checks"][0]["message"] == "fine, in …"
        assert last.verdict is not None
        assert told["verdict"]["whole"] is last.verdict.whole is True
        assert told["kept"] == told["verdict"], "what is kept beside the model says it too"
        elsewhere = client.post("/verify", json={"model": "qwen3-tts-1.7b-8bit"}).json()
        assert elsewhere["code"] == "model_unavailable", "it is not on disk"
        assert client.post("/verify", json={"model": "/etc"}).json()["code"] == "unknown_model"
        assert client.post("/verify", json={"model": "preview"}).json()["code"] == "invalid_value"


def test_the_page_follows_stops_and_shows_what_is_kept(
    resting: Lab, hub: Hub, found: threading.Event, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    cache = tmp_path / "hub-cache"
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_CACHE", str(cache))
    assert actions.look(resting).models.properties["choices"] == []
    with pytest.raises(Exception, match="Download one above"):
        next(actions.verify(resting, None))
    put_on_disk(cache)
    offered = actions.look(resting)
    assert offered.models.properties["value"] == NAME
    assert offered.found == []
    following = actions.verify(resting, NAME)
    first = next(following)
    assert first.progress["busy"]
    assert first.progress["message"].startswith(NAME)
    assert actions.stop(resting)["message"] == "Stopping."
    *_, last = following
    assert last.found[-1]["text"] == "Stopped."
    assert actions.stop(resting)["message"] == "Nothing is being verified."
    found.set()
    *_, last = actions.verify(resting, NAME)
    assert [(row["level"], row["label"]) for row in last.found] == [("ok", "machine"), ("fail", "load")]
    assert "1 fail" in last.progress["message"]
    # What an earlier run of the lab found.
    again = actions.look(replace(resting, verifier=Verifier(resting.engine, resting.verifier.tools)))
    assert [row["label"] for row in again.found] == ["machine", "load"]
    assert "load: torn" in again.progress["message"]
