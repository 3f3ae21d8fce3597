"""GET and POST /synthesize: text in, audio out. POST /read: text in, and what would really be said."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request, Response

from voicelab.api.context import DeskOf, LabOf
from voicelab.api.orders import ReadOrder, SpeechOrder, check_known, read_order

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


@router.post("/read")
def read(order: ReadOrder, lab: LabOf) -> dict[str, Any]:
    """Return what would really be said of `text`, what would be left out, and the pieces it would be spoken in."""
    check_known(order)
    return asdict(read_order(order, lab))
