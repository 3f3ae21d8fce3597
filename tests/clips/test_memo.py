"""A clip is measured once, whoever holds it, and old clips are forgotten."""

from __future__ import annotations

import numpy as np

from voicelab.clips.clip import Clip
from voicelab.clips.memo import remembered


def clip(value: float) -> Clip:
    return Clip(np.full(10, value, dtype=np.float32))


def test_by_content_and_bounded() -> None:
    measured: list[float] = []

    @remembered(2)
    def measure(clip: Clip) -> float:
        measured.append(float(clip.samples[0]))
        return clip.seconds

    for value in (0.25, 0.25, 0.5, 0.25, 0.75, 0.5):
        assert measure(clip(value)) == clip(value).seconds
    assert measured == [0.25, 0.5, 0.75, 0.5]  # 0.5 was the least recently used when 0.75 came
