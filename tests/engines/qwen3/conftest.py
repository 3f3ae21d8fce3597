"""Small checkpoints on disk, the real mlx-audio with them loaded, and a voice to clone."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.checkpoints import write_checkpoint
from tests.fakes import RecordingReporter
from voicelab.engines.qwen3.batched import BatchedSynthesizer
from voicelab.speech.ports import Prompt, SpeechRequest

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from voicelab.clips.clip import Clip

VOICE_TEXT = "The lighthouse keeper walked down to the harbor."


@pytest.fixture(scope="session")
def checkpoint(tmp_path_factory: pytest.TempPathFactory) -> Callable[..., Path]:
    """Write a checkpoint with the options of `write_checkpoint`, once per session for the same options."""
    written: dict[tuple[tuple[str, Any], ...], Path] = {}

    def write(**options: Any) -> Path:
        key = tuple(sorted(options.items()))
        if key not in written:
            written[key] = write_checkpoint(tmp_path_factory.mktemp("checkpoint") / "model", **options)
        return written[key]

    return write


@pytest.fixture(scope="session")
def voice(spoken: Callable[[str], Clip]) -> Prompt:
    """A real recording of about 2.4 s with its transcript."""
    return Prompt(spoken(VOICE_TEXT).samples, VOICE_TEXT, "english")


@pytest.fixture
def loaded(checkpoint: Callable[..., Path]) -> Callable[..., tuple[BatchedSynthesizer, str]]:
    """Return a synthesizer with a checkpoint of the given options resident, and the model's name."""

    def load(**options: Any) -> tuple[BatchedSynthesizer, str]:
        synthesizer, name = BatchedSynthesizer(), str(checkpoint(**options))
        synthesizer.load(name, RecordingReporter())
        return synthesizer, name

    return load


@pytest.fixture
def request_for(voice: Prompt) -> Callable[..., SpeechRequest]:
    """Return a request that clones the voice, with some fields replaced."""

    def build(model: str, **fields: Any) -> SpeechRequest:
        return SpeechRequest(**{"text": "Good morning.", "model": model, "prompt": voice, "seed": 1, **fields})

    return build
