"""A lab that is served in a thread of this process."""

from __future__ import annotations

import asyncio
import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING

from tests.running import free_port
from voicelab.api.app import create_api
from voicelab.api.connection_limits import LimitedProtocol

if TYPE_CHECKING:
    from collections.abc import Iterator

    from voicelab.lab import Lab


@contextmanager
def in_thread(lab: Lab, host: str) -> Iterator[int]:
    """Serve `lab` by its own protocol and socket in a thread; give the port."""
    import uvicorn

    from voicelab.api.server import listening_socket

    port = free_port()
    with listening_socket(host, port) as listener:
        config = uvicorn.Config(create_api(lab), log_level="error", http=LimitedProtocol, proxy_headers=False)
        server = uvicorn.Server(config)
        thread = threading.Thread(target=lambda: asyncio.run(server.serve(sockets=[listener])))
        thread.start()
        while not server.started:
            threading.Event().wait(0.01)
        try:
            yield port
        finally:
            server.should_exit = True
            thread.join(20)
