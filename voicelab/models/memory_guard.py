"""Keeps models from being loaded that this machine has not the memory for."""

from __future__ import annotations

from voicelab.errors import ModelTooLarge, VoiceLabError
from voicelab.models.catalogue import find, too_large


class MemoryGuard:
    """Refuses what would swap, unless the person wants it all the same."""

    def __init__(self, *, anyway: bool = False) -> None:
        """`anyway` lets everything pass."""
        self.anyway = anyway

    def check(self, model: str) -> None:
        """Raise ModelTooLarge for a model that this machine would swap with. Asks no hub and reads no weights."""
        if self.anyway:
            return
        try:
            why = too_large(find(model))
        except VoiceLabError:
            return  # that there is no such model, or not the whole of it, is for those to say who load it
        if why:
            raise ModelTooLarge(why)
