"""Pictures show what is in the audio, where it is, at once."""

from __future__ import annotations

import io
import time

import numpy as np
import pytest
from PIL import Image

from voicelab.clips.clip import SAMPLE_RATE, Clip
from voicelab.clips.pictures import peaks, spectrogram_png
from voicelab.clips.spectrum import mel_filters


def picture(clip: Clip, width: int = 600, height: int = 200) -> np.ndarray:
    """Return the decoded PNG's brightness, shape (height, width), top row first."""
    image = Image.open(io.BytesIO(spectrogram_png(clip, width, height)))
    assert image.size == (width, height)
    return np.asarray(image.convert("L"), dtype=float)


def test_peaks_are_where_the_sound_is() -> None:
    samples = np.zeros(12_000, dtype=np.float32)
    samples[6_005], samples[6_008] = 0.8, -0.4
    found = peaks(Clip(samples), bins=1200)
    assert found.shape == (1200, 2)
    assert found[600].tolist() == pytest.approx([-0.4, 0.8])
    assert np.count_nonzero(found) == 2


@pytest.mark.parametrize("count", [0, 1, 7, 1199, 1201])
def test_peaks_of_short_audio(count: int) -> None:
    found = peaks(Clip(np.full(count, 0.5, dtype=np.float32)), bins=1200)
    assert found.shape == (1200, 2)
    assert np.all(found == (0.5 if count else 0))


def test_a_tone_is_a_line_at_its_height_and_time() -> None:
    """Silence, then 500 Hz, then 5 kHz: bright low in the middle third, bright high in the last."""
    third = np.arange(2 * SAMPLE_RATE) / SAMPLE_RATE
    tones = [0 * third, 0.3 * np.sin(2 * np.pi * 500 * third), 0.3 * np.sin(2 * np.pi * 5000 * third)]
    image = picture(Clip(np.concatenate(tones).astype(np.float32)))
    silent, low, high = image[:, 20:180], image[:, 220:380], image[:, 420:580]
    assert silent.max() < 10
    assert low.max() > 200
    assert high.max() > 200
    assert low.mean(axis=1).argmax() > high.mean(axis=1).argmax() + 50  # row 0 is the top
    expected_mel = int(mel_filters(SAMPLE_RATE, 1024, 128)[:, round(500 / SAMPLE_RATE * 1024)].argmax())
    assert low.mean(axis=1).argmax() == pytest.approx(200 * (1 - (expected_mel + 0.5) / 128), abs=3)


@pytest.mark.parametrize("samples", [np.zeros(0), np.zeros(10), np.zeros(48000), np.full(48000, np.nan), np.ones(1)])
def test_odd_audio_has_a_picture_too(samples: np.ndarray) -> None:
    assert picture(Clip(samples.astype(np.float32))).shape == (200, 600)


def test_half_an_hour_is_drawn_quickly() -> None:
    """Under 1.5 s on two cores; the bound here leaves room for a busy machine."""
    clip = Clip(np.resize(np.random.default_rng(0).normal(0, 0.1, SAMPLE_RATE), 1800 * SAMPLE_RATE).astype(np.float32))
    start = time.perf_counter()
    peaks(clip)
    spectrogram_png(clip)
    elapsed_s = time.perf_counter() - start
    print(f"30 minutes drawn in {elapsed_s:.2f} s")
    assert elapsed_s < 6


def test_mel_filters_are_librosas() -> None:
    import librosa

    for rate, n_fft, n_mels in ((SAMPLE_RATE, 1024, 128), (16000, 512, 40)):
        theirs = librosa.filters.mel(sr=rate, n_fft=n_fft, n_mels=n_mels)
        assert np.allclose(mel_filters(rate, n_fft, n_mels), theirs, atol=1e-7)
