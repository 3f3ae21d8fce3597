"""Listeners whose network is gone in the middle: nobody else waits, and nothing stays behind."""

from __future__ import annotations

import socket
import struct
import time
from typing import TYPE_CHECKING

import psutil
import pytest

from tests.listening_lab import with_comparison
from tests.reliability.slow_readers import TEXT, asked, slowly_read, spoken
from tests.running import Server
from voicelab.speech.formats import FORMATS

if TYPE_CHECKING:
    from collections.abc import Iterator


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


def asked_for(server: Server, kind: str, client: str) -> socket.socket:
    """Ask for a stream of a format, or for events of it as OpenAI's clients do."""
    if kind != "sse":
        return asked(server, text=TEXT * 20, format=kind, stream=True, client=client)
    wish = {"input": TEXT * 20, "model": "tts-1", "response_format": "pcm", "stream_format": "sse"}
    return asked(server, "/v1/audio/speech", client=client, **wish)


@pytest.mark.parametrize("kind", [*FORMATS, "sse"])
def test_a_network_that_is_gone_in_the_middle_of_a_stream_leaves_nothing(server: Server, kind: str) -> None:
    lab = psutil.Process(server.process.pid)
    before = lab.num_fds()
    for number in range(5):
        connection = asked_for(server, kind, f"{kind}-{number}")
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


def test_clients_that_read_slowly_cost_little_and_others_are_served(server: Server) -> None:
    read = slowly_read(server, clients=20, times=8, texts=3)
    assert read.held == 20 + 3, read
    assert "Traceback" not in server.log
