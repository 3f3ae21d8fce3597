"""A lab folder with a finished comparison in it, for tests of what comes after."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.fakes import FakeEngine
from tests.voices.making import noise_clip, words_for
from voicelab.compare.experiments import ExperimentStore
from voicelab.compare.plan import Plan
from voicelab.compare.render import render
from voicelab.settings import Settings
from voicelab.voices.library import VoiceLibrary

if TYPE_CHECKING:
    from pathlib import Path

    from voicelab.compare.experiment import Experiment

LINES = ("The first line to hear.", "A second one.", "And here is the third of them.", "Four.")


def with_comparison(home: Path, lines: tuple[str, ...] = LINES) -> Experiment:
    """Put the voice Anna and a comparison of two clip lengths into `home`: tones, as FakeEngine speaks."""
    settings = Settings(home=home)
    library = VoiceLibrary(settings.voices)
    clip = noise_clip(10.0)
    library.save("Anna", clip, words_for(clip), "english", "agreed", match="match")
    store = ExperimentStore(settings.experiments)
    plan = Plan("anna", lines, (3.0, None), ("preview",))
    return list(render(plan, library, FakeEngine(), store))[-1].experiment
