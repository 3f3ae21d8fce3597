"""Listeners whose network is gone in the middle: nobody else waits, and nothing stays behind."""

from __future__ import annotations

import json
import socket
import struct
import time
import urllib.request
from typing import TYPE_CHECKING

import psutil
import pytest

from tests.listening_lab import with_comparison
from tests.running import Server
from voicelab.speech.formats import FORMATS

if TYPE_CHECKING:
    from collections.abc import Iterator

TEXT = "A long text goes on and on, and somebody listens to it from far away. " * 20


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A real lab with the voice Anna, warm."""
    home = tmp_path_factory.mktemp("home")
    with_comparison(home)
    running = Server.start(home, "--model", "preview")
    running.wait_for("ready", "page", within_s=120)
    spoken(running, "Hello.")
    yield running
    running.end()


def spoken(server: Server, text: str) -> int:
    """Have a text spoken as an ordinary client; return how many bytes came."""
    body = json.dumps({"text": text, "voice": "anna"}).encode()
    request = urllib.request.Request(f"{server.url}/synthesize", body, {"Content-Type": "application/json"})  # noqa: S310 - our own server
    with urllib.request.urlopen(request, timeout=120) as answer:  # noqa: S310 - our own server
        return len(answer.read())


def asked(server: Server, **fields: object) -> socket.socket:
    """Ask for speech over a connection that takes 4 KB at a time."""
    connection = socket.socket()
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    connection.settimeout(120)
    connection.connect(("127.0.0.1", int(server.url.rsplit(":", 1)[1])))
    body = json.dumps({"text": TEXT, "voice": "anna", **fields}).encode()
    head = (
        f"POST /synthesize HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\nContent-Length: {len(body)}"
    )
    connection.sendall(f"{head}\r\n\r\n".encode() + body)
    return connection


@pytest.mark.parametrize("kind", FORMATS)
def test_a_network_that_is_gone_in_the_middle_of_a_stream_leaves_nothing(server: Server, kind: str) -> None:
    lab = psutil.Process(server.process.pid)
    before = lab.num_fds()
    for number in range(5):
        connection = asked(server, format=kind, stream=True, client=f"{kind}-{number}")
        assert connection.recv(1000).startswith(b"HTTP/1.1 200 ")
        # Gone, and not closed: a reset, as when a machine was switched off and on.
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        connection.close()
    assert spoken(server, "And who comes next is heard.") > 10_000
    until = time.monotonic() + 20
    while lab.num_fds() > before + 2 and time.monotonic() < until:
        time.sleep(0.05)
    assert lab.num_fds() <= before + 2, "every connection was let go of"
    assert "Traceback" not in server.log
