"""Far more presses and texts at once than anybody can be given: they are refused at once, and the lab goes on."""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import httpx2 as httpx

from tests.gradio_page import GradioPage, PageRefused, functions_of
from tests.running import resident_mb

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from tests.running import Server

AT_ONCE = 50
SESSIONS = 2000
"""Open pages, none of which waits for its answers."""
TEXT = "One of very many."


@dataclass
class Crowded:
    """How it went."""

    answers: Counter[str] = field(default_factory=Counter)
    """By what was pressed and the status of the answer."""
    slowest_health_s: float = 0.0
    grown_mb: float = 0.0
    """Memory of the lab's process, from before to the end."""
    afterwards_s: float = 0.0
    """Until a page that comes afterwards has spoken."""


async def _press(client: httpx.AsyncClient, functions: dict[str, int], number: int) -> httpx.Response:
    data = [TEXT, "anna", "preview", number, 1]
    body = {"data": data, "fn_index": functions["speak"], "session_hash": f"crowd{number % SESSIONS}"}
    return await client.post("/gradio_api/queue/join", json=body)


async def _text(client: httpx.AsyncClient, _functions: dict[str, int], number: int) -> httpx.Response:
    return await client.get("/synthesize", params={"voice": "anna", "text": TEXT, "seed": number})


async def crowded(server: Server, presses: int, texts: int) -> Crowded:
    """Press Speak `presses` times and send `texts` texts over HTTP, AT_ONCE of each at a time."""
    result = Crowded()
    before = resident_mb(server.process.pid)
    async with httpx.AsyncClient(base_url=server.url, timeout=300, limits=httpx.Limits(max_connections=None)) as client:
        functions = await functions_of(client)
        page = GradioPage(client, "warm", functions)
        await page.call("speak", TEXT, "anna", "preview", 1, 1, within_s=120)
        asking = asyncio.create_task(_ask_health(client, result))
        await asyncio.gather(
            _many("press", _press, client, functions, presses, result),
            _many("text", _text, client, functions, texts, result),
        )
        began = time.monotonic()
        await _speak_when_there_is_room(GradioPage(client, "afterwards", functions))
        result.afterwards_s = time.monotonic() - began
        asking.cancel()
    result.grown_mb = resident_mb(server.process.pid) - before
    return result


async def _speak_when_there_is_room(page: GradioPage) -> None:
    while True:
        try:
            await page.call("speak", TEXT, "anna", "preview", 1, 1, within_s=600)
        except PageRefused:
            await asyncio.sleep(1)
        else:
            return


async def _many(
    what: str,
    send: Callable[[httpx.AsyncClient, dict[str, int], int], Awaitable[httpx.Response]],
    client: httpx.AsyncClient,
    functions: dict[str, int],
    total: int,
    result: Crowded,
) -> None:
    numbers = iter(range(total))

    async def one_after_the_other() -> None:
        for number in numbers:
            answer = await send(client, functions, number)
            result.answers[f"{what} {answer.status_code}"] += 1

    await asyncio.gather(*(one_after_the_other() for _ in range(AT_ONCE)))


async def _ask_health(client: httpx.AsyncClient, result: Crowded) -> None:
    while True:
        began = time.monotonic()
        (await client.get("/health")).raise_for_status()
        result.slowest_health_s = max(result.slowest_health_s, time.monotonic() - began)
        await asyncio.sleep(0.5)
