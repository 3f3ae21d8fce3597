"""What a voice is served with: everything that makes the same text sound the same, as one can compare it."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any

from voicelab.api.speech_requests import spoken_voice
from voicelab.errors import VoiceLabError
from voicelab.models.catalogue import find
from voicelab.transcripts.cut import cut_transcript, window_of_length

if TYPE_CHECKING:
    from voicelab.lab import Lab
    from voicelab.voices.voice import Voice


def served_recipe(lab: Lab, voice: Voice, default_model: str) -> dict[str, Any]:
    """Return model, quantization, clip length, hash of the words, seed, sampling and speed; reads the transcript.

    `default_model` is what "auto" means here, empty while that is not known. Raises UnknownVoice, UnreadableFile.
    """
    recipe = voice.recipe
    transcript, seconds = lab.voices.transcript(voice.slug), voice.seconds
    if recipe.length_s is not None and recipe.length_s < seconds:
        window = window_of_length(transcript, seconds, recipe.length_s)
        transcript, seconds = cut_transcript(transcript, window)[0], window.end_s - window.start_s
    model = (default_model or recipe.model) if recipe.model == "auto" else recipe.model
    try:
        found = find(model) if model != "auto" and (not recipe.brought or model == default_model) else None
    except VoiceLabError:  # its folder is gone: speaking says so, and this need not fail
        found = None
    return {
        "voice": voice.slug,
        "model": model,
        "engine": found.engine if found else "",
        "quantization": found.quantization if found else None,
        "clip_seconds": round(seconds, 3),
        "transcript_hash": hashlib.sha256(transcript.text.encode()).hexdigest(),
        "seed": recipe.seed,
        "sampling": vars(recipe.sampling),
        "speed": recipe.speed,
        "check": recipe.check,
        "revision": voice.revision,
    }


def default_recipe(lab: Lab, default_model: str) -> dict[str, Any] | None:
    """Return the recipe that a request without a voice gets; None when such a request is refused."""
    try:
        return served_recipe(lab, spoken_voice(lab, ""), default_model)
    except VoiceLabError:
        return None
