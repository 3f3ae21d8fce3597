"""GET /voices and /voices/{slug}: what `voice=` takes."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from fastapi import APIRouter

from voicelab.api.context import LabOf
from voicelab.api.served_recipe import served_recipe
from voicelab.api.speech_requests import spoken_voice
from voicelab.errors import VoiceLabError

router = APIRouter()


@router.get("/voices")
def voices(lab: LabOf) -> dict[str, Any]:
    """Return every voice by name, and a sentence for each folder that is no readable voice.

    `default` is the voice of a request that names none; empty when such a request is refused.
    """
    try:
        default = spoken_voice(lab, "").slug
    except VoiceLabError:
        default = ""
    voices = [asdict(voice) for voice in lab.voices.voices()]
    return {"voices": voices, "default": default, "problems": lab.voices.problems()}


@router.get("/voices/{name}")
def voice(name: str, lab: LabOf) -> dict[str, Any]:
    """Return one voice, by slug or name, with its transcript and what it is served with. 404 when there is none."""
    with lab.voices.reading():
        found = lab.voices.get(name)
        transcript = asdict(lab.voices.transcript(found.slug))
        served = served_recipe(lab, found, lab.engine.health().default_model)
    return asdict(found) | {"transcript": transcript, "served": served}
