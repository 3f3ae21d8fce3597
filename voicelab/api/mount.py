"""Gradio's page as an ASGI application that can be put into a server which runs already."""

from __future__ import annotations

import os
from functools import cache
from typing import TYPE_CHECKING, Any

from fastapi import FastAPI

from voicelab.api.errors import HANDLERS
from voicelab.api.guard import UPLOAD_LIMIT
from voicelab.api.stream import KeptStream
from voicelab.errors import WrongInput

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import NoReturn

    from gradio.state_holder import SessionState

    from voicelab.settings import Settings

PAGE_QUEUE_LIMIT = 256
"""Events of all open pages that may wait: a page has at most a few."""
_PLACE_EVERY_S = 5
"""How often a page that waits is told its place."""
_LOOKS_EVERY_S = 0.01
"""How often Gradio looks whether an event waits. Its own thousand times a second were 7 % of an idle processor."""
PAGE_SESSIONS = 512
"""Pages that Gradio remembers, those used last, open or not: each takes 0.3 MB, and Gradio's own limit is 10,000."""
_EVENTS_KEPT = 100
"""Events whose times Gradio remembers for a page of statistics, which is off; its own limit is 10,000."""


def mounted(page: Any, options: Mapping[str, Any], settings: Settings) -> FastAPI:
    """Return an application that serves the `gradio.Blocks` `page`; takes a second, so never on the event loop.

    Its `router.lifespan_context` must be entered before it answers: Gradio starts its queue there. It is an application
    of its own, and not part of the API's, because the API's lifespan is over long before the page is there.
    """
    from gradio import state_holder
    from gradio.routes import mount_gradio_app

    _fetch_nothing()
    state_holder.SessionState = _session()  # type: ignore[misc]  # replacing it is what is meant
    os.environ.setdefault("GRADIO_ANALYTICS_MAX_EVENTS", str(_EVENTS_KEPT))  # read by queue()
    # Gradio's queue has no end by itself, and its endpoints can be called past it, each call taking a thread.
    # Nor may each event that ends write to every page that waits: a page that is gone never reads it.
    page.queue(max_size=PAGE_QUEUE_LIMIT, api_open=False, status_update_rate=_PLACE_EVERY_S)
    page._queue.sleep_when_free = _LOOKS_EVERY_S  # noqa: SLF001 - Gradio 6.31, Queue.start_processing: no option
    page.state_session_capacity = PAGE_SESSIONS
    application = FastAPI(docs_url=None, redoc_url=None, openapi_url=None)
    application.add_middleware(KeptStream)
    mount_gradio_app(
        application,
        page,
        path="/",
        server_name=settings.host,
        server_port=settings.port,
        footer_links=[],
        run_history=False,
        max_file_size=UPLOAD_LIMIT,
        ssr_mode=False,
        mcp_server=False,
        enable_monitoring=False,
        app_kwargs={"exception_handlers": HANDLERS},
        **options,
    )
    # Gradio 6.31, processing_utils._check_allowed: without this, which only launch() sets, a client may name any file
    # of this machine as an upload of his and gets it back. tests/api/test_mount.py tries.
    page.has_launched = True
    return application


def _fetch_nothing() -> None:
    """Keep Gradio from fetching an address that a client names in place of an upload.

    Gradio refuses only addresses of this network; the lab calls nobody because a client says so.
    """
    from gradio import processing_utils

    processing_utils.async_ssrf_protected_get = _refuse


@cache
def _session() -> type[SessionState]:
    """Return what Gradio is to remember of an open page: each component once.

    Gradio 6.31, Blocks.preprocess_data: a component that an answer changed (its choices, say) is a new one with a
    number of its own, and is remembered under that too when its value is sent again: an open page never stops growing.
    """
    from gradio.blocks import Block
    from gradio.state_holder import SessionState

    class Session(SessionState):
        def __setitem__(self, key: int, value: Any) -> None:
            if isinstance(value, Block):
                value._id = key  # noqa: SLF001 - the number it was given by being made is nobody's
            super().__setitem__(key, value)

    return Session


async def _refuse(url: str) -> NoReturn:
    message = f"Addresses are not fetched here ({url[:80]}). Download the file and bring it."
    raise WrongInput(message)
