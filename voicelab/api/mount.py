"""Gradio's page as an ASGI application that can be put into a server which runs already."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from fastapi import FastAPI

from voicelab.api.errors import HANDLERS
from voicelab.api.guard import UPLOAD_LIMIT
from voicelab.api.proxy import path_of
from voicelab.third_party import gradio_page
from voicelab.third_party.gradio_polls import PolledAnswers

if TYPE_CHECKING:
    from collections.abc import Mapping

    from voicelab.settings import Settings


def mounted(page: Any, options: Mapping[str, Any], settings: Settings) -> FastAPI:
    """Return an application that serves the `gradio.Blocks` `page`; takes a second, so never on the event loop.

    Its `router.lifespan_context` must be entered before it answers: Gradio starts its queue there. It is an application
    of its own, and not part of the API's, because the API's lifespan is over long before the page is there. Raises
    IncompatibleLibrary when the installed Gradio is not what the lab was made for.
    """
    from gradio.routes import mount_gradio_app

    gradio_page.prepare(page)
    application = FastAPI(docs_url=None, redoc_url=None, openapi_url=None)
    application.add_middleware(PolledAnswers, path_of=path_of)
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
    gradio_page.protect_files(page)
    return application
