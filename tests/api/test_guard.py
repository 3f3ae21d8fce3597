"""What stands before every route: hosts, origins, sizes, headers."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest
from fastapi import FastAPI, Request
from fastapi.testclient import TestClient

from voicelab.api.guard import BODY_LIMIT, UPLOAD_LIMIT, Guard, allowed_names
from voicelab.settings import is_loopback

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Receive, Scope, Send


@pytest.mark.parametrize("host", ["localhost:7861", "127.0.0.1:7861", "[::1]:7861", "LOCALHOST"])
def test_this_machines_names_pass(client: TestClient, host: str) -> None:
    assert client.get("/health", headers={"host": host}).status_code == 200


@pytest.mark.parametrize(
    "host", ["evil.example", "evil.example:7861", "localhost.evil.example", "192.168.1.5", "[::", ""]
)
def test_another_name_that_leads_here_is_refused(client: TestClient, host: str) -> None:
    """DNS rebinding: the browser thinks it talks to evil.example."""
    answer = client.get("/voices", headers={"host": host})
    assert (answer.status_code, answer.json()["code"]) == (400, "wrong_host")


def test_beyond_loopback_the_machines_own_names_pass_and_no_others(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("socket.gethostname", lambda: "Studio.lan")
    monkeypatch.setattr("socket.getfqdn", lambda: "studio.lan")
    names = allowed_names("0.0.0.0")  # noqa: S104 - compared, not bound
    assert {"studio", "studio.lan", "studio.local", "localhost"} <= names
    assert "evil.example" not in names


def test_the_address_that_the_connection_came_in_by_passes() -> None:
    """Listening on every address, a phone asks for http://192.168.1.5:7860: only that one, not its neighbour's."""
    application = FastAPI()
    application.add_middleware(Guard, host="0.0.0.0")  # noqa: S104 - compared, not bound
    application.get("/")(lambda: "here")
    client = TestClient(_arriving_at(application, "192.168.1.5"))
    assert client.get("/", headers={"host": "192.168.1.5:7860"}).status_code == 200
    assert client.get("/", headers={"host": "192.168.1.6:7860"}).status_code == 400


def _arriving_at(application: FastAPI, address: str) -> ASGIApp:
    async def arrived(scope: Scope, receive: Receive, send: Send) -> None:
        await application({**scope, "server": (address, 7860)}, receive, send)

    return arrived


@pytest.mark.parametrize("origin", ["http://evil.example", "http://127.0.0.1:9999", "null", "http://localhost:7861"])
def test_another_sites_page_may_not_change_anything(client: TestClient, origin: str) -> None:
    answer = client.post("/synthesize", json={"text": "Hi"}, headers={"origin": origin})
    assert (answer.status_code, answer.json()["code"]) == (403, "cross_origin")


def test_our_own_page_may(client: TestClient) -> None:
    answer = client.post("/synthesize", json={"text": "Hi"}, headers={"origin": "http://127.0.0.1:7861"})
    assert answer.status_code == 200


def test_json_disguised_as_text_is_not_read(client: TestClient) -> None:
    """A browser sends text/plain across origins without asking first."""
    answer = client.post("/synthesize", content='{"text": "Hi"}', headers={"content-type": "text/plain"})
    assert answer.status_code == 422


def test_a_body_that_declares_too_much_is_refused_unread(client: TestClient) -> None:
    answer = client.post("/synthesize", json={"text": "a" * (BODY_LIMIT + 1)})
    assert (answer.status_code, answer.json()["code"]) == (413, "too_large")


@pytest.mark.parametrize("path", ["/v1/audio/speech", "/v1/audio/speech?" + "&".join(["a=1"] * 600)])
def test_openais_clients_find_the_sentence_where_they_look(client: TestClient, path: str) -> None:
    answer = client.post(path, json={"input": "a" * (BODY_LIMIT + 1)})
    assert answer.status_code in {400, 413}
    assert answer.json()["error"]["message"]


def test_a_body_that_declares_nothing_is_counted(client: TestClient) -> None:
    def chunks() -> Iterator[bytes]:
        yield b'{"text": "'
        for _ in range(20):
            yield b"a" * 100_000
        yield b'"}'

    answer = client.post("/synthesize", content=chunks(), headers={"content-type": "application/json"})
    assert (answer.status_code, answer.json()["code"]) == (413, "too_large")


def test_recordings_may_be_larger_than_anything_else() -> None:
    application = FastAPI()
    application.add_middleware(Guard, host="127.0.0.1")

    @application.post("/gradio_api/upload")
    @application.post("/elsewhere")
    async def length(request: Request) -> int:
        return len(await request.body())

    client = TestClient(application, base_url="http://127.0.0.1")
    body = b"0" * (BODY_LIMIT + 1)
    assert client.post("/gradio_api/upload", content=body).json() == len(body)
    assert client.post("/elsewhere", content=body).status_code == 413
    declared = {"content-length": str(UPLOAD_LIMIT + 1)}
    assert client.post("/gradio_api/upload", content=b"", headers=declared).status_code == 413


def test_browsers_are_told_not_to_guess_nor_to_frame(client: TestClient) -> None:
    for answer in (client.get("/health"), client.get("/nothing"), client.get("/", headers={"host": "evil.example"})):
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.headers["referrer-policy"] == "same-origin"
        assert "frame-ancestors 'self'" in answer.headers["content-security-policy"]


@pytest.mark.parametrize(
    ("host", "loopback"),
    [
        ("127.0.0.1", True),
        ("::1", True),
        ("localhost", True),
        ("10.0.0.1", False),
        ("192.168.1.5", False),
        ("::", False),
    ],
)
def test_what_is_loopback(host: str, *, loopback: bool) -> None:
    assert is_loopback(host) is loopback
