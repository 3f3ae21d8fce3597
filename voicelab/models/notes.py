"""What a person should know of speech because of the model that says it, whatever its engine tells."""

from __future__ import annotations

from typing import TYPE_CHECKING

from voicelab.errors import VoiceLabError
from voicelab.models.catalogue import find

if TYPE_CHECKING:
    from voicelab.speech.ports import SpeechRequest


def notes_for(request: SpeechRequest) -> tuple[str, ...]:
    """Return that the model does not clone the voice it was given, and which sampling it does not heed, in sentences.

    Nothing for a model that does not exist: to say so is for those who load it.
    """
    try:
        model = find(request.model)
    except VoiceLabError:
        return ()
    notes = [model.not_a_clone] if model.not_a_clone and request.prompt is not None else []
    unheeded = model.unheeded(request.sampling)
    if unheeded:
        notes.append(f"{model.name} does not heed {', '.join(unheeded)}: what was set there had no effect.")
    return tuple(notes)
