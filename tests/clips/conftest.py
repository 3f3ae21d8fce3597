"""Recordings of known speech, written by FFmpeg and libsndfile in every format that people bring."""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING, Any

import av
import numpy as np
import pytest
import soundfile
import soxr

from voicelab.clips.clip import SAMPLE_RATE, Clip

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from av.container import OutputContainer
    from numpy.typing import NDArray


@pytest.fixture(scope="session")
def source(speech_clip: Clip) -> Clip:
    """About 5 s of speech that stays below full scale."""
    samples = speech_clip.samples[: 5 * SAMPLE_RATE]
    return Clip((samples * (0.7 / np.abs(samples).max())).astype(np.float32))


@pytest.fixture
def with_soundfile(source: Clip, tmp_path: Path) -> Callable[..., Path]:
    """Write the source with libsndfile: `gains` has one factor per channel."""

    def write(
        container: str,
        subtype: str,
        rate: int = 44100,
        gains: tuple[float, ...] = (1,),
        gain: float = 1,
        seconds: float = 5,
    ) -> Path:
        mono = soxr.resample(source.samples, SAMPLE_RATE, rate)[: round(seconds * rate)] * gain
        path = tmp_path / f"spoken.{container.lower()}"
        soundfile.write(path, np.stack([mono * one for one in gains], axis=1), rate, format=container, subtype=subtype)
        return path

    return write


def add_sound(file: OutputContainer, codec: str, rate: int) -> av.AudioStream:
    """Add a mono stream to a file that is being written."""
    stream = file.add_stream(codec, rate=rate, layout="mono")
    assert isinstance(stream, av.AudioStream)
    return stream


@pytest.fixture
def with_ffmpeg(source: Clip, tmp_path: Path) -> Callable[..., Path]:
    """Write the source with FFmpeg, beside a moving picture where `video` names a codec."""

    def write(name: str, container: str, codec: str, rate: int = 48000, video: str = "", tracks: int = 1) -> Path:
        path = tmp_path / name
        samples = soxr.resample(source.samples, SAMPLE_RATE, rate).astype(np.float32)
        with av.open(str(path), "w", format=container) as file:
            pictures = _add_video(file, video) if video else None
            streams = [add_sound(file, codec, rate) for _ in range(tracks)]
            if pictures:
                for _ in range(round(25 * source.seconds)):
                    frame = av.VideoFrame.from_ndarray(np.zeros((64, 64, 3), dtype=np.uint8), "rgb24")
                    file.mux(pictures.encode(frame))
                file.mux(pictures.encode(None))
            for stream in streams:
                for frame in _frames(samples, rate):
                    file.mux(stream.encode(frame))
                file.mux(stream.encode(None))
        return path

    return write


@pytest.fixture
def sparse_wav(tmp_path: Path) -> Callable[..., Path]:
    """Write a silent 48 kHz stereo WAV that takes no room on the disk."""

    def write(seconds: int) -> Path:
        path = tmp_path / "hours.wav"
        data = seconds * 48000 * 4
        with path.open("wb") as file:
            file.write(wav_header(data, 48000, 2))
            file.truncate(44 + data)
        return path

    return write


def wav_header(data_bytes: int, rate: int, channels: int) -> bytes:
    """Return the 44 bytes before 16-bit PCM."""
    return (
        b"RIFF"
        + struct.pack("<I", min(data_bytes + 36, 2**32 - 1))
        + b"WAVEfmt "
        + struct.pack("<IHHIIHH", 16, 1, channels, rate, min(rate * channels * 2, 2**32 - 1), channels * 2, 16)
        + b"data"
        + struct.pack("<I", min(data_bytes, 2**32 - 1))
    )


def _add_video(file: Any, codec: str) -> Any:
    stream = file.add_stream(codec, rate=25)
    stream.width = stream.height = 64
    stream.pix_fmt = "yuv420p"
    return stream


def _frames(samples: NDArray[np.float32], rate: int) -> list[Any]:
    frames = []
    for start in range(0, len(samples), rate):
        frame = av.AudioFrame.from_ndarray(samples[None, start : start + rate], "flt", "mono")
        frame.sample_rate, frame.pts = rate, start
        frames.append(frame)
    return frames
