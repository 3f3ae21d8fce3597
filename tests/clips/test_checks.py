"""Each check says the right thing about a clip made to have exactly that fault."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import TYPE_CHECKING

import numpy as np
import pytest

from voicelab.clips.checks import check
from voicelab.clips.clip import SAMPLE_RATE, Clip, Window

if TYPE_CHECKING:
    from collections.abc import Callable

    from voicelab.clips.findings import Check, Checkup

NAMES = ["length", "level", "clipping", "silence", "speech", "ending", "noise"]
TRAITS = {"speakers", "hum", "music", "echo", "bandwidth", "whisper"}
"""Checked by test_trait_checks.py; left out where there is too little to measure."""


def one(checkup: Checkup, name: str) -> Check:
    return next(found for found in checkup.checks if found.name == name)


def silence(seconds: float) -> np.ndarray:
    return np.zeros(round(seconds * SAMPLE_RATE), dtype=np.float32)


@pytest.fixture(scope="module")
def clean(speech_clip: Clip) -> Clip:
    """Speech of 13 s with nothing wrong."""
    return Clip(speech_clip.samples * np.float32(0.7))


def test_good_speech_passes(clean: Clip) -> None:
    checkup = check(clean)
    assert [found.name for found in checkup.checks][: len(NAMES)] == NAMES
    assert {found.name for found in checkup.checks[len(NAMES) :]} <= TRAITS
    assert {found.level for found in checkup.checks} == {"ok"}
    assert checkup.verdict == "ok"


def test_it_is_ready_for_json(clean: Clip) -> None:
    plain = json.loads(json.dumps(asdict(check(clean, noise=False)), allow_nan=False))
    assert plain["verdict"] == "ok"
    assert set(plain["checks"][0]) == {"name", "level", "value", "unit", "message"}


@pytest.mark.parametrize(
    ("seconds", "level"), [(0.2, "fail"), (2.9, "fail"), (5, "warn"), (12, "ok"), (25, "warn"), (35, "fail")]
)
def test_length(seconds: float, level: str, clean: Clip) -> None:
    clip = Clip(np.tile(clean.samples, 4)).cut(Window(0, seconds))
    found = one(check(clip, noise=False), "length")
    assert found.level == level
    assert found.value == pytest.approx(seconds)
    assert "15 s" in found.message or level == "ok" or seconds < 3


@pytest.mark.parametrize(
    ("gain", "level", "says"), [(1, "ok", "loud enough"), (0.07, "warn", "quiet"), (0.01, "fail", "inaudible")]
)
def test_level(gain: float, level: str, says: str, clean: Clip) -> None:
    found = one(check(Clip(clean.samples * np.float32(gain)), noise=False), "level")
    assert found.level == level
    assert says in found.message


def test_level_is_that_of_the_speech_and_not_of_the_pauses(clean: Clip) -> None:
    padded = Clip(np.concatenate([silence(5), clean.samples, silence(5)]))
    alone, with_pauses = one(check(clean, noise=False), "level"), one(check(padded, noise=False), "level")
    assert with_pauses.value == pytest.approx(alone.value, abs=0.5)


def test_clipping_in_the_original(clean: Clip) -> None:
    """The places come from before resampling; those outside the clip do not count."""
    found = one(check(clean, clipped_s=[-1.0, 3.2, 99.0], noise=False), "clipping")
    assert (found.level, found.value) == ("warn", 1)
    assert "3.2 s" in found.message
    assert one(check(clean, clipped_s=np.arange(0, 13, 0.5).tolist(), noise=False), "clipping").level == "fail"


def test_clipping_in_the_clip_itself(clean: Clip) -> None:
    crushed = Clip(np.clip(clean.samples * 10, -1, 1))
    found = one(check(crushed, noise=False), "clipping")
    assert found.level == "fail"
    assert "less gain" in found.message


def test_pauses_lead_and_tail(spoken: Callable[[str], Clip]) -> None:
    first, second = spoken("We walked along the river until noon.").samples, spoken("Then it began to rain.").samples
    clip = Clip(np.concatenate([silence(2), first, silence(3), second, silence(4)]))
    found = one(check(clip, noise=False), "silence")
    assert found.level == "warn"
    assert found.value == pytest.approx(4, abs=0.5)
    for said in ("before the first word", "a pause of 3.", "after the last word"):
        assert said in found.message


def test_little_speech(clean: Clip) -> None:
    hum = (0.01 * np.sin(2 * np.pi * 50 * np.arange(12 * SAMPLE_RATE) / SAMPLE_RATE)).astype(np.float32)
    half, tenth = hum.copy(), hum.copy()
    half[: 5 * SAMPLE_RATE] += clean.samples[: 5 * SAMPLE_RATE]
    tenth[:SAMPLE_RATE] += clean.samples[:SAMPLE_RATE]
    assert one(check(Clip(half), noise=False), "speech").level == "warn"
    assert one(check(Clip(tenth), noise=False), "speech").level == "fail"
    assert "No speech" in one(check(Clip(hum), noise=False), "speech").message


@pytest.mark.parametrize(("snr_db", "level"), [(35, "ok"), (17, "warn"), (3, "fail")])
def test_noise(snr_db: float, level: str, clean: Clip) -> None:
    power = float(np.sqrt((clean.samples**2).mean()))
    hiss = np.random.default_rng(0).normal(0, power * 10 ** (-snr_db / 20), len(clean.samples))
    clip = Clip((clean.samples + hiss)[: 9 * SAMPLE_RATE].astype(np.float32))
    assert one(check(clip), "noise").level == level


@pytest.mark.parametrize("samples", [silence(10), silence(0), 1e-4 * np.ones(SAMPLE_RATE * 10)])
def test_silence_fails_in_words(samples: np.ndarray) -> None:
    checkup = check(Clip(samples.astype(np.float32)))
    assert checkup.verdict == "fail"
    assert "no sound" in one(checkup, "silence").message


@pytest.mark.parametrize("wrong", [np.nan, np.inf])
def test_damaged_samples_fail_in_words(wrong: float, clean: Clip) -> None:
    samples = clean.samples.copy()
    samples[100:103] = wrong
    checkup = check(Clip(samples))
    assert checkup.verdict == "fail"
    assert checkup.checks[0].value == 3
    json.dumps(asdict(checkup), allow_nan=False)


@pytest.mark.parametrize("count", [1, 2, 100, 4800])
def test_tiny_clips_do_not_crash(count: int) -> None:
    assert check(Clip(np.full(count, 0.5, dtype=np.float32))).verdict == "fail"
