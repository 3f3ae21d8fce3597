"""The routes of OpenAI's speech API, so that its clients work with another base_url and nothing else changed."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Request, Response
from pydantic import BaseModel, ConfigDict, Field

from voicelab.api.context import LabOf, RequestServiceOf
from voicelab.api.speech_requests import MAX_SEED, SpeechBody, check_known
from voicelab.errors import InvalidValue, UnknownModel
from voicelab.models.catalogue import catalogue
from voicelab.settings import DateOrder
from voicelab.speech.ports import OnBusy
from voicelab.speech.reading import Figures, Markup

router = APIRouter(prefix="/v1")

THEIRS = ("tts-1", "tts-1-hd", "gpt-4o-mini-tts")
"""OpenAI's own models: clients that name them get the voice's recipe, and X-Model says what that is."""


class _VoiceId(BaseModel):
    id: str


class OpenAiSpeechBody(BaseModel):
    """OpenAI's parameters, and the lab's as extra ones; `check_known` refuses anything else."""

    model_config = ConfigDict(extra="allow")

    input: str
    model: str = ""
    voice: str | _VoiceId = ""
    """Slug or name of a voice."""
    response_format: str = "mp3"
    instructions: str = ""
    """For models that follow them; where one does not, X-Notes says so."""
    speed: float = 1.0
    stream_format: str = ""
    """`audio`: send it while it is spoken, as `stream` does."""
    stream: bool = False
    seed: Annotated[int | None, Field(ge=0, le=MAX_SEED)] = None
    on_busy: OnBusy = "queue"
    fallback: str = ""
    client: str = Field(default="", max_length=64)
    markup: Markup = "strip"
    figures: Figures = "words"
    date_order: DateOrder | None = None

    def body(self) -> SpeechBody:
        """Return it in the lab's words. Raises InvalidValue for what no engine here does."""
        if self.speed != 1:
            raise InvalidValue("speed", "No model here changes its speed. Leave speed out.")
        if self.stream_format not in {"", "audio"}:
            raise InvalidValue("stream_format", "Only audio is sent here, no events. Leave stream_format out.")
        return SpeechBody(
            text=self.input,
            voice=self.voice if isinstance(self.voice, str) else self.voice.id,
            model="" if self.model in THEIRS else self.model,
            seed=self.seed,
            format=self.response_format,
            stream=self.stream or self.stream_format == "audio",
            on_busy=self.on_busy,
            client=self.client,
            fallback=self.fallback,
            instruct=self.instructions,
            markup=self.markup,
            figures=self.figures,
            date_order=self.date_order,
        )


@router.post("/audio/speech", response_class=Response)
async def speech(request: Request, body: OpenAiSpeechBody, request_service: RequestServiceOf) -> Response:
    """Say `input` with `voice`."""
    check_known(body)
    return await request_service.speak(request, body.body(), "/v1/audio/speech", lenient=True)


@router.get("/audio/voices")
def voices(lab: LabOf) -> dict[str, Any]:
    """Return what `voice` takes."""
    return {"voices": [{"id": voice.slug, "name": voice.name} for voice in lab.voices.voices()]}


@router.get("/models")
def models() -> dict[str, Any]:
    """Return what `model` takes."""
    return {"object": "list", "data": [_model(name) for name in _names()]}


@router.get("/models/{name}")
def model(name: str) -> dict[str, Any]:
    """Return one of them. 404 when there is none."""
    if name not in _names():
        raise UnknownModel(f"There is no model {name[:80]!r}. Choose one of: {', '.join(_names())}.")
    return _model(name)


def _names() -> list[str]:
    return [*(each.name for each in catalogue()), *THEIRS]


def _model(name: str) -> dict[str, Any]:
    note = "The model of the voice's recipe." if name in THEIRS else next(m.note for m in catalogue() if m.name == name)
    return {"id": name, "object": "model", "created": 0, "owned_by": "voicelab", "description": note}
