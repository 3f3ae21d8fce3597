"""GET /health: answered at once, whatever the engine does."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from fastapi import APIRouter, Request

from voicelab import __version__
from voicelab.api.context import LabOf, PageOf
from voicelab.models.registry import registry

router = APIRouter()


@router.get("/health")
def health(request: Request, lab: LabOf, page: PageOf) -> dict[str, Any]:
    """Say that the server answers, whether the engine is ready, which model it has, and everything else it knows.

    `ready` is the engine's: /synthesize answers without waiting for a model. `page` is whether the page is there.
    `recipe` is what a request without a voice is served with; null when there is no such voice. `engine_problems`
    are sentences about installed engines that had to be left out.
    """
    engine = lab.engine.health()
    return {
        "status": "ok",
        **asdict(engine),
        "model": engine.model or engine.default_model or lab.settings.model,
        "recipe": request.app.state.recipe.value(),
        "engine_problems": [problem.message for problem in registry().problems],
        "page": page.ready,
        "page_error": page.error,
        "version": __version__,
    }
