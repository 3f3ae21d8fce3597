"""A whole lab, real but for its engine, which a test chooses."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tests.voices.making import noise_clip, words_for
from voicelab.compare.experiments import ExperimentStore
from voicelab.compare.runner import Runner
from voicelab.engines.guard import MemoryGuard
from voicelab.engines.shelf import ModelShelf
from voicelab.hub.downloads import Downloads
from voicelab.lab import Lab
from voicelab.listening.room import open_room
from voicelab.voices.drafts import DraftStore
from voicelab.voices.library import VoiceLibrary

if TYPE_CHECKING:
    from voicelab.settings import Settings
    from voicelab.transcripts.transcriber import Transcriber


def lab_of(settings: Settings, engine: Any, transcriber: Transcriber | None = None) -> Lab:
    """Return an empty lab of `settings` that speaks with `engine`; without a recognizer, nothing may ask it."""
    voices, experiments = VoiceLibrary(settings.voices), ExperimentStore(settings.experiments)
    return Lab(
        settings=settings,
        voices=voices,
        drafts=DraftStore(settings.drafts),
        transcriber=transcriber,
        engine=engine,
        experiments=experiments,
        comparisons=Runner(voices, engine, experiments, transcriber),
        listening=open_room(settings.database, settings.listening),
        models=ModelShelf(engine, MemoryGuard(), Downloads()),
    )


def with_anna(lab: Lab) -> Lab:
    """Save the voice Anna in `lab`, whose clip is ten seconds long."""
    clip = noise_clip(10.0)
    lab.voices.save("Anna", clip, words_for(clip), "english", "Anna agreed by letter.", match="match")
    return lab
