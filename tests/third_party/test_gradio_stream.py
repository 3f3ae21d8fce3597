"""The answers that a page gets from Gradio: none stays on the server (gradio_stream.py says why one would)."""

from __future__ import annotations

import asyncio
import random
from typing import TYPE_CHECKING, Any

import gradio
import httpx2 as httpx
import pytest

from tests.api.conftest import running
from tests.gradio_page import GradioPage, apart, messages
from tests.running import free_port
from voicelab.api.mount import mounted
from voicelab.third_party import gradio_stream

if TYPE_CHECKING:
    from collections.abc import Iterator

    from voicelab.lab import Lab

SEES_LATE_S = 0.2
"""How long a page of the tests takes at most to see that its stream is over; gradio_stream.NOTICED_S is longer."""
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


UPPER = {"upper": 0}


def test_no_answer_is_left_however_late_a_page_sees_the_end(address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gradio_stream, "IDLE_S", 0.02)

    async def use(client: httpx.AsyncClient, number: int) -> GradioPage:
        late = random.Random(number)
        page = GradioPage(client, f"page{number}", UPPER, lambda: late.uniform(0, SEES_LATE_S))
        for turn in range(12):
            assert await page.call("upper", f"turn {turn}", within_s=SOON_S) == [f"TURN {turn}"]
            await asyncio.sleep(random.Random(turn).uniform(0, 2 * SEES_LATE_S))
        return page

    async def all_pages() -> list[GradioPage]:
        async with httpx.AsyncClient(base_url=address, timeout=30) as client:
            return await asyncio.gather(*(use(client, number) for number in range(5)))

    pages = apart(all_pages)
    assert min(page.streams for page in pages) > 3, "the streams were closed between the events"


def test_a_chain_of_events_has_one_stream(address: str) -> None:
    async def chain() -> GradioPage:
        async with httpx.AsyncClient(base_url=address, timeout=30) as client:
            page = GradioPage(client, "chain", UPPER)
            for turn in range(20):
                await page.call("upper", str(turn), within_s=SOON_S)
            return page

    assert apart(chain).streams == 1


def test_a_stream_with_nothing_pending_is_closed(address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A browser has few connections for one server: a page that waits keeps none."""
    monkeypatch.setattr(gradio_stream, "IDLE_S", 0.5)

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
            return await GradioPage(client, "words", UPPER).call("upper", '"msg": "close_stream"')

    assert apart(spoken) == ['"MSG": "CLOSE_STREAM"']
