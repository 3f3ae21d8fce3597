"""Clients that read files, leave the lab's folders, come from elsewhere, dawdle and crowd: none gets anything."""

from __future__ import annotations

import shutil
import socket
import threading
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import uvicorn
from fastapi import FastAPI

from tests.gradio_page import polled
from tests.reliability.conftest import SECRET
from tests.running import free_port
from voicelab.api import connection_limits
from voicelab.api.connection_limits import LimitedProtocol
from voicelab.settings import CHECKOUT
from voicelab.third_party.gradio_page import PAGE_QUEUE_LIMIT

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from fastapi.testclient import TestClient

    from tests.api.conftest import HeldEngine
    from tests.reliability.conftest import Listener
    from voicelab.lab import Lab

TRAVERSALS = (
    "../canary.txt",
    "../../canary.txt",
    "../../../canary.txt",
    "..%2f..%2fcanary.txt",
    "%2e%2e/%2e%2e/canary.txt",
    "..%252f..%252fcanary.txt",
    "....//....//canary.txt",
    "..\\..\\canary.txt",
    "..%5c..%5ccanary.txt",
    "%00../canary.txt",
    "{canary}",
    "/{canary}",
    "file://{canary}",
    "http://127.0.0.1:{port}/x",
)


def file_data(path: str) -> dict[str, Any]:
    """What Gradio's client sends for an upload."""
    return {"path": path, "url": path, "orig_name": path, "meta": {"_type": "gradio.FileData"}}


def application(page: TestClient) -> FastAPI:
    assert isinstance(page.app, FastAPI)
    return page.app


def listeners(page: TestClient) -> list[dict[str, Any]]:
    """Return every function of the page that a client can call."""
    found: list[dict[str, Any]] = page.get("/config").json()["dependencies"]
    assert len(found) > 20
    return found


def everything_said(page: TestClient, session: str, events: int) -> str:
    """Return what a session is told until each of its events is over."""
    return polled(page, session) if events else ""


def test_no_function_of_the_page_reads_a_file_that_a_client_names(
    page: TestClient, canary: Path, listener: Listener
) -> None:
    """Every input of every function is given a FileData for a file of this machine, deep inside values too."""
    names = [str(canary), f"file://{canary}", f"http://127.0.0.1:{listener.server_port}/x.wav", "/proc/self/environ"]
    for number, function in enumerate(listeners(page)):
        events = 0
        said = ""
        for name in names:
            for value in (file_data(name), {"a": [file_data(name)]})[: 2 if name == names[0] else 1]:
                body = {"data": [value for _ in function["inputs"]], "fn_index": function["id"]}
                said += page.post(f"/gradio_api/api/{function['api_name']}", json=body).text
                event = {"event_data": {"start_s": 0, "end_s": 1, "experiment": value, "take": value}}
                answer = page.post("/gradio_api/queue/join", json=body | event | {"session_hash": f"s{number}"})
                said += answer.text
                events += answer.status_code == 200
        said += everything_said(page, f"s{number}", events)
        assert SECRET not in said, function["api_name"]
        assert "PATH=" not in said, function["api_name"]
    assert listener.asked == []


@pytest.mark.parametrize(
    ("as_sent", "taken"),
    [
        (str, False),
        (lambda path: {"path": path}, False),
        (lambda path: {"path": path, "meta": {"_type": "mine"}}, False),
        (file_data, False),
        (file_data, True),
    ],
    ids=["a string", "without meta", "other meta", "never uploaded", "uploaded"],
)
def test_a_recording_is_taken_from_an_upload_alone(
    page: TestClient, lab: Lab, tmp_path: Path, as_sent: Callable[[str], Any], *, taken: bool
) -> None:
    """A recording on this machine that could be decoded, were it opened."""
    path = str(shutil.copy(CHECKOUT / "voices" / "sample" / "clip.wav", tmp_path / "mine.wav"))
    if taken:
        (path,) = page.post("/gradio_api/upload", files={"files": ("mine.wav", Path(path).read_bytes())}).json()
    (function,) = [one for one in listeners(page) if one["api_name"] == "take_recording"]
    body = {"data": [as_sent(path), ""], "fn_index": function["id"], "session_hash": "taken"}
    assert page.post("/gradio_api/queue/join", json=body).status_code == 200
    said = everything_said(page, "taken", 1)
    assert ('"success":true' in said) == taken
    assert any(lab.settings.home.glob("data/drafts/*")) == taken


def test_the_lab_calls_no_address_that_a_client_names(page: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    """Gradio would fetch a public address; not even its name may be looked up."""
    looked_up: list[object] = []

    def refuse(host: object, *_more: object, **_options: object) -> list[object]:
        looked_up.append(host)
        raise socket.gaierror("the test has no network")

    monkeypatch.setattr(socket, "getaddrinfo", refuse)
    (function,) = [one for one in listeners(page) if one["api_name"] == "take_recording"]
    body = {"data": [file_data("https://voicelab.example/secret.wav"), ""], "fn_index": function["id"]}
    page.post("/gradio_api/queue/join", json=body | {"session_hash": "fetch"})
    assert "Addresses are not fetched here" in everything_said(page, "fetch", 1)
    assert looked_up == []


def routes(page: TestClient) -> set[str]:
    """Return every path with a gap in it: the lab's and Gradio's."""
    found: set[str] = set()

    def walk(parts: Any) -> None:
        for part in parts:
            path = getattr(part, "path", "")
            if "{" in path:
                found.add(path)
            inner = getattr(part, "original_router", None) or getattr(part, "app", None)
            walk(getattr(inner, "routes", ()) if inner is not None else ())

    walk(application(page).routes)
    walk(application(page).state.page._page.routes)
    return found


def test_no_route_leaves_its_folder(page: TestClient, canary: Path, listener: Listener) -> None:
    """Every gap of every route, the lab's and Gradio's, is filled with ways out."""
    paths = routes(page)
    assert len(paths) > 12, paths
    endless = ("heartbeat", "/call/")  # streams that end with their client, and lead to no file
    starts = {start for path in paths for start in (path.split("{")[0], f"/gradio_api{path.split('{')[0]}")}
    for start in sorted(start for start in starts if not any(word in start for word in endless)):
        for traversal in TRAVERSALS:
            way_out = traversal.format(canary=canary, port=listener.server_port)
            answer = page.get(f"{start}{way_out}")
            assert SECRET not in answer.text, (start, way_out)
            assert "Traceback" not in answer.text, (start, way_out)
    assert listener.asked == []


@pytest.mark.parametrize(
    "name", ["../../canary.wav", "/etc/cron.d/x.wav", "..\\..\\x.wav", "a\0b.wav", "." * 300, "CON.wav"]
)
def test_an_upload_lands_in_the_upload_folder_whatever_its_name(page: TestClient, lab: Lab, name: str) -> None:
    before = set(lab.settings.home.rglob("*"))
    answer = page.post("/gradio_api/upload", files={"files": (name, b"RIFF")})
    assert answer.status_code < 500 or "Traceback" not in answer.text
    if answer.status_code == 200:
        (path,) = answer.json()
        assert "gradio" in path
        assert "/../" not in path
    assert set(lab.settings.home.rglob("*")) == before


def test_an_upload_beyond_the_limit_is_refused_unread(page: TestClient) -> None:
    size = 513 * 2**20
    answer = page.post("/gradio_api/upload", content=b"", headers={"content-length": str(size)})
    assert answer.status_code == 413


@pytest.mark.parametrize("path", ["/", "/health", "/voices", "/synthesize?text=Hi", "/config", "/gradio_api/info"])
@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1.evil.example", "localhost.evil.example", "", "[::1"])
def test_another_hosts_name_gets_nothing(page: TestClient, path: str, host: str) -> None:
    assert page.get(path, headers={"host": host}).json()["code"] == "wrong_host"


@pytest.mark.parametrize(
    "origin", ["http://evil.example", "null", "http://127.0.0.1:9999", "http://localhost", "garbage"]
)
def test_another_origin_changes_nothing(page: TestClient, origin: str) -> None:
    for path in ("/synthesize", "/gradio_api/queue/join", "/gradio_api/upload", "/gradio_api/run/predict"):
        assert page.post(path, json={}, headers={"origin": origin}).status_code == 403, path
    allowed = page.get("/voices", headers={"origin": origin}).headers.get("access-control-allow-origin")
    assert allowed is None, "no other site's script reads what the lab answers"


@pytest.mark.parametrize("destination", ["image", "audio", "iframe", "empty", "script"])
def test_another_sites_page_makes_nobody_speak(page: TestClient, engine: HeldEngine, destination: str) -> None:
    before = len(engine.requests)
    headers = {"sec-fetch-site": "cross-site", "sec-fetch-dest": destination, "sec-fetch-mode": "no-cors"}
    assert page.get("/synthesize?text=Hi&voice=anna", headers=headers).status_code == 403
    assert len(engine.requests) == before


def test_a_link_to_the_lab_and_a_page_of_this_machine_pass(page: TestClient) -> None:
    link = {"sec-fetch-site": "cross-site", "sec-fetch-dest": "document", "sec-fetch-mode": "navigate"}
    assert page.get("/", headers=link).status_code == 200
    assert page.get("/voices", headers={"sec-fetch-site": "same-site", "sec-fetch-dest": "empty"}).status_code == 200


def test_the_pages_queue_has_an_end(page: TestClient) -> None:
    queue = next(one.app for one in application(page).state.page._page.routes if hasattr(one, "app")).blocks._queue
    assert queue.max_size == PAGE_QUEUE_LIMIT


def test_the_pages_queue_cannot_be_gone_round(page: TestClient) -> None:
    for function in listeners(page):
        if function["queue"]:
            answer = page.post(
                f"/gradio_api/api/{function['api_name']}", json={"data": [None for _ in function["inputs"]]}
            )
            assert answer.status_code != 200, function["api_name"]


@pytest.fixture
def slow_server(monkeypatch: pytest.MonkeyPatch) -> Iterator[int]:
    """A real server with the lab's protocol and little patience; its port."""
    monkeypatch.setattr(connection_limits, "HEAD_S", 1.0)
    monkeypatch.setattr(connection_limits, "BODY_S", 1.0)
    application = FastAPI()

    @application.post("/")
    async def take(body: dict[str, str]) -> int:
        return len(body["a"])

    @application.get("/")
    async def give() -> str:
        return "here"

    port = free_port()
    config = uvicorn.Config(application, port=port, http=LimitedProtocol, log_config=None, timeout_keep_alive=30)
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.02)
    yield port
    server.should_exit = True
    thread.join(10)


HALVES = {
    "nothing": b"",
    "half a head": b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Slow: ",
    "half a body": b"POST / HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\nContent-Length: 900\r\n\r\n{",  # noqa: E501 - bytes of a request, as they are sent
    "half a second head": b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\nGET / HTTP/1.1\r\nX-Slow: ",
}


@pytest.mark.parametrize("sent", HALVES.values(), ids=HALVES)
def test_a_request_that_never_ends_is_closed(slow_server: int, sent: bytes) -> None:
    """A byte now and then does not help."""
    with socket.create_connection(("127.0.0.1", slow_server)) as connection:
        connection.sendall(sent)
        connection.settimeout(0.3)
        end = time.monotonic() + 15
        while time.monotonic() < end:
            try:
                if not connection.recv(4096):
                    return
            except TimeoutError:
                try:
                    connection.sendall(b"x" if sent else b"")
                except OSError:
                    return
            except OSError:
                return
    pytest.fail("still open")


def test_a_slow_but_honest_request_is_answered(slow_server: int) -> None:
    """More than a kilobyte each second, for longer than any part of a request may stand still."""
    content = b'{"a": "' + b"x" * 9000 + b'"}'
    head = f"POST / HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\nContent-Length: {len(content)}\r\n\r\n"  # noqa: E501 - bytes of a request, as they are sent
    with socket.create_connection(("127.0.0.1", slow_server)) as connection:
        connection.sendall(head.encode())
        for start in range(0, len(content), 900):
            time.sleep(0.25)
            connection.sendall(content[start : start + 900])
        connection.settimeout(10)
        said = b""
        while not said.endswith(b"9000"):
            said += connection.recv(4096)
