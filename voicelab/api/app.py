"""The HTTP side, put together: routes, errors, guard; everything else is the page's."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fastapi import FastAPI
from starlette.middleware.cors import CORSMiddleware

from voicelab import __version__
from voicelab.api import (
    board_media,
    experiments,
    health,
    listener_page,
    listening_results,
    metrics,
    models,
    openai,
    page_media,
    pronunciations,
    scripts,
    speech,
    voices,
)
from voicelab.api.access import Access
from voicelab.api.answers import EXPOSED
from voicelab.api.errors import HANDLERS
from voicelab.api.guard import Guard
from voicelab.api.last_known import LastKnown
from voicelab.api.page import PageSlot
from voicelab.api.request_service import RequestService
from voicelab.api.served_recipe import default_recipe
from voicelab.api.token import token_in

if TYPE_CHECKING:
    from voicelab.lab import Lab


def create_api(lab: Lab, page: PageSlot | None = None) -> FastAPI:
    """Return the application that serves `lab`; `page` answers what no route here does. Starts nothing."""
    api = FastAPI(title="Voice Lab", version=__version__, docs_url=None, redoc_url=None, exception_handlers=HANDLERS)
    api.state.lab = lab
    api.state.page = page or PageSlot()
    api.state.request_service = RequestService(lab)
    api.state.recipe = LastKnown(lambda: default_recipe(lab, lab.engine.health().default_model))
    routes = (
        speech,
        openai,
        voices,
        pronunciations,
        models,
        health,
        metrics,
        page_media,
        experiments,
        board_media,
        listener_page,
        listening_results,
        scripts,
    )
    for route in routes:
        api.include_router(route.router)
    # Not a mount at "/", which would swallow the 405 of a route that exists but does not take the method.
    api.router.default = api.state.page
    # The last one added comes first.
    settings = lab.settings
    if not settings.local:
        api.add_middleware(Access, token=token_in(settings.token_file)[0])
    if settings.allow_origins:
        api.add_middleware(
            CORSMiddleware,
            allow_origins=settings.allow_origins,
            allow_methods=["GET", "POST"],
            allow_headers=["Authorization", "X-Client"],
            expose_headers=EXPOSED,
        )
    api.add_middleware(Guard, host=settings.host, names=settings.allow_hosts, origins=settings.allow_origins)
    return api
