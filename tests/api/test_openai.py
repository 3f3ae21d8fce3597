"""OpenAI's own client, with nothing changed but its base_url."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

import av
import openai
import pytest

from tests.voices.making import noise_clip, words_for

if TYPE_CHECKING:
    from tests.api.conftest import HeldEngine
    from voicelab.lab import Lab

CODECS = {"wav": "pcm_s16le", "mp3": "mp3float", "opus": "opus", "flac": "flac", "aac": "aac"}


@pytest.fixture
def client(address: str) -> openai.OpenAI:
    return openai.OpenAI(base_url=f"{address}/v1", api_key="none", max_retries=0)


@pytest.mark.parametrize("kind", CODECS)
def test_it_speaks_in_every_format(client: openai.OpenAI, kind: str) -> None:
    answer = client.audio.speech.create(model="preview", voice="anna", input="Hello there", response_format=kind)
    with av.open(io.BytesIO(answer.read())) as file:
        assert file.streams.audio[0].codec_context.name.removesuffix("float") == CODECS[kind].removesuffix("float")


def test_mp3_is_its_default_and_pcm_is_bare(client: openai.OpenAI) -> None:
    answer = client.audio.speech.create(model="preview", voice="anna", input="Hello there")
    assert answer.response.headers["content-type"] == "audio/mpeg"
    bare = client.audio.speech.create(model="preview", voice="anna", input="Hello there", response_format="pcm")
    assert len(bare.read()) == 2 * 24_000 * 0.6


def test_it_streams(client: openai.OpenAI, engine: HeldEngine) -> None:
    engine.hold()
    with client.audio.speech.with_streaming_response.create(
        model="preview", voice="anna", input="Hello there", response_format="pcm", stream_format="audio"
    ) as answer:
        chunks = answer.iter_bytes()
        first = next(chunks)
        engine.released.set()
        assert len(first) + sum(map(len, chunks)) == 2 * 24_000 * 0.6


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


@pytest.mark.parametrize("stream", ["", "audio"])
def test_instructions_are_followed_or_it_is_said_that_they_are_not(
    client: openai.OpenAI, engine: HeldEngine, stream: str
) -> None:
    more = {"stream_format": stream} if stream else {}
    heeding = "qwen3-tts-1.7b-customvoice-8bit"
    for model, instruct in ((heeding, "calm"), ("tts-1", None)):
        answer = client.audio.speech.create(
            model=model, voice="anna", input="Hello", instructions=" calm ", response_format="wav", **more
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
        client.audio.speech.create(model="tts-1", voice="anna", input="Hello", speed=2)
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
    listed = client.get("/audio/voices", cast_to=object)
    assert [voice["id"] for voice in listed["voices"]] == ["anna", "bob"]
