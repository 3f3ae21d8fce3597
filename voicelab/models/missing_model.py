"""What a machine must still get before a model speaks on it, in words."""

from __future__ import annotations

from voicelab.errors import VoiceLabError
from voicelab.models.catalogue import find, on_disk
from voicelab.models.model_choice import AUTO, availability
from voicelab.models.registry import registry


def what_is_missing(model: str) -> str:
    """Return what to do before `model`, as a recipe names it, speaks here; empty when nothing is to be done."""
    if model == AUTO:
        return ""
    try:
        found = find(model)
        if on_disk(found) is not None:
            return ""
    except VoiceLabError:
        return (
            f"The voice speaks with {model}, which is not on this machine and cannot be downloaded: it was a folder of "
            "another one, or its engine's package is not installed here. Copy or install it, or choose another model "
            "for the voice."
        )
    if found.packaged:
        why = availability(registry().engine(found.engine)).reason
        return f"The voice speaks with {found.name}, whose package is not whole on this machine. {why}"
    size = f" ({found.size_bytes / 1e9:.2f} GB)" if found.size_bytes else ""
    return (
        f"The voice speaks with {found.name}, which is not on this machine. The first text downloads "
        f"{found.repository}{size}; without a network, copy that repository's folder here."
    )


def to_download(models: list[str] | tuple[str, ...]) -> list[str]:
    """Return those of `models` that are downloaded before they speak. Raises UnknownModel, InvalidCheckpoint."""
    return [name for name in models if (model := find(name)).repository and on_disk(model) is None]
