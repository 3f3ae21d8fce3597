"""The real preview engine, and clips of speakers that it has never met."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from tests.fakes import RecordingReporter
from voicelab.clips.clip import SAMPLE_RATE, Clip
from voicelab.engines.preview.synthesizer import PreviewSynthesizer

if TYPE_CHECKING:
    from collections.abc import Callable


@pytest.fixture(scope="session")
def preview() -> PreviewSynthesizer:
    """The engine, loaded and warm."""
    synthesizer = PreviewSynthesizer()
    synthesizer.load("preview", RecordingReporter())
    synthesizer.warm_up(RecordingReporter())
    return synthesizer


@pytest.fixture(scope="session")
def speaker(speech_clip: Clip) -> Callable[[float, float, tuple[float, float]], Clip]:
    """Make a clip of somebody else: playing speed (moves pitch and formants), level and a band in Hz for the line.

    Speed is changed by linear interpolation and the band is a Butterworth filter: not the engine's own tools.
    """

    def make(speed: float, level: float, band_hz: tuple[float, float]) -> Clip:
        from scipy.signal import butter, sosfilt

        times = np.arange(0, len(speech_clip.samples) - 1, speed)
        faster = np.interp(times, np.arange(len(speech_clip.samples)), speech_clip.samples)
        line = sosfilt(butter(2, band_hz, "bandpass", fs=SAMPLE_RATE, output="sos"), faster)
        return Clip((line * level / np.sqrt(np.mean(line**2))).astype(np.float32))

    return make
