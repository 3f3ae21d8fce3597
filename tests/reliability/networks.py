"""Listeners whose network is gone in the middle of what they hear."""

from __future__ import annotations

import socket
import struct
import time
from typing import TYPE_CHECKING

import psutil

from tests.reliability.slow_readers import TEXT, asked, spoken
from voicelab.speech.formats import FORMATS

if TYPE_CHECKING:
    from tests.running import Server

STREAMED = [*FORMATS, "sse"]
"""What is sent while it is spoken: files, and events as OpenAI's clients ask for them."""
_SPARE = 2
"""Descriptors that the lab may open meanwhile for itself."""


def asked_for(server: Server, kind: str, client: str) -> socket.socket:
    """Ask for a stream of that kind."""
    if kind != "sse":
        return asked(server, text=TEXT * 20, format=kind, stream=True, client=client)
    wish = {"input": TEXT * 20, "model": "tts-1", "response_format": "pcm", "stream_format": "sse"}
    return asked(server, "/v1/audio/speech", client=client, **wish)


def left_open(server: Server, kind: str, times: int) -> int:
    """Break off so many streams of that kind, and speak a text; return how many connections the lab has kept.

    Raises AssertionError where a stream does not begin, or the text is not spoken.
    """
    lab = psutil.Process(server.process.pid)
    before = lab.num_fds()
    for number in range(times):
        connection = asked_for(server, kind, f"{kind}-{number}")
        head = connection.recv(1000)
        assert head.startswith(b"HTTP/1.1 200 "), head
        # Gone, and not closed: a reset, as when a machine was switched off and on.
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        connection.close()
    assert spoken(server, "And who comes next is heard.") > 10_000  # bytes
    until = time.monotonic() + 20
    while lab.num_fds() > before + _SPARE and time.monotonic() < until:
        time.sleep(0.05)
    kept: int = lab.num_fds() - before - _SPARE
    return max(0, kept)
