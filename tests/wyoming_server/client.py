"""A client of a Wyoming service, by the package's own."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import numpy as np
import soxr
from wyoming.audio import AudioChunk, AudioStart, AudioStop
from wyoming.client import AsyncClient

if TYPE_CHECKING:
    from wyoming.event import Event

    from voicelab.clips.clip import Clip

ANSWERS_S = 60.0
TEXT = "The old baker opened his window. Nobody in the village knew her name."


async def asked(uri: str, *events: Event, until: str) -> list[Event]:
    """Send `events` and return what comes, up to an event of the type `until` or the end of the connection."""
    found: list[Event] = []
    async with AsyncClient.from_uri(uri) as client, asyncio.timeout(ANSWERS_S):
        for event in events:
            await client.write_event(event)
        while (event := await client.read_event()) is not None:
            found.append(event)
            if event.type == until:
                break
    return found


def recording(clip: Clip, rate: int = 16_000, channels: int = 1) -> list[Event]:
    """Return a clip as a satellite sends what it hears."""
    samples = soxr.resample(clip.samples, clip.sample_rate, rate)
    content = np.repeat(np.round(np.clip(samples, -1, 1) * 32767).astype("<i2"), channels).tobytes()
    step = 1024 * 2 * channels
    pieces = [content[at : at + step] for at in range(0, len(content), step)]
    chunks = [AudioChunk(rate, 2, channels, piece).event() for piece in pieces]
    return [AudioStart(rate, 2, channels).event(), *chunks, AudioStop().event()]
