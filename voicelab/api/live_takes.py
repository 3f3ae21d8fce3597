"""What the page's tab Speak plays: a take while it is spoken, and the whole of it afterwards."""

from __future__ import annotations

from functools import partial
from typing import Annotated

import anyio
import anyio.to_thread
from fastapi import APIRouter, Query, Request, Response

from voicelab.api.audio import Audio
from voicelab.api.context import LabOf
from voicelab.clips.clip import SAMPLE_RATE
from voicelab.errors import NotReady
from voicelab.speech.formats import FORMATS, Origin, encoded

router = APIRouter(include_in_schema=False)

_PRIVATE = {"Cache-Control": "private, max-age=3600"}
_HOLD_S = 0.25
"""How long a poll waits for sound. A browser has six connections for all its tabs on the lab: with one held by each tab
that speaks, a few of them would starve every other."""
FOLLOWED_AT_ONCE = 32
"""Polls that wait, each in a thread of its own, so that no other route waits for one."""


@router.get("/spoken/{take}/live.pcm")
async def live(take: str, lab: LabOf, request: Request, at: Annotated[int, Query(alias="from", ge=0)] = 0) -> Response:
    """Return what there is of the take from that byte on: 16 bit, 24 kHz, mono, little endian.

    X-Over is 1 where nothing more comes: it was spoken to its end, was stopped, or failed.
    """
    work = partial(lab.live_takes.get(take).sound.after, at, _HOLD_S)
    pcm, over = await anyio.to_thread.run_sync(work, limiter=request.app.state.followers)
    headers = {"Cache-Control": "no-store", "X-Over": str(int(over))}
    return Response(pcm, media_type=f"{FORMATS['pcm'].media_type};rate={SAMPLE_RATE}", headers=headers)


@router.get("/spoken/{take}/speech.wav")
def whole(take: str, lab: LabOf) -> Response:
    """Return the whole take as a file. 503 while it is being spoken."""
    found = lab.live_takes.get(take)
    speech = found.speech
    if speech is None:
        raise NotReady("This take is still being spoken.")
    origin = Origin(found.voice, speech.engine, speech.model, speech.seed, found.speed)
    return Audio(encoded(speech.samples, speech.sample_rate, FORMATS["wav"], origin), headers=_PRIVATE)
