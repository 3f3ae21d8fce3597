"""Who may ask when other machines can reach the lab: whoever has the token, and listeners with their links."""

from __future__ import annotations

from typing import TYPE_CHECKING

from starlette.datastructures import Headers
from starlette.responses import HTMLResponse, RedirectResponse
from starlette.websockets import WebSocketClose

from voicelab.api.credentials import COOKIE, Credentials, split_query
from voicelab.api.errors import error_answer
from voicelab.api.guard import OPEN_PREFIX, closing
from voicelab.api.proxy import path_of

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Receive, Scope, Send

OPEN = (OPEN_PREFIX,)
"""What works without a token: a listener's link carries its own."""

LISTENER = "voicelab.listener"
"""Marks a request that was let in without a token: the page, which answers whatever no route does, is not for it."""

_A_YEAR_S = 365 * 24 * 60 * 60
_NEEDED = (
    "This lab needs its token: send the header 'Authorization: Bearer …', or add token=… to the address. It was "
    "printed when the lab was first opened to the network, and lies in data/token."
)
_HTML = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Voice Lab</title>
<style>
:root { color-scheme: light dark; }
body { font: 1rem/1.5 system-ui, sans-serif; display: grid; place-content: center; min-height: 90vh;
  margin: 0 1rem; color: light-dark(#1e293b, #e2e8f0); background: light-dark(#fff, #0b0f19); }
form { display: flex; flex-wrap: wrap; gap: .5rem; }
input, button { font: inherit; padding: .5rem .75rem; border-radius: .5rem;
  border: 1px solid light-dark(#94a3b8, #475569); }
input { flex: 1 1 14rem; min-width: 0; color: inherit; background: transparent; }
button { color: #fff; background: #c2410c; border-color: #c2410c; cursor: pointer; }
p { max-width: 36rem; }
</style>
</head>
<body>
<main>
<h1>Voice Lab</h1>
<p>This lab is open to its network for those who have its token. It was printed in the terminal when the lab was first
opened to the network, and lies in the file data/token.</p>
<form method="get" action="ROOT/">
<input name="token" type="password" autocomplete="current-password" aria-label="Token" placeholder="Token"
  required autofocus>
<button>Open the lab</button>
</form>
</main>
</body>
</html>
"""


class Access:
    """ASGI middleware; pure, so that streams pass through it piece by piece.

    The token comes as a bearer, as `token=` in the address (for clients that can send nothing else), or in the cookie
    that a browser gets for the latter; it goes no further than here.
    """

    def __init__(self, app: ASGIApp, credentials: Credentials) -> None:
        """Let nobody in without `credentials`."""
        self._app = app
        self._credentials = credentials

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, or answer 401."""
        if scope["type"] not in {"http", "websocket"}:
            await self._app(scope, receive, send)
            return
        if path_of(scope).startswith(OPEN):
            await self._app({**scope, LISTENER: True}, receive, send)
            return
        headers = Headers(scope=scope)
        in_address, rest = split_query(scope["query_string"])
        passed = {**scope, "query_string": rest.encode()}
        if self._credentials.fits(in_address) and _is_navigation(scope, headers):
            await self._with_cookie(passed)(scope, receive, send)
        elif self._credentials.are_in(scope, headers):
            await self._app(passed, receive, send)
        elif scope["type"] == "websocket":
            await WebSocketClose(1008, "token needed")(scope, receive, send)
        else:
            # Closed, so that neither a body nor a thousand requests behind this one are taken apart for nothing.
            await _refusal(scope, headers)(scope, receive, closing(send))

    def _with_cookie(self, scope: Scope) -> ASGIApp:
        """Return a redirect to the same address without the token, which the browser keeps as a cookie instead."""
        query = scope["query_string"].decode()
        path = "/" + scope["path"].lstrip("/")  # never //host, which leads elsewhere
        answer = RedirectResponse(f"{path}?{query}" if query else path, 303)
        answer.set_cookie(
            COOKIE,
            self._credentials.token,
            max_age=_A_YEAR_S,
            httponly=True,
            samesite="lax",
            secure=scope["scheme"] == "https",
        )
        return answer


def _is_navigation(scope: Scope, headers: Headers) -> bool:
    """Say whether a person opened the address in a browser."""
    return scope["type"] == "http" and scope["method"] == "GET" and "text/html" in headers.get("accept", "")


def _refusal(scope: Scope, headers: Headers) -> ASGIApp:
    challenge = {"WWW-Authenticate": 'Bearer realm="Voice Lab"', "Cache-Control": "no-store"}
    if _is_navigation(scope, headers):
        return HTMLResponse(_HTML.replace("ROOT/", f"{scope.get('root_path', '')}/"), 401, challenge)
    return error_answer(401, _NEEDED, "token_needed", challenge, path=path_of(scope))
