"""The HTTP side, put together: routes, errors, guard; everything else is the page's."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import anyio
from fastapi import FastAPI
from starlette.middleware.cors import CORSMiddleware

from voicelab import __version__
from voicelab.api import (
    board_media,
    experiments,
    health,
    listener_page,
    listening_results,
    live_takes,
    making,
    metrics,
    models,
    openai,
    page_media,
    pronunciations,
    scripts,
    speech,
    verify,
    voices,
)
from voicelab.api.access import Access
from voicelab.api.answers import EXPOSED
from voicelab.api.bench import Bench
from voicelab.api.credentials import Credentials
from voicelab.api.errors import HANDLERS
from voicelab.api.guard import Guard
from voicelab.api.head_requests import HeadRequests
from voicelab.api.last_known import LastKnown
from voicelab.api.page import PageSlot
from voicelab.api.proxy import Proxied
from voicelab.api.request_service import RequestService
from voicelab.api.served_recipe import default_recipe
from voicelab.api.token import token_in
from voicelab.api.unread import Answers

if TYPE_CHECKING:
    from voicelab.lab import Lab
    from voicelab.settings import Settings


def create_api(lab: Lab, page: PageSlot | None = None) -> FastAPI:
    """Return the application that serves `lab`; `page` answers what no route here does. Starts nothing."""
    api = FastAPI(title="Voice Lab", version=__version__, docs_url=None, redoc_url=None, exception_handlers=HANDLERS)
    api.state.lab = lab
    api.state.page = page or PageSlot()
    api.state.bench = Bench()
    api.state.followers = anyio.CapacityLimiter(live_takes.FOLLOWED_AT_ONCE)
    api.state.request_service = RequestService(lab, api.state.bench)
    api.state.recipe = LastKnown(lambda: default_recipe(lab, lab.engine.health().default_model))
    routes = (
        speech,
        openai,
        voices,
        making,
        pronunciations,
        models,
        verify,
        health,
        metrics,
        page_media,
        live_takes,
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
    api.add_middleware(HeadRequests)
    credentials = None if settings.local else Credentials(token_in(settings.token_file)[0])
    if credentials is not None:
        api.add_middleware(Access, credentials=credentials)
    if settings.allow_origins:
        api.add_middleware(
            CORSMiddleware,
            allow_origins=settings.allow_origins,
            allow_methods=["GET", "HEAD", "POST", "PUT", "DELETE"],
            allow_headers=["*"],  # clients send their own, OpenAI's a dozen x-stainless-…
            allow_private_network=True,
            expose_headers=EXPOSED,
        )
    api.add_middleware(
        Guard,
        host=settings.host,
        names=(*settings.allow_hosts, *_public_names(settings)),
        origins=settings.allow_origins,
        credentials=credentials,
    )
    api.add_middleware(Proxied, trusted=settings.trusted_proxies, root_path=settings.root_path)
    api.add_middleware(Answers)
    return api


def _public_names(settings: Settings) -> tuple[str, ...]:
    """Return the name in the address that the person said others use."""
    name = urlsplit(settings.public_url).hostname
    return (name,) if name else ()
