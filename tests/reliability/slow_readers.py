"""Clients who take what is spoken at a kilobyte a second: what they leave unread costs little, and nobody waits."""

from __future__ import annotations

import json
import socket
import threading
import time
import urllib.request
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tests.running import resident_mb

if TYPE_CHECKING:
    from tests.running import Server

TEXT = "A long text goes on and on, and somebody listens to it from far away. "
RATE = 1024
"""Bytes that each takes in a second."""


@dataclass(frozen=True)
class SlowlyRead:
    """How it went."""

    begun: int
    """Clients whose answer had begun when they left."""
    grown_mb: float
    """Most memory of the lab's process, above what it had before."""
    others_s: tuple[float, ...]
    """How long texts of somebody else took meanwhile."""


def asked(server: Server, path: str = "/synthesize", **fields: object) -> socket.socket:
    """Ask for speech over a connection that takes 4 KB at a time."""
    connection = socket.socket()
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    connection.settimeout(120)
    connection.connect(("127.0.0.1", int(server.url.rsplit(":", 1)[1])))
    body = json.dumps({"voice": "anna", **fields}).encode()
    head = f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n"
    connection.sendall(f"{head}Content-Length: {len(body)}\r\n\r\n".encode() + body)
    return connection


def spoken(server: Server, text: str) -> int:
    """Have a text spoken as an ordinary client; return how many bytes came."""
    body = json.dumps({"text": text, "voice": "anna"}).encode()
    request = urllib.request.Request(f"{server.url}/synthesize", body, {"Content-Type": "application/json"})  # noqa: S310 - our own server
    with urllib.request.urlopen(request, timeout=300) as answer:  # noqa: S310 - our own server
        return len(answer.read())


def slowly_read(server: Server, clients: int, texts: int) -> SlowlyRead:
    """Let `clients` read slowly, each a text of its own, while somebody else has `texts` spoken."""
    before = resident_mb(server.process.pid)
    crowd = _Crowd(server, clients)
    times: list[float] = []
    most = before
    try:
        for number in range(texts):
            began = time.monotonic()
            spoken(server, f"Somebody else says number {number}.")
            times.append(time.monotonic() - began)
            most = max(most, resident_mb(server.process.pid))
    finally:
        begun = crowd.leave()
    return SlowlyRead(begun, most - before, tuple(times))


class _Crowd:
    """Connections that are read by one thread, RATE bytes of each in a second."""

    def __init__(self, server: Server, clients: int) -> None:
        self._connections = [
            asked(server, text=f"Number {number}. {TEXT * 20}", stream=True, client=f"slow-{number}")
            for number in range(clients)
        ]
        for connection in self._connections:
            connection.setblocking(False)
        self._begun: set[int] = set()
        self._left = threading.Event()
        self._thread = threading.Thread(target=self._read, daemon=True)
        self._thread.start()

    def leave(self) -> int:
        """Close every connection; return how many had been answered to."""
        self._left.set()
        self._thread.join()
        for connection in self._connections:
            connection.close()
        return len(self._begun)

    def _read(self) -> None:
        while not self._left.wait(1):
            for number, connection in enumerate(self._connections):
                try:
                    if connection.recv(RATE):
                        self._begun.add(number)
                except OSError:
                    continue  # nothing came yet, or it was refused
