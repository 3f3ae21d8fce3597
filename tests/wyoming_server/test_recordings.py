"""Recordings that a client of Wyoming sends: one at a time, in any format, in the same memory."""

from __future__ import annotations

import asyncio
import threading
import tracemalloc
from typing import TYPE_CHECKING

import numpy as np
import pytest
from wyoming.asr import Transcript
from wyoming.audio import AudioChunk, AudioStart
from wyoming.client import AsyncClient

from tests.running import awaited
from tests.voices.making import noise_clip
from tests.wyoming_server.client import asked, recording
from tests.wyoming_server.in_process import serving, until
from voicelab.clips.clip import SAMPLE_RATE
from voicelab.errors import AudioTooLong
from voicelab.transcripts.words import Transcript as Heard
from voicelab.wyoming_server import connection
from voicelab.wyoming_server.hearing import Hearing
from voicelab.wyoming_server.incoming import AudioFields
from voicelab.wyoming_server.recording import Recording

if TYPE_CHECKING:
    from collections.abc import Callable

    from voicelab.clips.clip import Clip
    from voicelab.lab import Lab


def test_recordings_are_heard_one_at_a_time_whoever_hangs_up(lab: Lab, monkeypatch: pytest.MonkeyPatch) -> None:
    hearing: list[threading.Event] = []
    lock = threading.Lock()

    def heard(_lab: Lab, _recording: Recording, *_more: object) -> Heard:
        assert lock.acquire(blocking=False), "two at once"
        go_on = threading.Event()
        hearing.append(go_on)
        assert go_on.wait(20)
        lock.release()
        return Heard("Hello.", (), "english", "tiny.en")

    monkeypatch.setattr("voicelab.wyoming_server.hearing._heard", heard)
    monkeypatch.setattr(connection, "PROBE_S", 0.02)
    order = recording(noise_clip(1.0))

    async def ask() -> None:
        async with serving(lab) as (port, service):
            uri = f"tcp://127.0.0.1:{port}"
            async with AsyncClient.from_uri(uri) as client:
                for event in order:
                    await client.write_event(event)
                await until(lambda: len(hearing) == 1)
                (connected,) = service._clients
            await until(connected._hearing.gone.is_set)
            second = asyncio.ensure_future(asked(uri, *order, until="transcript"))
            await until(lambda: len(service._clients) == 2)
            await asyncio.sleep(0.2)
            assert len(hearing) == 1
            hearing[0].set()
            await until(lambda: len(hearing) == 2)
            hearing[1].set()
            assert Transcript.from_event((await second)[-1]).text == "Hello."

    awaited(ask())


@pytest.mark.parametrize(("rate", "channels"), [(8000, 1), (24_000, 2), (44_100, 1), (192_000, 2)])
def test_a_recording_takes_the_same_memory_in_any_format(rate: int, channels: int) -> None:
    kept = Recording(AudioFields.model_validate({"rate": rate, "width": 2, "channels": channels}))
    second = np.full(rate * channels, 9000, "<i2").tobytes()
    tracemalloc.start()
    try:
        for _ in range(119):
            for at in range(0, len(second), 50_001):  # never whole frames
                if kept.take(second[at : at + 50_001]):
                    kept.shrink()
        _now, most = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert most < 12e6
    clip = kept.clip()
    assert clip.seconds == pytest.approx(119, abs=0.01)
    assert clip.samples[SAMPLE_RATE:-SAMPLE_RATE] == pytest.approx(9000 / 2**15, abs=2**-15)
    kept.take(second[: len(second) // 2])
    with pytest.raises(AudioTooLong):
        kept.take(second)


def test_pieces_sound_like_the_whole(spoken: Callable[[str], Clip]) -> None:
    content = b"".join(event.payload or b"" for event in recording(spoken("Good morning."), 48_000, 2))
    kind = AudioFields(rate=48_000, width=2, channels=2)
    whole, parts = Recording(kind), Recording(kind)
    whole.take(content)
    for at in range(0, len(content), 999):
        parts.take(content[at : at + 999])
        parts.shrink()
    assert np.abs(whole.clip().samples - parts.clip().samples).max() < 1e-3


def test_sound_is_changed_off_the_event_loop(lab: Lab, monkeypatch: pytest.MonkeyPatch) -> None:
    threads = set()
    shrink = Recording.shrink

    def noted(kept: Recording, *, last: bool = False) -> None:
        threads.add(threading.get_ident())
        shrink(kept, last=last)

    monkeypatch.setattr(Recording, "shrink", noted)
    monkeypatch.setattr(lab.transcriber, "hear", lambda *_given, **_more: Heard("Hi.", (), "english", "tiny.en"))

    async def ask() -> None:
        from voicelab.api.bench import Bench

        hearing = Hearing(lab, Bench())
        hearing.start(AudioStart(16_000, 2, 1).event())
        for _ in range(20):
            await hearing.add(AudioChunk(16_000, 2, 1, bytes(2**16)).event())
        assert Transcript.from_event(await hearing.stop()).text == "Hi."

    awaited(ask())
    assert threads
    assert threading.get_ident() not in threads
