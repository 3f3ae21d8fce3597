"""The same voice scores high, another one low, and neither length nor level decides."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest
import soxr

from tests.clips.material import on_telephone
from voicelab.clips.clip import SAMPLE_RATE, Clip
from voicelab.clips.speaker_encoder import Band, filter_banks, vectors
from voicelab.clips.speaker_similarity import common_band, embedding, likeness
from voicelab.clips.spectrum import resampled
from voicelab.errors import ClipUnusable

if TYPE_CHECKING:
    from collections.abc import Callable

OTHER_TEXT = "On Tuesday we drove north through the rain and stopped twice for coffee."


@pytest.fixture(scope="module")
def other_text(spoken: Callable[[str], Clip]) -> Clip:
    """The same voice, saying something else."""
    return spoken(OTHER_TEXT)


def narrow(clip: Clip) -> Clip:
    """Return the clip without what is above 4 kHz."""
    return Clip(soxr.resample(soxr.resample(clip.samples, SAMPLE_RATE, 8000), 8000, SAMPLE_RATE))


def higher(clip: Clip, ratio: float) -> Clip:
    """Return the clip with pitch and formants raised by `ratio`: another person, by and large."""
    return Clip(np.asarray(soxr.resample(clip.samples, SAMPLE_RATE * ratio, SAMPLE_RATE), dtype=np.float32))


def test_the_encoder_is_the_published_one(speech_clip: Clip) -> None:
    """Features are those of mlx-audio, and so is the voice, but for the 8 bits that the weights are rounded to.

    mlx-audio has CAM++ for another engine; published_vector.txt is what its layers made of this speech with the
    published weights. (Of the last piece of a clip of more than 4 s it takes another mean than 3D-Speaker does.)
    """
    samples = resampled(speech_clip, 16_000)[: 4 * 16_000 + 240]
    power = filter_banks(samples)
    published = np.loadtxt(Path(__file__).with_name("published_vector.txt"), delimiter=",")
    assert float(vectors(power[None], Band(0.0, 8000.0))[0] @ published) > 0.985
    xvector = pytest.importorskip("mlx_audio.tts.models.chatterbox.s3gen.xvector")
    import mlx.core as mx

    theirs = np.array(xvector.kaldi_fbank(mx.array(samples))).reshape(power.shape)
    assert np.abs(np.log(np.maximum(power, 1.1920929e-07)) - theirs).max() < 0.05


def test_a_channel_does_not_make_a_stranger(speech_clip: Clip, other_text: Clip) -> None:
    """The same voice through a telephone is as like itself as two clips of it, and no stranger becomes like it."""
    for way in (narrow, on_telephone):
        assert likeness(speech_clip, way(speech_clip)) > 0.75
        assert likeness(speech_clip, way(other_text)) > likeness(speech_clip, other_text) - 0.15
        assert likeness(speech_clip, way(higher(other_text, 1.25))) < likeness(speech_clip, way(other_text)) - 0.2


def test_the_band_is_what_both_have(speech_clip: Clip) -> None:
    assert common_band(speech_clip) == Band(0.0, 8000.0)
    assert common_band(speech_clip, narrow(speech_clip)) == Band(0.0, 3700.0)
    assert common_band(on_telephone(speech_clip)).low_hz == 300.0


def test_too_little_in_common(speech_clip: Clip) -> None:
    dull = Clip(soxr.resample(soxr.resample(speech_clip.samples, SAMPLE_RATE, 4000), 4000, SAMPLE_RATE))
    with pytest.raises(ClipUnusable, match="not comparable"):
        likeness(speech_clip, dull)


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
    assert vector.shape == (192,)
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
