"""GET and POST /synthesize: text in, a WAV file out."""

from __future__ import annotations

import asyncio
import logging
from typing import TYPE_CHECKING, Annotated, Literal
from urllib.parse import quote

import anyio.to_thread
from fastapi import APIRouter, Query, Request, Response
from pydantic import BaseModel, Field

from voicelab.api.context import LabOf
from voicelab.engines.catalogue import CATALOGUE
from voicelab.engines.choice import AUTO
from voicelab.errors import InvalidValue, NotReady, QueueFull, UnknownModel
from voicelab.voices.request import request_for

if TYPE_CHECKING:
    from voicelab.lab import Lab
    from voicelab.speech.ports import EngineHealth, Speech, SpeechJob, SpeechRequest

log = logging.getLogger(__name__)
router = APIRouter()

MAX_SEED = 2**32 - 1
"""The widest that every engine's random generator takes."""
DEFAULT_VOICE = "default"
"""The voice that speaks when a request names none, as in the guide's server."""

_NOT_YET = frozenset({"starting", "downloading", "loading", "warming up", "restarting"})
_ASCII = "".join(chr(code) for code in range(0x20, 0x7F) if chr(code) != "%")


class SpeechOrder(BaseModel):
    """What a client asks for; anything else it sends is ignored."""

    text: str
    voice: str = ""
    """Slug or name. Empty: the voice called `default`, or the only one there is."""
    model: str = ""
    """A catalogue name; empty: as the voice's recipe says."""
    seed: int | None = Field(default=None, ge=0, le=MAX_SEED)
    """None: as the voice's recipe says."""
    format: str = "wav"
    on_busy: Literal["queue", "reject"] = "queue"
    """Whether to wait in the queue while the engine speaks for somebody else, or to be refused with 429."""


@router.get("/synthesize", response_class=Response)
async def synthesize(request: Request, order: Annotated[SpeechOrder, Query()], lab: LabOf) -> Response:
    """Say `text` with `voice`: audio/wav with X-Duration and X-Synthesis-Time in seconds."""
    return await _answer(request, order, lab)


@router.post("/synthesize", response_class=Response)
async def synthesize_json(request: Request, order: SpeechOrder, lab: LabOf) -> Response:
    """Do the same from a JSON body."""
    return await _answer(request, order, lab)


async def _answer(request: Request, order: SpeechOrder, lab: Lab) -> Response:
    _check_ready(lab.engine.health())
    voice, wanted = await anyio.to_thread.run_sync(_prepare, order, lab)
    job = lab.engine.submit(wanted)
    if order.on_busy == "reject" and next(iter(job.updates())).ahead:
        job.cancel()
        raise QueueFull("The engine is speaking for somebody else. Ask again, or leave out on_busy=reject to wait.")
    speech = await _result(request, job)
    log.info(
        "%s: %.1f s of audio in %.1f s (RTF %.2f), %s", voice, speech.duration_s, speech.elapsed_s, speech.rtf, job.id
    )
    return await anyio.to_thread.run_sync(_wav_answer, voice, speech)


def _prepare(order: SpeechOrder, lab: Lab) -> tuple[str, SpeechRequest]:
    """Return the voice's slug and what the engine is asked; reads the voice's files."""
    if order.format != "wav":
        raise InvalidValue("format", f"{order.format[:20]!r} is not made here. Leave format out, or ask for wav.")
    slug = lab.voices.get(order.voice).slug if order.voice.strip() else _unnamed_voice(lab)
    default_model, _reason = lab.engine.default_model()
    _check_model(order.model, {default_model, lab.voices.get(slug).recipe.model})
    request = request_for(
        lab.voices, slug, order.text, default_model=default_model, model=order.model or None, seed=order.seed
    )
    return slug, request


def _check_model(wanted: str, known: set[str]) -> None:
    """Let clients choose among models that the person at the lab knows of.

    A folder of this machine is not read, and a repository not fetched, because a client names it.
    """
    names = [model.name for model in CATALOGUE]
    if wanted and wanted != AUTO and wanted not in known and wanted not in names:
        raise UnknownModel(
            f"There is no model {wanted[:80]!r} for requests over HTTP. Choose one of: {', '.join(names)}."
        )


def _unnamed_voice(lab: Lab) -> str:
    slugs = [voice.slug for voice in lab.voices.voices()]
    if DEFAULT_VOICE in slugs:
        return DEFAULT_VOICE
    if len(slugs) == 1:
        return slugs[0]
    if not slugs:
        raise InvalidValue("voice", "There is no voice yet: make one of a recording on the page first.")
    raise InvalidValue("voice", f"Say which voice speaks: add voice= with one of {', '.join(slugs[:20])}.")


def _check_ready(health: EngineHealth) -> None:
    """Refuse while the engine starts for the first time, as the guide does; later changes of model just queue."""
    if not health.ready and health.stage in _NOT_YET and health.last_job_age_s is None:
        raise NotReady(f"warming up: {health.message}" if health.message else "warming up")


async def _result(request: Request, job: SpeechJob) -> Speech:
    """Wait for the job; a client that goes away takes its job with it."""
    limiter: anyio.CapacityLimiter = request.app.state.waiting
    result = asyncio.ensure_future(anyio.to_thread.run_sync(job.result, limiter=limiter))
    gone = asyncio.ensure_future(_gone(request))
    try:
        await asyncio.wait({result, gone}, return_when=asyncio.FIRST_COMPLETED)
        if not result.done():
            job.cancel()
        return await result
    except asyncio.CancelledError:
        job.cancel()
        raise
    finally:
        gone.cancel()


async def _gone(request: Request) -> None:
    while (await request.receive())["type"] != "http.disconnect":
        pass


def _wav_answer(voice: str, speech: Speech) -> Response:
    from voicelab.clips.wav import wav_bytes

    headers = {
        "X-Duration": f"{speech.duration_s:.2f}",
        "X-Synthesis-Time": f"{speech.elapsed_s:.2f}",
        "X-Engine": speech.engine,
        "X-Model": header_text(speech.model),
        "X-Seed": str(speech.seed),
        "X-Voice": voice,
    }
    if speech.notes:
        headers["X-Notes"] = header_text(" ".join(speech.notes))
    return Response(wav_bytes(speech.samples, speech.sample_rate), media_type="audio/wav", headers=headers)


def header_text(text: str) -> str:
    """Return `text` as a header can carry it: printable ASCII as it is, anything else percent-encoded UTF-8."""
    return quote(text, safe=_ASCII)
