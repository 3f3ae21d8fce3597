"""A small checkpoint, the voice that the lab comes with, and speech that can be heard."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.checkpoints import write_checkpoint
from voicelab.speech.proof import Check
from voicelab.transcripts.recognizers import PACKAGED
from voicelab.transcripts.transcriber import Transcriber
from voicelab.verify.run import Tools
from voicelab.voices.sample import sample_prompt

if TYPE_CHECKING:
    from pathlib import Path

    from voicelab.speech.ports import Prompt

FINE = Check("ranges", "pass", "asked and answered")


@pytest.fixture(scope="session")
def small(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """In the published dtype, quantized as the default model is."""
    return write_checkpoint(tmp_path_factory.mktemp("small") / "model", 8, dtype="bfloat16")


@pytest.fixture(scope="session")
def prompt() -> Prompt:
    found = sample_prompt()
    assert found is not None
    return found


@pytest.fixture(scope="session")
def tools() -> Tools:
    return Tools(Transcriber(PACKAGED), lambda _wav: FINE)
