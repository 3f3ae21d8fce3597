"""GET, PUT and DELETE of /voices and /voices/{slug}: what `voice=` takes. POST is in api/making.py."""

from __future__ import annotations

from dataclasses import asdict, replace
from typing import Annotated, Any

from fastapi import APIRouter
from pydantic import ConfigDict, Field

from voicelab.api.bodies import Body
from voicelab.api.context import LabOf
from voicelab.api.served_recipe import served_recipe
from voicelab.api.speech_requests import spoken_voice
from voicelab.errors import InvalidValue, VoiceLabError

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


class VoiceChange(Body):
    """What of a voice is to be another; what is not given stays."""

    model_config = ConfigDict(extra="forbid")
    EXAMPLE = {"name": "Vixen", "aliases": ["alloy"]}  # noqa: RUF012 - declared a ClassVar in Body

    name: str | None = Field(None, max_length=400)
    aliases: list[Annotated[str, Field(max_length=400)]] | None = Field(None, max_length=100)
    """Other names: the whole list."""
    speed: float | None = None
    """Of its recipe, 0.5 to 2: what it speaks at where a request says no other. Changed in a request of its own."""
    revision: int | None = None
    """Of the voice as the client saw it: 409 when it was changed since. None: whatever it is."""


@router.put("/voices/{name}")
def change(name: str, body: VoiceChange, lab: LabOf) -> dict[str, Any]:
    """Give a voice another name, and its folder with it, or other names beside its own; or another speed."""
    renames = body.name is not None or body.aliases is not None
    if body.speed is None and not renames:
        raise InvalidValue("name", "Say what is to be changed: name, aliases, or both; or speed.")
    voice = lab.voices.get(name)
    if body.speed is None:
        return asdict(lab.voices.rename(voice.slug, body.name, body.aliases, body.revision))
    if renames:
        raise InvalidValue("speed", "The speed is changed in a request of its own: send it without name and aliases.")
    recipe = replace(voice.recipe, speed=body.speed)
    return asdict(lab.voices.set_recipe(voice.slug, recipe, voice.revision if body.revision is None else body.revision))


@router.delete("/voices/{name}")
def remove(name: str, lab: LabOf) -> dict[str, Any]:
    """Remove a voice; POST /voices/restore with what is returned brings it back for a while."""
    slug = lab.voices.get(name).slug
    removed = lab.voices.remove(slug)
    lab.engine.forget()
    return {"voice": slug, "removed": removed}


class Removed(Body):
    """What is to come back."""

    EXAMPLE = {"removed": "what DELETE returned"}  # noqa: RUF012 - declared a ClassVar in Body

    removed: str = Field(max_length=400)


@router.post("/voices/restore")
def restore(body: Removed, lab: LabOf) -> dict[str, Any]:
    """Bring a removed voice back. 404 when it is gone, 409 when its place is taken."""
    return asdict(lab.voices.restore(body.removed))


@router.get("/voices/{name}")
def voice(name: str, lab: LabOf) -> dict[str, Any]:
    """Return one voice, by slug or name, with its transcript and what it is served with. 404 when there is none."""
    with lab.voices.reading():
        found = lab.voices.get(name)
        transcript = asdict(lab.voices.transcript(found.slug))
        served = served_recipe(lab, found, lab.engine.health().default_model)
    return asdict(found) | {"transcript": transcript, "served": served}
