"""A cut falls between the leaked words and the line, however the two are joined."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from voicelab.clips.clip import SAMPLE_RATE, Clip, Window
from voicelab.compare.cutting import Sides, cut_between, weak_places
from voicelab.transcripts.transcriber import Transcriber

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray


def trimmed(clip: Clip) -> NDArray[np.float32]:
    """Return what is said, without the silence around it."""
    loud = np.flatnonzero(np.abs(clip.samples) > 0.02 * np.abs(clip.samples).max())
    return clip.samples[loud[0] : loud[-1] + 1]


@pytest.mark.parametrize("late_s", [0.25, -0.2])
def test_a_join_without_a_gap_is_found_though_alignment_is_late(spoken: Callable[[str], Clip], late_s: float) -> None:
    before, after = trimmed(spoken("the church bells.")), trimmed(spoken("Press four to hear the message again."))
    clip = Clip(np.concatenate([before, after]))
    join_s = len(before) / SAMPLE_RATE
    sides = Sides(("the", "church", "bells."), ("Press", "four", "to", "hear", "the", "message", "again."))
    cut_s = cut_between(Transcriber("tiny.en"), clip, sides, join_s + late_s, "english", "tiny.en")
    assert -0.05 < cut_s - join_s < 0.02


def test_weak_places_are_the_weakest_ones_near_and_apart() -> None:
    at = np.arange(2 * SAMPLE_RATE) / SAMPLE_RATE
    tone = 0.3 * np.sin(2 * np.pi * 200 * at)
    for gap_s, depth in ((0.5, 0.0), (1.0, 0.1), (1.2, 0.01), (1.9, 0.0)):
        tone[(at > gap_s - 0.02) & (at < gap_s + 0.02)] *= depth
    found = weak_places(Clip(tone.astype(np.float32)), Window(0.7, 1.5))
    assert found[:2] == pytest.approx([1.2, 1.0], abs=0.02)
    assert all(abs(one - other) > 0.025 for one in found for other in found if one is not other)
    assert all(0.7 <= place <= 1.5 for place in found)


def test_nothing_is_looked_for_where_too_little_would_be_left() -> None:
    assert weak_places(Clip(np.full(SAMPLE_RATE // 10, 0.1, dtype=np.float32)), Window(-0.3, 0.4)) == []
