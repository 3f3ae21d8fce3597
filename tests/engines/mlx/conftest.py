"""Small checkpoints of the families on disk, and a voice to clone."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.engines.mlx.small_chatterbox import write_chatterbox
from tests.family_checkpoints import write_pocket, write_voxcpm2
from voicelab.speech.ports import Prompt, SpeechRequest

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from voicelab.clips.clip import Clip

VOICE_TEXT = "The harbor was quiet."
TEXT = "Good morning to you all."


@pytest.fixture(scope="session")
def family_hub(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A cache of the hub, which holds what Chatterbox loads besides."""
    return tmp_path_factory.mktemp("hub")


@pytest.fixture(scope="session")
def family_checkpoint(tmp_path_factory: pytest.TempPathFactory, family_hub: Path) -> Callable[..., str]:
    """Write a checkpoint of a family, once per session for the same options, and return its folder."""
    written: dict[tuple[str, tuple[tuple[str, Any], ...]], str] = {}

    def write(family: str, **options: Any) -> str:
        key = (family, tuple(sorted(options.items())))
        if key not in written:
            folder = tmp_path_factory.mktemp(family) / "model"
            if family == "chatterbox":
                write_chatterbox(folder, family_hub, **options)
            else:
                write_small: Callable[..., object] = write_pocket if family == "pocket_tts" else write_voxcpm2
                write_small(folder, **options)
            written[key] = str(folder)
        return written[key]

    return write


@pytest.fixture(scope="session")
def voice(spoken: Callable[[str], Clip]) -> Prompt:
    """A real recording of about 1.5 s with its transcript."""
    return Prompt(spoken(VOICE_TEXT).samples, VOICE_TEXT, "english")


@pytest.fixture
def request_for(voice: Prompt) -> Callable[..., SpeechRequest]:
    """Return a request that clones the voice, with some fields replaced."""

    def build(model: str, **fields: Any) -> SpeechRequest:
        return SpeechRequest(**{"text": TEXT, "model": model, "prompt": voice, "seed": 1, **fields})

    return build
