"""The Wyoming service in this process, and raw lines for it."""

from __future__ import annotations

import asyncio
import contextlib
import json
from typing import TYPE_CHECKING, Any

from wyoming.client import AsyncClient

from tests.wyoming_server.client import ANSWERS_S
from voicelab.wyoming_server import incoming
from voicelab.wyoming_server.server import Service

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable

    from wyoming.event import Event

    from voicelab.lab import Lab


async def until(come: Callable[[], bool]) -> None:
    """Wait for what the other side does."""
    async with asyncio.timeout(ANSWERS_S):
        while not come():  # noqa: ASYNC110 - it is in threads and sockets
            await asyncio.sleep(0.01)


def line(**fields: Any) -> bytes:
    return json.dumps(fields).encode() + b"\n"


def synthesize(**data: Any) -> bytes:
    return line(type="synthesize", data=data)


@contextlib.asynccontextmanager
async def serving(lab: Lab) -> AsyncIterator[tuple[int, Service]]:
    """Serve `lab` on a free port of this process."""
    service = Service(lab)
    listening = await asyncio.start_server(service.take, "127.0.0.1", 0, limit=incoming.LONGEST_LINE)
    try:
        yield listening.sockets[0].getsockname()[1], service
    finally:
        listening.close()
        await service.close()


async def said(port: int, content: bytes) -> list[Event]:
    """Send raw bytes and return the events that come until the connection is closed."""
    client = AsyncClient.from_uri(f"tcp://127.0.0.1:{port}")
    found = []
    async with client, asyncio.timeout(ANSWERS_S):
        assert client._writer is not None
        client._writer.write(content)
        while (event := await client.read_event()) is not None:
            found.append(event)
    return found
