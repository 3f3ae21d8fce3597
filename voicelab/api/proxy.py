"""What a proxy in front tells: who asks, by which name and scheme, and below which path the lab stands there.

`scope["path"]` holds the whole path from here on and `scope["root_path"]` the part of it that is the proxy's, as ASGI
has it, whether the proxy takes that part away or leaves it; `path_of` gives the rest, by which routes are named.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import RedirectResponse
from uvicorn.middleware.proxy_headers import ProxyHeadersMiddleware

from voicelab.settings import is_root_path

if TYPE_CHECKING:
    from collections.abc import Sequence

    from starlette.types import ASGIApp, Receive, Scope, Send

_HOST = re.compile(r"[A-Za-z0-9._-]{1,253}(?::[0-9]{1,5})?|\[[0-9A-Fa-f:.]{2,45}\](?::[0-9]{1,5})?")
_OPENAIS = re.compile(r"/(?:v1/+)?(?=audio/(?:speech|voices)$)")
"""Before OpenAI's routes, where a client was given an address without /v1, or with a slash too many at its end."""


class Proxied:
    """ASGI middleware, before all others. Headers of a proxy count only where they come from one of `trusted`."""

    def __init__(self, app: ASGIApp, trusted: Sequence[str] = (), root_path: str = "") -> None:
        """Serve `app` below `root_path`, empty or beginning with a slash, or below what a trusted proxy says."""
        self._app = app
        self._from_proxy = ProxyHeadersMiddleware(app, list(trusted))  # type: ignore[arg-type]  # the same protocol
        self._root_path = root_path

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on as the browser sent it."""
        if scope["type"] not in {"http", "websocket"}:
            await self._app(scope, receive, send)
            return
        headers = MutableHeaders(raw=list(scope["headers"]))
        trusted = (scope.get("client") or ("",))[0] in self._from_proxy.trusted_hosts
        host, prefix = _first(headers, "x-forwarded-host"), _first(headers, "x-forwarded-prefix").rstrip("/")
        for name in ("x-forwarded-host", "x-forwarded-prefix", "x-gradio-server"):
            del headers[name]  # Gradio believes them of anybody
        if not trusted:
            del headers["x-forwarded-proto"]
        elif _HOST.fullmatch(host):
            headers["host"] = host
        root = prefix if trusted and is_root_path(prefix) else self._root_path
        if root and scope["path"] == root and scope["type"] == "http":
            query = scope["query_string"].decode("latin-1")
            # What a page names relative to itself is found only behind the slash.
            await RedirectResponse(f"{root}/?{query}" if query else f"{root}/", 307)(scope, receive, send)
            return
        passed = {**scope, "headers": headers.raw, **_paths(scope["path"], root)}
        app = self._from_proxy if trusted else self._app
        await app(passed, receive, send)  # type: ignore[arg-type]  # uvicorn and Starlette each have their own Scope


def _paths(path: str, root: str) -> dict[str, object]:
    rest = path.removeprefix(root) if path.startswith(f"{root}/") else path
    collapsed = re.sub("/{2,}", "/", rest)
    if openais := _OPENAIS.match(collapsed):
        rest = f"/v1/{collapsed[openais.end() :]}"
    elif collapsed.startswith("/v1/"):
        rest = collapsed
    return {"path": f"{root}{rest}", "root_path": root}


def path_of(scope: Scope) -> str:
    """Return the path of a request as routes are named, without what belongs to a proxy."""
    path, root = str(scope["path"]), str(scope.get("root_path", ""))
    return path.removeprefix(root) if root and path.startswith(f"{root}/") else path


def _first(headers: Headers, name: str) -> str:
    """Return the first of several values, which is the outermost proxy's."""
    return headers.get(name, "").split(",")[0].strip()
