"""The service: it listens, counts its clients, and ends with the engine."""

from __future__ import annotations

import asyncio
import signal
from collections import Counter
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import anyio
import anyio.to_thread

from voicelab.addresses import own_url
from voicelab.api.bench import Bench
from voicelab.api.connection_limits import allow_many_files, network_of
from voicelab.api.rate_limit import RateLimit
from voicelab.api.request_metrics import RequestMetrics
from voicelab.api.server import listening_socket
from voicelab.errors import InvalidValue, QueueFull
from voicelab.settings import is_loopback
from voicelab.wyoming_server.connection import Connection
from voicelab.wyoming_server.incoming import LONGEST_LINE
from voicelab.wyoming_server.speaking import SpeakingParts

if TYPE_CHECKING:
    from collections.abc import Callable

    from voicelab.lab import Lab
    from voicelab.settings import Settings

DEFAULT_URI = "tcp://127.0.0.1:10200"
"""Where Home Assistant's guides have a text-to-speech service."""
MOST_CLIENTS = 64
"""Connections at once."""
PER_ADDRESS = 16
"""Of another machine."""
_EXAMPLE = f"Give one like {DEFAULT_URI}."


def address_of(uri: str) -> tuple[str, int]:
    """Return host and port of `uri`. Raises InvalidValue."""
    try:
        parts = urlsplit(uri)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        host, port = "", None
    if not host or not port or not uri.startswith("tcp://"):
        raise InvalidValue("uri", f"{uri[:80]!r} is no address to listen on. {_EXAMPLE}")
    return host, port


def check_opened(settings: Settings, *, opened: bool) -> None:
    """Raise InvalidValue for an address that other machines reach, unless it was `opened` by intent."""
    host, port = settings.host, settings.port
    if not is_loopback(host) and not opened:
        raise InvalidValue(
            "uri",
            f"Wyoming has no token: whoever reaches {host}:{port} can have the voices with a consent note speak, and "
            "recordings heard. If you mean that, and only machines that you trust are on this network, add "
            "--open-to-network.",
        )


_CLOSING_S = 2.0
"""After that a connection that nobody reads from is cut."""


class Service:
    """What all clients share. Lives on the event loop."""

    def __init__(self, lab: Lab) -> None:
        """Nothing starts."""
        settings = lab.settings
        self._bench = Bench()
        self._parts = SpeakingParts(
            lab,
            RateLimit(settings.texts_per_minute),
            RequestMetrics(lab.engine),
            anyio.CapacityLimiter(MOST_CLIENTS),
        )
        self._clients: dict[Connection, str | None] = {}
        """With what counts as its address; None is this machine."""
        self._empty = asyncio.Event()
        self._empty.set()

    async def take(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Answer a client until it goes away."""
        address = str((writer.get_extra_info("peername") or ("",))[0])
        network = network_of((address, 0))
        connection = Connection(reader, writer, self._parts, self._bench, network or address)
        try:
            if self._is_full(network):
                await connection.refuse(QueueFull("Too many connections are open. Close some, or try again later."))
                return
            self._clients[connection] = network
            self._empty.clear()
            await connection.run()
        finally:
            await _hang_up(writer)
            self._clients.pop(connection, None)
            if not self._clients:
                self._empty.set()

    async def close(self) -> None:
        """Hang up on everybody."""
        # Not by cancelling the tasks: asyncio before 3.12 logs a traceback for each.
        for connection in [*self._clients]:
            connection.close()
        await self._empty.wait()

    def _is_full(self, network: str | None) -> bool:
        if len(self._clients) >= MOST_CLIENTS:
            return True
        return network is not None and Counter(self._clients.values())[network] >= PER_ADDRESS


async def _hang_up(writer: asyncio.StreamWriter) -> None:
    """Close a connection, whether or not anybody reads what is still on its way."""
    writer.close()
    try:
        async with asyncio.timeout(_CLOSING_S):
            await writer.wait_closed()
    except (OSError, TimeoutError):
        writer.transport.abort()


def run_wyoming(lab: Lab, announce: Callable[[str], None]) -> None:
    """Answer at the host and port of the lab's settings until interrupted; then end the engine.

    `announce` is given the address once it answers. Raises InvalidValue when it cannot be listened on.
    """
    listener = listening_socket(lab.settings.host, lab.settings.port, ("--uri", "--uri"))
    allow_many_files()

    async def serve() -> None:
        service = Service(lab)
        ended = asyncio.Event()
        loop = asyncio.get_running_loop()
        for number in (signal.SIGINT, signal.SIGTERM):
            loop.add_signal_handler(number, ended.set)
        server = await asyncio.start_server(service.take, sock=listener, limit=LONGEST_LINE)
        announce(own_url(lab.settings).replace("http", "tcp", 1))
        lab.engine.start()
        await ended.wait()
        server.close()
        await anyio.to_thread.run_sync(lab.engine.close)
        await service.close()

    asyncio.run(serve())
