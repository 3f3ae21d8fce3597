"""What slow clients leave unread: made and let go of at once, bounded, and nobody else waits for it."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest
from starlette.responses import Response, StreamingResponse

from tests.running import awaited
from voicelab.api.unread import PIECE_BYTES, Answers, made_ahead

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator

    from starlette.types import ASGIApp, Message, Receive, Scope, Send

PARTS = 100
LIMIT = 20 * PIECE_BYTES


class Client:
    """Reads so many messages of its answer, and the rest when it is let go on."""

    def __init__(self, answers: ASGIApp, path: str, reads: int) -> None:
        self.received = bytearray()
        self.whole = False
        self.goes_on = asyncio.Event()
        self._reads = reads
        scope = {"type": "http", "method": "GET", "path": path, "headers": []}
        self.answered: asyncio.Future[None] = asyncio.ensure_future(answers(scope, self._receive, self._send))

    async def _receive(self) -> Message:
        await asyncio.Event().wait()
        raise AssertionError

    async def _send(self, message: Message) -> None:
        if self._reads == 0:
            await self.goes_on.wait()
        else:
            self._reads -= 1
        self.received += message.get("body", b"")
        self.whole = message["type"] == "http.response.body" and not message.get("more_body", False)


class Lab:
    """Answers with PIECE_BYTES at /stream, PARTS times, at /broken half as often, and at any other path with bytes."""

    def __init__(self) -> None:
        self.made = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["path"] in {"/stream", "/broken"}:
            response: Response = StreamingResponse(made_ahead(self._parts(scope["path"]), scope))
        else:
            response = Response(bytes(int(scope["path"][1:]) * PIECE_BYTES))
        await response(scope, receive, send)

    async def _parts(self, path: str) -> AsyncGenerator[bytes]:
        for number in range(PARTS):
            if path == "/broken" and number == PARTS // 2:
                raise ValueError(path)
            yield bytes(PIECE_BYTES)
            self.made += 1
            await asyncio.sleep(0)


async def _turns(count: int = 500) -> None:
    """Let everything happen that waits for nobody."""
    for _ in range(count):
        await asyncio.sleep(0)


def test_a_stream_is_made_to_its_end_however_slowly_it_is_read() -> None:
    async def attack() -> None:
        lab = Lab()
        client = Client(Answers(lab), "/stream", reads=3)
        await _turns()
        assert (lab.made, client.whole) == (PARTS, False)
        client.goes_on.set()
        await client.answered
        assert (len(client.received), client.whole) == (PARTS * PIECE_BYTES, True)

    awaited(attack())


def test_what_fails_while_it_is_made_comes_after_what_was_made() -> None:
    async def attack() -> None:
        client = Client(Answers(Lab()), "/broken", reads=-1)
        with pytest.raises(ValueError, match="broken"):
            await client.answered
        assert (len(client.received), client.whole) == (PARTS // 2 * PIECE_BYTES, False)

    awaited(attack())


def test_the_slowest_is_broken_off_where_there_is_no_room(caplog: pytest.LogCaptureFixture) -> None:
    async def attack() -> None:
        answers = Answers(Lab(), LIMIT)
        slow = Client(answers, "/12", reads=3)
        await _turns()
        faster = Client(answers, "/8", reads=6)
        await _turns()
        assert not slow.answered.done(), "nobody is hurried while there is room"
        quick = Client(answers, "/11", reads=-1)
        await asyncio.gather(slow.answered, quick.answered)
        assert (slow.whole, quick.whole, faster.answered.done()) == (False, True, False)
        faster.goes_on.set()
        await faster.answered
        assert faster.whole

    awaited(attack())
    assert len(caplog.records) == 1
    assert "were not read" in caplog.text


def test_a_single_answer_may_be_as_large_as_it_is() -> None:
    async def attack() -> None:
        client = Client(Answers(Lab(), LIMIT), "/50", reads=5)
        await _turns()
        client.goes_on.set()
        await client.answered
        assert (len(client.received), client.whole) == (50 * PIECE_BYTES, True)

    awaited(attack())


def test_whoever_leaves_ends_what_is_made_for_him() -> None:
    async def attack() -> None:
        lab = Lab()
        client = Client(Answers(lab), "/stream", reads=3)
        await _turns(10)
        client.answered.cancel()
        await asyncio.gather(client.answered, return_exceptions=True)
        await _turns(10)
        made = lab.made
        await _turns()
        assert lab.made == made < PARTS

    awaited(attack())
