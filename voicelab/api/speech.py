"""GET and POST /synthesize: text in, audio out. POST /read: text in, and what would really be said."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request, Response

from voicelab.api.context import LabOf, RequestServiceOf
from voicelab.api.speech_requests import ReadBody, SpeechBody, check_known, read_body

router = APIRouter()

_ROUTE = "/synthesize"


@router.get(_ROUTE, response_class=Response)
async def synthesize(
    request: Request, body: Annotated[SpeechBody, Query()], request_service: RequestServiceOf
) -> Response:
    """Say `text` with `voice`: audio/wav with X-Duration and X-Synthesis-Time in seconds."""
    check_known(body, besides={"token"})  # of a lab on the network, which needs none on this machine
    return await request_service.speak(request, body, _ROUTE)


@router.post(_ROUTE, response_class=Response)
async def synthesize_json(request: Request, body: SpeechBody, request_service: RequestServiceOf) -> Response:
    """Do the same from a JSON body."""
    check_known(body)
    return await request_service.speak(request, body, _ROUTE)


@router.post("/read")
def read(body: ReadBody, lab: LabOf) -> dict[str, Any]:
    """Return what would really be said of `text`, what would be left out, and the pieces it would be spoken in."""
    check_known(body)
    return asdict(read_body(body, lab))
