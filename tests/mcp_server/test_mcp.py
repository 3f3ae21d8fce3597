"""`voicelab mcp` as an assistant meets it: the package's own client, over standard input and over HTTP."""

from __future__ import annotations

import asyncio
import base64
import contextlib
import io
import json
import subprocess
import sys
import threading
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import anyio
import httpx
import httpx2
import pytest
import soundfile
from mcp import Client, StdioServerParameters
from mcp.client.streamable_http import streamable_http_client
from mcp.types import TextContent

from tests.api.conftest import HeldEngine, engine, lab, running
from tests.running import aside, awaited, environment, free_port, is_alive
from voicelab.api.guard import UPLOADS
from voicelab.api.token import token_in
from voicelab.clips.wav import write_wav
from voicelab.errors import Cancelled
from voicelab.mcp_server.arguments import Transcribe
from voicelab.mcp_server.server import create_app, create_server
from voicelab.mcp_server.tools import Caller, Tools
from voicelab.settings import CHECKOUT
from voicelab.voices.sample import install_sample_voice

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from mcp.types import CallToolResult

    from voicelab.clips.clip import Clip
    from voicelab.lab import Lab

__all__ = ["engine", "lab"]  # fixtures of the HTTP tests

ANSWERS_S = 120.0
TEXT = "The old baker opened his window before the first light."


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("mcp")
    install_sample_voice(home / "voices")
    return home


def command(home: Path, *more: str) -> list[str]:
    return [sys.executable, "-m", "voicelab", "mcp", "--home", str(home), "--model", "preview", *more]


def parameters(home: Path) -> StdioServerParameters:
    program, *arguments = command(home)
    return StdioServerParameters(command=program, args=arguments, env=environment(home), cwd=str(CHECKOUT))


def audio_of(result: CallToolResult) -> bytes:
    assert not result.is_error, result.content
    (audio,) = [each for each in result.content if each.type == "audio"]
    return base64.b64decode(audio.data)


def recorded(clip: Clip, folder: Path) -> str:
    write_wav(folder / "recording.wav", clip)
    return base64.b64encode((folder / "recording.wav").read_bytes()).decode()


def test_an_assistant_speaks_hears_and_compares(home: Path, spoken: Callable[[str], Clip], tmp_path: Path) -> None:
    """Everything over one connection to a process, as an assistant has it."""

    async def use() -> None:
        async with Client(parameters(home), read_timeout_seconds=ANSWERS_S) as client:
            tools = {tool.name: tool for tool in (await client.list_tools()).tools}
            assert set(tools) == {"speak", "list_voices", "transcribe", "compare"}
            assert all(
                tool.description and tool.input_schema["additionalProperties"] is False for tool in tools.values()
            )
            voices = (await client.call_tool("list_voices", {})).structured_content
            assert ([voice["slug"] for voice in voices["voices"]], voices["default"]) == (["sample"], "sample")
            said = await client.call_tool("speak", {"text": TEXT, "format": "wav", "seed": 7})
            with soundfile.SoundFile(io.BytesIO(audio_of(said))) as file:
                assert "Synthetic" in file.comment
                assert len(file) / file.samplerate == pytest.approx(said.structured_content["duration_s"], abs=0.01)
            assert (said.structured_content["said"], said.structured_content["seed"]) == (TEXT, 7)
            audio = recorded(spoken(TEXT), tmp_path)
            heard = await client.call_tool("transcribe", {"audio": audio, "recognizer": "tiny.en"})
            assert heard.structured_content["text"].startswith(TEXT[:-1])
            assert [word["text"].strip() for word in heard.structured_content["words"]][:3] == ["The", "old", "baker"]
            order = {"voice": "sample", "lines": ["Hello there."], "lengths_s": [5, None]}
            compared = await client.call_tool("compare", order)
            assert not compared.is_error, compared.content
            takes = compared.structured_content["takes"]
            assert len(takes) == 2
            assert all(take["duration_s"] > 0 for take in takes)

    awaited(use())


def test_it_ends_with_the_assistant_and_prints_nothing_between(home: Path) -> None:
    process = subprocess.Popen(
        command(home), stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=environment(home), cwd=CHECKOUT
    )
    assert process.stdin is not None
    for hostile in (
        "no JSON",
        "[]",
        '{"jsonrpc": "2.0"}',
        '{"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": 7}',
    ):
        process.stdin.write(f"{hostile}\n")
    out, _err = process.communicate(timeout=60)
    assert process.returncode == 0
    assert all(json.loads(line)["jsonrpc"] == "2.0" for line in out.splitlines())


@dataclass
class Served:
    url: str
    token: str = ""

    @property
    def headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.token}"} if self.token else {}


@contextlib.contextmanager
def served(lab: Lab) -> Iterator[Served]:
    port = free_port()
    token = "" if lab.settings.local else token_in(lab.settings.token_file)[0]
    with running(create_app(lab), port):
        yield Served(f"http://127.0.0.1:{port}/mcp", token)


async def call(at: Served, tool: str, arguments: dict[str, Any]) -> CallToolResult:
    http = httpx2.AsyncClient(headers=at.headers, timeout=30)
    transport = streamable_http_client(at.url, http_client=http)
    async with http, Client(transport, read_timeout_seconds=ANSWERS_S) as client:
        return await client.call_tool(tool, arguments)


def test_over_http_it_speaks_with_the_same_client(lab: Lab, engine: HeldEngine) -> None:
    with served(lab) as at:
        said = awaited(call(at, "speak", {"text": "Hello there", "voice": "anna", "speed": 2, "format": "flac"}))
        assert soundfile.info(io.BytesIO(audio_of(said))).duration == pytest.approx(0.3, abs=0.05)
        assert engine.clients == [("127.0.0.1/mcp", "queue")]


def test_on_the_network_the_token_and_consent_hold(lab: Lab, engine: HeldEngine) -> None:
    from tests.voices.making import noise_clip, words_for

    clip = noise_clip(10.0)
    lab.voices.save("Bob", clip, words_for(clip), "english", "")
    opened = replace(lab, settings=replace(lab.settings, host="0.0.0.0", rate_limit=3))  # noqa: S104
    with served(opened) as at:
        hello = {"jsonrpc": "2.0", "id": 1, "method": "tools/list", "params": {}}
        accept = {"Accept": "application/json, text/event-stream"}
        for headers in ({}, {"Authorization": "Bearer wrong-wrong-wrong-wrong"}):
            answer = httpx.post(at.url, json=hello, headers=headers | accept)
            assert (answer.status_code, answer.json()["code"]) == (401, "token_needed")
        voices = awaited(call(at, "list_voices", {})).structured_content["voices"]
        assert [voice["slug"] for voice in voices] == ["anna"]
        for tool, arguments in (
            ("speak", {"text": "Hi", "voice": "bob"}),
            ("compare", {"lines": ["Hi"], "voice": "bob"}),
        ):
            refused = awaited(call(at, tool, arguments))
            assert (refused.is_error, refused.structured_content["code"]) == (True, "consent_missing")
        assert engine.requests == []
        assert not awaited(call(at, "speak", {"text": "Hi", "voice": "anna"})).is_error
        limited = awaited(call(at, "speak", {"text": "Hi", "voice": "anna"}))
        assert limited.structured_content["code"] == "rate_limited"


def test_other_sites_other_names_and_large_bodies_are_refused(lab: Lab, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(UPLOADS, "/mcp", 4096)
    with served(lab) as at:
        for headers, status, code in (
            ({"Origin": "http://evil.example"}, 403, "cross_origin"),
            ({"Host": "evil.example"}, 400, "wrong_host"),
        ):
            answer = httpx.post(at.url, json={}, headers=headers)
            assert (answer.status_code, answer.json()["code"]) == (status, code)
        assert httpx.post(at.url, content=b"x" * 8192).status_code == 413
        missing = httpx.get(at.url.removesuffix("/mcp") + "/voices")
        assert (missing.status_code, missing.json()["code"]) == (404, "not_found")


WRONG: tuple[tuple[str, Any, str], ...] = (
    ("speak", {}, "invalid_value"),
    ("speak", {"text": 7}, "invalid_value"),
    ("speak", {"text": "Hi", "voice": ["anna"]}, "invalid_value"),
    ("speak", {"text": "Hi", "vioce": "anna"}, "invalid_value"),
    ("speak", {"text": "Hi", "voice": "../../etc/passwd"}, "unknown_voice"),
    ("speak", {"text": "Hi", "voice": "x" * 500}, "invalid_value"),
    ("speak", {"text": "Hi", "model": "/etc"}, "unknown_model"),
    ("speak", {"text": "Hi", "format": "exe"}, "invalid_value"),
    ("speak", {"text": "Hi", "format": "pcm"}, "invalid_value"),
    ("speak", {"text": "Hi", "speed": 9}, "invalid_value"),
    ("speak", {"text": "Hi", "speed": "fast"}, "invalid_value"),
    ("speak", {"text": "Hi", "seed": -1}, "invalid_value"),
    ("speak", {"text": "Hi", "seed": 10**30}, "invalid_value"),
    ("speak", {"text": " … "}, "empty_text"),
    ("speak", {"text": "a " * 20_000}, "text_too_long"),
    ("list_voices", {"folder": "/"}, "invalid_value"),
    ("transcribe", {"audio": "/etc/passwd"}, "invalid_value"),
    ("transcribe", {"audio": "file:///etc/passwd"}, "invalid_value"),
    ("transcribe", {"audio": ""}, "unreadable_audio"),
    ("transcribe", {"audio": base64.b64encode(b"no sound" * 99).decode()}, "unreadable_audio"),
    ("transcribe", {"audio": "AAAA", "recognizer": "/etc"}, "unknown_model"),
    ("transcribe", {"audio": "AAAA", "path": "/etc/passwd"}, "invalid_value"),
    ("compare", {"voice": "anna"}, "invalid_value"),
    ("compare", {"voice": "anna", "lines": []}, "invalid_value"),
    ("compare", {"voice": "anna", "lines": ["Hi"] * 21}, "invalid_value"),
    ("compare", {"voice": "anna", "lines": ["Hi"], "models": ["/etc"]}, "unknown_model"),
    ("compare", {"voice": "anna", "lines": ["Hi"], "lengths_s": [-1.0]}, "invalid_value"),
    ("compare", {"voice": "anna", "lines": ["Hi"], "takes": 41}, "invalid_value"),
    ("compare", {"voice": "anna", "lines": ["Hi", "Ho"], "takes": 40}, "invalid_value"),
    ("open_file", {"path": "/etc/passwd"}, "unknown_tool"),
)


def test_what_is_wrong_is_said_in_a_sentence(lab: Lab, engine: HeldEngine, caplog: pytest.LogCaptureFixture) -> None:
    async def ask() -> None:
        async with Client(create_server(lab)) as client:
            for tool, arguments, code in WRONG:
                result = await client.call_tool(tool, arguments)
                assert result.is_error, (tool, arguments)
                assert result.structured_content["code"] == code, (tool, arguments, result.structured_content)
                assert isinstance(said := result.content[0], TextContent)
                assert "Traceback" not in said.text

    awaited(ask())
    assert engine.requests == []
    assert "failed" not in caplog.text
    assert lab.experiments.list() == []


def test_a_request_that_is_given_up_frees_the_engine(
    lab: Lab, engine: HeldEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    engine.hold()
    asked = threading.Event()
    submit = engine.submit

    def noted(*given: Any) -> Any:
        job = submit(*given)
        asked.set()
        return job

    monkeypatch.setattr(engine, "submit", noted)

    async def give_up(at: Served) -> None:
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(2):
                await call(at, "speak", {"text": "A text that is held.", "voice": "anna"})

    with served(lab) as at:
        awaited(give_up(at))
        assert asked.is_set()
        assert engine.jobs[0].over.wait(20), "the client is gone"


def test_what_is_heard_for_nobody_ends(lab: Lab, monkeypatch: pytest.MonkeyPatch) -> None:
    begun, ended = threading.Event(), threading.Event()

    def hear(_lab: Lab, _wish: object, gone: threading.Event) -> None:
        begun.set()
        assert gone.wait(20)
        ended.set()
        raise Cancelled("Nobody waits for it any more.")

    monkeypatch.setattr("voicelab.mcp_server.tools._heard", hear)

    async def give_up() -> None:
        with pytest.raises(Cancelled), anyio.move_on_after(0.5):
            await Tools(lab).transcribe(Transcribe(audio="AAAA", language="", recognizer=""), Caller())

    aside(lambda: anyio.run(give_up))
    assert begun.is_set()
    assert ended.is_set()


def test_several_ask_at_once(lab: Lab, engine: HeldEngine) -> None:
    async def ask(at: Served) -> list[CallToolResult]:
        wishes = [call(at, "speak", {"text": f"Number {n}", "voice": "anna"}) for n in range(3)]
        return await asyncio.gather(*wishes, call(at, "list_voices", {}))

    with served(lab) as at:
        *said, listed = awaited(ask(at))
    assert [result.structured_content["said"] for result in said] != []
    assert {request.text for request in engine.requests} == {"Number zero", "Number one", "Number two"}
    assert listed.structured_content["default"] == "anna"


def test_the_command_over_http(home: Path) -> None:
    port = free_port()
    process = subprocess.Popen(
        command(home, "--http", "--port", str(port)),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=environment(home),
        cwd=CHECKOUT,
    )
    try:
        assert process.stdout is not None
        assert process.stdout.readline() == f"Voice Lab's tools are at http://127.0.0.1:{port}/mcp (Ctrl-C ends it)\n"
        said = awaited(call(Served(f"http://127.0.0.1:{port}/mcp"), "speak", {"text": TEXT}))
        assert audio_of(said)[:3] == b"ID3"
    finally:
        process.terminate()
    _out, told = process.communicate(timeout=30)
    assert process.returncode == 0
    assert "route=mcp" in told
    assert "ession" not in told, "what the package tells of sessions is not for the person"
    assert not is_alive(process.pid)
