"""GET /verify, and starting and stopping it: what the button in the page's tab Machine does, over HTTP."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from fastapi import APIRouter

from voicelab.api.context import LabOf
from voicelab.api.models import ModelBody, known_model
from voicelab.lab import Lab
from voicelab.verify.report import impersonal

router = APIRouter()


@router.get("/verify")
def verification(lab: LabOf, model: str = "") -> dict[str, Any]:
    """Say what runs and what was found so far; with `model` also the verdict on it that counts here, from earlier."""
    value = _told(lab)
    if model:
        kept = lab.verifier.kept(known_model(lab, model))
        value["kept"] = impersonal(asdict(kept), [lab.settings.home]) if kept else None
    return value


@router.post("/verify")
def start(lab: LabOf, body: ModelBody) -> dict[str, Any]:
    """Begin to verify a model in the background; the engine rests meanwhile. Answers at once."""
    lab.verifier.start(known_model(lab, body.model))
    return _told(lab)


@router.post("/verify/stop")
def stop(lab: LabOf) -> dict[str, Any]:
    """Stop it; what was found so far stays."""
    lab.verifier.stop()
    return _told(lab)


def _told(lab: Lab) -> dict[str, Any]:
    told: dict[str, Any] = impersonal(asdict(lab.verifier.state()), [lab.settings.home])
    return told
