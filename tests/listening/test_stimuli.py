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
from voicelab.listening.stimuli import low_anchor, prepared, served

if TYPE_CHECKING:
    from numpy.typing import NDArray


def speech_like(clip: Clip, gain: float) -> Clip:
    return Clip((clip.samples * gain).astype(np.float32))


def test_stimuli_are_equally_loud_and_long(speech_clip: Clip) -> None:
    quiet, loud = speech_like(speech_clip, 0.1), speech_like(speech_clip, 0.9)
    short = Clip(speech_clip.samples[: 3 * 24_000])
    stimuli = prepared([quiet, loud, short])
    assert len({len(stimulus.samples) for stimulus in stimuli}) == 1
    levels = [loudness_lufs(stimulus) for stimulus in stimuli]
    assert max(levels) - min(levels) <= 0.4
    assert max(true_peak_dbtp(stimulus) for stimulus in stimuli) <= -1.0
    for before, after in zip((quiet, loud, short), stimuli, strict=True):
        kept = after.samples[200 : len(before.samples) - 200]
        assert np.corrcoef(kept, before.samples[200 : len(before.samples) - 200])[0, 1] > 0.9999


def test_takes_of_another_rate_are_brought_to_ours() -> None:
    stimuli = prepared([Clip(sounding(1.0, 1).samples[:16_000], 16_000), sounding(1.0, 2)])
    assert [stimulus.sample_rate for stimulus in stimuli] == [24_000, 24_000]
    assert len(stimuli[0].samples) == len(stimuli[1].samples) == round(1.3 * 24_000)


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
