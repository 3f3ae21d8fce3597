"""Clips whose words are known by construction, and a library to keep them in."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.voices.drafted import RECORDING, WORDS
from tests.voices.making import noise_clip, words_for
from voicelab.clips.wav import write_wav
from voicelab.voices.drafts import DraftStore
from voicelab.voices.library import VoiceLibrary

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from voicelab.voices.draft import Draft
    from voicelab.voices.voice import Voice


@pytest.fixture
def library(tmp_path: Path) -> VoiceLibrary:
    """An empty library."""
    return VoiceLibrary(tmp_path / "voices")


@pytest.fixture
def drafts(tmp_path: Path) -> DraftStore:
    """An empty store of drafts."""
    return DraftStore(tmp_path / "drafts")


@pytest.fixture
def save(library: VoiceLibrary) -> Callable[..., Voice]:
    """Save a voice of ten words in ten seconds."""

    def save(name: str = "Anna", **options: Any) -> Voice:
        clip = noise_clip(10.0)
        return library.save(name, clip, words_for(clip), "english", "Anna agreed by letter.", **options)

    return save


@pytest.fixture
def upload(tmp_path: Path) -> Path:
    """A recording of 16 words in 16 s."""
    path = tmp_path / "upload.wav"
    write_wav(path, RECORDING)
    return path


@pytest.fixture
def draft(drafts: DraftStore, upload: Path) -> Draft:
    """A draft of it, with its words."""
    return drafts.set_transcript(drafts.create(upload, "Interview 3.WAV").id, WORDS)
