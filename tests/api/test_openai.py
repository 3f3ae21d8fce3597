"""OpenAI's own client, with nothing changed but its base_url."""

from __future__ import annotations

import base64
import io
import json
import time
import wave
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any, Literal

import av
import httpx
import openai
import pytest

from tests.voices.making import noise_clip, words_for
from voicelab.errors import NeverEnded

if TYPE_CHECKING:
    from tests.api.conftest import HeldEngine
    from voicelab.lab import Lab

Format = Literal["wav", "mp3", "opus", "flac", "aac"]
CODECS: dict[Format, str] = {"wav": "pcm_s16le", "mp3": "mp3float", "opus": "opus", "flac": "flac", "aac": "aac"}


@pytest.fixture
def client(address: str) -> openai.OpenAI:
    return openai.OpenAI(base_url=f"{address}/v1", api_key="none", max_retries=0)


@pytest.mark.parametrize("kind", CODECS)
def test_it_speaks_in_every_format(client: openai.OpenAI, kind: Format) -> None:
    answer = client.audio.speech.create(model="preview", voice="anna", input="Hello there", response_format=kind)
    with av.open(io.BytesIO(answer.read())) as file:
        assert file.streams.audio[0].codec_context.name.removesuffix("float") == CODECS[kind].removesuffix("float")


def test_mp3_is_its_default_and_pcm_is_bare(client: openai.OpenAI) -> None:
    answer = client.audio.speech.create(model="preview", voice="anna", input="Hello there")
    assert answer.response.headers["content-type"] == "audio/mpeg"
    bare = client.audio.speech.create(model="preview", voice="anna", input="Hello there", response_format="pcm")
    assert len(bare.read()) == 2 * 24_000 * 0.6


@pytest.mark.parametrize("more", [{}, {"stream_format": "audio"}, {"extra_body": {"stream": True}}])
def test_it_streams_without_being_told(client: openai.OpenAI, engine: HeldEngine, more: dict[str, Any]) -> None:
    engine.hold()
    with client.audio.speech.with_streaming_response.create(
        model="preview", voice="anna", input="Hello there", response_format="pcm", **more
    ) as answer:
        chunks = answer.iter_bytes()
        first = next(chunks)
        engine.released.set()
        assert len(first) + sum(map(len, chunks)) == 2 * 24_000 * 0.6


def test_a_whole_file_with_its_lengths_comes_on_request(client: openai.OpenAI) -> None:
    answer = client.audio.speech.create(
        model="preview", voice="anna", input="Hello there", response_format="wav", extra_body={"stream": False}
    )
    assert answer.response.headers["x-duration"] == "0.60"
    with wave.open(io.BytesIO(answer.read())) as file:
        assert file.getnframes() == 24_000 * 0.6


def events(answer: httpx.Response) -> list[dict[str, Any]]:
    """The events of a finished stream."""
    assert answer.headers["content-type"].startswith("text/event-stream")
    return [json.loads(line.removeprefix("data: ")) for line in answer.text.splitlines() if line]


def test_events_carry_the_same_file(address: str) -> None:
    order = {"model": "tts-1", "voice": "anna", "input": "Hello there", "response_format": "pcm"}
    told = events(httpx.post(f"{address}/v1/audio/speech", json=order | {"stream_format": "sse"}))
    assert {event["type"] for event in told[:-1]} == {"speech.audio.delta"}
    assert told[-1]["type"] == "speech.audio.done"
    assert set(told[-1]["usage"]) == {"input_tokens", "output_tokens", "total_tokens"}
    content = b"".join(base64.b64decode(event["audio"]) for event in told[:-1])
    assert content == httpx.post(f"{address}/v1/audio/speech", json=order).content
    cached = order | {"stream_format": "sse", "seed": 7}
    first, second = (events(httpx.post(f"{address}/v1/audio/speech", json=cached)) for _ in range(2))
    assert second[-1]["type"] == "speech.audio.done", "what is kept comes as events too"
    assert b"".join(base64.b64decode(event["audio"]) for event in second[:-1])
    assert first[-1] == second[-1]


def test_events_end_with_an_error_where_speaking_fails(address: str, engine: HeldEngine) -> None:
    engine.hold()
    order = {
        "model": "tts-1",
        "voice": "anna",
        "input": "Hello there",
        "stream_format": "sse",
        "response_format": "pcm",
    }
    with httpx.stream("POST", f"{address}/v1/audio/speech", json=order) as answer:
        lines = (json.loads(line.removeprefix("data: ")) for line in answer.iter_lines() if line)
        assert next(lines)["type"] == "speech.audio.delta"
        engine.failing["Hello there"] = NeverEnded("The model did not end.")
        engine.released.set()
        rest = list(lines)
    assert [event["type"] for event in rest] == ["error"]
    assert rest[0]["error"]["message"] == "The model did not end."


def test_events_and_a_whole_file_are_not_both(client: openai.OpenAI) -> None:
    with pytest.raises(openai.UnprocessableEntityError, match="leave stream out"):
        client.audio.speech.create(
            model="tts-1", voice="anna", input="Hi", stream_format="sse", extra_body={"stream": False}
        )
    with pytest.raises(openai.UnprocessableEntityError, match="sse, its bytes"):
        client.audio.speech.create(model="tts-1", voice="anna", input="Hi", extra_body={"stream_format": "xml"})


def test_a_text_that_was_replaced_does_not_come_back(address: str, engine: HeldEngine) -> None:
    """The client asks again by itself after 409: the old text would replace the new one."""
    client = openai.OpenAI(base_url=f"{address}/v1", api_key="none")
    assert client.max_retries == 2
    whole = {"on_busy": "replace", "stream": False}
    engine.hold()
    with ThreadPoolExecutor(1) as pool:
        old = pool.submit(client.audio.speech.create, model="tts-1", voice="anna", input="Old", extra_body=whole)
        while not engine.jobs:
            time.sleep(0.01)
        new = client.audio.speech.with_streaming_response.create(
            model="tts-1", voice="anna", input="New", extra_body={"on_busy": "replace"}
        )
        with new as answer:
            parts = answer.iter_bytes()
            next(parts)
            with pytest.raises(openai.ConflictError):
                old.result(20)
            engine.released.set()
            assert sum(map(len, parts))
    assert [request.text for request in engine.requests] == ["Old", "New"]


@pytest.mark.parametrize("stream", [True, False])
def test_what_fails_the_same_way_again_is_not_asked_again(address: str, engine: HeldEngine, stream: bool) -> None:
    engine.failing["Bad"] = NeverEnded("The model did not end.")
    client = openai.OpenAI(base_url=f"{address}/v1", api_key="none")
    with pytest.raises(openai.InternalServerError, match="did not end"):
        client.audio.speech.create(model="tts-1", voice="anna", input="Bad", extra_body={"stream": stream})
    assert len(engine.requests) == 1


def test_what_passes_is_asked_again(address: str, engine: HeldEngine) -> None:
    engine.full = 1
    client = openai.OpenAI(base_url=f"{address}/v1", api_key="none")
    assert client.audio.speech.create(model="tts-1", voice="anna", input="Hi").read()


@pytest.mark.parametrize("base", ["/v1", "/v1/", "/v1//", "", "/"])
def test_an_address_with_a_slash_too_many_or_without_v1_is_understood(address: str, base: str) -> None:
    """Clients that join the parts as they are ask for /v1//audio/speech or //audio/speech."""
    order = {"model": "tts-1", "voice": "anna", "input": "Hi"}
    assert httpx.post(f"{address}{base}/audio/speech", json=order).status_code == 200


@pytest.mark.parametrize("model", ["gpt-4o-mini-tts-2025-12-15", "tts-1-1106", "tts-1-hd-1106"])
def test_dated_names_of_its_models_mean_the_same(client: openai.OpenAI, model: str) -> None:
    answer = client.audio.speech.create(model=model, voice="anna", input="Hello")
    assert answer.response.headers["x-model"] == "preview"
    assert client.models.retrieve(model).id == model
    with pytest.raises(openai.NotFoundError):
        client.audio.speech.create(model=model.replace("-", "_"), voice="anna", input="Hello")


def test_null_is_not_given(address: str, engine: HeldEngine) -> None:
    nothing = dict.fromkeys(("response_format", "instructions", "speed", "stream_format", "stream", "seed", "client"))
    order = {"model": None, "voice": "anna", "input": "Hi"}
    assert httpx.post(f"{address}/v1/audio/speech", json=order | nothing).status_code == 200
    ours = {"text": "Hi", "voice": "anna", "model": None, "seed": None, "format": None, "stream": None, "on_busy": None}
    assert httpx.post(f"{address}/synthesize", json=ours).headers["content-type"] == "audio/wav"
    missing = httpx.post(f"{address}/v1/audio/speech", json={"voice": "anna", "input": None})
    assert (missing.status_code, missing.json()["error"]["param"]) == (422, "input")


def test_its_own_models_mean_the_voices_recipe(client: openai.OpenAI, engine: HeldEngine) -> None:
    answer = client.audio.speech.create(model="gpt-4o-mini-tts", voice="anna", input="Hello there")
    assert answer.response.headers["x-model"] == "preview"
    names = [model.id for model in client.models.list()]
    assert {"preview", "qwen3-tts-0.6b-8bit", "tts-1", "gpt-4o-mini-tts"} <= set(names)
    assert client.models.retrieve("preview").id == "preview"


def test_the_labs_own_parameters_travel_as_extra_ones(client: openai.OpenAI, engine: HeldEngine) -> None:
    extra = {"seed": 7, "on_busy": "reject", "client": "desk"}
    client.audio.speech.create(model="tts-1", voice="anna", input="Hello", extra_body=extra)
    assert engine.requests[0].seed == 7
    assert engine.clients[0] == ("127.0.0.1/desk", "reject")


@pytest.mark.parametrize("stream", [openai.omit, "audio"])
def test_instructions_are_followed_or_it_is_said_that_they_are_not(
    client: openai.OpenAI, engine: HeldEngine, stream: openai.Omit | Literal["audio"]
) -> None:
    heeding = "qwen3-tts-1.7b-customvoice-8bit"
    for model, instruct in ((heeding, "calm"), ("tts-1", None)):
        answer = client.audio.speech.create(
            model=model,
            voice="anna",
            input="Hello",
            instructions=" calm ",
            response_format="wav",
            stream_format=stream,
        )
        assert engine.requests[-1].instruct == instruct
        said = "The instructions were left aside: preview follows none." in answer.response.headers.get("x-notes", "")
        assert said is (instruct is None)


def test_a_field_that_is_neither_openais_nor_the_labs_is_refused(client: openai.OpenAI, engine: HeldEngine) -> None:
    with pytest.raises(openai.UnprocessableEntityError, match="Did you mean response_format") as wrong:
        client.audio.speech.create(model="tts-1", voice="anna", input="Hi", extra_body={"responseformat": "wav"})
    assert wrong.value.param == "responseformat"
    assert engine.requests == []


def test_its_errors_carry_the_sentence(client: openai.OpenAI, engine: HeldEngine) -> None:
    with pytest.raises(openai.NotFoundError, match="no voice 'alloy'") as missing:
        client.audio.speech.create(model="tts-1", voice="alloy", input="Hello")
    assert missing.value.code == "unknown_voice"
    with pytest.raises(openai.UnprocessableEntityError, match="speed") as wrong:
        client.audio.speech.create(model="tts-1", voice="anna", input="Hello", speed=4)
    assert wrong.value.param == "speed"
    with pytest.raises(openai.NotFoundError):
        client.models.retrieve("gpt-9")
    engine.full = 1
    with pytest.raises(openai.RateLimitError):
        client.audio.speech.create(model="tts-1", voice="anna", input="Hello")


def test_voices_are_its_voices(client: openai.OpenAI, lab: Lab) -> None:
    clip = noise_clip(10.0)
    lab.voices.save("Bob", clip, words_for(clip), "english", "")
    assert client.audio.speech.create(model="tts-1", voice="bob", input="Hi").response.headers["x-voice"] == "bob"
    listed = client.get("/audio/voices", cast_to=dict[str, Any])
    assert [voice["id"] for voice in listed["voices"]] == ["anna", "bob"]
