"""What the page's tab Speak plays: a take while it is spoken, and the whole of it afterwards."""

from __future__ import annotations

from typing import TYPE_CHECKING

import anyio
import anyio.to_thread
from fastapi import APIRouter, Request, Response
from fastapi.responses import StreamingResponse

from voicelab.api.audio import Audio
from voicelab.api.context import LabOf
from voicelab.clips.clip import SAMPLE_RATE
from voicelab.errors import NotReady
from voicelab.speech.formats import FORMATS, Origin, encoded, pcm16
from voicelab.speech.tempo import Tempo

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from voicelab.speech.live_takes import LiveTake

router = APIRouter(include_in_schema=False)

_PRIVATE = {"Cache-Control": "private, max-age=3600"}
FOLLOWED_AT_ONCE = 32
"""Takes that are waited for, each in a thread of its own, so that no other route waits for one."""


@router.get("/spoken/{take}/live.pcm")
async def live(take: str, lab: LabOf, request: Request) -> StreamingResponse:
    """Return the take while it is spoken: 16 bit, 24 kHz, mono, little endian. It breaks off where speaking fails."""
    return StreamingResponse(
        _parts(lab.live_takes.get(take), request.app.state.followers),
        media_type=f"{FORMATS['pcm'].media_type};rate={SAMPLE_RATE}",
        headers={"Cache-Control": "no-store"},
    )


async def _parts(take: LiveTake, followers: anyio.CapacityLimiter) -> AsyncIterator[bytes]:
    tempo = Tempo(take.speed, SAMPLE_RATE)
    pieces = take.job.partial()
    while True:
        # Given up with the client: the thread comes back with the piece that it waits for.
        piece = await anyio.to_thread.run_sync(lambda: next(pieces, None), limiter=followers, abandon_on_cancel=True)
        if piece is None:
            break
        yield pcm16(tempo.add(piece)).astype("<i2").tobytes()
    yield pcm16(tempo.end()).astype("<i2").tobytes()


@router.get("/spoken/{take}/speech.wav")
def whole(take: str, lab: LabOf) -> Response:
    """Return the whole take as a file. 503 while it is being spoken."""
    found = lab.live_takes.get(take)
    speech = found.speech
    if speech is None:
        raise NotReady("This take is still being spoken.")
    origin = Origin(found.voice, speech.engine, speech.model, speech.seed, found.speed)
    return Audio(encoded(speech.samples, speech.sample_rate, FORMATS["wav"], origin), headers=_PRIVATE)
