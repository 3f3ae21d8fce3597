"""The real detector finds where the real speech is."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING

import numpy as np
import pytest

from voicelab.clips import speech
from voicelab.clips.clip import SAMPLE_RATE, Clip, Window
from voicelab.clips.speech import pauses, speech_stretches

if TYPE_CHECKING:
    from numpy.typing import NDArray


def silence(seconds: float) -> np.ndarray:
    return np.zeros(round(seconds * SAMPLE_RATE), dtype=np.float32)


def test_speech_between_silences(speech_clip: Clip) -> None:
    padded = Clip(np.concatenate([silence(2), speech_clip.samples, silence(3)]))
    stretches = speech_stretches(padded)
    assert stretches[0].start_s == pytest.approx(2, abs=0.15)
    assert stretches[-1].end_s == pytest.approx(2 + speech_clip.seconds, abs=0.3)
    assert sum(stretch.seconds for stretch in stretches) > 0.85 * speech_clip.seconds
    assert all(one.end_s < following.start_s for one, following in itertools.pairwise(stretches))


def test_pauses_are_all_that_is_no_speech(speech_clip: Clip) -> None:
    """In noise, too, where a rule by loudness alone finds none."""
    chance = np.random.default_rng(0)
    spoken = np.concatenate([silence(2), speech_clip.samples, silence(3)])
    noisy = Clip((spoken + chance.normal(0, 0.01, len(spoken))).astype(np.float32))
    found = pauses(noisy)
    assert (found[0].start_s, found[-1].end_s) == (0.0, noisy.seconds)
    assert found[0].end_s == pytest.approx(2, abs=0.15)
    assert found[-1].seconds == pytest.approx(3, abs=0.3)
    stretches = speech_stretches(noisy)
    assert sum(each.seconds for each in (*found, *stretches)) == pytest.approx(noisy.seconds)
    assert pauses(Clip(silence(5))) == []


def test_no_speech_in_silence_noise_or_nothing() -> None:
    noise = np.random.default_rng(0).normal(0, 0.05, 5 * SAMPLE_RATE).astype(np.float32)
    assert speech_stretches(Clip(silence(5))) == []
    assert speech_stretches(Clip(noise)) == []
    assert speech_stretches(Clip(silence(0))) == []


def test_long_recordings_are_heard_in_pieces_with_the_same_result(
    speech_clip: Clip, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where a piece ends in the middle of a word there is neither a gap nor an overlap."""
    whole = spoken_at(speech_stretches(speech_clip), speech_clip.seconds)
    monkeypatch.setattr(speech, "_PIECE_S", 3)
    # almost the same samples, another digest: it is heard anew
    pieces = speech_stretches(Clip(speech_clip.samples * np.float32(0.999)))
    assert (spoken_at(pieces, speech_clip.seconds) == whole).mean() > 0.98
    assert all(one.end_s < following.start_s for one, following in itertools.pairwise(pieces))
    assert not {round(end, 3) for stretch in pieces for end in (stretch.start_s, stretch.end_s)} & {3.0, 6.0, 9.0}


def spoken_at(stretches: list[Window], seconds: float) -> NDArray[np.bool_]:
    """Return for every hundredth of a second whether it lies in a stretch."""
    times = np.arange(0, seconds, 0.01)
    within: NDArray[np.bool_] = np.any([(times >= each.start_s) & (times < each.end_s) for each in stretches], axis=0)
    return within


def test_the_answer_is_the_callers_own(speech_clip: Clip) -> None:
    """Changing the list does not change what the next caller gets."""
    speech_stretches(speech_clip).clear()
    assert speech_stretches(speech_clip)
