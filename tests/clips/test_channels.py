"""The better channel is the one that somebody can be cloned from, whatever is in the other."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest
import soundfile

from voicelab.clips.channels import BestChannel, best_channel, contents
from voicelab.clips.clip import SAMPLE_RATE, Clip, Window
from voicelab.clips.track_choice import Choice

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

    Sound = NDArray[np.float32]


@pytest.fixture(scope="module")
def voice(speech_clip: Clip) -> Sound:
    """Ten seconds of speech."""
    return np.asarray(speech_clip.samples[: 10 * SAMPLE_RATE], np.float32)


def noise(like: Sound, level: float, seed: int = 1) -> Sound:
    power = float(np.sqrt(np.mean(like**2)))
    rng = np.random.default_rng(seed)
    return np.asarray(level * power * rng.standard_normal(len(like)), np.float32)


def judged(folder: Path, *channels: Sound) -> BestChannel:
    path = folder / "channels.wav"
    soundfile.write(path, np.stack(channels, axis=1), SAMPLE_RATE, subtype="FLOAT")
    return best_channel(path, "channels.wav", Choice(), Window(0.0, len(channels[0]) / SAMPLE_RATE))


def test_noise_is_not_chosen(tmp_path: Path, voice: Sound) -> None:
    assert judged(tmp_path, voice, noise(voice, 0.5)).channel == 1
    assert judged(tmp_path, noise(voice, 0.5), voice).channel == 2


def test_a_voice_in_noise_is_not_chosen_over_the_clean_one(tmp_path: Path, voice: Sound) -> None:
    noisy = voice + noise(voice, 0.5)
    assert judged(tmp_path, noisy, voice).channel == 2
    assert judged(tmp_path, voice, noisy).channel == 1


def test_a_silent_channel_is_not_chosen(tmp_path: Path, voice: Sound) -> None:
    assert judged(tmp_path, np.zeros_like(voice), voice).channel == 2


def test_two_alike_need_no_choice(tmp_path: Path, voice: Sound) -> None:
    found = judged(tmp_path, voice, voice + noise(voice, 0.001))
    assert (found.channel, found.alike) == (None, True)


def test_the_mix_is_good_where_both_hear_the_voice_alike(tmp_path: Path, voice: Sound) -> None:
    """Two microphones, each with noise of its own: their mean has less of it."""
    found = judged(tmp_path, voice + noise(voice, 0.05, 1), voice + noise(voice, 0.05, 2))
    assert (found.channel, found.alike) == (None, False)


def test_opposite_channels_are_no_mix(tmp_path: Path, voice: Sound) -> None:
    assert judged(tmp_path, voice, -voice).channel in {1, 2}


def test_of_two_people_who_speak_in_turn_the_one_who_says_more(tmp_path: Path, voice: Sound) -> None:
    short, silence = voice[: 6 * SAMPLE_RATE], np.zeros_like(voice)
    first = np.concatenate([short, silence])
    second = np.concatenate([np.zeros_like(short), voice])
    found = judged(tmp_path, first, second)
    assert found.channel == 2
    assert "in turn" in found.reason


def test_where_nobody_speaks_no_channel_is_better(tmp_path: Path, voice: Sound) -> None:
    found = judged(tmp_path, noise(voice, 1, 1), noise(voice, 1, 2))
    assert found.channel is None
    assert "nobody speaks" in found.reason


def test_only_the_window_counts(tmp_path: Path, voice: Sound) -> None:
    path = tmp_path / "later.wav"
    half = np.zeros_like(voice)
    soundfile.write(path, np.stack([np.concatenate([half, voice]), np.concatenate([voice, half])], axis=1), SAMPLE_RATE)
    assert best_channel(path, "later.wav", Choice(), Window(0.0, 10.0)).channel == 2
    assert best_channel(path, "later.wav", Choice(), Window(10.0, 20.0)).channel == 1


def test_what_a_file_has_to_choose_from(tmp_path: Path, voice: Sound) -> None:
    path = tmp_path / "six.wav"
    soundfile.write(path, np.stack([voice] * 6, axis=1), SAMPLE_RATE)
    found = contents(path, "six.wav", Choice())
    assert (found.tracks, found.track, found.channels) == ((1,), 1, 6)
