"""stream=true: the first sound while the rest is spoken, one file to its last byte, and whoever leaves cancels."""

from __future__ import annotations

import io
import time
import wave
from typing import TYPE_CHECKING

import av
import httpx
import numpy as np
import pytest

from tests.api.conftest import HeldJob
from voicelab.errors import EngineCrashed, NeverEnded
from voicelab.speech.formats import FORMATS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tests.api.conftest import HeldEngine

TEXT = "Several words that are spoken one after the other"


def wait_until(true: Callable[[], object]) -> None:
    end = time.monotonic() + 20
    while not true():
        assert time.monotonic() < end, "it never came true"
        time.sleep(0.01)


def heard(content: bytes) -> tuple[np.ndarray, int]:
    with av.open(io.BytesIO(content), "r") as file:
        rate = file.streams.audio[0].rate
        resampler = av.AudioResampler(format="flt", layout="mono")
        frames = [out for frame in file.decode(audio=0) for out in resampler.resample(frame)]
    return np.concatenate([frame.to_ndarray()[0] for frame in frames]), rate


def test_the_first_sound_comes_while_the_rest_is_held(address: str, engine: HeldEngine) -> None:
    engine.hold()
    query = {"text": TEXT, "voice": "anna", "stream": "true"}
    with httpx.stream("GET", f"{address}/synthesize", params=query, timeout=20) as answer:
        assert answer.status_code == 200
        assert answer.headers["content-type"] == "audio/wav"
        assert "content-length" not in answer.headers
        named = {name: answer.headers[f"x-{name}"] for name in ("engine", "model", "seed", "voice", "synthetic")}
        assert named == {"engine": "preview", "model": "preview", "seed": "0", "voice": "anna", "synthetic": "true"}
        assert "not a clone" in answer.headers["x-notes"]
        chunks = answer.iter_bytes()
        first = next(chunks)
        assert len(first) > 20_000, "half of two seconds in 16 bits, and the head"
        assert not engine.jobs[0].over.is_set()
        engine.released.set()
        whole = first + b"".join(chunks)
    stepless = httpx.get(f"{address}/synthesize", params={"text": TEXT, "voice": "anna"}).content
    with wave.open(io.BytesIO(stepless)) as file:
        expected = file.readframes(file.getnframes())
    assert whole[whole.index(b"data") + 8 :] == expected, "the same samples: nothing is lost or doubled at the seam"
    assert [request.live for request in engine.requests] == [True, False], "an engine that can sends parts of pieces"


@pytest.mark.parametrize("kind", [name for name in FORMATS if name != "pcm"])
def test_every_format_streams_as_one_file(address: str, kind: str) -> None:
    query = {"text": TEXT, "voice": "anna", "stream": "true", "format": kind}
    answer = httpx.get(f"{address}/synthesize", params=query)
    assert answer.headers["content-type"] == FORMATS[kind].media_type
    samples, rate = heard(answer.content)
    assert len(samples) / rate == pytest.approx(2.0, abs=0.12)


def test_a_client_that_leaves_cancels_what_is_still_to_be_spoken(address: str, engine: HeldEngine) -> None:
    engine.hold()
    query = {"text": TEXT, "voice": "anna", "stream": "true"}
    with httpx.stream("GET", f"{address}/synthesize", params=query, timeout=20) as answer:
        next(answer.iter_bytes())
    wait_until(lambda: engine.cancelled)
    assert engine.cancelled == [TEXT]
    wait_until(lambda: 'status="499"' in httpx.get(f"{address}/metrics").text)


def test_a_client_that_leaves_before_the_first_sound_cancels_too(
    address: str, engine: HeldEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    def late(job: HeldJob) -> Iterator[np.ndarray]:
        yield job.result().samples

    monkeypatch.setattr(HeldJob, "partial", late)
    engine.hold()
    with pytest.raises(httpx.ReadTimeout):
        httpx.get(f"{address}/synthesize", params={"text": TEXT, "stream": "true"}, timeout=0.5)
    wait_until(lambda: engine.cancelled)


def test_what_fails_before_the_first_sound_is_an_error_as_any_other(address: str, engine: HeldEngine) -> None:
    engine.failing[TEXT] = NeverEnded("It never ended. Try another seed.")
    answer = httpx.get(f"{address}/synthesize", params={"text": TEXT, "stream": "true"})
    assert (answer.status_code, answer.json()["code"]) == (500, "never_ended")


def test_what_fails_in_the_middle_breaks_off_and_does_not_pass_for_whole(
    address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def breaks(job: HeldJob) -> Iterator[np.ndarray]:
        yield np.zeros(24_000, np.float32)
        raise EngineCrashed("The engine process ended. Send the text again.")

    monkeypatch.setattr(HeldJob, "partial", breaks)
    with pytest.raises(httpx.RemoteProtocolError):
        httpx.get(f"{address}/synthesize", params={"text": TEXT, "stream": "true"})
    assert 'voicelab_requests_total{route="/synthesize",status="500"} 1.0' in httpx.get(f"{address}/metrics").text
