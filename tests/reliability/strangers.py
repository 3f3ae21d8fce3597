"""Single requests by which a stranger, who has no token, might keep the event loop busy: each of at most a megabyte."""

from __future__ import annotations

import socket
import threading
import time
from typing import TYPE_CHECKING

import psutil

from tests.running import Server

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_HEAD = b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\n"
_POST = b"POST /%s HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n"
_END = b" HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"
_MEGABYTE = 2**20


def shapes() -> dict[str, bytes]:
    """Return the requests, as they are on the wire, by what they are."""
    quotes = b'\\"' * 40_000
    keys = b"{" + b",".join(b'"k%d":1' % number for number in range(70_000)) + b"}"
    chunks = b"1\r\nx\r\n" * (_MEGABYTE // 6)
    listen = b"listen/x/sessions"
    return {
        "quotation marks in a cookie": _HEAD + b'Cookie: voicelab_token="' + quotes + b'"\r\n\r\n',
        "80,000 cookies": _HEAD + b"Cookie: " + b"a=b; " * 80_000 + b"\r\n\r\n",
        "180,000 header lines": _HEAD + b"a: b\r\n" * 170_000 + b"\r\n",
        "one header of a megabyte": _HEAD + b"X-Long: " + b"x" * (_MEGABYTE - 100) + b"\r\n\r\n",
        "250,000 parameters": b"GET /synthesize?" + b"a=&" * 250_000 + b"token=x" + _END,
        "80,000 parameters": b"GET /synthesize?" + b"a=&" * 80_000 + b"token=x" + _END,
        "a long text without a token": b"GET /synthesize?token=x&text=" + b"%E5%A4%A9" * 20_000 + _END,
        "a path of a megabyte": b"GET /" + b"a/" * (_MEGABYTE // 2 - 50) + _END,
        "70,000 JSON keys": _POST % listen + b"Content-Length: %d\r\n\r\n" % len(keys) + keys,
        "chunks of a byte": _POST % b"synthesize" + b"Transfer-Encoding: chunked\r\n\r\n" + chunks,
        "chunks of a byte for a listener": _POST % listen + b"Transfer-Encoding: chunked\r\n\r\n" + chunks,
        "a megabyte of JSON": _POST % b"synthesize" + b"Content-Length: 1048000\r\n\r\n" + b"[" * 1_048_000,
        "20,000 requests on one connection": (_HEAD + b"\r\n") * 20_000,
        "a nested bearer": _HEAD + b"Authorization: Bearer " + b"x " * 8000 + b"\r\n\r\n",
    }  # fmt: skip


def cost(server: Server, shape: str) -> tuple[float, bytes]:
    """Send the request of that shape; return how many processor seconds the lab spent on it, and its answer."""
    process = psutil.Process(server.process.pid)
    before = sum(process.cpu_times()[:2])
    said = sent(port_of(server), shapes()[shape])
    return sum(process.cpu_times()[:2]) - before, said


def opened(home: Path, *flags: str) -> Iterator[Server]:
    """Yield a lab in `home` that other machines could reach: it asks for its token. Ends it afterwards."""
    running = Server.start(home, "--allow-host", "voice.example", "--model", "preview", *flags)
    while not is_there(running) or "the page is there" not in running.log:  # building it takes a processor for seconds
        assert running.process.poll() is None, running.log
        time.sleep(0.05)
    yield running
    running.end()


def is_there(server: Server) -> bool:
    """Say whether it answers: that it wants its token."""
    try:
        said = sent(port_of(server), b"GET /health HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n")
    except OSError:
        return False
    return said.startswith(b"HTTP/1.1 401 ")


def port_of(server: Server) -> int:
    """Return where it listens."""
    return int(server.url.rsplit(":", 1)[1])


def sent(port: int, request: bytes) -> bytes:
    """Send a request and return what comes back until the connection is closed, or is silent after an answer."""
    with socket.create_connection(("127.0.0.1", port)) as connection:
        writer = threading.Thread(target=push, args=(connection, request), daemon=True)
        writer.start()
        connection.settimeout(60)
        said = b""
        try:
            while piece := connection.recv(65536):
                said += piece
                connection.settimeout(1)
        except OSError:
            pass
        return said


def push(connection: socket.socket, request: bytes) -> None:
    """Send a request as far as it is taken."""
    try:
        connection.sendall(request)
    except OSError:
        return
