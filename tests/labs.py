"""A whole lab, real but for its engine, which a test chooses."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.voices.making import noise_clip, words_for
from voicelab.bootstrap import build_around
from voicelab.models.memory_guard import MemoryGuard

if TYPE_CHECKING:
    from voicelab.lab import Lab
    from voicelab.settings import Settings
    from voicelab.speech.ports import Engine


def lab_of(settings: Settings, engine: Engine) -> Lab:
    """Return an empty lab of `settings` that speaks with `engine`."""
    return build_around(engine, settings, MemoryGuard())


def with_anna(lab: Lab) -> Lab:
    """Save the voice Anna in `lab`, whose clip is ten seconds long."""
    clip = noise_clip(10.0)
    lab.voices.save("Anna", clip, words_for(clip), "english", "Anna agreed by letter.", match="match")
    return lab
