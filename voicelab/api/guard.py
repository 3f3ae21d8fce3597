"""What stands before every route: which Host and Origin may ask, how much a body may hold, what browsers are told."""

from __future__ import annotations

import logging
import re
import socket
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders

from voicelab.api.errors import error_answer
from voicelab.api.proxy import path_of
from voicelab.settings import is_loopback

if TYPE_CHECKING:
    from collections.abc import Iterable

    from starlette.types import ASGIApp, Message, Receive, Scope, Send

    from voicelab.api.credentials import Credentials

log = logging.getLogger(__name__)

UPLOAD_LIMIT = 512 * 2**20
"""Bytes. An hour of 24-bit stereo at 48 kHz is twice that, but the lab works on at most half an hour."""
MCP_ROUTE = "/mcp"
"""Where assistants ask, of a server of their own (mcp_server)."""
UPLOADS = {"/gradio_api/upload": UPLOAD_LIMIT, "/voices": UPLOAD_LIMIT, MCP_ROUTE: 32 * 2**20}
"""Where the page and other clients send recordings, and how many bytes; assistants send theirs in base64."""
BODY_LIMIT = 2**20
"""Bytes of any other body: the longest text is a fiftieth of it."""

LISTENERS_BODY_LIMIT = 16 * 2**10
"""Bytes of a body that anybody with a link may send: an answer has a few hundred."""
QUERY_LIMIT = 64
"""Parameters of an address; the lab knows a dozen."""

OPEN_PREFIX = "/listen/"
"""What anybody with a link may reach: its routes ask for the link's token, and for the key of a session."""

LOOPBACK_NAMES = frozenset({"localhost", "127.0.0.1", "::1"})

_A_NAME = re.compile(r"[a-z0-9._:-]{1,80}")
"""What is repeated to a person and in the log."""
_NAMES_TOLD = 100
"""Names in the log; a stranger may send any."""

_CHANGING = frozenset({"POST", "PUT", "PATCH", "DELETE"})
_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Content-Security-Policy": "frame-ancestors 'self'",
}

_LISTENER_HEADERS = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' data:; "
        "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    ),
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "no-referrer",
    "X-Robots-Tag": "noindex",
}
"""Of everything under OPEN_PREFIX, errors too: nothing is kept, nothing but the page's own files is run or shown."""


class Guard:
    """ASGI middleware; pure, so that streams pass through it piece by piece.

    Host: a page of another site whose name resolves to this machine (DNS rebinding) reaches us with its own name in
    `Host`: only this machine's names pass. Addresses pass where they are the ones the connection came in by.
    Origin: a form or script of another site may not change anything here.
    """

    def __init__(
        self,
        app: ASGIApp,
        host: str,
        names: Iterable[str] = (),
        origins: Iterable[str] = (),
        credentials: Credentials | None = None,
    ) -> None:
        """Guard `app`, which is served at `host` and goes by `names` too; pages of `origins` may change things.

        With `credentials` a request that carries them may come by any name: a rebound page has none.
        """
        self._app = app
        self._credentials = credentials
        self._told: set[str] = set()
        """Names that were refused and are in the log."""
        self._names = allowed_names(host) | {name.lower() for name in names}
        self._origins = frozenset(origin.rstrip("/").lower() for origin in origins)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, or answer 400, 403 or 413."""
        if scope["type"] not in {"http", "websocket"}:
            await self._app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        name = _name_of(headers.get("host", ""))
        path = path_of(scope)
        limit = body_limit(path)
        refusal: ASGIApp
        if not self._goes_by(name, scope, headers):
            refusal = error_answer(400, self._wrong_name(name), "wrong_host", path=path)
        elif self._is_foreign(scope, headers):
            refusal = error_answer(403, _another_site(headers), "cross_origin", path=path)
        elif scope["query_string"].count(b"&") >= QUERY_LIMIT:
            refusal = error_answer(
                400, f"An address may have {QUERY_LIMIT} parameters here.", "too_many_parameters", path=path
            )
        elif _declared_length(headers) > limit:
            refusal = _too_large(limit, path)
        else:
            await self._pass(scope, receive, _with_headers(send, path), limit)
            return
        await refusal(scope, receive, closing(_with_headers(send, path)))

    def _goes_by(self, name: str, scope: Scope, headers: Headers) -> bool:
        """Say whether a request may come by `name`: one of ours, or any for what no rebound page can do."""
        if name in self._names or name == (scope.get("server") or ("",))[0]:
            return True
        if self._credentials is None or not name:
            return False
        # A preflight never carries a token, and says nothing but what an allowed origin may do. A listener's link
        # carries its own.
        is_preflight = scope["type"] == "http" and scope["method"] == "OPTIONS" and self._is_allowed(headers)
        return is_preflight or path_of(scope).startswith(OPEN_PREFIX) or self._credentials.are_in(scope, headers)

    def _wrong_name(self, name: str) -> str:
        """Return why a name is refused and how it is allowed, and write that into the log once."""
        shown = name if _A_NAME.fullmatch(name) else "this name"
        way = f"start the lab with --allow-host {shown if shown == name else 'NAME'}"
        if self._credentials is None:
            then = f"{way}; it asks for its token then"
        else:
            then = f"send its token along (Authorization: Bearer …, or token=… in the address), or {way}"
        message = f"This lab does not go by {shown}. Use the address that it printed when it started; or {then}."
        if shown not in self._told and len(self._told) < _NAMES_TOLD:
            self._told.add(shown)
            log.warning("A request came by another name and was refused. %s", message)
        return message

    def _is_allowed(self, headers: Headers) -> bool:
        return headers.get("origin", "").lower() in self._origins

    def _is_foreign(self, scope: Scope, headers: Headers) -> bool:
        """Say whether another site's page changes something here, or embeds or fetches it, and may not."""
        changes = scope["type"] == "websocket" or scope["method"] in _CHANGING
        return (changes and not self._may_change(headers)) or (
            _from_elsewhere(headers) and not self._is_allowed(headers)
        )

    def _may_change(self, headers: Headers) -> bool:
        """Say whether a request comes from our own page, an allowed one, or no page at all (curl sends no Origin)."""
        origin = headers.get("origin")
        if origin is None or self._is_allowed(headers):
            return True
        return urlsplit(origin).netloc.lower() == headers.get("host", "").lower()

    async def _pass(self, scope: Scope, receive: Receive, send: Send, limit: int) -> None:
        """Count the body as it comes, for a chunked one declares no length.

        Beyond `limit` it breaks off for the application, whose answer to that is replaced by 413.
        """
        received = 0
        started = False

        async def counting_receive() -> Message:
            nonlocal received
            message = await receive()
            received += len(message.get("body", b""))
            return {"type": "http.disconnect"} if received > limit else message

        async def replacing_send(message: Message) -> None:
            nonlocal started
            if received <= limit or started:
                started = True
                await send(message)

        try:
            await self._app(scope, counting_receive, replacing_send)
        except Exception:
            # The application stumbled over the body it was denied; anything else is its own.
            if received <= limit or started:
                raise
        if received > limit and not started:
            await _too_large(limit, path_of(scope))(scope, receive, send)


def body_limit(path: str) -> int:
    """Return how many bytes the body of a request to `path` may have."""
    if path.startswith(OPEN_PREFIX):
        return LISTENERS_BODY_LIMIT
    return UPLOADS.get(path.rstrip("/"), BODY_LIMIT)


def wire_limit(path: str) -> int:
    """Return how many bytes are read of a body before it is known which part of `path` is a proxy's."""
    plain = path.rstrip("/")
    return max([body_limit(path), *(limit for route, limit in UPLOADS.items() if plain.endswith(route))])


def closing(send: Send) -> Send:
    """Return a `send` that closes the connection after its answer: what else is on its way is not read."""

    async def send_closing(message: Message) -> None:
        if message["type"] == "http.response.start":
            MutableHeaders(scope=message)["Connection"] = "close"
        await send(message)

    return send_closing


def allowed_names(host: str) -> frozenset[str]:
    """Return the names that `Host` may hold when the lab listens on `host`: this machine's, and `host` itself."""
    if is_loopback(host):
        return LOOPBACK_NAMES | {host.lower()}
    own = socket.gethostname().lower()
    short = own.split(".")[0]
    return LOOPBACK_NAMES | {host.lower(), own, short, f"{short}.local", socket.getfqdn().lower()}


def _name_of(host: str) -> str:
    """Return the name in a Host header, without port and brackets; empty when it is malformed."""
    try:
        return (urlsplit(f"//{host}").hostname or "").lower()
    except ValueError:
        return ""


def _from_elsewhere(headers: Headers) -> bool:
    """Say whether a page of another site embeds or fetches this; a link to the lab that somebody follows is none.

    Browsers tell by Sec-Fetch-Site, also for a GET, whose Origin they leave out: `<img src=".../synthesize?text=…">` on
    any page would else make the lab speak. Pages of this machine, on any port, are the same site.
    """
    return headers.get("sec-fetch-site") == "cross-site" and headers.get("sec-fetch-dest") != "document"


def _another_site(headers: Headers) -> str:
    """Return the sentence of a 403, with what was compared, so that a proxy's setting can be mended."""
    origin, host = headers.get("origin", "")[:200] or "another site", headers.get("host", "")[:200]
    return (
        f"Another site may not use this lab: the page is of {origin}, and the request came to {host}. Behind a proxy "
        "let it pass the name and the port on as the browser sent them (nginx: proxy_set_header Host $http_host). "
        "Else start the lab with --allow-origin and the page's origin."
    )


def _declared_length(headers: Headers) -> int:
    length = headers.get("content-length", "0")
    return int(length) if length.isdecimal() else 0


def _too_large(limit: int, path: str) -> ASGIApp:
    size = f"{limit // 2**20} MB" if limit >= 2**20 else f"{limit // 2**10} KB"
    message = f"This is more than {size}, the most that is taken here. Send a shorter recording or text."
    # The rest of the body is not read, so the connection cannot be used again.
    return error_answer(413, message, "too_large", {"Connection": "close"}, path=path)


def _with_headers(send: Send, path: str) -> Send:
    own = _HEADERS | _LISTENER_HEADERS if path.startswith(OPEN_PREFIX) else _HEADERS

    async def send_with_headers(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(scope=message)
            for name, value in own.items():
                headers.setdefault(name, value)
        await send(message)

    return send_with_headers
