"""The HTTP side, put together: routes, errors, guard; everything else is the page's."""

from __future__ import annotations

from typing import TYPE_CHECKING

import anyio
from fastapi import FastAPI

from voicelab import __version__
from voicelab.api import drafts, experiments, health, listen, listening, speech, voices
from voicelab.api.errors import HANDLERS
from voicelab.api.guard import Guard
from voicelab.api.page import PageSlot

if TYPE_CHECKING:
    from voicelab.lab import Lab


def create_api(lab: Lab, page: PageSlot | None = None) -> FastAPI:
    """Return the application that serves `lab`; `page` answers what no route here does. Starts nothing."""
    api = FastAPI(title="Voice Lab", version=__version__, docs_url=None, redoc_url=None, exception_handlers=HANDLERS)
    api.state.lab = lab
    api.state.page = page or PageSlot()
    # Requests that wait for the engine have threads of their own: were they to take the common ones, 40 of them would
    # stop every other route. The engine's queue is bounded, and so is their number.
    api.state.waiting = anyio.CapacityLimiter(lab.settings.queue_limit + 8)
    for room in (speech, voices, health, drafts, experiments, listen, listening):
        api.include_router(room.router)
    # Not a mount at "/", which would swallow the 405 of a route that exists but does not take the method.
    api.router.default = api.state.page
    api.add_middleware(Guard, host=lab.settings.host)
    return api
