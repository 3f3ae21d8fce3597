"""`voicelab wyoming` as a process of its own, asked by the package's own client: real voices, a real recognizer."""

from __future__ import annotations

import asyncio
import re
import signal
import subprocess
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pytest
from wyoming.asr import Transcribe, Transcript
from wyoming.audio import AudioChunk, AudioStart, AudioStop
from wyoming.client import AsyncClient
from wyoming.info import Describe, Info
from wyoming.ping import Ping, Pong
from wyoming.tts import (
    Synthesize,
    SynthesizeChunk,
    SynthesizeStart,
    SynthesizeStop,
    SynthesizeStopped,
    SynthesizeVoice,
)

from tests.running import awaited, environment, free_port, is_alive
from tests.wyoming_server.client import ANSWERS_S, TEXT, asked, recording
from voicelab.clips.clip import SAMPLE_RATE, Clip
from voicelab.errors import InvalidValue
from voicelab.settings import CHECKOUT, Settings
from voicelab.transcripts.transcriber import Transcriber
from voicelab.voices.library import VoiceLibrary
from voicelab.voices.sample import install_sample_voice
from voicelab.wyoming_server.server import address_of, check_opened

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from wyoming.event import Event


@dataclass(frozen=True)
class Process:
    """`voicelab wyoming`, as a person starts it."""

    uri: str
    process: subprocess.Popen[str]


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Process]:
    home = tmp_path_factory.mktemp("wyoming")
    install_sample_voice(home / "voices")
    VoiceLibrary(home / "voices").rename("sample", "Sample", ["alloy"])
    uri = f"tcp://127.0.0.1:{free_port()}"
    command = [sys.executable, "-m", "voicelab", "wyoming", "--uri", uri, "--home", str(home)]
    process = subprocess.Popen(
        [*command, "--model", "preview", "--recognizer", "tiny.en"],
        env=environment(home),
        cwd=CHECKOUT,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    assert process.stdout.readline() == f"Voice Lab speaks Wyoming at {uri} (Ctrl-C ends it)\n"
    yield Process(uri, process)
    process.send_signal(signal.SIGINT)
    assert process.wait(30) == 0, "it ends cleanly"


def sound(events: list[Event]) -> Clip:
    chunks = [AudioChunk.from_event(event) for event in events if AudioChunk.is_type(event.type)]
    assert {(chunk.rate, chunk.width, chunk.channels) for chunk in chunks} == {(SAMPLE_RATE, 2, 1)}
    return Clip(np.frombuffer(b"".join(chunk.audio for chunk in chunks), "<i2").astype(np.float32) / np.float32(2**15))


def heard(clip: Clip) -> str:
    return re.sub(r"[^a-z ]", "", Transcriber("tiny.en").hear(clip).text.lower())


def test_it_tells_its_voices_and_recognizers(running: Process) -> None:
    (event,) = awaited(asked(running.uri, Describe().event(), until="info"))
    info = Info.from_event(event)
    (speech,), (recognition,) = info.tts, info.asr
    assert [(voice.name, voice.languages) for voice in speech.voices] == [("sample", ["en"])]
    assert speech.supports_synthesize_streaming
    assert "preview" in str(speech.voices[0].description) or "auto" in str(speech.voices[0].description)
    assert ("tiny.en", ["en"]) in [(model.name, model.languages) for model in recognition.models]
    (pong,) = awaited(asked(running.uri, Ping("there?").event(), until="pong"))
    assert Pong.from_event(pong).text == "there?"


@pytest.mark.parametrize(
    "voice", [None, SynthesizeVoice(name="sample"), SynthesizeVoice(name="Alloy"), SynthesizeVoice(language="en-GB")]
)
def test_a_text_is_spoken(running: Process, voice: SynthesizeVoice | None) -> None:
    events = awaited(asked(running.uri, Synthesize(TEXT, voice).event(), until="audio-stop"))
    assert (events[0].type, events[-1].type) == ("audio-start", "audio-stop")
    assert heard(sound(events)).startswith(re.sub(r"[^a-z ]", "", TEXT.lower()))


def test_a_text_is_spoken_while_it_is_written(running: Process) -> None:
    """As Home Assistant does: word by word, then the whole for services that do not stream."""

    async def written() -> list[str]:
        types: list[str] = []
        first, rest = TEXT.split(". ")
        async with AsyncClient.from_uri(running.uri) as client, asyncio.timeout(ANSWERS_S):
            await client.write_event(SynthesizeStart().event())
            for word in f"{first}. Nobody".split(" "):
                await client.write_event(SynthesizeChunk(f"{word} ").event())
            event = await client.read_event()
            assert event is not None
            assert AudioStart.is_type(event.type), "the first sentence sounds before the second one is written"
            collected = [event]
            await client.write_event(SynthesizeChunk(rest.removeprefix("Nobody ")).event())
            await client.write_event(Synthesize(TEXT).event())
            await client.write_event(SynthesizeStop().event())
            while event is not None and not SynthesizeStopped.is_type(event.type):
                event = await client.read_event()
                assert event is not None
                collected.append(event)
            types += [each.type for each in collected if not AudioChunk.is_type(each.type)]
            assert "nobody in the village knew her name" in heard(sound(collected))
            assert "the old baker opened his window" in heard(sound(collected))
        return types

    assert awaited(written()) == ["audio-start", "audio-stop", "synthesize-stopped"]


@pytest.mark.parametrize(("rate", "channels"), [(16_000, 1), (48_000, 2)])
def test_what_is_said_is_written_down(
    running: Process, spoken: Callable[[str], Clip], rate: int, channels: int
) -> None:
    wish = Transcribe(name="tiny.en", language="en").event()
    order = [wish, *recording(spoken("Turn on the light in the kitchen."), rate, channels)]
    (event,) = awaited(asked(running.uri, *order, until="transcript"))
    transcript = Transcript.from_event(event)
    assert transcript.text.lower().strip(" .") == "turn on the light in the kitchen"
    assert transcript.language == "en"
    (nothing,) = awaited(asked(running.uri, AudioStart(16_000, 2, 1).event(), AudioStop().event(), until="transcript"))
    assert Transcript.from_event(nothing).text == ""


def test_several_clients_at_once_are_all_answered(running: Process, spoken: Callable[[str], Clip]) -> None:
    async def all_of_them() -> list[list[Event]]:
        texts = [asked(running.uri, Synthesize(f"This is number {n}.").event(), until="audio-stop") for n in range(3)]
        commands = [asked(running.uri, *recording(spoken("Good morning.")), until="transcript") for _ in range(2)]
        return await asyncio.gather(*texts, *commands)

    *spoken_ones, first, second = awaited(all_of_them())
    assert all(sound(events).seconds > 0.5 for events in spoken_ones)
    assert all(Transcript.from_event(each[-1]).text.startswith("Good morning") for each in (first, second))


def test_other_machines_are_let_in_by_intent_only(tmp_path: Path) -> None:
    for host in ("localhost", "::1", "127.0.0.2"):
        check_opened(Settings(home=tmp_path, host=host), opened=False)
    assert address_of("tcp://[::1]:10200") == ("::1", 10200)
    for host in ("0.0.0.0", "192.0.2.7", "studio.lan"):  # noqa: S104
        settings = Settings(home=tmp_path, host=host)
        with pytest.raises(InvalidValue, match="no token"):
            check_opened(settings, opened=False)
        check_opened(settings, opened=True)


def test_the_command_says_in_one_line_what_is_wrong(running: Process, tmp_path: Path) -> None:
    for arguments, told in (
        (["--uri", running.uri], "is taken"),
        (["--uri", "tcp://0.0.0.0:10200"], "Wyoming has no token"),
    ):
        command = [sys.executable, "-m", "voicelab", "wyoming", "--home", str(tmp_path), *arguments]
        done = subprocess.run(command, capture_output=True, text=True, cwd=CHECKOUT, check=False, timeout=60)
        assert (done.returncode, done.stdout) == (1, "")
        assert told in done.stderr
        assert len(done.stderr.splitlines()) == 1
    assert is_alive(running.process.pid)
