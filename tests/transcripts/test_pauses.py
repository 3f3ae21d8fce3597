"""Word times are set to the pauses that can be heard."""

from __future__ import annotations

import numpy as np
import pytest

from voicelab.transcripts.pauses import settled
from voicelab.transcripts.words import Word


def sound(*stretches: tuple[float, float], seconds: float = 3.0, noise: float = 0.0) -> np.ndarray:
    """Return 16 kHz samples with a tone in each stretch."""
    rng = np.random.default_rng(0)
    samples = rng.standard_normal(round(seconds * 16_000)).astype(np.float32) * noise
    for start_s, end_s in stretches:
        time_s = np.arange(round(start_s * 16_000), round(end_s * 16_000)) / 16_000
        samples[round(start_s * 16_000) : round(end_s * 16_000)] += np.sin(2 * np.pi * 180 * time_s) * 0.3
    return samples


def times(words: list[Word]) -> list[tuple[float, float]]:
    return [(word.start_s, word.end_s) for word in words]


@pytest.mark.parametrize("noise", [0.0, 0.02])
def test_a_word_that_attention_lets_begin_late_begins_after_the_pause(noise: float) -> None:
    words = [Word("morning,", 0.2, 0.95), Word("long", 1.4, 1.45), Word("before.", 1.6, 2.3)]
    found = times(settled(words, sound((0.3, 1.0), (1.2, 2.2), noise=noise)))
    assert found[0] == pytest.approx((0.3, 1.0), abs=0.021)
    assert found[1] == pytest.approx((1.2, 1.45), abs=0.021)
    assert found[2] == pytest.approx((1.6, 2.2), abs=0.021)


def test_the_closure_of_a_plosive_is_no_pause() -> None:
    words = [Word("came", 0.0, 0.3), Word("up.", 0.3, 0.6), Word("She", 0.8, 1.0)]
    found = times(settled(words, sound((0.0, 0.4), (0.5, 0.6), (0.78, 1.0), seconds=1.0)))
    assert found[1] == pytest.approx((0.3, 0.6), abs=0.021)
    assert found[2] == pytest.approx((0.78, 1.0), abs=0.021)


def test_nothing_is_changed_where_nothing_is_quiet_and_nothing_breaks_without_words() -> None:
    words = [Word("one", 0.0, 0.5), Word("two,", 0.5, 1.0), Word("three", 1.0, 1.5)]
    assert settled(words, sound((0.0, 1.5), seconds=1.5)) == words
    assert settled([], sound((0.0, 1.0))) == []
    assert settled(words, np.zeros(0, np.float32)) == words


def test_times_stay_in_order_whatever_is_heard() -> None:
    rng = np.random.default_rng(2)
    for _ in range(100):
        edges = np.sort(rng.uniform(0, 3, 12))
        words = [Word(f"w{i}" + ",."[i % 2], *edges[2 * i : 2 * i + 2].tolist()) for i in range(6)]
        gaps = np.sort(rng.uniform(0, 3, 6))
        found = times(settled(words, sound(*zip(gaps[::2], gaps[1::2], strict=True))))
        flat = [time_s for pair in found for time_s in pair]
        assert flat == sorted(flat)
