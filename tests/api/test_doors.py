"""What stands at the lab's doors: bodies, HEAD, ranges, names and addresses, as any client may bring them."""

from __future__ import annotations

import socket
import threading
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

import pytest

from voicelab.api import recent
from voicelab.api.recent import Recent
from voicelab.environment import read_settings

if TYPE_CHECKING:
    from fastapi.testclient import TestClient

    from tests.api.conftest import HeldEngine
    from voicelab.lab import Lab
from tests.api.in_thread import in_thread

BODIES: tuple[tuple[bytes, str], ...] = (
    (b"text=Hello&voice=anna", "application/x-www-form-urlencoded"),
    (b'{"text": "Hello"}', "text/plain"),
    (b"", "application/json"),
    (b"Hello", "application/json"),
    (b'{"text": "Hello"', "application/json"),
    (b'["Hello"]', "application/json"),
    (b"null", "application/json"),
    (b"7", "application/json"),
    ('{"text": "Größe"}'.encode("latin-1"), "application/json"),
    (b'\xff\xfe{\x00"\x00', "application/json"),
    (b"\x00\x01\x02", "application/octet-stream"),
)


@pytest.mark.parametrize(("body", "kind"), BODIES)
@pytest.mark.parametrize(
    ("route", "example"),
    [("/synthesize", '{"text": "Hello there."'), ("/v1/audio/speech", '"input": "Hello there."'), ("/read", '"text"')],
)
def test_a_body_that_is_no_json_is_told_how_it_should_be(
    client: TestClient, engine: HeldEngine, route: str, example: str, body: bytes, kind: str
) -> None:
    answer = client.post(route, content=body, headers={"Content-Type": kind})
    told = answer.json()
    sentence = told["error"]["message"] if route.startswith("/v1/") else told["error"]
    assert (answer.status_code, told["code"]) == (422, "invalid_value")
    assert "Content-Type: application/json" in sentence
    assert example in sentence
    assert engine.requests == []


WRONG: dict[str, tuple[Any, ...]] = {
    "seed": ("x", [], {}, 1.5, "1e400", -1, 2**40),
    "on_busy": (7, True, [], "later"),
    "client": (7, {}, "x" * 65),
    "stream": ("perhaps", [], 7),
    "markup": (7, "no"),
}


@pytest.mark.parametrize("route", ["/synthesize", "/v1/audio/speech"])
@pytest.mark.parametrize(("field", "value"), [(field, value) for field, values in WRONG.items() for value in values])
def test_values_of_wrong_types_and_sizes_are_named(client: TestClient, route: str, field: str, value: Any) -> None:
    text = "text" if route == "/synthesize" else "input"
    answer = client.post(route, json={text: "Hi", field: value})
    assert (answer.status_code, answer.json()["code"]) == (422, "invalid_value")
    assert field in answer.text


@pytest.mark.parametrize(
    "path",
    ["/health", "/voices", "/voices/anna", "/models", "/v1/models", "/v1/audio/voices", "/metrics", "/openapi.json"],
)
def test_head_tells_what_get_would(client: TestClient, path: str) -> None:
    whole, head = client.get(path), client.head(path)
    assert (head.status_code, head.content) == (200, b"")
    assert head.headers["content-type"] == whole.headers["content-type"]
    assert client.head("/voices/nobody").status_code == 404
    assert client.head("/v1/audio/speech").status_code == 405


def test_the_head_of_a_text_speaks_nothing(client: TestClient, engine: HeldEngine) -> None:
    address = "/synthesize?text=Hello&voice=anna&format=mp3"
    head = client.head(address)
    assert (head.status_code, head.content, engine.requests) == (200, b"", [])
    assert (head.headers["content-type"], head.headers["accept-ranges"]) == ("audio/mpeg", "bytes")
    assert head.headers["x-voice"] == "anna"
    assert "content-length" not in head.headers, "nobody knows it yet, and 0 would be wrong"
    assert client.head("/synthesize?text=Hello&voice=nobody").status_code == 404
    for nothing in ("", "%20", "...", "%F0%9F%99%82"):
        address = f"/synthesize?voice=anna&text={nothing}"
        assert (client.head(address).status_code, client.get(address).status_code) == (400, 400)


def test_the_head_of_timed_words_is_that_of_json(client: TestClient) -> None:
    head = client.head("/synthesize?text=Hello&voice=anna&timestamps=word")
    assert (head.status_code, head.headers["content-type"]) == (200, "application/json")
    assert "accept-ranges" not in head.headers


def test_a_player_that_asks_part_by_part_lets_it_be_spoken_once(client: TestClient, engine: HeldEngine) -> None:
    address = "/synthesize?text=Hello+there&voice=anna"
    whole = client.get(address).content
    engine.requests.clear()
    first = client.get(address, headers={"Range": "bytes=0-1"})
    assert (first.status_code, first.content) == (206, whole[:2])
    rest = client.get(address, headers={"Range": "bytes=2-", "If-Range": first.headers["etag"]})
    assert (rest.status_code, rest.content) == (206, whole[2:])
    assert len(engine.requests) == 1
    client.get("/synthesize?text=Hello+you&voice=anna", headers={"Range": "bytes=0-1"})
    assert len(engine.requests) == 2, "another text is spoken"


def test_parts_that_are_asked_for_at_once_share_one_synthesis(client: TestClient, engine: HeldEngine) -> None:
    engine.hold()
    address = "/synthesize?text=Hello+there&voice=anna"
    with ThreadPoolExecutor(2) as pool:
        parts = [pool.submit(client.get, address, headers={"Range": f"bytes={at}-"}) for at in (0, 1)]
        while not engine.jobs:
            threading.Event().wait(0.01)
        engine.released.set()
        assert {part.result(20).status_code for part in parts} == {206}
    assert len(engine.requests) == 1


def test_what_was_asked_for_in_parts_is_let_go_of(monkeypatch: pytest.MonkeyPatch, engine: HeldEngine) -> None:
    from tests.fakes import FakeJob
    from voicelab.speech.ports import SpeechRequest

    now = 0.0
    kept = Recent(lambda: now)
    speech = FakeJob(engine, SpeechRequest("Hello", "preview")).result()
    kept.put("", speech)
    assert kept.get("") is None
    kept.put("a", speech)
    now = recent.KEPT_S - 1
    assert kept.get("a") is speech
    now = 2 * recent.KEPT_S - 2
    assert kept.get("a") is speech, "it was asked for since"
    now = 3 * recent.KEPT_S + 1
    assert kept.get("a") is None
    monkeypatch.setattr(recent, "KEPT_BYTES", speech.samples.nbytes)
    kept = Recent(lambda: now)
    kept.put("a", speech)
    kept.put("b", speech)
    assert (kept.get("a"), kept.get("b")) == (None, speech)


def test_what_is_no_http_is_answered_in_the_shape_of_every_error(lab: Lab) -> None:
    with in_thread(lab, "127.0.0.1") as port, socket.create_connection(("127.0.0.1", port)) as connection:
        connection.sendall(b"Hello\r\n\r\n")
        answer = b"".join(iter(lambda: connection.recv(4096), b"")).decode()
    assert answer.startswith("HTTP/1.1 400 ")
    assert '"code": "no_http"' in answer


def test_paths_and_addresses_are_taken_with_and_without_slashes() -> None:
    for path in ("lab", "/lab", "lab/", "/lab/"):
        assert read_settings(root_path=path).root_path == "/lab"
    assert read_settings(root_path="/").root_path == ""
    assert read_settings(public_url="https://voice.example/").public_url == "https://voice.example"


def test_a_program_that_looks_for_the_lab_reads_json_while_the_page_starts(client: TestClient) -> None:
    answer = client.get("/", headers={"Accept": "application/json"})
    assert (answer.status_code, answer.json()["code"]) == (503, "page_starting")
    assert "text/html" in client.get("/", headers={"Accept": "text/html"}).headers["content-type"]
    nothing = client.get("/v1/nothing")
    assert nothing.json()["error"]["code"] == nothing.json()["code"]
