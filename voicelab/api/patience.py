"""Connections that never finish a request are closed: a thousand of them would leave none for anybody else.

Uvicorn waits for the rest of a request for ever (it limits only the time between two requests).
"""

from __future__ import annotations

import asyncio
import contextlib
import resource
from typing import TYPE_CHECKING

import h11
from uvicorn.protocols.http.h11_impl import H11Protocol

if TYPE_CHECKING:
    from asyncio import TimerHandle, Transport

HEAD_S = 20.0
"""How long the line and the headers of a request may take, from the connection or their first byte on."""
BODY_S = 30.0
"""A body must bring MIN_RATE bytes per second in each stretch of so many seconds."""
MIN_RATE = 1000
"""Bytes per second: a telephone line of 1995 brings more."""
MAX_CONNECTIONS = 1000
"""At once. Each open page holds one."""
_FILES = 4096


class PatientProtocol(H11Protocol):
    """Uvicorn's HTTP/1.1 that loses its patience."""

    _waiting: TimerHandle | None = None
    _for_body = False
    _received = 0

    def connection_made(self, transport: Transport) -> None:  # type: ignore[override]  # uvicorn narrows it too
        """Begin to wait for a head."""
        super().connection_made(transport)
        self._wait()

    def data_received(self, data: bytes) -> None:
        """Take what came, and wait on if that was not all."""
        self._received += len(data)
        super().data_received(data)
        self._wait()

    def connection_lost(self, exc: Exception | None) -> None:
        """Wait no more."""
        self._stop()
        super().connection_lost(exc)

    def _wait(self) -> None:
        """Have a timer exactly while the client owes something, and one of its own for each head and body."""
        body = self.conn.their_state is h11.SEND_BODY
        if not body and not (self.conn.their_state is h11.IDLE and (self.conn.trailing_data[0] or not self._received)):
            self._stop()
        elif self._waiting is None or body != self._for_body:
            self._stop()
            self._for_body = body
            self._received = min(self._received, 1)
            self._waiting = asyncio.get_running_loop().call_later(BODY_S if body else HEAD_S, self._enough)

    def _stop(self) -> None:
        if self._waiting is not None:
            self._waiting.cancel()
            self._waiting = None

    def _enough(self) -> None:
        self._waiting = None
        if self._for_body and (self.flow.read_paused or self._received >= MIN_RATE * BODY_S):
            self._received = 1
            self._wait()  # it is the lab that is slow, or the client is fast enough
        else:
            self.transport.close()


def allow_many_files() -> None:
    """Let this process have as many connections as it accepts; macOS allows 256 files, most of Linux 1024."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = _FILES if hard == resource.RLIM_INFINITY else min(_FILES, hard)
    if soft != resource.RLIM_INFINITY and soft < wanted:
        with contextlib.suppress(OSError, ValueError):
            resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
