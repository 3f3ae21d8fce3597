"""The routes of OpenAI's speech API, so that its clients work with another base_url and nothing else changed."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Request, Response
from pydantic import BaseModel

from voicelab.api.asked import Manner
from voicelab.api.context import LabOf, RequestServiceOf
from voicelab.api.speech_requests import BaseSpeechBody, SpeechBody, aliases, askable, check_known
from voicelab.errors import InvalidValue, UnknownModel
from voicelab.models.catalogue import catalogue

router = APIRouter(prefix="/v1")

EVENTS = "sse"
"""What stream_format is for events."""
THEIRS = ("tts-1", "tts-1-hd", "gpt-4o-mini-tts")
"""OpenAI's own models: clients that name them get the voice's recipe, and X-Model says what that is."""


class _VoiceId(BaseModel):
    id: str


class OpenAiSpeechBody(BaseSpeechBody):
    """OpenAI's parameters, and the lab's as extra ones; `check_known` refuses anything else."""

    EXAMPLE = {"model": "tts-1", "voice": "sample", "input": "Hello there."}  # noqa: RUF012 - declared in Body

    input: str
    model: str = ""
    voice: str | _VoiceId = ""
    """Slug or name of a voice."""
    response_format: str = "mp3"
    instructions: str = ""
    """For models that follow them; where one does not, X-Notes says so."""
    stream_format: str = ""
    """`audio`: the file itself, the default; `sse`: its bytes as events."""
    stream: bool = True
    """Send it while it is spoken, as OpenAI does; `false`: whole, with its lengths and X-Duration."""

    def body(self) -> SpeechBody:
        """Return it in the lab's words. Raises InvalidValue for what no engine here does."""
        if self.stream_format not in {"", "audio", EVENTS}:
            raise InvalidValue("stream_format", "There are audio, the file itself, and sse, its bytes as events.")
        if self.stream_format == EVENTS and not self.stream:
            raise InvalidValue("stream", "Events come while it is spoken: leave stream out, or stream_format.")
        return SpeechBody(
            text=self.input,
            voice=self.voice if isinstance(self.voice, str) else self.voice.id,
            model="" if _is_theirs(self.model) else self.model,
            format=self.response_format,
            stream=self.stream,
            instruct=self.instructions,
            **self.model_dump(include=set(BaseSpeechBody.model_fields)),
        )


@router.post("/audio/speech", response_class=Response)
async def speech(request: Request, body: OpenAiSpeechBody, request_service: RequestServiceOf) -> Response:
    """Say `input` with `voice`."""
    check_known(body)
    as_events = body.stream_format == EVENTS
    return await request_service.speak(
        request, body.body(), "/v1/audio/speech", Manner(lenient=True, as_events=as_events)
    )


@router.get("/audio/voices")
def voices(lab: LabOf) -> dict[str, Any]:
    """Return what `voice` takes."""
    known = askable(lab)
    listed = [{"id": voice.slug, "name": voice.name} for voice in known]
    others = [{"id": alias, "name": f"{alias} ({voice.name})"} for alias, voice in aliases(lab, known).items()]
    return {"voices": [*listed, *others]}


@router.get("/models")
def models() -> dict[str, Any]:
    """Return what `model` takes."""
    return {"object": "list", "data": [_model(name) for name in _names()]}


@router.get("/models/{name}")
def model(name: str) -> dict[str, Any]:
    """Return one of them. 404 when there is none."""
    if name not in _names() and not _is_theirs(name):
        raise UnknownModel(f"There is no model {name[:80]!r}. Choose one of: {', '.join(_names())}.")
    return _model(name)


def _names() -> list[str]:
    return [*(each.name for each in catalogue()), *THEIRS]


def _is_theirs(name: str) -> bool:
    """Say whether it is one of OpenAI's models, or one of a certain date: gpt-4o-mini-tts-2025-12-15."""
    return any(name == theirs or name.startswith(f"{theirs}-") for theirs in THEIRS)


def _model(name: str) -> dict[str, Any]:
    note = (
        "The model of the voice's recipe." if _is_theirs(name) else next(m.note for m in catalogue() if m.name == name)
    )
    return {"id": name, "object": "model", "created": 0, "owned_by": "voicelab", "description": note}
