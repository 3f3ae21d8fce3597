"""Where pieces meet: no clicks, natural silence, nothing cut."""

from __future__ import annotations

import numpy as np
import pytest

from voicelab.clips.clip import SAMPLE_RATE, Clip
from voicelab.speech.join import fit, trailing_silence_s


def tone(seconds: float, silence_s: float = 0.0) -> np.ndarray:
    """Return a tone that is loud at both edges, then silence."""
    times_s = np.arange(round(seconds * SAMPLE_RATE)) / SAMPLE_RATE
    loud = 0.5 * np.cos(2 * np.pi * 200 * times_s)
    return np.concatenate([loud, np.zeros(round(silence_s * SAMPLE_RATE))]).astype(np.float32)


def test_a_text_of_one_piece_stays_as_the_model_spoke_it() -> None:
    samples = tone(0.5)
    assert fit(samples, 0.0, first=True, last=True) is samples


def test_pieces_meet_without_a_click_and_keep_their_outer_edges() -> None:
    first = fit(tone(0.5), 0.3, first=True, last=False)
    last = fit(tone(0.5), 0.0, first=False, last=True)
    whole = np.concatenate([first, last])
    assert whole[0] == whole[-1] + (whole[0] - whole[-1]) == tone(0.5)[0]
    assert last[-1] == tone(0.5)[-1]
    steepest = np.abs(np.diff(tone(0.5))).max()
    assert np.abs(np.diff(whole)).max() < 1.5 * steepest, "a hard edge would be a jump of 0.5"
    middle = slice(round(0.01 * SAMPLE_RATE), round(0.49 * SAMPLE_RATE))
    assert np.array_equal(first[middle], tone(0.5)[middle]), "only the edges are touched"


@pytest.mark.parametrize(("own_s", "total_s"), [(0.0, 0.4), (0.15, 0.4), (0.4, 0.4), (0.9, 0.9)])
def test_the_models_own_silence_counts_as_pause_and_is_never_cut(own_s: float, total_s: float) -> None:
    piece = fit(tone(0.5, own_s), 0.4, first=True, last=False)
    assert len(piece) / SAMPLE_RATE - 0.5 == pytest.approx(total_s, abs=0.011)
    assert piece.dtype == np.float32


def test_very_short_and_silent_pieces_are_no_special_case() -> None:
    for samples in (np.zeros(10, np.float32), np.ones(3, np.float32), np.zeros(2000, np.float32)):
        piece = fit(samples, 0.2, first=False, last=False)
        assert np.isfinite(piece).all()
        assert len(piece) >= len(samples)


def test_real_speech_ends_where_it_is_heard_to_end(speech_clip: Clip) -> None:
    padded = np.concatenate([speech_clip.samples, np.zeros(SAMPLE_RATE // 2, np.float32)])
    assert trailing_silence_s(padded) - trailing_silence_s(speech_clip.samples) == pytest.approx(0.5, abs=0.011)
    assert trailing_silence_s(speech_clip.samples) < 1
