"""The answers that a page gets from Gradio: none stays on the server, and no connection is held for them."""

from __future__ import annotations

import asyncio
import json
import random
import threading
import time
from typing import TYPE_CHECKING, Any

import gradio
import httpx2 as httpx
import pytest

from tests.api.conftest import running
from tests.gradio_page import GradioPage, apart
from tests.running import free_port
from voicelab.api.mount import mounted
from voicelab.third_party import gradio_polls

if TYPE_CHECKING:
    from collections.abc import Iterator

    from voicelab.lab import Lab

SOON_S = 5.0
FUNCTIONS = {"upper": 0, "wait": 1}


class Waiting:
    """An action that goes on until it is let go, and notes when it was cancelled."""

    def __init__(self) -> None:
        self.begun, self.let_go, self.cancelled = threading.Event(), threading.Event(), threading.Event()

    def wait(self, text: str) -> Iterator[str]:
        try:
            self.begun.set()
            while not self.let_go.wait(0.02):
                yield text
        finally:
            if not self.let_go.is_set():
                self.cancelled.set()


@pytest.fixture
def waiting() -> Iterator[Waiting]:
    made = Waiting()
    yield made
    made.let_go.set()


@pytest.fixture
def address(lab: Lab, waiting: Waiting) -> Iterator[str]:
    """A page with two actions, behind a real server."""
    with gradio.Blocks(analytics_enabled=False) as blocks:
        text = gradio.Textbox()
        text.change(str.upper, text, text)
        text.submit(waiting.wait, text, text)
    port = free_port()
    with running(mounted(blocks, {}, lab.settings), port):
        yield f"http://127.0.0.1:{port}"


def test_no_answer_is_left_whenever_an_event_joins(address: str) -> None:
    """Gradio closes its stream as soon as nothing is pending, also while the next event is on its way."""

    async def use(client: httpx.AsyncClient, number: int) -> None:
        page = GradioPage(client, f"page{number}", FUNCTIONS)
        pauses = random.Random(number)
        for turn in range(20):
            assert await page.call("upper", f"turn {turn}", within_s=SOON_S) == [f"TURN {turn}"]
            await asyncio.sleep(pauses.choice((0, 0, pauses.uniform(0, 0.1))))

    async def all_pages() -> None:
        async with httpx.AsyncClient(base_url=address, timeout=30) as client:
            await asyncio.gather(*(use(client, number) for number in range(5)))

    apart(all_pages)


def test_no_connection_is_held_while_an_action_goes_on(address: str, waiting: Waiting) -> None:
    async def polls() -> list[float]:
        async with httpx.AsyncClient(base_url=address, timeout=30) as client:
            body = {"data": ["quiet"], "fn_index": 1, "session_hash": "held"}
            await client.post("/gradio_api/queue/join", json=body)
            took = []
            for _ in range(8):
                began = time.monotonic()
                answer = await client.get("/gradio_api/queue/poll", params={"session_hash": "held"})
                took.append(time.monotonic() - began)
                assert answer.headers["x-pending"] == "1"
            waiting.let_go.set()
            return took

    assert max(apart(polls)) < gradio_polls.HOLD_S + 1.0


def test_several_at_once_of_one_page_are_all_answered(address: str) -> None:
    async def many() -> list[Any]:
        async with httpx.AsyncClient(base_url=address, timeout=30) as client:
            page = GradioPage(client, "many", FUNCTIONS)
            calls = (page.call("upper", str(n), within_s=SOON_S) for n in range(20))
            answers: list[Any] = await asyncio.gather(*calls)
            return answers

    assert apart(many) == [[str(n)] for n in range(20)]


def test_what_was_cancelled_ends_with_an_answer_that_changes_nothing(address: str, waiting: Waiting) -> None:
    """Gradio ends it without data, which its own page takes for an error, and shows as one."""

    async def cancelled() -> dict[str, Any]:
        async with httpx.AsyncClient(base_url=address, timeout=30) as client:
            body: dict[str, Any] = {"data": ["on and on"], "fn_index": 1, "session_hash": "stopped"}
            event = (await client.post("/gradio_api/queue/join", json=body)).json()["event_id"]
            while not waiting.begun.is_set():
                await client.get("/gradio_api/queue/poll", params={"session_hash": "stopped"})
            await client.post("/gradio_api/cancel", json={"event_id": event, "session_hash": "stopped", "fn_index": 1})
            while True:
                answer = await client.get("/gradio_api/queue/poll", params={"session_hash": "stopped"})
                told = [json.loads(each.removeprefix("data: ")) for each in answer.text.split("\n\n") if each]
                ended = [each for each in told if each["msg"] == "process_completed"]
                if ended:
                    return dict(ended[0])

    answer = apart(cancelled)
    assert (answer["success"], answer["output"]) == (True, {"data": []})


def test_a_page_that_leaves_has_its_work_cancelled(address: str, waiting: Waiting) -> None:
    async def leave() -> None:
        async with httpx.AsyncClient(base_url=address, timeout=30) as client:
            body = {"data": ["on and on"], "fn_index": 1, "session_hash": "left"}
            await client.post("/gradio_api/queue/join", json=body)
            while not waiting.begun.is_set():
                await client.get("/gradio_api/queue/poll", params={"session_hash": "left"})
            await client.post("/gradio_api/queue/leave", params={"session_hash": "left"})

    apart(leave)
    assert waiting.cancelled.wait(20)


def test_a_page_that_is_silent_for_long_is_gone(
    address: str, waiting: Waiting, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(gradio_polls, "GONE_S", 0.5)

    async def fall_silent() -> None:
        async with httpx.AsyncClient(base_url=address, timeout=30) as client:
            body = {"data": ["on and on"], "fn_index": 1, "session_hash": "silent"}
            await client.post("/gradio_api/queue/join", json=body)
            await client.get("/gradio_api/queue/poll", params={"session_hash": "silent"})

    apart(fall_silent)
    assert waiting.cancelled.wait(20)


def test_a_page_of_another_start_is_told_so(address: str) -> None:
    """What it awaits will never come: its script says so instead of waiting for ever."""
    answer = httpx.get(f"{address}/gradio_api/queue/poll", params={"session_hash": "nobody"})
    assert answer.status_code == 404


def test_words_about_the_closing_are_words(address: str) -> None:
    async def spoken() -> Any:
        async with httpx.AsyncClient(base_url=address, timeout=30) as client:
            return await GradioPage(client, "words", FUNCTIONS).call("upper", '"msg": "close_stream"')

    assert apart(spoken) == ['"MSG": "CLOSE_STREAM"']
