"""Every format that people bring comes out as the same speech: as long, as loud, and sample for sample alike."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest
import soundfile

from voicelab.clips.clip import SAMPLE_RATE, Clip
from voicelab.clips.decode import decode

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from numpy.typing import NDArray

LOSSLESS = [
    ("WAV", "PCM_U8", 44100),
    ("WAV", "PCM_16", 8000),
    ("WAV", "PCM_16", 24000),
    ("WAV", "PCM_24", 96000),
    ("WAV", "PCM_32", 44100),
    ("WAV", "FLOAT", 48000),
    ("WAV", "DOUBLE", 11025),
    ("AIFF", "PCM_16", 44100),
    ("AIFF", "PCM_24", 48000),
    ("FLAC", "PCM_16", 44100),
    ("FLAC", "PCM_24", 192000),
    ("CAF", "PCM_16", 44100),
]
LOSSY = [
    ("spoken.mp3", "mp3", "libmp3lame", ""),
    ("spoken.ogg", "ogg", "libopus", ""),
    ("spoken.opus", "opus", "libopus", ""),
    ("spoken.m4a", "ipod", "aac", ""),
    ("spoken.mp4", "mp4", "aac", "mpeg4"),
    ("spoken.webm", "webm", "libopus", "libvpx"),
    ("spoken.aac", "adts", "aac", ""),
]


@pytest.mark.parametrize(("container", "subtype", "rate"), LOSSLESS)
def test_lossless(container: str, subtype: str, rate: int, source: Clip, with_soundfile: Callable[..., Path]) -> None:
    recording = decode(with_soundfile(container, subtype, rate, gains=(1, 1)))
    assert recording.clip.sample_rate == SAMPLE_RATE
    assert recording.clip.samples.dtype == np.float32
    assert (recording.sample_rate, recording.channels) == (rate, 2)
    assert recording.clip.seconds == pytest.approx(source.seconds, abs=0.001)
    assert recording.notes == ()
    assert recording.clipped_s == ()
    # 8 bits add noise, and rates below 24 kHz lack the highest parts of the source; everything else is in its place.
    enough = 0.95 if rate < SAMPLE_RATE else 0.997 if subtype == "PCM_U8" else 0.9995
    assert correlation(source.samples, recording.clip.samples, lag=0) > enough
    assert level_db(recording.clip.samples) == pytest.approx(
        level_db(source.samples), abs=0.1 if rate >= 11025 else 0.5
    )


def test_24_khz_pcm_is_exact(source: Clip, with_soundfile: Callable[..., Path]) -> None:
    """A file that needs no resampling comes back without a change, so that saving it again loses nothing."""
    path = with_soundfile("WAV", "PCM_16", SAMPLE_RATE)
    stored = soundfile.read(path, dtype="int16")[0]
    assert np.array_equal(decode(path).clip.samples, stored.astype(np.float32) / 32768)


@pytest.mark.parametrize(("name", "container", "codec", "video"), LOSSY)
def test_lossy(
    name: str, container: str, codec: str, video: str, source: Clip, with_ffmpeg: Callable[..., Path]
) -> None:
    recording = decode(with_ffmpeg(name, container, codec, video=video))
    assert recording.sample_rate == 48000
    assert recording.clip.seconds == pytest.approx(source.seconds, abs=0.12)  # priming and the last frame
    assert correlation(source.samples, recording.clip.samples, lag=round(0.1 * SAMPLE_RATE)) > 0.97
    assert level_db(recording.clip.samples) == pytest.approx(level_db(source.samples), abs=0.5)
    assert recording.notes == ()


def test_vorbis(source: Clip, with_soundfile: Callable[..., Path]) -> None:
    recording = decode(with_soundfile("OGG", "VORBIS", 48000))
    assert recording.codec == "vorbis"
    assert recording.clip.seconds == pytest.approx(source.seconds, abs=0.01)
    assert correlation(source.samples, recording.clip.samples, lag=0) > 0.97


def test_stereo_is_averaged(source: Clip, with_soundfile: Callable[..., Path]) -> None:
    recording = decode(with_soundfile("WAV", "FLOAT", SAMPLE_RATE, gains=(1, 0.5)))
    assert np.allclose(recording.clip.samples, source.samples * 0.75, atol=1e-6)


def test_channels_that_cancel(source: Clip, with_soundfile: Callable[..., Path]) -> None:
    """A cable with swapped poles gives two opposite channels: their average would be silence."""
    recording = decode(with_soundfile("WAV", "FLOAT", SAMPLE_RATE, gains=(1, -1)))
    assert np.allclose(np.abs(recording.clip.samples), np.abs(source.samples), atol=1e-6)
    assert any("cancel" in note and "channel 1" in note for note in recording.notes)


def test_a_voice_in_the_centre_of_six_channels(source: Clip, with_soundfile: Callable[..., Path]) -> None:
    recording = decode(with_soundfile("WAV", "FLOAT", SAMPLE_RATE, gains=(0, 0, 1, 0, 0, 0)))
    assert np.allclose(recording.clip.samples, source.samples, atol=1e-6)
    assert any("channel 3" in note for note in recording.notes)


def test_the_main_one_of_two_tracks_is_said(with_ffmpeg: Callable[..., Path]) -> None:
    recording = decode(with_ffmpeg("two.mp4", "mp4", "aac", tracks=2))
    assert any("2 audio tracks" in note for note in recording.notes)


def test_clipping_is_found_before_resampling_hides_it(with_soundfile: Callable[..., Path]) -> None:
    """A tone cut off at full scale between 1 s and 2 s is reported there and nowhere else."""
    path = with_soundfile("WAV", "PCM_16", 44100)
    samples, rate = soundfile.read(path)
    tone = 3 * np.sin(2 * np.pi * 200 * np.arange(rate) / rate)
    samples[rate : 2 * rate] = np.clip(tone, -1, 1)
    soundfile.write(path, samples, rate)
    clipped_s = decode(path).clipped_s
    assert 3 <= len(clipped_s) <= 5
    assert all(1 <= place <= 2 for place in clipped_s)


def test_floating_point_over_full_scale_is_turned_down(source: Clip, with_soundfile: Callable[..., Path]) -> None:
    recording = decode(with_soundfile("WAV", "FLOAT", SAMPLE_RATE, gain=10))
    assert np.abs(recording.clip.samples).max() == pytest.approx(1)
    assert correlation(source.samples, recording.clip.samples, lag=0) > 0.9999
    assert any("16.9 dB over full scale" in note for note in recording.notes)


def test_two_recordings_glued_together(source: Clip, with_ffmpeg: Callable[..., Path], tmp_path: Path) -> None:
    """A stream may change its sample rate on the way: both parts keep their length and pitch."""
    first = with_ffmpeg("first.aac", "adts", "aac", rate=48000).read_bytes()
    second = with_ffmpeg("second.aac", "adts", "aac", rate=16000).read_bytes()
    (tmp_path / "both.aac").write_bytes(first + second)
    recording = decode(tmp_path / "both.aac")
    assert recording.clip.seconds == pytest.approx(2 * source.seconds, abs=0.2)
    half = len(recording.clip.samples) // 2
    for part in (recording.clip.samples[:half], recording.clip.samples[half:]):
        assert correlation(source.samples, part, lag=round(0.2 * SAMPLE_RATE)) > 0.9


def test_what_precedes_something_unreadable_is_kept_and_said(
    source: Clip, with_soundfile: Callable[..., Path], tmp_path: Path
) -> None:
    """FFmpeg gives up where a chained Ogg changes its sample rate: the first part is there, and a note says so."""
    first = with_soundfile("OGG", "VORBIS", 48000).read_bytes()
    second = with_soundfile("OGG", "VORBIS", 16000).read_bytes()
    (tmp_path / "both.ogg").write_bytes(first + second)
    recording = decode(tmp_path / "both.ogg")
    assert recording.clip.seconds == pytest.approx(source.seconds, abs=0.05)
    assert any("first 5.0 s could be read" in note for note in recording.notes)


def correlation(expected: NDArray[np.float32], found: NDArray[np.float32], lag: int) -> float:
    """Return the highest correlation of the two where one is moved by up to `lag` samples."""
    length = min(len(expected), len(found))
    expected, found = expected[:length], found[:length]
    size = 2 * length
    cross = np.fft.irfft(np.fft.rfft(found, size) * np.conj(np.fft.rfft(expected, size)), size)
    near = np.concatenate([cross[: lag + 1], cross[size - lag :]])
    return float(near.max() / np.sqrt((expected**2).sum() * (found**2).sum()))


def level_db(samples: NDArray[np.float32]) -> float:
    """Return the RMS in dBFS."""
    return float(10 * np.log10((samples**2).mean()))
