"""A page without a browser: joins events and reads their answers over one stream, as Gradio's own page does."""

from __future__ import annotations

import asyncio
import contextlib
import json
from typing import TYPE_CHECKING, Any

import httpx2 as httpx
from anyio.from_thread import start_blocking_portal

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable


_SAME = {"__type__": "update"}


class PageRefused(Exception):
    """The action of the page ended with an error; its text is what a toast would say."""


def apart(work: Callable[[], Awaitable[Any]]) -> Any:
    """Run `work` in a thread of its own: Playwright's loop is in this one once a browser test has run."""
    with start_blocking_portal() as portal:
        return portal.call(work)


async def functions_of(client: httpx.AsyncClient) -> dict[str, int]:
    """Return the numbers of the page's functions by their names."""
    config = (await client.get("/config")).json()
    return {function["api_name"]: function["id"] for function in config["dependencies"]}


class GradioPage:
    """One open page."""

    def __init__(
        self,
        client: httpx.AsyncClient,
        session: str,
        functions: dict[str, int],
        sees_the_end_after_s: Callable[[], float] = lambda: 0.0,
    ) -> None:
        """Use `client`, whose base address is the lab's; the end of a stream is seen as late as it is told."""
        self._client = client
        self._session = session
        self._functions = functions
        self._sees_the_end_after_s = sees_the_end_after_s
        self._open = False
        self._reading: set[asyncio.Task[None]] = set()
        self._answers: dict[str, asyncio.Future[dict[str, Any]]] = {}
        self._first: dict[str, list[Any]] = {}
        self.streams = 0
        """How many streams it has opened."""

    async def call(self, name: str, *data: Any, within_s: float = 60.0) -> list[Any]:
        """Call the function of that name and return its outputs. Raises PageRefused, TimeoutError."""
        body = {"data": data, "fn_index": self._functions[name], "session_hash": self._session}
        joined = await self._client.post("/gradio_api/queue/join", json=body)
        if joined.is_error:
            raise PageRefused(joined.text)
        if not self._open:
            self._open = True
            self._reading.add(asyncio.create_task(self._read()))
        answer = await asyncio.wait_for(self._answer_to(joined.json()["event_id"]), within_s)
        if not answer["success"]:
            raise PageRefused(str(answer["output"].get("error")))
        # An action that reports gives what it has made first, and leaves that alone in what follows.
        first = self._first.pop(answer["event_id"], answer["output"]["data"])
        return [old if new == _SAME else new for old, new in zip(first, answer["output"]["data"], strict=True)]

    def _answer_to(self, event: str) -> asyncio.Future[dict[str, Any]]:
        return self._answers.setdefault(event, asyncio.get_running_loop().create_future())

    async def _read(self) -> None:
        self.streams += 1
        # Broken off when the client is closed: the page is gone. Whoever waits for an answer that is lost so misses it.
        with contextlib.suppress(httpx.TransportError):
            await self._read_to_the_end()

    async def _read_to_the_end(self) -> None:
        async for message in messages(self._client, self._session):
            if message["msg"] == "process_generating":
                self._first.setdefault(message["event_id"], message["output"]["data"])
            if message["msg"] == "process_completed":
                self._answer_to(message["event_id"]).set_result(message)
            if message["msg"] == "close_stream":
                await asyncio.sleep(self._sees_the_end_after_s())
                self._open = False
                return


async def messages(client: httpx.AsyncClient, session: str) -> AsyncIterator[dict[str, Any]]:
    """Yield what Gradio's server sends to the page of `session` until it ends the stream."""
    async with client.stream("GET", "/gradio_api/queue/data", params={"session_hash": session}) as answer:
        async for line in answer.aiter_lines():
            if line.startswith("data: "):
                yield json.loads(line.removeprefix("data: "))
