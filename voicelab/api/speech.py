"""GET and POST /synthesize: text in, audio out."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Request, Response

from voicelab.api.context import DeskOf
from voicelab.api.orders import SpeechOrder, check_known

router = APIRouter()

_ROUTE = "/synthesize"


@router.get(_ROUTE, response_class=Response)
async def synthesize(request: Request, order: Annotated[SpeechOrder, Query()], desk: DeskOf) -> Response:
    """Say `text` with `voice`: audio/wav with X-Duration and X-Synthesis-Time in seconds."""
    check_known(order, besides={"token"})  # of a lab on the network, which needs none on this machine
    return await desk.speak(request, order, _ROUTE)


@router.post(_ROUTE, response_class=Response)
async def synthesize_json(request: Request, order: SpeechOrder, desk: DeskOf) -> Response:
    """Do the same from a JSON body."""
    check_known(order)
    return await desk.speak(request, order, _ROUTE)
