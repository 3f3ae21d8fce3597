"""Track and channel of a recording, chosen on the page in a real browser."""

from __future__ import annotations

import json
import time
from typing import TYPE_CHECKING, Any

import av
import numpy as np
import pytest
import soundfile
from playwright.sync_api import expect

from tests.clips.conftest import add_sound
from tests.ui.conftest import SLOW_MS, upload
from voicelab.clips.clip import SAMPLE_RATE, Clip
from voicelab.clips.wav import read_wav

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray
    from playwright.sync_api import Page

    from tests.ui.conftest import RunningLab

RATE = 48_000


@pytest.fixture(scope="module")
def voice(speech_clip: Clip) -> NDArray[np.float32]:
    samples = speech_clip.samples[: 12 * SAMPLE_RATE]
    return np.asarray(samples * (0.7 / np.abs(samples).max()), np.float32)


@pytest.fixture(scope="module")
def noise(voice: NDArray[np.float32]) -> NDArray[np.float32]:
    return np.random.default_rng(3).uniform(-0.2, 0.2, len(voice)).astype(np.float32)


def source(lab: RunningLab) -> dict[str, Any]:
    """What the newest draft says of where it comes from."""
    folders = [path for path in (lab.home / "data" / "drafts").iterdir() if len(path.name) == 32]
    newest = max(folders, key=lambda path: (path / "draft.json").stat().st_mtime_ns)
    return dict(json.loads((newest / "draft.json").read_text("utf-8"))) | {"folder": newest}


def sound(lab: RunningLab) -> NDArray[np.float32]:
    return read_wav(source(lab)["folder"] / "decoded.wav").samples


def pressed(page: Page, field: str, label: str) -> None:
    page.locator(field).get_by_label(label, exact=True).check()


def test_the_channel_without_the_noise_is_suggested_and_taken(
    page: Page, lab_server: RunningLab, tmp_path: Path, voice: NDArray[np.float32], noise: NDArray[np.float32]
) -> None:
    path = tmp_path / "noisy-right.wav"
    soundfile.write(path, np.stack([voice, noise], axis=1), SAMPLE_RATE)
    upload(page, path)
    channel = page.locator("#make-channel")
    expect(channel.get_by_label("Mix of all")).to_be_checked(timeout=SLOW_MS)
    expect(page.locator("#make-track")).to_be_hidden()
    expect(page.locator("#make-channel-advice")).to_contain_text("Suggested: left", timeout=SLOW_MS)
    pressed(page, "#make-channel", "Left")
    page.locator("#make-back").wait_for(timeout=SLOW_MS)
    expect(channel.get_by_label("Left")).to_be_checked()
    assert source(lab_server)["choice"] == {"track": None, "channel": 1, "mix": False}
    assert np.abs(sound(lab_server) - voice).max() < 0.001
    page.reload()
    page.get_by_role("tab", name="Make a voice").click()
    expect(channel.get_by_label("Left")).to_be_checked(timeout=SLOW_MS)
    pressed(page, "#make-channel", "Right")
    end = time.monotonic() + SLOW_MS / 1000
    while source(lab_server)["choice"]["channel"] != 2 and time.monotonic() < end:
        page.wait_for_timeout(100)
    assert np.abs(sound(lab_server) - noise).max() < 0.001


def test_a_track_can_be_chosen_and_taken_back(
    page: Page, lab_server: RunningLab, tmp_path: Path, voice: NDArray[np.float32], noise: NDArray[np.float32]
) -> None:
    path = two_tracks(tmp_path / "two.mkv", noise[: 6 * SAMPLE_RATE], voice)
    upload(page, path)
    track = page.locator("#make-track")
    expect(track.get_by_label("Track 1")).to_be_checked(timeout=SLOW_MS)
    expect(page.locator("#make-channel")).to_be_hidden()
    pressed(page, "#make-track", "Track 2")
    page.locator("#make-back").wait_for(timeout=SLOW_MS)
    expect(page.locator("#make-recording")).to_contain_text("two.mkv, 12.0 s")
    expect(track.get_by_label("Track 2")).to_be_checked()
    assert source(lab_server)["choice"]["track"] == 2
    page.locator("#make-back").click()
    expect(page.locator("#make-recording")).to_contain_text("two.mkv, 6.0 s", timeout=SLOW_MS)
    expect(track.get_by_label("Track 1")).to_be_checked(timeout=SLOW_MS)


def test_a_mono_file_offers_no_choice(
    page: Page, tmp_path: Path, voice: NDArray[np.float32], noise: NDArray[np.float32]
) -> None:
    path = tmp_path / "stereo.wav"
    soundfile.write(path, np.stack([voice, noise], axis=1), SAMPLE_RATE)
    upload(page, path)
    page.locator("#make-channel").wait_for(timeout=SLOW_MS)
    page.locator("#make-upload").get_by_label("Clear").first.click()
    page.locator("#make-tracks").wait_for(state="hidden", timeout=SLOW_MS)
    upload(page, tmp_path / "mono.wav", Clip(voice))
    expect(page.locator("#make-tracks")).to_be_hidden()


def two_tracks(path: Path, first: NDArray[np.float32], second: NDArray[np.float32]) -> Path:
    import soxr

    with av.open(str(path), "w", format="matroska") as file:
        streams = [add_sound(file, "flac", RATE) for _ in range(2)]
        for stream, samples in zip(streams, (first, second), strict=True):
            stream.format = "s16"
            whole = soxr.resample(samples, SAMPLE_RATE, RATE).clip(-1, 1)
            frame = av.AudioFrame.from_ndarray((whole * 32767).astype(np.int16)[None], "s16", "mono")
            frame.sample_rate, frame.pts = RATE, 0
            file.mux(stream.encode(frame))
            file.mux(stream.encode(None))
    return path
