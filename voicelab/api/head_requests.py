"""HEAD wherever there is GET: the same answer without its body. FastAPI's routes take only what they name."""

from __future__ import annotations

from typing import TYPE_CHECKING

from voicelab.api.proxy import path_of

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

HEAD = "voicelab.head"
"""Marks a GET whose body nobody will read, so that nothing is spoken for it."""
_NEVER_ENDING = "/gradio_api/"
"""Where a GET may be a stream that ends when the page goes."""


class HeadRequests:
    """ASGI middleware."""

    def __init__(self, app: ASGIApp) -> None:
        """Answer HEAD for `app`."""
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a HEAD on as GET, and let go of the body."""
        if scope["type"] != "http" or scope["method"] != "HEAD" or path_of(scope).startswith(_NEVER_ENDING):
            await self._app(scope, receive, send)
            return

        async def send_head(message: Message) -> None:
            if message["type"] == "http.response.body":
                message = {**message, "body": b""}
            await send(message)

        await self._app({**scope, "method": "GET", HEAD: True}, receive, send_head)
