"""The real Gradio, put into a server that runs already: it works, and it gives no file of this machine away."""

from __future__ import annotations

import io
import json
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import gradio
import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from tests.gradio_page import polled
from voicelab.api.app import create_api
from voicelab.api.mount import mounted
from voicelab.api.page import PageSlot

if TYPE_CHECKING:
    from voicelab.lab import Lab


def read(path: str | None) -> str:
    """What an action of the page does with an upload."""
    return Path(path).read_text() if path else "nothing"


def others(chosen: str) -> dict[str, object]:
    """What an action of the page does that answers with other choices."""
    return gradio.update(choices=["anna", "ben"], value=chosen)


@pytest.fixture
def blocks() -> gradio.Blocks:
    """A page with one file input and one choice."""
    with (page := gradio.Blocks(analytics_enabled=False)):
        upload, text, voice = gradio.File(type="filepath"), gradio.Textbox(), gradio.Dropdown(["anna"])
        gradio.Button().click(read, upload, text, api_name="read")
        gradio.Button().click(others, voice, voice, api_name="others")
    return page


@pytest.fixture
def page(lab: Lab, blocks: gradio.Blocks) -> Iterator[TestClient]:
    """The page, mounted as the lab's is: late, with its lifespan entered on the running loop."""
    slot = PageSlot()
    with TestClient(create_api(lab, slot), base_url="http://127.0.0.1:7861") as client:
        application = mounted(blocks, {}, lab.settings)
        lifespan = application.router.lifespan_context(application)
        assert client.portal is not None
        client.portal.call(lifespan.__aenter__)
        slot.fill(application)
        yield client
        client.portal.call(lifespan.__aexit__, None, None, None)


@pytest.mark.parametrize("path", ["/listen/", "/listen/config", "/listen/gradio_api/info", "/listen/theme.css"])
def test_a_listeners_address_never_leads_into_the_page(page: TestClient, lab: Lab, path: str) -> None:
    """Listeners' links need no token, and whatever no route answers is the page's."""
    assert isinstance(page.app, FastAPI)
    slot = page.app.state.page
    away = replace(lab, settings=replace(lab.settings, host="0.0.0.0"))  # noqa: S104 - nothing is bound
    with TestClient(create_api(away, slot), base_url="http://127.0.0.1:7861") as stranger:
        assert stranger.get("/").status_code == 401
        answer = stranger.get(path)
        assert "gradio" not in answer.text
        assert answer.status_code == (
            404 if path.count("/") != 2 or path.endswith("/") else 200
        )  # any token has a page


def call(page: TestClient, path: str) -> str:
    """Call the page's action with a file that the client names; return the stream of events."""
    data = [{"path": path, "meta": {"_type": "gradio.FileData"}}]
    event = page.post("/gradio_api/call/read", json={"data": data}).json()["event_id"]
    return page.get(f"/gradio_api/call/read/{event}").text


def test_the_page_takes_over_and_the_api_stays(page: TestClient) -> None:
    answer = page.get("/")
    assert answer.status_code == 200
    assert "gradio" in answer.text
    health = page.get("/health").json()
    assert health["page"] is True
    assert page.get("/synthesize?text=Hi&voice=anna").headers["content-type"] == "audio/wav"


def test_an_upload_reaches_the_action(page: TestClient) -> None:
    (path,) = page.post("/gradio_api/upload", files={"files": ("words.txt", io.BytesIO(b"brought along"))}).json()
    assert "brought along" in call(page, path)


@pytest.mark.parametrize("path", ["/etc/hostname", "/proc/self/environ", "requirements.txt"])
def test_a_file_that_was_not_uploaded_is_not_read(page: TestClient, path: str) -> None:
    """Gradio checks this in launch() only; a mounted page would read any file for anybody who asks."""
    events = call(page, path)
    assert "event: error" in events
    for line in filter(str.strip, Path(path).read_text(errors="replace").splitlines()[:1]):
        assert line not in events


def test_nothing_is_fetched_by_a_files_address(page: TestClient) -> None:
    assert page.get("/gradio_api/file=/etc/hostname").status_code in {403, 404}


def test_what_the_page_does_not_know_is_said_in_the_labs_shape(page: TestClient) -> None:
    answer = page.get("/no/such/address")
    assert answer.status_code == 404
    assert set(answer.json()) >= {"error", "code"}
    assert page.post("/health").status_code == 405


def test_a_choice_is_remembered_once_however_often_it_changes(page: TestClient, blocks: gradio.Blocks) -> None:
    function = next(one["id"] for one in page.get("/config").json()["dependencies"] if one["api_name"] == "others")
    body = {"data": ["anna"], "fn_index": function, "session_hash": "open"}
    for _ in range(3):
        assert page.post("/gradio_api/queue/join", json=body).status_code == 200
        events = polled(page, "open")
        assert '"choices":[["anna","anna"],["ben","ben"]]' in events
    remembered = blocks.state_holder["open"]
    assert set(remembered.blocks_config.blocks) == set(remembered.config_values) == set(blocks.blocks)


def test_the_page_keeps_no_history_and_reports_nothing(page: TestClient) -> None:
    config = page.get("/config").json()
    assert config["run_history"] is False
    assert config["footer_links"] == []
    assert config["analytics_enabled"] is False
    assert config["max_file_size"] == 512 * 2**20


def test_an_idle_page_looks_seldom_for_work(
    page: TestClient, blocks: gradio.Blocks, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Gradio's queue looks whether anything waits, a thousand times a second if it is let."""
    looks = []

    def empty(_queue: object) -> int:
        looks.append(1)
        return 0

    monkeypatch.setattr(type(blocks._queue), "__len__", empty)
    time.sleep(1)
    assert 10 < len(looks) < 200


def test_another_site_cannot_press_the_pages_buttons(page: TestClient) -> None:
    answer = page.post("/gradio_api/call/read", json={"data": [None]}, headers={"origin": "http://evil.example"})
    assert answer.status_code == 403
    assert json.loads(answer.content)["code"] == "cross_origin"
