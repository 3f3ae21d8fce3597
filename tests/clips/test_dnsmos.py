"""The direct path gives speechmos's own scores, without its first-call wait."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING

import numpy as np
import pytest

from voicelab.clips.clip import SAMPLE_RATE, Clip, Window
from voicelab.clips.dnsmos import dnsmos_scores
from voicelab.clips.spectrum import HEARING_RATE, resampled
from voicelab.errors import ClipUnusable

if TYPE_CHECKING:
    from typing import Any


@pytest.fixture(scope="module")
def speechmos() -> Any:
    """Speechmos's DNSMOS without its P.808 half, whose features alone need the slow Numba warm-up."""
    from unittest.mock import patch

    from speechmos import dnsmos

    def scores(samples: np.ndarray) -> dict[str, float]:
        with patch.object(dnsmos.DNSMOS, "audio_melspec", lambda *_args, **_kwargs: np.zeros((900, 120))):
            return dict(dnsmos.run(samples, sr=HEARING_RATE))

    return scores


@pytest.mark.parametrize("seconds", [5.0, 9.5])
def test_equal_to_speechmos(seconds: float, speech_clip: Clip, speechmos: Any) -> None:
    clip = speech_clip.cut(Window(0, seconds))
    expected = speechmos(np.clip(resampled(clip, HEARING_RATE), -1, 1))
    found = dnsmos_scores(clip)
    assert found.overall == pytest.approx(expected["ovrl_mos"], abs=1e-4)
    assert found.speech == pytest.approx(expected["sig_mos"], abs=1e-4)
    assert found.background == pytest.approx(expected["bak_mos"], abs=1e-4)


def test_close_to_speechmos_on_fewer_windows(speech_clip: Clip, speechmos: Any) -> None:
    """Of 12-13 s speechmos judges every second that begins a window, this the first and the last."""
    expected = speechmos(np.clip(resampled(speech_clip, HEARING_RATE), -1, 1))
    found = dnsmos_scores(speech_clip)
    assert found.overall == pytest.approx(expected["ovrl_mos"], abs=0.15)
    assert found.background == pytest.approx(expected["bak_mos"], abs=0.15)


def test_more_noise_scores_lower(speech_clip: Clip) -> None:
    samples = speech_clip.samples[: 9 * SAMPLE_RATE]
    hiss = np.random.default_rng(0).normal(0, np.sqrt((samples**2).mean()), len(samples))
    scores = [dnsmos_scores(Clip((samples + factor * hiss).astype(np.float32))).background for factor in (0, 0.05, 0.3)]
    assert scores == sorted(scores, reverse=True)
    assert scores[0] > 3.8
    assert scores[2] < 2.5


def test_what_cannot_be_judged() -> None:
    for samples in (np.zeros(0), np.full(100, np.nan)):
        with pytest.raises(ClipUnusable):
            dnsmos_scores(Clip(samples.astype(np.float32)))


def test_librosa_and_numba_are_not_needed() -> None:
    script = """
import sys, numpy
from voicelab.clips.clip import Clip
from voicelab.clips.dnsmos import dnsmos_scores
print(dnsmos_scores(Clip(numpy.full(24000, 0.1, dtype="float32"))))
assert not {"librosa", "numba", "scipy"} & set(sys.modules)
"""
    subprocess.run([sys.executable, "-c", script], check=True, timeout=60)
