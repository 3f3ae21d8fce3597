"""Each check finds its fault in speech made to have it, and nothing in clean speech; each says what to do."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest
import soxr

from tests.clips import material
from voicelab.clips.checks import check
from voicelab.clips.clip import SAMPLE_RATE, Clip, Window
from voicelab.clips.speech import speech_stretches
from voicelab.clips.trait_checks import trait_checks

if TYPE_CHECKING:
    from collections.abc import Callable

    from voicelab.clips.findings import Check

TEXT = " ".join(material.HELD_OUT_TEXTS)
"""Held out: no threshold was chosen on it."""


@pytest.fixture(scope="module")
def clean() -> Clip:
    return material.said("joe", TEXT).cut(Window(0, 16))


@pytest.fixture(scope="module")
def other(clean: Clip) -> Clip:
    """Another person, by and large: pitch and formants lower by a fifth."""
    moved = soxr.resample(clean.samples, SAMPLE_RATE * 0.8, SAMPLE_RATE)
    return Clip(np.asarray(moved, dtype=np.float32)).cut(Window(0, 8))


def found(clip: Clip) -> dict[str, Check]:
    return {one.name: one for one in trait_checks(clip, speech_stretches(clip))}


def test_clean_speech_has_none_of_them(clean: Clip) -> None:
    checks = found(clean)
    assert {"speakers", "hum", "echo", "bandwidth"} <= set(checks)
    assert {one.level for one in checks.values()} == {"ok"}


@pytest.mark.parametrize(
    ("fault", "name", "level", "says"),
    [
        (lambda clip: material.with_hum(clip, 28, 50), "hum", "warn", "50 Hz"),
        (lambda clip: material.with_hum(clip, 28, 60), "hum", "warn", "60 Hz"),
        (lambda clip: material.with_music(clip, 18), "music", "warn", "Choose a stretch without"),
        (lambda clip: material.in_room(clip, 0.7, 0), "echo", "warn", "curtains"),
        (material.on_telephone, "bandwidth", "warn", "telephone"),
        (material.whispered, "whisper", "warn", "speaks aloud"),
    ],
    ids=["hum 50", "hum 60", "music", "room", "telephone", "whisper"],
)
def test_a_fault_is_found_and_said(
    fault: Callable[[Clip], Clip], name: str, level: str, says: str, clean: Clip
) -> None:
    checks = found(fault(clean))
    assert checks[name].level == level, checks
    assert says in checks[name].message


def test_two_people_are_not_one(clean: Clip, other: Clip) -> None:
    both = found(material.followed_by(clean.cut(Window(0, 8)), other))["speakers"]
    assert (both.level, "mixture" in both.message) == ("fail", True)
    alone = found(material.followed_by(other, other))["speakers"]
    assert alone.level == "ok"


@pytest.mark.parametrize("way", [material.on_telephone, lambda clip: material.with_noise(clip, 20)])
def test_two_people_are_told_in_any_channel(way: Callable[[Clip], Clip], clean: Clip, other: Clip) -> None:
    both = found(way(material.followed_by(clean.cut(Window(0, 8)), other)))["speakers"]
    assert both.level != "ok", both
    alone = found(way(clean))["speakers"]
    assert alone.level == "ok", alone


def test_noise_is_no_echo_no_music_and_no_other_person(clean: Clip) -> None:
    checks = found(material.with_noise(clean, 20))
    assert {checks[name].level for name in ("speakers", "hum", "echo")} == {"ok"}
    assert "music" not in checks or checks["music"].level == "ok"


def test_what_is_too_short_is_left_out_and_not_guessed(clean: Clip) -> None:
    assert "speakers" not in found(clean.cut(Window(0, 1.5)))
    assert found(Clip(np.zeros(5 * SAMPLE_RATE, dtype=np.float32))) == {}


def test_a_minute_of_silence_with_one_word_is_refused(clean: Clip) -> None:
    """A sentence, never a crash."""
    samples = np.zeros(60 * SAMPLE_RATE, dtype=np.float32)
    samples[SAMPLE_RATE * 30 : SAMPLE_RATE * 30 + SAMPLE_RATE // 2] = clean.samples[SAMPLE_RATE // 4 :][
        : SAMPLE_RATE // 2
    ]
    checkup = check(Clip(samples))
    assert checkup.verdict == "fail"
    assert all(one.message.endswith((".", ")")) for one in checkup.checks)
