"""What is said before the first person waits, and heard by nobody."""

from __future__ import annotations

from typing import Any

import numpy as np

from voicelab.clips.clip import SAMPLE_RATE
from voicelab.languages import CODES
from voicelab.speech.ports import Prompt, SpeechRequest


def throwaway(model: Any) -> SpeechRequest:
    """Return a request of the kind that `model` takes; a Base model clones two seconds of faint noise."""
    kind = model.config.tts_model_type
    language = next(name for name in model.get_supported_languages() if name in CODES)
    noise = np.random.default_rng(0).normal(0, 0.01, 2 * SAMPLE_RATE).astype(np.float32)
    return SpeechRequest(
        text="Hello.",
        model="",
        prompt=Prompt(noise, "Hello there.", language) if kind == "base" else None,
        language=language,
        speaker=next(iter(model.get_supported_speakers()), None),
        instruct="A calm voice." if kind == "voice_design" else None,
    )
