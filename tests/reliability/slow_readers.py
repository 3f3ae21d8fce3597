"""Clients who take what is spoken at a kilobyte a second: what they leave unread is bounded, and nobody waits."""

from __future__ import annotations

import json
import socket
import threading
import time
import urllib.request
from dataclasses import dataclass
from typing import TYPE_CHECKING

import psutil

from voicelab.api.unread import PIECE_BYTES, UNREAD_BYTES

if TYPE_CHECKING:
    from tests.running import Server

TEXT = "A long text goes on and on, and somebody listens to it from far away. "
RATE = 1024
"""Bytes that each takes in a second."""
AT_ONCE = 4
"""Files that the lab makes of finished speech at the same time."""
COPIES = 8
"""Of a file in memory while it is made at half the speed: its samples in 32 bits (1) and slowed down, in parts and as a
whole (2 and 2), the file as it grows (2), and as it is sent (1)."""
PAGE_MB = 200
"""What the lab's process may grow by whatever a crowd does (docs/reliability.md), in 10^6 bytes."""


@dataclass(frozen=True)
class SlowlyRead:
    """How it went."""

    answered: int
    """Clients whose answer began with sound, or was a sentence that there is no room."""
    broken_off: int
    """Answers that the lab broke off for want of room."""
    size_mb: float
    """Of each answer, in 10^6 bytes."""
    grown_mb: float
    """Most memory of the lab's process, above what it had before, in 10^6 bytes."""
    may_grow_mb: float
    """What that may be: unread answers, two pieces on each connection, and the files that are made at once."""
    others_s: tuple[float, ...]
    """How long texts of somebody else took meanwhile."""

    @property
    def held(self) -> int:
        """Clients and texts that were answered; none where memory grew beyond what it may."""
        return (self.answered + len(self.others_s)) * (self.grown_mb <= self.may_grow_mb)


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


def spoken(server: Server, text: str, **fields: object) -> int:
    """Have a text spoken as an ordinary client; return how many bytes came."""
    body = json.dumps({"text": text, "voice": "anna", **fields}).encode()
    request = urllib.request.Request(f"{server.url}/synthesize", body, {"Content-Type": "application/json"})  # noqa: S310 - our own server
    with urllib.request.urlopen(request, timeout=300) as answer:  # noqa: S310 - our own server
        return len(answer.read())


def slowly_read(server: Server, clients: int, times: int, texts: int) -> SlowlyRead:
    """Let `clients` read slowly what was spoken once: TEXT so many `times`, at half the speed, a file for each of them.

    Meanwhile somebody else has `texts` spoken.
    """
    text = TEXT * times
    size = 2 * spoken(server, text, seed=1)  # kept on disk from now on, so that the engine bounds nothing
    memory = _Memory(server.process.pid)
    log = len(server.log)
    crowd = _Crowd(server, clients, text)
    seconds: list[float] = []
    try:
        for number in range(texts):
            began = time.monotonic()
            spoken(server, f"Somebody else says number {number}.")
            seconds.append(time.monotonic() - began)
        answered = crowd.answered()
    finally:
        crowd.leave()
        grown = memory.grown_mb()
    may_grow = min(UNREAD_BYTES, clients * size) + AT_ONCE * COPIES * size + clients * 2 * PIECE_BYTES
    broken_off = server.log[log:].count("is broken off")
    return SlowlyRead(answered, broken_off, size / 1e6, grown, may_grow / 1e6 + PAGE_MB, tuple(seconds))


class _Memory:
    """Looks at the memory of a process ten times a second."""

    def __init__(self, pid: int) -> None:
        self._process = psutil.Process(pid)
        self._before = self._most = self._process.memory_info().rss
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._look, daemon=True)
        self._thread.start()

    def grown_mb(self) -> float:
        """Look no more; return the most that it had above what it had at first."""
        self._over.set()
        self._thread.join()
        return float(self._most - self._before) / 1e6

    def _look(self) -> None:
        while not self._over.wait(0.1):
            self._most = max(self._most, self._process.memory_info().rss)


class _Crowd:
    """Connections that are read by one thread, RATE bytes of each in a second. Every other one asks for a stream."""

    def __init__(self, server: Server, clients: int, text: str) -> None:
        self._connections = [
            asked(server, text=text, seed=1, speed=0.5, stream=number % 2 == 1, client=f"slow-{number}")
            for number in range(clients)
        ]
        for connection in self._connections:
            connection.setblocking(False)
        self._heads = [b""] * clients
        self._changed = threading.Condition()
        self._left = threading.Event()
        self._thread = threading.Thread(target=self._read, daemon=True)
        self._thread.start()

    def answered(self) -> int:
        """Wait until every answer began, five minutes at most; return how many began as they should."""
        with self._changed:
            self._changed.wait_for(lambda: all(self._heads), 300)
        return sum(head.startswith((b"HTTP/1.1 200 ", b"HTTP/1.1 429 ", b"HTTP/1.1 503 ")) for head in self._heads)

    def leave(self) -> None:
        """Close every connection."""
        self._left.set()
        self._thread.join()
        for connection in self._connections:
            connection.close()

    def _read(self) -> None:
        while not self._left.wait(1):
            for number, connection in enumerate(self._connections):
                try:
                    content = connection.recv(RATE)
                except OSError:
                    continue  # nothing came yet, or it was broken off
                with self._changed:
                    self._heads[number] = self._heads[number] or content
                    self._changed.notify_all()
