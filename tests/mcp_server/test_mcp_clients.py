"""Clients of `voicelab mcp --http`: of both protocols, in lanes of their own, gone in the middle, told their slips."""

from __future__ import annotations

import asyncio
import contextlib
import json
import logging
import socket
import threading
from dataclasses import replace
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import anyio
import httpx
import pytest
from mcp import Client

from tests.api.conftest import HeldEngine, engine, lab
from tests.mcp_server.test_mcp import Served, served
from tests.running import awaited
from tests.voices.making import noise_clip, words_for
from voicelab.errors import Failed, QueueFull
from voicelab.mcp_server import tools
from voicelab.mcp_server.arguments import Compare
from voicelab.mcp_server.server import create_server
from voicelab.mcp_server.tools import Caller, Tools

if TYPE_CHECKING:
    from collections.abc import Iterator

    from voicelab.compare.plan import Plan
    from voicelab.lab import Lab

__all__ = ["engine", "lab"]  # fixtures of the HTTP tests

OLD = "2025-06-18"
ACCEPT = {"Accept": "application/json, text/event-stream", "Content-Type": "application/json"}
SPEAK = {"name": "speak", "arguments": {"text": "A text that is held.", "voice": "anna"}}


def message(method: str, params: dict[str, Any], number: int = 1) -> dict[str, Any]:
    return {"jsonrpc": "2.0", "id": number, "method": method, "params": params}


@contextlib.contextmanager
def session(at: Served, **headers: str) -> Iterator[httpx.Client]:
    """A client of the protocol of 2025, after its handshake."""
    with httpx.Client(headers=ACCEPT | at.headers | headers, timeout=20) as client:
        hello = {"protocolVersion": OLD, "capabilities": {}, "clientInfo": {"name": "test", "version": "1"}}
        answer = client.post(at.url, json=message("initialize", hello))
        assert answer.status_code == 200
        client.headers.update({"mcp-session-id": answer.headers["mcp-session-id"], "mcp-protocol-version": OLD})
        begun = {"jsonrpc": "2.0", "method": "notifications/initialized"}
        assert client.post(at.url, json=begun).status_code == 202
        yield client


def result(answer: httpx.Response) -> dict[str, Any]:
    """What came in the events of an answer."""
    (data,) = [line.removeprefix("data: ") for line in answer.text.splitlines() if line.startswith("data: {")]
    return dict(json.loads(data)["result"])


def test_by_the_protocol_of_2025_a_hang_up_frees_the_engine(
    lab: Lab, engine: HeldEngine, caplog: pytest.LogCaptureFixture
) -> None:
    engine.hold()
    with served(lab) as at, session(at) as client:
        with client.stream("POST", at.url, json=message("tools/call", SPEAK)) as answer:
            assert answer.status_code == 200
            for _ in range(200):
                if engine.jobs:
                    break
                threading.Event().wait(0.05)
        assert engine.jobs[0].over.wait(10), "the client is gone"
        engine.released.set()
        said = result(client.post(at.url, json=message("tools/call", SPEAK, 2)))
        assert not said["isError"], "its session goes on"
    assert "Traceback" not in caplog.text


@pytest.mark.parametrize("version", [OLD, "2026-07-28"])
@pytest.mark.parametrize("of_all", [100, 10**9])
def test_half_a_body_leaves_no_traceback(lab: Lab, version: str, of_all: int, caplog: pytest.LogCaptureFixture) -> None:
    """Also one that is larger than what is taken: it is broken off for the application."""
    body = json.dumps(message("tools/list", {})).encode()
    with served(lab) as at:
        where = urlsplit(at.url)
        head = (
            f"POST {where.path} HTTP/1.1\r\nHost: {where.netloc}\r\nContent-Type: application/json\r\n"
            f"Accept: {ACCEPT['Accept']}\r\nMCP-Protocol-Version: {version}\r\n"
        )
        declared = f"Content-Length: {of_all}\r\n\r\n" if of_all < 10**9 else "Transfer-Encoding: chunked\r\n\r\n"
        with socket.create_connection((where.hostname, where.port)) as half:
            half.sendall((head + declared).encode())
            if of_all < 10**9:
                half.sendall(body[:20])
            else:
                piece = b"100000\r\n" + bytes(2**20) + b"\r\n"
                with contextlib.suppress(OSError):
                    for _ in range(34):
                        half.sendall(piece)
        with session(at) as client:
            assert client.post(at.url, json=message("tools/list", {}, 2)).status_code == 200
    assert "Traceback" not in caplog.text
    assert not [record for record in caplog.records if record.levelno >= logging.WARNING]


def test_each_client_has_its_own_lane_and_each_address_its_own_count(lab: Lab, engine: HeldEngine) -> None:
    opened = replace(lab.settings, rate_limit=2, host="0.0.0.0", trusted_proxies=("127.0.0.1",))  # noqa: S104
    with served(replace(lab, settings=opened)) as at:
        codes = []
        for address in ("192.0.2.1", "192.0.2.2", "2001:db8::1", "2001:db8::2"):
            for _ in range(2):
                with session(at, **{"X-Forwarded-For": address}) as client:
                    told = result(client.post(at.url, json=message("tools/call", SPEAK)))["structuredContent"]
                    codes.append(told.get("code", "spoken"))
    assert codes == ["spoken"] * 6 + ["rate_limited"] * 2, "two addresses of one network of IPv6 are one"
    lanes = [client for client, _on_busy in engine.clients]
    assert len(set(lanes)) == len(lanes)
    assert [lane.split("/")[0] for lane in lanes[:4]] == ["192.0.2.1"] * 2 + ["192.0.2.2"] * 2


def test_comparisons_that_wait_are_few(lab: Lab, monkeypatch: pytest.MonkeyPatch) -> None:
    begun = threading.Semaphore(0)
    go_on = threading.Event()

    def submit(_plan: Plan) -> object:
        begun.release()
        assert go_on.wait(20)
        raise Failed("Enough.")

    monkeypatch.setattr(lab.comparisons, "submit", submit)
    wish = Compare.model_validate({"voice": "anna", "lines": ["Hello."]})

    async def ask() -> None:
        offered = Tools(lab)

        async def fail() -> None:
            with pytest.raises(Failed):
                await offered.compare(wish, Caller())

        async with anyio.create_task_group() as clients:
            for _ in range(tools.MOST_COMPARISONS):
                clients.start_soon(fail)
            for _ in range(tools.MOST_COMPARISONS):
                await anyio.to_thread.run_sync(begun.acquire)
            with pytest.raises(QueueFull, match="try again later"):
                await offered.compare(wish, Caller())
            go_on.set()
        await fail()

    awaited(ask())


def test_voices_without_consent_are_named_to_nobody_else(lab: Lab) -> None:
    clip = noise_clip(10.0)
    for name in ("Bob", "Bobby"):
        lab.voices.save(name, clip, words_for(clip), "english", "")

    async def told(of: Lab) -> str:
        async with Client(create_server(of)) as client:
            answers = [await client.call_tool("list_voices", {})]
            answers += [await client.call_tool("speak", {"text": "Hi", "voice": name}) for name in ("bobb", "xyz", "")]
            return str([answer.structured_content for answer in answers]).lower()

    network = replace(lab.settings, host="0.0.0.0")  # noqa: S104
    for settings in (network, replace(network, default_voice="bob"), replace(network, voice_aliases={"xyz": "robert"})):
        known = awaited(told(replace(lab, settings=settings)))
        assert "anna" in known
        assert "bobby" not in known
    assert "bobby" in awaited(told(lab))


WORDS: tuple[tuple[str, dict[str, Any], str], ...] = (
    (
        "speak",
        {"text": "Hi", "format": "exe"},
        "format 'exe': it is not made here. Ask for wav, mp3, opus, flac, aac or ",
    ),
    ("speak", {"text": "Hi", "format": "PCM"}, "synthetic. Ask for wav, mp3, opus, flac, aac or m4a; without a format"),
    (
        "speak",
        {"text": "Hi", "format": 7},
        "format should be a valid text. It takes: wav, mp3, opus, flac, aac or m4a.",
    ),
    ("speak", {"text": "Hi", "vioce": "anna"}, "speak has no argument 'vioce'. Did you mean voice?"),
    ("speak", {"text": "Hi", "q": 1}, "It takes text, voice, format, speed, seed, model."),
    ("list_voices", {"q": 1}, "It takes nothing."),
    ("speak", {}, "speak needs text: What to say."),
    ("compare", {"voice": "anna", "lines": [7]}, "lines.0 should be a valid text."),
    ("speak", {"text": "Hi", "voice": "x" * 500}, "voice should have at most 400 characters. It takes: Slug or name"),
)


def test_what_is_wrong_is_said_with_what_is_possible(lab: Lab) -> None:
    async def ask() -> None:
        async with Client(create_server(lab)) as client:
            for tool, arguments, words in WORDS:
                refused = await client.call_tool(tool, arguments)
                assert refused.is_error
                assert words in refused.structured_content["error"], refused.structured_content

    awaited(ask())


def test_the_log_has_a_line_per_text(lab: Lab, engine: HeldEngine, caplog: pytest.LogCaptureFixture) -> None:
    async def ask() -> None:
        async with Client(create_server(lab)) as client:
            for arguments in ({"text": "Hello", "voice": "anna"}, {"text": "Hello", "voice": "nobody"}):
                await client.call_tool("speak", arguments)
            engine.hold()
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(0.3):
                    await client.call_tool("speak", {"text": "A text that is held.", "voice": "anna"})

    with caplog.at_level(logging.INFO, "voicelab.requests"):
        awaited(ask())
    spoken, refused, given_up = (record.fields for record in caplog.records if hasattr(record, "fields"))
    assert (spoken["route"], spoken["status"], spoken["voice"]) == ("mcp", 200, "anna")
    assert (spoken["engine"], spoken["format"]) == ("fake", "mp3")
    assert spoken["synthesis_s"] > 0
    assert (refused["status"], refused["code"]) == (404, "unknown_voice")
    assert (given_up["status"], given_up["code"]) == (499, "gone")
    assert "Hello" not in caplog.text
