"""GET /models, and bringing and removing them: what the page's tab Machine does, over HTTP."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from fastapi import APIRouter

from voicelab.api.bodies import Body
from voicelab.api.context import LabOf
from voicelab.errors import UnknownModel
from voicelab.lab import Lab
from voicelab.models.catalogue import catalogue

router = APIRouter()


class ModelBody(Body):
    """Which model is meant."""

    EXAMPLE = {"model": "OWNER/NAME"}  # noqa: RUF012 - declared a ClassVar in Body

    model: str


@router.get("/models")
def models(lab: LabOf) -> dict[str, Any]:
    """Return every model: size, memory, on disk or not, and how far its download is."""
    return lab.models.told() | {"idle_minutes": lab.settings.unloads_after}


@router.post("/models/download")
def download(lab: LabOf, body: ModelBody) -> dict[str, Any]:
    """Begin a download, or go on with one that was paused or broke off; answers at once."""
    return asdict(lab.models.download(known_model(lab, body.model)))


@router.post("/models/pause")
def pause(lab: LabOf, body: ModelBody) -> dict[str, Any]:
    """Pause a download; what has arrived is kept."""
    return asdict(lab.models.pause(known_model(lab, body.model)))


@router.post("/models/unload")
def unload(lab: LabOf) -> dict[str, Any]:
    """Give the engine's memory back once no text is left; the next text loads the model again."""
    lab.engine.rest()
    return {"unloading": True}


@router.delete("/models/{name:path}")
def delete(lab: LabOf, name: str) -> dict[str, Any]:
    """Delete a model from the disk, unless somebody needs it."""
    known = known_model(lab, name)
    return {"model": known, "freed_bytes": lab.models.delete(known)}


def known_model(lab: Lab, name: str) -> str:
    """Return `name` if the lab knows it already.

    No folder of this machine is read, and no repository fetched, because a client names it.
    """
    names = {model.name for model in catalogue()} | {model.name for model in lab.models.models()}
    if name not in names:
        raise UnknownModel(f"There is no model {name[:80]!r} here. Choose one of: {', '.join(sorted(names))}.")
    return name
