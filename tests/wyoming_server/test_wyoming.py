"""What a client of Wyoming may send: texts and events of every kind, and hostile ones."""

from __future__ import annotations

import asyncio
import contextlib
import socket
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from wyoming.audio import AudioStart
from wyoming.client import AsyncClient
from wyoming.error import Error
from wyoming.event import Event
from wyoming.info import Describe, Info
from wyoming.ping import Ping
from wyoming.tts import (
    Synthesize,
    SynthesizeChunk,
    SynthesizeStart,
    SynthesizeStop,
    SynthesizeVoice,
)

from tests.api.conftest import HeldEngine
from tests.running import awaited
from tests.wyoming_server.client import asked
from tests.wyoming_server.in_process import line, said, serving, synthesize, until
from voicelab.errors import InvalidValue
from voicelab.speech.checked import DEFAULT_TAKES
from voicelab.text.sentences import sentences as split_sentences
from voicelab.wyoming_server import incoming, server
from voicelab.wyoming_server.server import Service, address_of

if TYPE_CHECKING:
    from voicelab.lab import Lab
    from voicelab.speech.ports import SpeechRequest


START = line(type="audio-start", data={"rate": 16_000, "width": 2, "channels": 1})
HOSTILE = {
    "no JSON": (b"GET / HTTP/1.1\r\nHost: x\r\n\r\n", "wrong_input", "not JSON"),
    "no UTF-8": (b"\xff\xfe\n", "wrong_input", "not JSON"),
    "no object": (b"[1]\n", "wrong_input", "no JSON object"),
    "deeply nested": (b"[" * 60_000 + b"\n", "wrong_input", "not JSON"),
    "no type": (line(data={}), "wrong_input", '"type"'),
    "a type of another type": (line(type=7), "wrong_input", '"type"'),
    "data that is a list": (line(type="describe", data=[1]), "wrong_input", '"type"'),
    "an endless line": (b"x" * 200_000, "wrong_input", "65536 bytes"),
    "a terabyte of data": (line(type="describe", data_length=10**12), "invalid_value", "data_length"),
    "a terabyte of payload": (line(type="audio-chunk", payload_length=10**12), "invalid_value", "payload_length"),
    "a length below nothing": (line(type="describe", data_length=-1), "invalid_value", "data_length"),
    "a length that is none": (line(type="describe", data_length="7"), "invalid_value", "data_length"),
    "a length that is true": (line(type="describe", payload_length=True), "invalid_value", "payload_length"),
    "data that is no JSON": (line(type="describe", data_length=3) + b"abc", "wrong_input", "not JSON"),
    "half a character": (line(type="ping", data={"text": "\ud800"}), "invalid_value", "wrong text"),
    "no text": (synthesize(), "invalid_value", "wrong text"),
    "a text that is a number": (synthesize(text=7), "invalid_value", "wrong text"),
    "a voice that is a text": (synthesize(text="Hi", voice="sample"), "invalid_value", "wrong voice"),
    "a name of 500": (synthesize(text="Hi", voice={"name": "x" * 500}), "invalid_value", "voice.name"),
    "an unknown voice": (synthesize(text="Hi", voice={"name": "../../etc"}), "unknown_voice", "no voice"),
    "a speaker": (synthesize(text="Hi", voice={"name": "anna", "speaker": "1"}), "invalid_value", "no speakers"),
    "a language nobody speaks": (synthesize(text="Hi", voice={"language": "de"}), "unsupported_language", "german"),
    "no language": (synthesize(text="Hi", voice={"language": "klingon"}), "unsupported_language", "klingon"),
    "SSML": (synthesize(text="<speak>Hi</speak>", text_format="ssml"), "invalid_value", "text_format"),
    "an empty text": (synthesize(text=" ... "), "empty_text", "nothing to say"),
    "a long text": (synthesize(text="word " * 4001), "text_too_long", "20,000"),
    "a chunk before its start": (
        line(type="synthesize-chunk", data={"text": "Hi"}),
        "invalid_value",
        "synthesize-start",
    ),
    "a stop before its start": (line(type="synthesize-stop"), "invalid_value", "synthesize-start"),
    "a stream of nothing": (
        line(type="synthesize-start")
        + line(type="synthesize-chunk", data={"text": "…"})
        + line(type="synthesize-stop"),
        "empty_text",
        "nothing to say",
    ),
    "a stream without end": (
        line(type="synthesize-start") + line(type="synthesize-chunk", data={"text": "a" * 5000}) * 5,
        "text_too_long",
        "20,000",
    ),
    "no audio": (line(type="audio-stop"), "invalid_value", "No audio came"),
    "another rate": (
        START + line(type="audio-chunk", data={"rate": 8000, "width": 2, "channels": 1}),
        "invalid_value",
        "rates",
    ),
    "a rate of 0": (line(type="audio-start", data={"rate": 0, "width": 2, "channels": 1}), "invalid_value", "rate"),
    "float samples": (
        line(type="audio-start", data={"rate": 16000, "width": 4, "channels": 1}),
        "invalid_value",
        "width",
    ),
    "hours of audio": (
        START
        + (
            line(type="audio-chunk", data={"rate": 16_000, "width": 2, "channels": 1}, payload_length=2**18)
            + bytes(2**18)
        )
        * 15,
        "audio_too_long",
        "120 s",
    ),
    "a recognizer that is a folder": (line(type="transcribe", data={"name": "/etc"}), "unknown_model", "no recognizer"),
    "a recognizer to download": (line(type="transcribe", data={"name": "large-v3"}), "unknown_model", "on this disk"),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_what_is_wrong_is_said_and_the_next_one_is_served(
    name: str, lab: Lab, engine: HeldEngine, caplog: pytest.LogCaptureFixture
) -> None:
    content, code, told = HOSTILE[name]

    async def attack() -> None:
        async with serving(lab) as (port, _service):
            *_before, last = await said(port, content)
            error = Error.from_event(last)
            assert (error.code, told in error.text) == (code, True), error.text
            events = await asked(f"tcp://127.0.0.1:{port}", Synthesize("Hello").event(), until="audio-stop")
            assert events[-1].type == "audio-stop"

    awaited(attack())
    assert "Traceback" not in caplog.text
    assert [request.text for request in engine.requests] == ["Hello"]


def test_what_is_not_known_is_passed_over(lab: Lab) -> None:
    async def ask() -> list[Event]:
        async with serving(lab) as (port, _service):
            odd = [Event("detect", {"names": ["x"]}), Event("synthesise"), Event("info", {"tts": [1]})]
            return await asked(f"tcp://127.0.0.1:{port}", *odd, Describe().event(), until="info")

    assert [event.type for event in awaited(ask())] == ["info"]


def test_a_hang_up_in_the_middle_frees_the_engine(lab: Lab, engine: HeldEngine) -> None:
    engine.hold()

    async def hang_up() -> None:
        async with serving(lab) as (port, service):
            async with AsyncClient.from_uri(f"tcp://127.0.0.1:{port}") as client:
                await client.write_event(Synthesize("A text that is held.").event())
                event = await client.read_event()
                assert event is not None
                assert AudioStart.is_type(event.type)
            await until(lambda: engine.jobs[0].over.is_set() and not service._clients)

    awaited(hang_up())
    assert engine.cancelled == ["A text that is held."]


def test_a_client_that_reads_nothing_is_let_go_of(
    lab: Lab, engine: HeldEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("voicelab.wyoming_server.connection.WRITE_S", 0.3)
    monkeypatch.setattr("voicelab.wyoming_server.connection._LAST_S", 0.3)
    monkeypatch.setattr("voicelab.wyoming_server.server._CLOSING_S", 0.3)
    writers: list[asyncio.StreamWriter] = []
    take = Service.take

    async def noted(service: Service, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writers.append(writer)
        await take(service, reader, writer)

    monkeypatch.setattr(Service, "take", noted)

    async def never_read() -> None:
        async with serving(lab) as (port, service):
            with socket.create_connection(("127.0.0.1", port)) as mute:
                mute.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
                text = "word " * 3900
                mute.sendall(synthesize(text=text) * 4)
                await until(lambda: bool(engine.jobs) and not service._clients)
                await until(lambda: writers[0].transport.get_write_buffer_size() == 0)
            assert engine.jobs[-1].over.is_set()

    awaited(never_read())


def test_a_text_that_comes_letter_by_letter_is_not_looked_through_for_each(
    lab: Lab, engine: HeldEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    looked: list[str] = []

    def sentences(text: str, language: str) -> list[str]:
        looked.append(text)
        return split_sentences(text, language)

    monkeypatch.setattr("voicelab.wyoming_server.speaking.sentences", sentences)

    async def ask() -> None:
        async with serving(lab) as (port, _service):
            letters = [SynthesizeChunk(letter).event() for letter in "Word" * 50 + ". Next"]
            events = [SynthesizeStart().event(), *letters, SynthesizeStop().event()]
            await asked(f"tcp://127.0.0.1:{port}", *events, until="synthesize-stopped")

    awaited(ask())
    assert len(looked) == 4, "at the beginning, at the full stop, the space and the next word's first letter"
    assert [request.text.strip() for request in engine.requests] == ["Word" * 50 + ".", "Next"]


def test_a_voice_whose_recipe_wants_it_is_heard_back(
    lab: Lab, engine: HeldEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    lab.voices.set_recipe("anna", replace(lab.voices.get("anna").recipe, check=True))
    takes: list[int] = []

    def checked(_engine: object, _transcriber: object, request: SpeechRequest, most: int, client: str) -> object:
        takes.append(most)
        return engine.submit(request, client)

    monkeypatch.setattr("voicelab.api.speech_requests.submit_checked", checked)

    async def ask() -> None:
        async with serving(lab) as (port, _service):
            await asked(f"tcp://127.0.0.1:{port}", Synthesize("Hello").event(), until="audio-stop")

    awaited(ask())
    assert takes == [DEFAULT_TAKES]


def test_the_silent_and_the_slow_are_let_go_of(lab: Lab, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(incoming, "IDLE_S", 0.2)
    monkeypatch.setattr(incoming, "EVENT_S", 0.2)

    async def wait() -> None:
        async with serving(lab) as (port, _service):
            assert await said(port, b"") == []
            (error,) = await said(port, line(type="describe", data_length=100) + b"{")
            assert "not ended within" in Error.from_event(error).text

    awaited(wait())


def test_who_is_owed_an_answer_may_be_silent(lab: Lab, engine: HeldEngine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(incoming, "IDLE_S", 0.05)
    engine.hold()

    async def wait() -> None:
        async with serving(lab) as (port, _service), AsyncClient.from_uri(f"tcp://127.0.0.1:{port}") as client:
            await client.write_event(Synthesize("Hello").event())
            assert await client.read_event() is not None
            await asyncio.sleep(0.3)
            engine.released.set()
            types = []
            while (event := await client.read_event()) is not None and event.type != "audio-stop":
                types.append(event.type)
            assert set(types) == {"audio-chunk"}
            assert event is not None

    awaited(wait())


def test_too_many_clients_are_told_so(lab: Lab, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(server, "MOST_CLIENTS", 3)

    async def crowd() -> None:
        async with serving(lab) as (port, service):
            uri = f"tcp://127.0.0.1:{port}"
            async with contextlib.AsyncExitStack() as stack:
                for _ in range(3):
                    client = await stack.enter_async_context(AsyncClient.from_uri(uri))
                    await client.write_event(Ping().event())
                    assert await client.read_event() is not None
                (refused,) = await said(port, b"")
                assert Error.from_event(refused).code == "queue_full"
            await until(lambda: not service._clients)
            assert (await asked(uri, Ping().event(), until="pong"))[-1].type == "pong"

    awaited(crowd())


def test_on_the_network_consent_and_the_rate_hold(lab: Lab) -> None:
    from tests.voices.making import noise_clip, words_for

    clip = noise_clip(10.0)
    lab.voices.save("Bob", clip, words_for(clip), "english", "")
    opened = replace(lab, settings=replace(lab.settings, host="0.0.0.0", rate_limit=2))  # noqa: S104

    async def ask() -> None:
        async with serving(opened) as (port, _service):
            uri = f"tcp://127.0.0.1:{port}"
            (event,) = await asked(uri, Describe().event(), until="info")
            assert [voice.name for voice in Info.from_event(event).tts[0].voices] == ["anna"]
            bob, anna = (Synthesize("Hi", SynthesizeVoice(name=name)).event() for name in ("bob", "anna"))
            (refused,) = await asked(uri, bob, until="error")
            assert Error.from_event(refused).code == "consent_missing"
            assert (await asked(uri, anna, until="audio-stop"))[-1].type == "audio-stop"
            (limited,) = await asked(uri, anna, until="error")
            assert Error.from_event(limited).code == "rate_limited"

    awaited(ask())


@pytest.mark.parametrize(
    "uri", ["", "tcp://", "tcp://127.0.0.1", "udp://127.0.0.1:1", "tcp://[::1", "tcp://a:99999", "x"]
)
def test_an_address_that_is_none_is_refused(uri: str) -> None:
    with pytest.raises(InvalidValue, match="no address to listen on"):
        address_of(uri)
