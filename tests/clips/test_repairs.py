"""Each repair does what it says, and nothing else."""

from __future__ import annotations

import numpy as np
import pytest

from voicelab.clips.clip import SAMPLE_RATE, Clip, Window
from voicelab.clips.repairs import (
    PEAK_DBTP,
    TARGET_LUFS,
    levelled,
    loudness_lufs,
    repaired,
    trimmed,
    true_peak_dbtp,
    with_tail,
    without_rumble,
)
from voicelab.errors import ClipUnusable


def tone(hertz: float, seconds: float = 2.0, amplitude: float = 0.1) -> Clip:
    at = np.arange(round(seconds * SAMPLE_RATE)) / SAMPLE_RATE
    return Clip((amplitude * np.sin(2 * np.pi * hertz * at)).astype(np.float32))


def power_db(clip: Clip) -> float:
    return 10 * float(np.log10(np.square(clip.samples[SAMPLE_RATE // 2 : -SAMPLE_RATE // 2]).mean()))


@pytest.mark.parametrize("gain", [0.02, 0.2, 1.0])
def test_level_brings_any_clip_to_the_target(speech_clip: Clip, gain: float) -> None:
    mended = levelled(Clip(speech_clip.samples * np.float32(gain)))
    assert loudness_lufs(mended) == pytest.approx(TARGET_LUFS, abs=0.2)
    assert true_peak_dbtp(mended) <= PEAK_DBTP + 0.01


def test_level_never_clips_and_never_limits(speech_clip: Clip) -> None:
    """One sharp peak: the whole is turned up less, its shape stays."""
    samples = speech_clip.samples * np.float32(0.02)
    samples[5000] = 0.8
    mended = levelled(Clip(samples))
    assert true_peak_dbtp(mended) == pytest.approx(PEAK_DBTP, abs=0.05)
    assert np.allclose(mended.samples / samples.max() * samples[5000], samples * mended.samples[5000] / 0.8, atol=1e-5)


@pytest.mark.parametrize(("hertz", "change_db"), [(20.0, -60.0), (30.0, -35.0), (75.0, -0.3), (150.0, 0.0)])
def test_rumble_goes_and_voices_stay(hertz: float, change_db: float) -> None:
    plain = tone(hertz)
    changed_db = power_db(without_rumble(plain)) - power_db(plain)
    assert changed_db < -50 if change_db < -50 else changed_db == pytest.approx(change_db, abs=1.0)


def test_a_constant_offset_goes(speech_clip: Clip) -> None:
    mended = without_rumble(Clip(speech_clip.samples + np.float32(0.1)))
    assert abs(float(mended.samples.mean())) < 1e-4
    assert np.corrcoef(mended.samples, speech_clip.samples)[0, 1] > 0.98


def test_repairs_are_done_in_one_order(speech_clip: Clip) -> None:
    rumbling = Clip(speech_clip.samples * np.float32(0.2) + tone(25, speech_clip.seconds, 0.3).samples)
    assert repaired(rumbling, ["level", "rumble"]).digest == levelled(without_rumble(rumbling)).digest
    assert repaired(rumbling, []) is rumbling


def test_what_cannot_be_levelled_says_so() -> None:
    with pytest.raises(ClipUnusable, match="no sound"):
        levelled(Clip(np.zeros(SAMPLE_RATE, dtype=np.float32)))
    with pytest.raises(ClipUnusable):
        levelled(tone(200, 0.2))


def test_trimming_takes_the_silence_at_the_ends() -> None:
    assert trimmed(Window(10, 30), [Window(2, 5), Window(6, 15)]) == Window(11.85, 25.3)
    assert trimmed(Window(10, 30), [Window(0.05, 19.9)]) == Window(10.0, 30.0)
    with pytest.raises(ClipUnusable, match="Nobody speaks"):
        trimmed(Window(0, 3), [])


def test_the_tail_is_silent(speech_clip: Clip) -> None:
    longer = with_tail(speech_clip, 0.5)
    assert longer.seconds == pytest.approx(speech_clip.seconds + 0.5)
    assert not longer.samples[len(speech_clip.samples) :].any()
    assert with_tail(speech_clip, 0.0) is speech_clip
