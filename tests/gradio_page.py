"""A page without a browser: joins events and polls for their answers, as the lab's page does."""

from __future__ import annotations

import asyncio
import contextlib
import json
from typing import TYPE_CHECKING, Any

import httpx2 as httpx
from anyio.from_thread import start_blocking_portal
from gradio_client.utils import apply_diff

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from fastapi.testclient import TestClient

_POLLS = 400
"""Of a quarter of a second each."""

_SAME = {"__type__": "update"}


class PageRefused(Exception):
    """The action of the page ended with an error; its text is what a toast would say."""


def apart(work: Callable[[], Awaitable[Any]]) -> Any:
    """Run `work` in a thread of its own: Playwright's loop is in this one once a browser test has run."""
    with start_blocking_portal() as portal:
        return portal.call(work)


def polled(client: TestClient, session: str) -> str:
    """Return all that a page which awaits something is told, as its script asks for it."""
    said = []
    for _ in range(_POLLS):
        answer = client.get("/gradio_api/queue/poll", params={"session_hash": session})
        said.append(answer.text)
        if answer.headers.get("x-pending", "0") == "0":
            return "".join(said)
    raise AssertionError(f"still awaited after {_POLLS} polls")


async def functions_of(client: httpx.AsyncClient) -> dict[str, int]:
    """Return the numbers of the page's functions by their names."""
    config = (await client.get("/config")).json()
    return {function["api_name"]: function["id"] for function in config["dependencies"]}


class GradioPage:
    """One open page."""

    def __init__(self, client: httpx.AsyncClient, session: str, functions: dict[str, int]) -> None:
        """Use `client`, whose base address is the lab's."""
        self._client = client
        self._session = session
        self._functions = functions
        self._joined = 0
        self._reading: asyncio.Task[None] | None = None
        self._answers: dict[str, asyncio.Future[dict[str, Any]]] = {}
        self._sent: dict[str, list[Any]] = {}
        """What was sent last of each event that goes on, whole."""
        self._shown: dict[str, list[Any]] = {}
        """What the page shows of it."""

    async def call(self, name: str, *data: Any, within_s: float = 60.0) -> list[Any]:
        """Call the function of that name and return its outputs. Raises PageRefused, TimeoutError."""
        body = {"data": data, "fn_index": self._functions[name], "session_hash": self._session}
        joined = await self._client.post("/gradio_api/queue/join", json=body)
        if joined.is_error:
            raise PageRefused(joined.text)
        self._joined += 1
        if self._reading is None or self._reading.done():
            self._reading = asyncio.create_task(self._read())
        answer = await asyncio.wait_for(self._answer_to(joined.json()["event_id"]), within_s)
        if not answer["success"]:
            raise PageRefused(str(answer["output"].get("error")))
        self._show(answer["event_id"], answer["output"]["data"])
        self._sent.pop(answer["event_id"], None)
        return self._shown.pop(answer["event_id"])

    def _answer_to(self, event: str) -> asyncio.Future[dict[str, Any]]:
        return self._answers.setdefault(event, asyncio.get_running_loop().create_future())

    def _show(self, event: str, data: list[Any]) -> None:
        """Take what is new: an action that reports leaves alone what it made before."""
        before = self._shown.get(event, data)
        self._shown[event] = [old if new == _SAME else new for old, new in zip(before, data, strict=True)]

    async def _read(self) -> None:
        # Broken off when the client is closed: the page is gone. Whoever waits for an answer that is lost so misses it.
        with contextlib.suppress(httpx.TransportError):
            seen = -1
            while seen != self._joined:
                before = self._joined
                if not await self._poll():
                    seen = before

    async def _poll(self) -> bool:
        """Take what came; say whether something is still awaited."""
        answer = await self._client.get("/gradio_api/queue/poll", params={"session_hash": self._session})
        answer.raise_for_status()
        for line in answer.text.split("\n\n"):
            if line:
                self._note(json.loads(line.removeprefix("data: ")))
        return answer.headers["x-pending"] == "1"

    def _note(self, message: dict[str, Any]) -> None:
        if message["msg"] == "process_generating":
            event, data = message["event_id"], message["output"]["data"]
            if event in self._sent:  # the first is sent whole, and of each that follows what is another than before
                data = [apply_diff(old, change) for old, change in zip(self._sent[event], data, strict=True)]
            self._sent[event] = data
            self._show(event, data)
        if message["msg"] == "process_completed":
            self._answer_to(message["event_id"]).set_result(message)
