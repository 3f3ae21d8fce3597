"""The page's place: a small page that says "starting" until Gradio is imported, then the real one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from starlette.datastructures import Headers
from starlette.responses import HTMLResponse
from starlette.websockets import WebSocketClose

from voicelab.api.access import LISTENER
from voicelab.api.errors import error_answer
from voicelab.api.proxy import path_of
from voicelab.static import address

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Receive, Scope, Send

_HTML = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Voice Lab</title>
<noscript><meta http-equiv="refresh" content="2"></noscript>
<style>
:root {{ color-scheme: light dark; }}
body {{ font: 1rem/1.5 system-ui, sans-serif; display: grid; place-content: center; min-height: 90vh;
  text-align: center; color: light-dark(#1e293b, #e2e8f0); background: light-dark(#fff, #0b0f19); }}
p {{ max-width: 36rem; padding: 0 1rem; }}
</style>
</head>
<body>
<h1>Voice Lab</h1>
<p role="status">{message}</p>
{script}
</body>
</html>
"""
STARTING = "The page is starting. It appears here by itself in a few seconds."


class PageSlot:
    """ASGI application for everything that is no API route. `fill` and `fail` are called once, on the event loop."""

    def __init__(self) -> None:
        """Begin with the starting page."""
        self._page: ASGIApp | None = None
        self.error = ""
        """Why there is no page and will be none; empty while it is coming."""

    @property
    def ready(self) -> bool:
        """Whether the real page is there."""
        return self._page is not None

    def fill(self, page: ASGIApp) -> None:
        """Let `page` answer from now on."""
        self._page = page

    def fail(self, reason: str) -> None:
        """Say from now on why there is no page."""
        self.error = reason

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer with the page, or with what there is of it."""
        if scope.get(LISTENER):
            await error_answer(404, "There is nothing at this address.", "not_found")(scope, receive, send)
        elif self._page is not None:
            await self._page(scope, receive, send)
        elif scope["type"] == "websocket":
            await WebSocketClose()(scope, receive, send)
        elif path_of(scope) == "/" and scope["method"] == "GET" and _shows_pages(scope):
            await self._stand_in()(scope, receive, send)
        else:
            code = "page_failed" if self.error else "page_starting"
            headers = {} if self.error else {"Retry-After": "1"}
            answer = error_answer(503, self.error or STARTING, code, headers, path=path_of(scope))
            await answer(scope, receive, send)

    def _stand_in(self) -> HTMLResponse:
        # 503 and not 200: whoever waits for the page by asking for its address must not take this one for it.
        if self.error:
            return HTMLResponse(_HTML.format(message=self.error, script=""), 500)
        # It asks for the page, and reloads once that is there; without scripts the page reloads every two seconds.
        script = f'<script type="module" src="{address("page/starting.js")}"></script>'
        headers = {"Retry-After": "1", "Cache-Control": "no-store"}
        return HTMLResponse(_HTML.format(message=STARTING, script=script), 503, headers)


def _shows_pages(scope: Scope) -> bool:
    """Say whether who asks takes HTML: a program that looks whether the lab is there reads JSON."""
    accept = Headers(scope=scope).get("accept", "")
    return "text/html" in accept or "application/json" not in accept
