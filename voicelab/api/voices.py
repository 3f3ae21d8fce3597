"""GET /voices and /voices/{slug}: what `voice=` takes."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from fastapi import APIRouter

from voicelab.api.context import LabOf

router = APIRouter()


@router.get("/voices")
def voices(lab: LabOf) -> dict[str, Any]:
    """Return every voice by name, and a sentence for each folder that is no readable voice."""
    return {"voices": [asdict(voice) for voice in lab.voices.voices()], "problems": lab.voices.problems()}


@router.get("/voices/{name}")
def voice(name: str, lab: LabOf) -> dict[str, Any]:
    """Return one voice, by slug or name, with its transcript. 404 when there is none."""
    with lab.voices.reading():
        found = lab.voices.get(name)
        return asdict(found) | {"transcript": asdict(lab.voices.transcript(found.slug))}
