"""Uvicorn's HTTP/1.1 connection, with names for what of its inside the lab needs. For uvicorn 0.54 and h11 0.16."""

from __future__ import annotations

import h11
import uvicorn
from uvicorn.middleware.proxy_headers import ProxyHeadersMiddleware
from uvicorn.protocols.http.h11_impl import H11Protocol
from uvicorn.server import ServerState

from voicelab.third_party.patching import require


class HttpConnection(H11Protocol):
    """One connection of a client."""

    @property
    def awaits_body(self) -> bool:
        """Whether the client has sent a head and owes the rest of its body."""
        return self.conn.their_state is h11.SEND_BODY

    @property
    def awaits_head(self) -> bool:
        """Whether a head has begun and is not complete."""
        return self.conn.their_state is h11.IDLE and bool(self.conn.trailing_data[0])

    @property
    def is_idle(self) -> bool:
        """Whether the next request of the client has not been taken apart."""
        return self.conn.their_state is h11.IDLE

    @property
    def may_answer(self) -> bool:
        """Whether no answer is on its way, so that one can be written past the application."""
        return self.cycle is None or self.cycle.response_complete or not self.cycle.response_started

    @property
    def is_held_back(self) -> bool:
        """Whether the lab reads no more of the client until it has worked up what came."""
        return self.flow.read_paused


def check() -> None:
    """Raise IncompatibleLibrary when the installed uvicorn lacks something of what is used here or in api/server.py."""
    require(uvicorn.Server, "startup", "shutdown")
    require(ProxyHeadersMiddleware(_nothing, []), "trusted_hosts")  # api/proxy.py
    config = uvicorn.Config(app=_nothing, log_config=None)
    config.load()
    connection = H11Protocol(config, ServerState(), {})
    require(connection, "conn", "cycle", "client", "connections", "transport", "scope", "flow")
    require(connection.conn, "their_state", "trailing_data")


async def _nothing(_scope: object, _receive: object, _send: object) -> None:
    """Stand in for an application."""
