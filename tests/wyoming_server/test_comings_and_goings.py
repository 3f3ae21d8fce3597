"""Clients of `voicelab wyoming` that send their last and wait, hang up, send long recordings; and what the log says."""

from __future__ import annotations

import asyncio
import logging
import socket
import threading
import time
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
from wyoming.audio import AudioStop
from wyoming.client import AsyncClient
from wyoming.error import Error
from wyoming.tts import Synthesize, SynthesizeVoice

from tests.api.conftest import HeldEngine
from tests.running import awaited
from tests.voices.making import noise_clip, words_for
from tests.wyoming_server.client import ANSWERS_S, asked
from tests.wyoming_server.in_process import line, serving, synthesize, until
from voicelab.wyoming_server import connection
from voicelab.wyoming_server.server import Service

if TYPE_CHECKING:
    from collections.abc import Callable

    from wyoming.event import Event

    from voicelab.lab import Lab


TEXT = "A text that is held."


async def half_closed(port: int, content: bytes, then: Callable[[], None] = lambda: None) -> list[Event]:
    """Send `content` and end one's own side, as `nc -N` does; do `then`; return what comes until the end."""
    client = AsyncClient.from_uri(f"tcp://127.0.0.1:{port}")
    found = []
    async with client, asyncio.timeout(ANSWERS_S):
        assert client._writer is not None
        client._writer.write(content)
        client._writer.write_eof()
        first = await client.read_event()
        then()
        while first is not None:
            found.append(first)
            first = await client.read_event()
    return found


def test_who_sends_no_more_is_answered(lab: Lab) -> None:
    async def ask() -> None:
        async with serving(lab) as (port, service):
            events = await half_closed(port, synthesize(text="Hello") + synthesize(text="Again"))
            types = [event.type for event in events if event.type not in {"audio-chunk", "ping"}]
            assert types == ["audio-start", "audio-stop"] * 2
            (info,) = await half_closed(port, line(type="describe"))
            assert info.type == "info"
            assert [each.type for each in await half_closed(port, line(type="describe") + b'{"type": ')] == ["info"]
            *_some, stop = await half_closed(port, line(type="synthesize-start") + line(type="ping"))
            assert stop.type == "pong", "a text that is never ended is not waited for"
            await until(lambda: not service._clients)

    awaited(ask())


def test_who_sends_no_more_waits_as_long_as_it_takes(
    lab: Lab, engine: HeldEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connection, "PROBE_S", 0.02)
    engine.hold()

    async def ask() -> list[Event]:
        async with serving(lab) as (port, _service):
            timer = threading.Timer(0.5, engine.released.set)
            return await half_closed(port, synthesize(text=TEXT), timer.start)

    events = awaited(ask())
    assert [event.type for event in events if event.type != "ping"][-1] == "audio-stop"
    assert sum(event.type == "ping" for event in events) > 3


def test_a_slow_reader_that_sends_no_more_has_every_byte(
    lab: Lab, engine: HeldEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A player takes sound as it plays it: the last of it is not cut off with the connection."""
    monkeypatch.setattr("voicelab.wyoming_server.server._CLOSING_S", 0.1)
    take = Service.take

    async def narrow(service: Service, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 4096)
        await take(service, reader, writer)

    monkeypatch.setattr(Service, "take", narrow)

    async def ask() -> int:
        loop = asyncio.get_running_loop()
        async with serving(lab) as (port, service):
            with socket.socket() as slow:
                slow.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
                slow.setblocking(False)
                await loop.sock_connect(slow, ("127.0.0.1", port))
                await loop.sock_sendall(slow, synthesize(text="word " * 4))
                slow.shutdown(socket.SHUT_WR)
                await until(lambda: bool(engine.jobs) and engine.jobs[0].over.is_set() and bool(service._clients))
                await asyncio.sleep(0.5)
                content = b""
                while piece := await loop.sock_recv(slow, 4096):
                    content += piece
                return content.count(b'"audio-stop"')

    assert awaited(ask()) == 1


def test_what_was_on_its_way_to_the_engine_is_taken_back(
    lab: Lab, engine: HeldEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A hang-up while a thread hands the text over: it arrives, and nobody would ever cancel it."""
    from voicelab.api.speech_requests import submit

    engine.hold()
    begun, go_on = threading.Event(), threading.Event()

    def slow(*given: Any) -> Any:
        begun.set()
        assert go_on.wait(20)
        return submit(*given)

    monkeypatch.setattr("voicelab.wyoming_server.speaking.submit", slow)
    monkeypatch.setattr(connection, "PROBE_S", 0.02)

    async def hang_up() -> None:
        async with serving(lab) as (port, service):
            async with AsyncClient.from_uri(f"tcp://127.0.0.1:{port}") as client:
                await client.write_event(Synthesize(TEXT).event())
                await until(begun.is_set)
                (connected,) = service._clients
            await until(connected._hearing.gone.is_set)
            go_on.set()
            await until(lambda: not service._clients)
            assert engine.jobs[0].over.is_set()

    awaited(hang_up())
    assert engine.cancelled == [TEXT]


def test_the_log_says_how_long_the_engine_worked(lab: Lab, caplog: pytest.LogCaptureFixture) -> None:
    async def ask() -> None:
        async with serving(lab) as (port, _service):
            await asked(f"tcp://127.0.0.1:{port}", Synthesize("Hello").event(), until="audio-stop")

    with caplog.at_level(logging.INFO, "voicelab.requests"):
        awaited(ask())
    (fields,) = [record.fields for record in caplog.records if hasattr(record, "fields")]
    assert (fields["route"], fields["status"], fields["engine"]) == ("wyoming", 200, "fake")
    assert fields["synthesis_s"] > 0
    assert fields["rtf"] > 0


def test_voices_without_consent_are_named_to_nobody_else(lab: Lab) -> None:
    clip = noise_clip(10.0)
    for name in ("Bob", "Bobby"):
        lab.voices.save(name, clip, words_for(clip), "english", "")
    opened = replace(lab, settings=replace(lab.settings, host="0.0.0.0"))  # noqa: S104

    async def ask(served: Lab) -> str:
        async with serving(served) as (port, _service):
            told = ""
            for wish in (Synthesize("Hi"), *(Synthesize("Hi", SynthesizeVoice(name=name)) for name in ("bobb", "xyz"))):
                (refused,) = await asked(f"tcp://127.0.0.1:{port}", wish.event(), until="error")
                told += Error.from_event(refused).text
            return told

    assert "bobby" in awaited(ask(lab)), "on this machine they are"
    assert "bob," not in (told := awaited(ask(opened)))
    assert "bobby" not in told
    assert "anna" in told


def test_events_are_whole_though_the_client_is_probed_meanwhile(
    lab: Lab, engine: HeldEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connection, "PROBE_S", 0)

    async def ask() -> list[Event]:
        async with serving(lab) as (port, _service):
            return await half_closed(port, synthesize(text="word " * 500) + line(type="audio-start", data={}))

    events = awaited(ask())
    assert {event.type for event in events} <= {"audio-start", "audio-chunk", "audio-stop", "ping", "error"}
    assert events[-1].type == "error"
    assert AudioStop.is_type(next(event.type for event in reversed(events) if event.type not in {"error", "ping"}))
    assert len(engine.requests) == 1


FLOODS = {
    "beginnings": b"".join(
        line(type="audio-start", data={"rate": 8001 + 2 * at, "width": 2, "channels": 1}) for at in range(5000)
    ),
    "pieces of nothing": line(type="audio-chunk", data={"rate": 8000, "width": 2, "channels": 1}) * 20_000,
}


@pytest.mark.parametrize("name", FLOODS)
def test_others_have_their_turn_beside_a_flood(lab: Lab, name: str) -> None:
    async def ask() -> float:
        gaps = []
        async with serving(lab) as (port, _service):
            flood = asyncio.ensure_future(half_closed(port, FLOODS[name]))
            while not flood.done():
                before = time.thread_time()  # the work of this thread, however busy the machine is
                await asyncio.sleep(0)
                gaps.append(time.thread_time() - before)
            assert [event.type for event in await flood if event.type != "ping"] == []
        return max(gaps)

    assert awaited(ask()) < 0.3


def test_a_hang_up_while_it_is_spoken_is_no_fault(
    lab: Lab, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def cut(_event: Event, _writer: asyncio.StreamWriter) -> None:
        raise ConnectionResetError

    monkeypatch.setattr(connection, "async_write_event", cut)

    async def ask() -> None:
        async with serving(lab) as (port, _service):
            assert await half_closed(port, synthesize(text="Hello")) == []

    with caplog.at_level(logging.INFO, "voicelab.requests"):
        awaited(ask())
    (fields,) = [record.fields for record in caplog.records if hasattr(record, "fields")]
    assert (fields["status"], fields["code"]) == (499, "gone")
    assert "Traceback" not in caplog.text
