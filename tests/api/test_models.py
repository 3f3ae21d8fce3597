"""GET /models, downloads, pausing, unloading and deleting over HTTP."""

from __future__ import annotations

import time
from dataclasses import replace
from typing import TYPE_CHECKING

from starlette.testclient import TestClient

from tests.hub.conftest import Hub, hold_a_model, hub
from voicelab.api.app import create_api
from voicelab.api.token import token_in
from voicelab.errors import ModelTooLarge
from voicelab.models.catalogue import find

if TYPE_CHECKING:
    from pathlib import Path
    from typing import Any

    import pytest

    from tests.api.conftest import HeldEngine
    from voicelab.lab import Lab

__all__ = ["hub"]  # the fixture

NAME = "qwen3-tts-0.6b-4bit"


def model(client: TestClient) -> dict[str, Any]:
    found: list[dict[str, Any]] = client.get("/models").json()["models"]
    return next(each for each in found if each["name"] == NAME)


def until(client: TestClient, status: str) -> dict[str, Any]:
    end = time.monotonic() + 30
    while (download := model(client)["download"] or {}).get("status") != status:
        assert time.monotonic() < end, download
        time.sleep(0.02)
    return model(client)


def test_a_model_is_downloaded_paused_gone_on_with_and_deleted(client: TestClient, hub: Hub) -> None:
    hold_a_model(hub, find(NAME).repository)
    hub.pause_s = 0.05
    assert (model(client)["on_disk"], model(client)["download"]) == ("no", None)
    assert client.post("/models/download", json={"model": NAME}).status_code == 200
    until(client, "downloading")
    assert client.delete(f"/models/{NAME}").json()["code"] == "model_in_use"
    client.post("/models/pause", json={"model": NAME})
    until(client, "paused")
    hub.pause_s = 0
    client.post("/models/download", json={"model": NAME})
    done = until(client, "done")
    assert (done["on_disk"], done["disk_bytes"]) == ("yes", sum(map(len, hub.files.values())))
    assert client.delete(f"/models/{NAME}").json() == {"model": NAME, "freed_bytes": done["disk_bytes"]}
    answer = client.delete(f"/models/{NAME}")
    assert (answer.status_code, answer.json()["code"]) == (404, "unknown_model")


def test_what_is_in_use_is_409(client: TestClient, hub: Hub, lab: Lab, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lab.comparisons, "models", lambda: {NAME})
    monkeypatch.setattr(lab.models, "_needed", lab.comparisons.models)
    answer = client.delete(f"/models/{NAME}")
    assert (answer.status_code, answer.json()["code"]) == (409, "model_in_use")
    assert "a comparison needs it" in answer.json()["error"]


def test_a_client_names_no_path_and_no_repository(client: TestClient, hub: Hub, tmp_path: Path) -> None:
    hold_a_model(hub, "someone/else")
    (tmp_path / "model").mkdir()
    for name in (str(tmp_path / "model"), "someone/else", "../../etc", ""):
        for route in ("/models/download", "/models/pause"):
            assert client.post(route, json={"model": name}).status_code == 404
        assert client.delete(f"/models/{name}").status_code >= 400
    assert hub.served_bytes == 0


def test_unloading_is_asked_of_the_engine(
    client: TestClient, engine: HeldEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []
    monkeypatch.setattr(engine, "rest", lambda: asked.append("rest"))
    assert client.post("/models/unload").json() == {"unloading": True}
    assert asked == ["rest"]


def test_what_would_swap_is_refused_with_a_reason(
    client: TestClient, engine: HeldEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise ModelTooLarge("It would swap. Choose a smaller model.")

    monkeypatch.setattr(engine, "submit", refuse)
    answer = client.get("/synthesize", params={"text": "Hello.", "voice": "anna"})
    assert answer.status_code == 422
    assert answer.json() == {
        "error": "It would swap. Choose a smaller model.",
        "code": "model_too_large",
        "field": "model",
    }


def test_other_machines_need_the_token_and_other_sites_change_nothing(lab: Lab) -> None:
    outside = create_api(replace(lab, settings=replace(lab.settings, host="192.0.2.7")))
    with TestClient(outside, base_url="http://127.0.0.1:7861") as client:
        assert client.get("/models").status_code == 401
        assert client.post("/models/download", json={"model": NAME}).status_code == 401
        assert client.delete(f"/models/{NAME}").status_code == 401
        token = token_in(lab.settings.token_file)[0]
        headers = {"Authorization": f"Bearer {token}"}
        assert client.get("/models", headers=headers).status_code == 200
        evil = headers | {"Origin": "https://evil.example"}
        assert client.delete(f"/models/{NAME}", headers=evil).status_code == 403
