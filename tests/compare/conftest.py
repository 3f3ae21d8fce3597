"""A library with a voice of ten words in ten seconds, and somewhere to keep experiments."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.voices.making import noise_clip, words_for
from voicelab.compare.experiments import ExperimentStore
from voicelab.voices.library import VoiceLibrary

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def library(tmp_path: Path) -> VoiceLibrary:
    """A library with the voice "anna"."""
    library = VoiceLibrary(tmp_path / "voices")
    clip = noise_clip(10.0)
    library.save("Anna", clip, words_for(clip), "english", "agreed", match="match")
    return library


@pytest.fixture
def store(tmp_path: Path) -> ExperimentStore:
    """An empty store of experiments."""
    return ExperimentStore(tmp_path / "experiments")
