"""The answers that a page gets from Gradio: none stays on the server (api/stream.py says why one would)."""

from __future__ import annotations

import asyncio
import json
import random
from typing import TYPE_CHECKING, Any

import gradio
import httpx
import pytest
from anyio.from_thread import start_blocking_portal

from tests.api.conftest import running
from tests.running import free_port
from voicelab.api import stream
from voicelab.api.mount import mounted

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable, Iterator

    from voicelab.lab import Lab

SEES_LATE_S = 0.2
"""How long a page of the tests takes at most to see that its stream is over; stream.NOTICED_S is longer."""
SOON_S = 5.0


@pytest.fixture
def address(lab: Lab) -> Iterator[str]:
    """A page with one action, behind a real server."""
    with gradio.Blocks(analytics_enabled=False) as blocks:
        text = gradio.Textbox()
        text.change(str.upper, text, text)
    port = free_port()
    with running(mounted(blocks, {}, lab.settings), port):
        yield f"http://127.0.0.1:{port}"


class Page:
    """Joins events and reads their answers as Gradio's own page does, seeing the end of a stream a little late."""

    def __init__(self, client: httpx.AsyncClient, session: str) -> None:
        self._client = client
        self._session = session
        self._chance = random.Random(session)
        self._open = False
        self._reading: set[asyncio.Task[None]] = set()
        self.streams = 0
        self._answers: dict[str, asyncio.Future[Any]] = {}

    async def answer(self, text: str) -> Any:
        body = {"data": [text], "fn_index": 0, "session_hash": self._session}
        event = (await self._client.post("/gradio_api/queue/join", json=body)).json()["event_id"]
        if not self._open:
            self._open = True
            self._reading.add(asyncio.create_task(self._read()))
        return await asyncio.wait_for(self._answer_to(event), SOON_S)

    def _answer_to(self, event: str) -> asyncio.Future[Any]:
        return self._answers.setdefault(event, asyncio.get_running_loop().create_future())

    async def _read(self) -> None:
        self.streams += 1
        async for message in messages(self._client, self._session):
            if message["msg"] == "process_completed":
                self._answer_to(message["event_id"]).set_result(message["output"]["data"][0])
            if message["msg"] == "close_stream":
                await asyncio.sleep(self._chance.uniform(0, SEES_LATE_S))
                self._open = False
                return


async def messages(client: httpx.AsyncClient, session: str) -> AsyncIterator[dict[str, Any]]:
    async with client.stream("GET", "/gradio_api/queue/data", params={"session_hash": session}) as answer:
        async for line in answer.aiter_lines():
            if line.startswith("data: "):
                yield json.loads(line.removeprefix("data: "))


def apart(work: Callable[[], Awaitable[Any]]) -> Any:
    """Run `work` in a thread of its own: Playwright's loop is in this one once a browser test has run."""
    with start_blocking_portal() as portal:
        return portal.call(work)


def test_no_answer_is_left_however_late_a_page_sees_the_end(address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stream, "IDLE_S", 0.02)

    async def use(client: httpx.AsyncClient, number: int) -> Page:
        page = Page(client, f"page{number}")
        for turn in range(12):
            assert await page.answer(f"turn {turn}") == f"TURN {turn}"
            await asyncio.sleep(random.Random(turn).uniform(0, 2 * SEES_LATE_S))
        return page

    async def all_pages() -> list[Page]:
        async with httpx.AsyncClient(base_url=address, timeout=30) as client:
            return await asyncio.gather(*(use(client, number) for number in range(5)))

    pages = apart(all_pages)
    assert min(page.streams for page in pages) > 3, "the streams were closed between the events"


def test_a_chain_of_events_has_one_stream(address: str) -> None:
    async def chain() -> Page:
        async with httpx.AsyncClient(base_url=address, timeout=30) as client:
            page = Page(client, "chain")
            for turn in range(20):
                await page.answer(str(turn))
            return page

    assert apart(chain).streams == 1


def test_a_stream_with_nothing_pending_is_closed(address: str) -> None:
    """A browser has few connections for one server: a page that waits keeps none."""

    async def last() -> dict[str, Any]:
        async with httpx.AsyncClient(base_url=address, timeout=30) as client:
            body = {"data": ["once"], "fn_index": 0, "session_hash": "quiet"}
            await client.post("/gradio_api/queue/join", json=body)
            async with asyncio.timeout(SOON_S):
                return [message async for message in messages(client, "quiet")][-1]

    assert apart(last)["msg"] == "close_stream"


def test_words_about_the_closing_are_words(address: str) -> None:
    async def spoken() -> Any:
        async with httpx.AsyncClient(base_url=address, timeout=30) as client:
            return await Page(client, "words").answer('"msg": "close_stream"')

    assert apart(spoken) == '"MSG": "CLOSE_STREAM"'
