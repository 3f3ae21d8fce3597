"""The lab: everything the page, the HTTP side and the command line work with."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from voicelab.compare.experiments import ExperimentStore
    from voicelab.compare.runner import Runner
    from voicelab.listening.service import ListeningService
    from voicelab.models.model_store import ModelStore
    from voicelab.settings import Settings
    from voicelab.speech.live_takes import LiveTakes
    from voicelab.speech.ports import Engine
    from voicelab.transcripts.transcriber import Transcriber
    from voicelab.tuning.stops import SearchStops
    from voicelab.verify.verifier import Verifier
    from voicelab.voices.drafts import DraftStore
    from voicelab.voices.library import VoiceLibrary


@dataclass(frozen=True)
class Lab:
    """The collaborators, built by bootstrap and by nobody else."""

    settings: Settings
    voices: VoiceLibrary
    drafts: DraftStore
    """Voices in the making."""
    transcriber: Transcriber
    engine: Engine
    experiments: ExperimentStore
    comparisons: Runner
    """Experiments that run in the background."""
    listening: ListeningService
    models: ModelStore
    verifier: Verifier
    """Proves models on this machine, in the background."""
    live_takes: LiveTakes
    """What the page's tab Speak speaks, and spoke just now."""
    searches: SearchStops
    """Of the best setting of a voice, as pages have begun them."""
    fallback: Engine | None = None
    """Speaks with the model that stands in while the other engine is not ready, for requests that ask for it."""
