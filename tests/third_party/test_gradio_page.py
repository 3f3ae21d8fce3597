"""Each thing the lab changes inside Gradio, by what a client sees: without its line in gradio_page.py a test fails."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from functools import partial
from typing import TYPE_CHECKING

import gradio
import pytest
from fastapi.testclient import TestClient
from gradio import processing_utils

from tests.gradio_page import apart, polled
from voicelab.api.mount import mounted
from voicelab.errors import IncompatibleLibrary, WrongInput
from voicelab.third_party import gradio_page, patching

if TYPE_CHECKING:
    from fastapi import FastAPI

    from voicelab.lab import Lab

MANY = 3 * gradio_page.EVENTS_KEPT


@pytest.fixture
def blocks() -> gradio.Blocks:
    """A page with one action."""
    with (page := gradio.Blocks(analytics_enabled=False)):
        text = gradio.Textbox()
        text.change(str.upper, text, text, api_name="upper")
        choice = gradio.Dropdown(["a", "b"])
        choice.change(str.upper, choice, text, api_name="choice")
    return page


@pytest.fixture
def application(lab: Lab, blocks: gradio.Blocks) -> FastAPI:
    return mounted(blocks, {}, lab.settings)


@pytest.fixture
def client(application: FastAPI) -> Iterator[TestClient]:
    with TestClient(application) as client:
        yield client


def joined(client: TestClient) -> int:
    """Press the action once; return the status."""
    body = {"data": ["a"], "fn_index": 0, "session_hash": "open"}
    return client.post("/gradio_api/queue/join", json=body).status_code


def test_pages_are_forgotten_those_used_longest_ago_first(client: TestClient, blocks: gradio.Blocks) -> None:
    assert client.get("/config").status_code == 200
    for number in range(gradio_page.PAGE_SESSIONS + 9):
        assert blocks.state_holder[f"page {number}"] is not None
    assert len(blocks.state_holder.session_data) <= gradio_page.PAGE_SESSIONS + 1
    assert "page 0" not in blocks.state_holder


def test_the_times_of_few_events_are_remembered(client: TestClient, blocks: gradio.Blocks) -> None:
    blocks._queue.event_analytics.update({str(number): {} for number in range(MANY)})
    assert joined(client) == 200
    assert len(blocks._queue.event_analytics) == gradio_page.EVENTS_KEPT


@pytest.mark.parametrize(("waiting", "status"), [(-1, 200), (0, 503)])
def test_a_full_queue_takes_no_more(
    client: TestClient, blocks: gradio.Blocks, monkeypatch: pytest.MonkeyPatch, waiting: int, status: int
) -> None:
    monkeypatch.setattr(type(blocks._queue), "__len__", lambda _queue: gradio_page.PAGE_QUEUE_LIMIT + waiting)
    assert joined(client) == status


def test_pages_that_wait_are_told_their_place_seldom(client: TestClient, blocks: gradio.Blocks) -> None:
    assert client.get("/config").status_code == 200
    assert blocks._queue.update_intervals == gradio_page.PLACE_EVERY_S
    assert not blocks._queue.live_updates


def test_no_action_is_called_past_the_queue(client: TestClient) -> None:
    assert client.post("/gradio_api/run/upper", json={"data": ["a"]}).status_code == 404


def test_addresses_are_not_fetched(client: TestClient) -> None:
    assert client.get("/config").status_code == 200
    with pytest.raises(WrongInput, match="not fetched here"):
        apart(partial(processing_utils.async_ssrf_protected_get, "https://example.com/a.wav"))


def asked(application: FastAPI) -> None:
    """What the server does before it shows the page."""

    async def ask() -> None:
        async with application.router.lifespan_context(application):
            await gradio_page.check_files_are_refused(application)

    apart(ask)


def test_a_page_that_refuses_files_is_served(application: FastAPI) -> None:
    asked(application)


def test_a_page_that_gives_files_away_is_not_served(application: FastAPI, blocks: gradio.Blocks) -> None:
    """As Gradio is without the switch that only its own launch() sets."""
    blocks.has_launched = False
    with pytest.raises(IncompatibleLibrary, match="the page is not served"):
        asked(application)


def test_a_page_that_cannot_be_asked_is_not_served(application: FastAPI, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gradio_page, "_CHECK", "no_such_event")
    with pytest.raises(IncompatibleLibrary, match="the page is not served"):
        asked(application)


@pytest.mark.parametrize(
    "name", ["async_ssrf_protected_get", "SessionState", "sleep_when_free", "state_session_capacity", "has_launched"]
)
def test_a_switch_that_is_gone_is_said(
    lab: Lab, blocks: gradio.Blocks, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    """An update of Gradio that renames one would otherwise be noticed by nobody."""

    def as_if_gone(owner: object, replaced: str, value: object) -> None:
        patching.replace(owner, f"{replaced}_of_old" if replaced == name else replaced, value)

    monkeypatch.setattr(gradio_page, "replace", as_if_gone)
    with pytest.raises(IncompatibleLibrary, match=rf"{name}_of_old, which the lab relies on"):
        mounted(blocks, {}, lab.settings)


def test_statistics_are_off_before_gradio_is_imported() -> None:
    environment: dict[str, str] = {}
    gradio_page.keep_private(environment)
    assert environment == {"GRADIO_ANALYTICS_ENABLED": "False"}
    assert "gradio" in sys.modules


@pytest.mark.parametrize(
    "data", [[], [1, 2, 3], [{"path": "/etc/passwd", "meta": {"_type": "gradio.FileData"}}], [[[]]]]
)
def test_what_a_component_cannot_take_is_a_sentence_and_one_line_of_the_log(
    application: FastAPI, data: list[object], capfd: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    with TestClient(application) as client:
        body = {"data": data, "fn_index": 1, "session_hash": "wrong"}
        assert client.post("/gradio_api/queue/join", json=body).status_code == 200
        answer = polled(client, "wrong")
    assert "Reload it and try again" in answer
    assert '"visible":false' in answer, "the page shows it, not Gradio, as HTML"
    assert "Traceback" not in "".join(capfd.readouterr())
    assert "choice" in caplog.text


def test_an_event_that_names_a_file_is_a_sentence(application: FastAPI, capfd: pytest.CaptureFixture[str]) -> None:
    file = {"path": "/etc/passwd", "meta": {"_type": "gradio.FileData"}}
    with TestClient(application) as client:
        body = {"data": ["a"], "fn_index": 0, "session_hash": "wrong", "event_data": {"take": file}}
        assert client.post("/gradio_api/queue/join", json=body).status_code == 200
        answer = polled(client, "wrong")
    assert "/etc/passwd" not in answer
    assert "Traceback" not in "".join(capfd.readouterr())


@pytest.mark.parametrize("number", [-1, 999, 2**63])
def test_a_function_that_the_page_does_not_have_is_a_sentence(client: TestClient, number: int) -> None:
    body = {"data": ["a"], "fn_index": number, "session_hash": "wrong"}
    answer = client.post("/gradio_api/queue/join", json=body)
    assert answer.status_code == 400
    assert "Reload it and try again" in answer.text
