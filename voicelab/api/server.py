"""The server: it answers at once; the page and the engine come behind it."""

from __future__ import annotations

import asyncio
import contextlib
import errno
import gc
import logging
import os
import signal
import socket
import sys
import threading
from typing import TYPE_CHECKING, Any

import anyio.to_thread
import uvicorn

from voicelab.addresses import own_url, public_url
from voicelab.api.app import create_api
from voicelab.api.connection_limits import LimitedProtocol, allow_many_files
from voicelab.api.header_limits import HEADERS_LIMIT, LONG_LINE_LIMIT
from voicelab.api.memory import serve_for_days
from voicelab.api.mount import mounted
from voicelab.api.page import PageSlot
from voicelab.api.running_lab import announced
from voicelab.api.token import token_in
from voicelab.errors import InvalidValue
from voicelab.third_party import gradio_page, uvicorn_http

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from types import FrameType
    from typing import NoReturn

    from voicelab.lab import Lab
    from voicelab.settings import Settings

log = logging.getLogger(__name__)

_LONGEST_HEAD = LONG_LINE_LIMIT + HEADERS_LIMIT
"""Bytes. h11's own 64 KiB would answer a long text= with a bare "Invalid HTTP request"."""
_PATIENCE_S = 3
"""How long open connections may go on after Ctrl-C; the page's event streams never end by themselves."""
_LAST_S = 10
"""How long after Ctrl-C the process is gone, whatever it does."""
_BACKLOG = 128
_SEND_BYTES = 2**18
"""What the system keeps of what is sent on one connection (Linux: twice that). Left to itself it keeps megabytes for a
client who reads slowly, which count nowhere."""


def run_server(
    lab: Lab,
    page: Callable[[Lab], tuple[Any, Mapping[str, Any]]],
    announce: Callable[[str], None] = lambda url: _say(f"Voice Lab is at {url} (Ctrl-C ends it)"),
    prepare: Callable[[], object] = lambda: None,
) -> None:
    """Answer at the address of the lab's settings until interrupted; then end the engine, and soon the process.

    `page` imports Gradio, which takes seconds, and returns its Blocks with the options of its mount: it is called in a
    thread once the server answers. `announce` is given the address then; `prepare` is called before, once the port is
    the lab's. Raises InvalidValue when the port is taken or the address is not this machine's.
    """
    settings = lab.settings
    serve_for_days()
    gradio_page.keep_private()
    uvicorn_http.check()
    listener = listening_socket(settings.host, settings.port)
    prepare()
    allow_many_files()
    slot = PageSlot()
    how_to_reach = _how_to_reach(settings)
    config = uvicorn.Config(
        create_api(lab, slot),
        log_config=None,
        access_log=False,
        timeout_graceful_shutdown=_PATIENCE_S,
        h11_max_incomplete_event_size=_LONGEST_HEAD,
        http=LimitedProtocol,
        proxy_headers=False,  # api/proxy.py reads them
    )
    logging.getLogger("uvicorn").setLevel(logging.WARNING)  # its start and end are announced in the lab's words
    signal.signal(signal.SIGTERM, _end)
    try:
        with announced(settings):
            _Server(config, lab, slot, page, announce, how_to_reach).run(sockets=[listener])
    except KeyboardInterrupt:
        log.info("ended by Ctrl-C")
    finally:
        _close(lab)


class _Server(uvicorn.Server):
    """Starts what takes time once it answers, and ends it before the connections are closed."""

    def __init__(
        self,
        config: uvicorn.Config,
        lab: Lab,
        slot: PageSlot,
        page: Callable[[Lab], tuple[Any, Mapping[str, Any]]],
        announce: Callable[[str], None],
        how_to_reach: str,
    ) -> None:
        super().__init__(config)
        self._lab = lab
        self._slot = slot
        self._page = page
        self._announce = announce
        self._how_to_reach = how_to_reach
        self._ending = asyncio.Event()
        self._page_task: asyncio.Task[None] | None = None
        self._deadline = threading.Timer(_LAST_S, _end_anyway)
        self._deadline.daemon = True

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        if not self.started:
            return
        self._announce(own_url(self._lab.settings))
        if not self._lab.settings.local:
            _say(self._how_to_reach)
        self._page_task = asyncio.create_task(self._serve_page())

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        self._ending.set()
        self._deadline.start()
        # First the engine: requests that wait for it end with that, and so does the wait for their connections.
        await anyio.to_thread.run_sync(_close, self._lab)
        await super().shutdown(sockets)
        if self._page_task is not None:
            self._page_task.cancel()
            await asyncio.wait({self._page_task})

    async def _serve_page(self) -> None:
        """Build the page, then start the engine; keep the page's lifespan open until the server ends.

        One after the other: on two cores a model that loads would double the time until the page is there. A request
        to speak that comes earlier starts the engine by itself.
        """
        try:
            application = await anyio.to_thread.run_sync(self._build_page, abandon_on_cancel=True)
            async with application.router.lifespan_context(application):
                await gradio_page.check_files_are_refused(application)
                self._slot.fill(application)
                log.info("the page is there")
                self._start_engine()
                await self._ending.wait()
        except Exception:
            # Whatever is wrong with Gradio: the HTTP side goes on without the page, and says so.
            log.exception("the page cannot be built")
            self._slot.fail(
                "The page cannot be shown: the terminal says why. Speaking over HTTP and the command line work."
            )
            self._start_engine()

    def _start_engine(self) -> None:
        if not self._ending.is_set():  # closed by then
            self._lab.engine.start()

    def _build_page(self) -> Any:
        # Gradio makes a million objects that stay: looking through them for garbage costs a sixth of its import.
        gc.disable()
        try:
            page, options = self._page(self._lab)
            return mounted(page, options, self._lab.settings)
        finally:
            gc.enable()


def _say(text: str) -> None:
    """Print the answer of the command. Whoever read it may be gone (`… | head -1`): the lab serves all the same."""
    with contextlib.suppress(OSError):
        print(text, flush=True)  # noqa: T201 - that is what it is for


def listening_socket(host: str, port: int, flags: tuple[str, str] = ("--host", "--port")) -> socket.socket:
    """Return a socket that listens there. Raises InvalidValue, with what to do, when there cannot be one.

    `flags` are the command line's names of host and port.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        # "::" is every address of this machine, those of IPv4 too, as 0.0.0.0 is where there is no IPv6.
        dual = host == "::" and socket.has_dualstack_ipv6()
        listener = socket.create_server((host, port), family=family, backlog=_BACKLOG, dualstack_ipv6=dual)
    except socket.gaierror as error:
        raise InvalidValue("host", f"There is no address {host}: check {flags[0]}, or leave it out.") from error
    except (OSError, OverflowError) as error:
        raise InvalidValue("port", _why_not(error, host, port, flags)) from error
    # Both are passed on to each connection. asyncio sets the first only for sockets that name their protocol, which
    # this one does not: the body of an answer would wait 40 ms for the headers to be acknowledged.
    listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, _SEND_BYTES)
    return listener


def _how_to_reach(settings: Settings) -> str:
    """Return what other machines need; the token itself is shown once, when it is made. Raises StorageFailed."""
    if settings.local:
        return ""
    token, made = token_in(settings.token_file)
    address = public_url(settings)
    if made:
        return (
            f"Other machines need this token: {token}\n"
            f"It is shown once and kept in {settings.token_file}. In a browser: {address}/?token={token}"
        )
    return f"Other machines: {address}, with the token in {settings.token_file}"


def _close(lab: Lab) -> None:
    lab.comparisons.close()
    lab.verifier.close()  # before the engine, which it would start again
    lab.engine.close()
    if lab.fallback is not None:
        lab.fallback.close()


def _end_anyway() -> None:
    """End the process although threads work that nothing interrupts, a recognizer's for example.

    What they make is worth nothing any more, and what is finished is on disk.
    """
    log.info("something was still being worked on; it ends with the lab")
    logging.shutdown()
    os._exit(0)


def _why_not(error: Exception, host: str, port: int, flags: tuple[str, str]) -> str:
    host_flag, port_flag = flags
    code = error.errno if isinstance(error, OSError) else None
    if code == errno.EADDRINUSE:
        taken = f"Port {port} is taken, perhaps by a lab that runs already."
        return f"{taken} End that one, or choose another with {port_flag}."
    if code == errno.EACCES:
        return f"Port {port} may not be used by this user. Choose one above 1023 with {port_flag}."
    if code == errno.EADDRNOTAVAIL:
        return f"{host} is not an address of this machine: check {host_flag}, or leave it out."
    return f"Port {port} on {host} cannot be listened on ({error}). Choose another with {port_flag}."


def _end(_signal: int, _frame: FrameType | None) -> NoReturn:
    """End with code 0 on SIGTERM: uvicorn hands the signal on after its own clean shutdown."""
    sys.exit(0)
