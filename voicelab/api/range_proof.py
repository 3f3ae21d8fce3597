"""One request with a range, over a socket of this machine: what Safari asks before it plays anything."""

from __future__ import annotations

import asyncio
import threading
import time
import urllib.request
from typing import TYPE_CHECKING

import uvicorn
from starlette.applications import Starlette
from starlette.routing import Route

from voicelab.api.audio import Audio
from voicelab.errors import Failed
from voicelab.speech.proof import Check

if TYPE_CHECKING:
    from collections.abc import Callable

    from starlette.requests import Request
    from starlette.responses import Response

NAME = "ranges"
_START_S = 10.0
_ANSWER_S = 5.0
_PARTIAL = 206


def range_check(wav: bytes, answer: Callable[[bytes], Response] = Audio) -> Check:
    """Serve `wav` as the lab serves audio, ask for its first two bytes and for its head, and judge what comes."""

    def audio(_request: Request) -> Response:
        return answer(wav)

    routes = [Route("/audio.wav", audio, methods=["GET", "HEAD"])]
    server = uvicorn.Server(
        uvicorn.Config(
            Starlette(routes=routes),
            port=0,
            log_config=None,
            access_log=False,
        )
    )
    thread = threading.Thread(target=lambda: asyncio.run(server.serve()), name="ranges", daemon=True)
    thread.start()
    try:
        address = f"http://127.0.0.1:{_port(server, thread)}/audio.wav"
        return judged(wav, *_asked(address, "GET", "bytes=0-1"), _asked(address, "HEAD", "")[1])
    except (OSError, Failed) as error:
        return Check(
            NAME, "fail", f"the server on this machine cannot be asked: {error}. See what else uses the network."
        )
    finally:
        server.should_exit = True
        thread.join(_ANSWER_S)


def judged(wav: bytes, status: int, headers: dict[str, str], body: bytes, head: dict[str, str]) -> Check:
    """Judge the answer to `bytes=0-1`, and the headers of the one to HEAD."""
    figures = {"status": status, "content_range": headers.get("content-range", "")}
    if (status, body, figures["content_range"]) != (_PARTIAL, wav[:2], f"bytes 0-1/{len(wav)}"):
        message = f"two bytes were asked for and {status} with {len(body)} bytes came: Safari would play nothing."
        return Check(NAME, "fail", f"{message} Write an issue with this report.", figures)
    if head.get("content-length") != str(len(wav)) or head.get("accept-ranges") != "bytes":
        return Check(NAME, "fail", "HEAD does not tell the length. Write an issue with this report.", figures)
    return Check(NAME, "pass", "two bytes of a take were asked for and came, as Safari asks", figures)


def _port(server: uvicorn.Server, thread: threading.Thread) -> int:
    """Return the port once the server listens. Raises Failed."""
    end = time.monotonic() + _START_S
    while not server.started and thread.is_alive() and time.monotonic() < end:
        time.sleep(0.01)
    if not server.started:
        raise Failed("it did not start")
    return int(server.servers[0].sockets[0].getsockname()[1])


def _asked(address: str, method: str, wanted: str) -> tuple[int, dict[str, str], bytes]:
    request = urllib.request.Request(address, method=method, headers={"Range": wanted} if wanted else {})  # noqa: S310 - http
    with urllib.request.urlopen(request, timeout=_ANSWER_S) as got:  # noqa: S310 - http
        return got.status, {name.lower(): value for name, value in got.headers.items()}, got.read()
