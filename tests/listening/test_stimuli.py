"""Stimuli: equally loud, equally long, of one format, and never the same bytes twice."""

from __future__ import annotations

import hmac
import io
import wave
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest

from tests.listening.conftest import sounding
from voicelab.clips.clip import Clip
from voicelab.clips.loudness import loudness_lufs, true_peak_dbtp
from voicelab.clips.wav import write_wav
from voicelab.listening.stimuli import LEAST_LUFS, TARGET_LUFS, low_anchor, prepared, served, spoilt

if TYPE_CHECKING:
    from numpy.typing import NDArray


def changed(clip: Clip, gain: float = 1.0, before_s: float = 0.0, offset: float = 0.0) -> Clip:
    samples = np.pad(clip.samples * gain, (round(before_s * clip.sample_rate), 0)) + offset
    return Clip(samples.astype(np.float32), clip.sample_rate)


def test_stimuli_are_equally_loud_and_long(speech_clip: Clip) -> None:
    quiet, loud = changed(speech_clip, 0.02), changed(speech_clip, 0.9)
    short = Clip(speech_clip.samples[: 3 * 24_000])
    made = prepared([quiet, loud, short])
    assert len({len(stimulus.samples) for stimulus in made.clips}) == 1
    levels = [loudness_lufs(stimulus) for stimulus in made.clips]
    assert max(levels) - min(levels) <= 0.4
    # One quiet take does not pull them all down.
    assert levels == pytest.approx([TARGET_LUFS] * 3, abs=0.6)
    assert max(true_peak_dbtp(stimulus) for stimulus in made.clips) <= -1.0
    assert made.said[0].startswith("Stimuli were matched in loudness (-23.0 LUFS")
    assert len(made.said) == 1


@pytest.mark.parametrize(
    "as_brought",
    [
        {"before_s": 0.25},
        {"offset": 0.02},
        {"gain": -1.0},
        {"gain": 0.05, "before_s": 0.4, "offset": -0.01},
    ],
)
def test_silence_offset_and_polarity_do_not_reach_the_listener(as_brought: dict[str, float], speech_clip: Clip) -> None:
    """A quarter of a second of silence told the take 8 times of 8, and so did an offset: now the stimuli are equal."""
    first, second = prepared([speech_clip, changed(speech_clip, **as_brought)]).clips
    assert abs(float(second.samples.mean())) < 1e-3
    starts = [int(np.flatnonzero(np.abs(clip.samples) > 0.01)[0]) for clip in (first, second)]
    assert abs(starts[0] - starts[1]) <= 240
    shifts = range(-300, 301)
    likeness = [np.corrcoef(first.samples[2400:60_000], second.samples[2400 + n : 60_000 + n])[0, 1] for n in shifts]
    assert max(likeness) > 0.98


def test_a_take_whose_peaks_forbid_the_loudness_is_told(speech_clip: Clip) -> None:
    """Nothing is limited: it stays quieter, the others do not come down to it, and the report says so."""
    clicking = changed(speech_clip, 0.01)
    clicking.samples[40_000] = 0.99
    made = prepared([speech_clip, clicking])
    assert loudness_lufs(made.clips[0]) == pytest.approx(LEAST_LUFS, abs=0.5)
    assert loudness_lufs(made.clips[1]) < LEAST_LUFS - 1
    assert "In 1 of 2 stimuli the peaks do not allow" in made.said[1]


def test_a_very_short_take_is_matched_by_its_own_loudness(speech_clip: Clip) -> None:
    start = int(np.argmax(np.convolve(np.square(speech_clip.samples), np.ones(7200), "valid")))
    short = Clip(speech_clip.samples[start : start + 7200])
    made = prepared([changed(short, 0.3, before_s=0.5), speech_clip])
    own = made.clips[0].samples[2400 : 2400 + round(made.seconds[0] * 24_000)]
    assert made.seconds[0] < 0.4
    assert loudness_lufs(Clip(own)) == pytest.approx(TARGET_LUFS, abs=0.8)


def test_takes_of_another_rate_are_brought_to_ours() -> None:
    stimuli = prepared([Clip(sounding(1.0, 1).samples[:16_000], 16_000), sounding(1.0, 2)]).clips
    assert [stimulus.sample_rate for stimulus in stimuli] == [24_000, 24_000]
    assert len(stimuli[0].samples) == len(stimuli[1].samples)


def test_a_spoilt_take_is_noisier_and_no_louder(speech_clip: Clip) -> None:
    """P.810 at 5 dB: noise that follows the speech; told by anybody who listens."""
    bad = spoilt(speech_clip)
    noise = bad.samples - speech_clip.samples
    ratio = 10 * np.log10(np.square(speech_clip.samples).sum() / np.square(noise).sum())
    assert ratio == pytest.approx(5.0, abs=0.3)


def test_the_low_anchor_lacks_the_highs() -> None:
    samples = low_anchor(sounding(1.0, 1)).samples
    anchor = np.abs(np.fft.rfft(samples * np.hanning(len(samples))))
    assert anchor[5000:].max() < 0.01 * anchor[1000:3000].mean()


SECRET = "5" * 64


@pytest.fixture
def stimulus_file(tmp_path: Path) -> Path:
    path = tmp_path / "a.wav"
    write_wav(path, sounding(0.5, 1))
    return path


def test_the_same_take_is_never_the_same_file(stimulus_file: Path) -> None:
    """Equal bytes would give X, and identical pairs, away; the difference is one step of 16 bits."""
    one, other = served(stimulus_file, "0" * 31 + "1", SECRET), served(stimulus_file, "0" * 31 + "2", SECRET)
    assert one != other
    assert len(one) == len(other)
    assert one[:44] == other[:44]
    first, second = (np.frombuffer(content[44:], "<i2").astype(int) for content in (one, other))
    assert np.abs(first - second).max() <= 2
    assert np.mean(first != second) > 0.5
    assert served(stimulus_file, "0" * 31 + "1", SECRET) == one


def test_who_knows_the_id_cannot_take_the_noise_away(stimulus_file: Path) -> None:
    """The take under two ids, as X and A: with the noise that the ids alone give, they do not become equal."""

    def quieted(stimulus: str) -> NDArray[np.int64]:
        samples = np.frombuffer(served(stimulus_file, stimulus, SECRET)[44:], "<i2").astype(np.int64)
        guessed = np.random.default_rng(int(stimulus, 16)).integers(-1, 1, len(samples), np.int8, endpoint=True)
        unkeyed = hmac.digest(b"", stimulus.encode(), "sha256")
        again = np.random.default_rng(int.from_bytes(unkeyed)).integers(-1, 1, len(samples), np.int8, endpoint=True)
        return np.stack([samples - guessed, samples - again])

    for one, other in zip(quieted("0" * 31 + "1"), quieted("0" * 31 + "2"), strict=True):
        assert np.mean(one != other) > 0.5
    assert served(stimulus_file, "ab", SECRET) != served(stimulus_file, "ab", "6" * 64)


def test_it_is_a_plain_wav_file(stimulus_file: Path) -> None:
    with wave.open(io.BytesIO(served(stimulus_file, "ab", SECRET))) as file:
        assert (file.getnchannels(), file.getsampwidth(), file.getframerate(), file.getnframes()) == (
            1,
            2,
            24_000,
            12_000,
        )
