"""Connections that ask too much are closed: a thousand half-sent requests would leave no place for anybody else.

Uvicorn waits for the rest of a request for ever (it limits only the time between two requests), takes apart whatever
comes, and counts connections without asking whose they are.
"""

from __future__ import annotations

import asyncio
import contextlib
import ipaddress
import json
import resource
from typing import TYPE_CHECKING, Any

from voicelab.api.guard import wire_limit
from voicelab.api.header_limits import HeaderCounter
from voicelab.third_party.uvicorn_http import HttpConnection

if TYPE_CHECKING:
    from asyncio import TimerHandle, Transport

HEAD_S = 20.0
"""How long the line and the headers of a request may take, from the connection or their first byte on."""
STRANGERS_HEAD_S = 5.0
"""The same for another machine, which has no excuse of a person who types into a socket."""
BODY_S = 30.0
"""A body must bring MIN_RATE bytes per second in each stretch of so many seconds."""
MIN_RATE = 1000
"""Bytes per second: a telephone line of 1995 brings more."""
MAX_CONNECTIONS = 1000
"""At once. Each open page holds one."""
KEPT_FOR_THIS_MACHINE = 100
"""Of those: the owner gets in, whoever else is there."""
PER_ADDRESS = 128
"""Connections of one other machine (for IPv6, of one network of 64 bits): a household has a few tens."""
_PIECE = 8 * 2**10
"""Bytes that are taken apart before anybody else has a turn."""
_WIRE = 1.25
"""Bytes on the wire for each byte of a body: chunks of a byte would take six."""
_HEAD_BYTES = 4096
"""What of the head may be counted with the body."""
_FILES = 4096
_RETRY_S = 2
_PHRASES = {
    400: "Bad Request",
    413: "Content Too Large",
    431: "Request Header Fields Too Large",
    503: "Service Unavailable",
}


class LimitedProtocol(HttpConnection):
    """Uvicorn's HTTP/1.1 that ends connections which ask too much."""

    _waiting: TimerHandle | None = None
    _for_body = False
    _received = 0
    _body_bytes = 0
    _taking = False
    _crowded = False

    def connection_made(self, transport: Transport) -> None:  # type: ignore[override]  # uvicorn narrows it too
        """Begin to wait for a head."""
        super().connection_made(transport)
        self.client, self.server = _plain(self.client), _plain(self.server)
        self._pending = bytearray()
        self._head = HeaderCounter()
        self._crowded = self._is_one_too_many()
        self._wait()

    def data_received(self, data: bytes) -> None:
        """Take what came piece by piece, and wait on if that was not all."""
        if self._crowded:
            self._refuse(503, "Too many connections are open. Close some, or try again in a moment.", "too_many")
            return
        self._received += len(data)
        self._pending += data
        if not self._taking:
            self._take()

    def connection_lost(self, exc: Exception | None) -> None:
        """Wait no more."""
        self._stop()
        super().connection_lost(exc)

    def _take(self) -> None:
        """Hand one piece to uvicorn; the next one when others had their turn: the answer may make it superfluous."""
        self._taking = False
        if self.transport.is_closing():
            self._pending.clear()
            return
        piece = bytes(self._pending[:_PIECE])
        del self._pending[:_PIECE]
        if self.awaits_body:
            self._body_bytes += len(piece)
            if self._body_bytes > _WIRE * wire_limit(self.scope["path"]) + _HEAD_BYTES:
                self._refuse(413, "The body of this request is larger than what is taken here.", "too_large")
                return
        else:
            self._body_bytes = 0
            if refusal := self._head.feed(piece):
                self._refuse(431, refusal, "head_too_large")
                return
        in_head = not self.awaits_body
        super().data_received(piece)
        self._wait()
        if in_head and self.awaits_body:
            self._body_bytes = len(piece)  # with some of its head, which _HEAD_BYTES allows for
        if self._pending and not self.transport.is_closing():
            self._taking = True
            asyncio.get_running_loop().call_soon(self._take)

    def _is_one_too_many(self) -> bool:
        mine = network_of(self.client)
        if mine is None:
            return len(self.connections) > MAX_CONNECTIONS
        others = [network_of(each.client) for each in self.connections if isinstance(each, LimitedProtocol)]
        strangers = sum(network is not None for network in others)
        return others.count(mine) > PER_ADDRESS or strangers > MAX_CONNECTIONS - KEPT_FOR_THIS_MACHINE

    def _refuse(self, status: int, message: str, code: str) -> None:
        """Answer with a sentence and close, unless an answer is on its way already."""
        self._stop()
        self._pending.clear()
        if self.may_answer:
            content = json.dumps({"error": message, "code": code}).encode()
            lines = [
                f"HTTP/1.1 {status} {_PHRASES[status]}",
                "Content-Type: application/json",
                f"Content-Length: {len(content)}",
                "Connection: close",
                *([f"Retry-After: {_RETRY_S}"] if status == 503 else []),  # noqa: PLR2004 - the one that passes
            ]
            self.transport.write("\r\n".join([*lines, "", ""]).encode() + content)
        self.transport.close()

    def send_400_response(self, msg: str) -> None:
        """Answer what is no HTTP in the shape that every error has, and close."""
        self._refuse(400, f"This is no request of HTTP/1.1 ({msg.rstrip('.')}).", "no_http")

    def _wait(self) -> None:
        """Have a timer exactly while the client owes something, and one of its own for each head and body."""
        body = self.awaits_body
        if not body and not (self.awaits_head or (self.is_idle and not self._received)):
            self._stop()
        elif self._waiting is None or body != self._for_body:
            self._stop()
            self._for_body = body
            self._received = min(self._received, 1)
            head_s = HEAD_S if network_of(self.client) is None else STRANGERS_HEAD_S
            self._waiting = asyncio.get_running_loop().call_later(BODY_S if body else head_s, self._enough)

    def _stop(self) -> None:
        if self._waiting is not None:
            self._waiting.cancel()
            self._waiting = None

    def _enough(self) -> None:
        self._waiting = None
        if self._for_body and (self.is_held_back or self._received >= MIN_RATE * BODY_S):
            self._received = 1
            self._wait()  # it is the lab that is slow, or the client is fast enough
        else:
            self.transport.close()


def _plain(address: tuple[str, Any] | None) -> tuple[str, Any] | None:
    """Return an address of IPv4 as such where it came in by a socket of IPv6, which writes ::ffff:192.0.2.1."""
    try:
        found = ipaddress.ip_address(address[0] if address else "")
    except ValueError:
        return address  # a socket of this machine
    mapped = found.ipv4_mapped if isinstance(found, ipaddress.IPv6Address) else None
    return (str(mapped), *address[1:]) if mapped and address else address


def network_of(client: tuple[str, int] | None) -> str | None:
    """Return what counts as one address: that of IPv4, the first 64 bits of IPv6; None for this machine."""
    try:
        address = ipaddress.ip_address(client[0] if client else "")
    except ValueError:
        return None  # a socket of this machine
    address = getattr(address, "ipv4_mapped", None) or address  # as a socket for both kinds tells it
    if isinstance(address, ipaddress.IPv6Address):
        return None if address.is_loopback else str(ipaddress.ip_network((address, 64), strict=False))
    return None if address.is_loopback else str(address)


def allow_many_files() -> None:
    """Let this process have as many connections as it accepts; macOS allows 256 files, most of Linux 1024."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = _FILES if hard == resource.RLIM_INFINITY else min(_FILES, hard)
    if soft != resource.RLIM_INFINITY and soft < wanted:
        with contextlib.suppress(OSError, ValueError):
            resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
