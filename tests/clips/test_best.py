"""The best windows: from pause to pause, one voice, nothing clipped, a finished phrase; of any length of recording."""

from __future__ import annotations

import json
import subprocess
import sys
import textwrap
from dataclasses import asdict

import numpy as np
import pytest
import soxr

from tests.clips import material
from voicelab.clips.best import best_windows
from voicelab.clips.clip import SAMPLE_RATE, Clip, Window
from voicelab.clips.speech import speech_stretches
from voicelab.errors import ClipUnusable, InvalidValue
from voicelab.settings import CHECKOUT


def noisy(clip: Clip) -> Clip:
    return material.with_noise(clip, 8)


@pytest.fixture(scope="module")
def parts() -> list[Clip]:
    return [material.said("joe", text) for text in (*material.TUNING_TEXTS, material.HELD_OUT_TEXTS[0])]


@pytest.fixture(scope="module")
def mixed(parts: list[Clip]) -> tuple[Clip, Window]:
    """A noisy part, a clean one, and one in which another person takes over; and where the clean one is."""
    lower = Clip(np.asarray(soxr.resample(parts[0].samples, SAMPLE_RATE * 0.8, SAMPLE_RATE), dtype=np.float32))
    third = material.followed_by(parts[2].cut(Window(0, 5)), lower.cut(Window(0, 6)))
    before = material.followed_by(noisy(parts[0]), Clip(np.zeros(0, dtype=np.float32)), 1.0)
    whole = material.followed_by(material.followed_by(before, parts[1], 0.2), third, 1.2)
    return whole, Window(before.seconds, before.seconds + parts[1].seconds + 1.5)


def test_the_clean_part_with_one_voice_wins(mixed: tuple[Clip, Window]) -> None:
    recording, clean = mixed
    windows = best_windows(recording, 8.0, 3)
    assert windows == sorted(windows, key=lambda window: -window.score)
    best = windows[0]
    assert clean.start_s - 0.5 <= best.start_s < best.end_s <= clean.end_s + 0.5
    assert any("one voice" in reason for reason in best.reasons)
    assert json.loads(json.dumps(asdict(best)))["start_s"] == best.start_s


def test_windows_begin_and_end_in_pauses(mixed: tuple[Clip, Window]) -> None:
    recording, _clean = mixed
    stretches = speech_stretches(recording)
    for seconds in (5.0, 10.0):
        for window in best_windows(recording, seconds, 3):
            assert abs(window.end_s - window.start_s - seconds) <= 0.35 * seconds
            for edge_s in (window.start_s, window.end_s):
                assert not any(speech.start_s + 0.02 < edge_s < speech.end_s - 0.02 for speech in stretches), window


def test_a_finished_phrase_is_preferred(parts: list[Clip]) -> None:
    """The judge is asked of the finalists only, and its word moves them."""
    recording = material.followed_by(parts[0], parts[1], 0.5)
    asked: list[float] = []

    def only_late(clip: Clip) -> bool:
        asked.append(clip.seconds)
        return not np.array_equal(clip.samples[:2000], recording.samples[:2000])

    plain = best_windows(recording, 5.0, 3)
    judged = best_windows(recording, 5.0, 3, finished=only_late)
    assert 1 <= len(asked) <= 6
    assert {reason for window in judged for reason in window.reasons} & {"ends with a finished phrase"}
    assert not any("phrase" in reason for window in plain for reason in window.reasons)


def test_clipped_peaks_cost_a_window_its_place(parts: list[Clip]) -> None:
    recording = material.followed_by(parts[1], parts[1], 1.0)
    first, second = (min(best_windows(recording, 8.0, 1, clipped_s=[place]), key=lambda w: 0) for place in (3.0, 14.0))
    assert not first.start_s <= 3.0 <= first.end_s
    assert not second.start_s <= 14.0 <= second.end_s


@pytest.mark.parametrize(("seconds", "count"), [(0.5, 3), (45.0, 3), (float("nan"), 3), (10.0, 0), (10.0, 99)])
def test_what_makes_no_sense_is_refused(parts: list[Clip], seconds: float, count: int) -> None:
    with pytest.raises(InvalidValue):
        best_windows(parts[0], seconds, count)


def test_recordings_without_speech_are_refused() -> None:
    tone = np.sin(np.arange(SAMPLE_RATE * 12) * 0.1).astype(np.float32) * 0.2
    for samples in (np.zeros(SAMPLE_RATE * 12, dtype=np.float32), tone):
        with pytest.raises(ClipUnusable, match="No speech"):
            best_windows(Clip(samples))


def test_a_short_recording_gives_what_there_is(parts: list[Clip]) -> None:
    short = parts[0].cut(Window(0, 3.0))
    windows = best_windows(short, 15.0, 3)
    assert len(windows) == 1
    assert windows[0].end_s <= 3.0
    assert any("only" in reason for reason in windows[0].reasons)


def test_memory_is_bounded() -> None:
    """Four minutes more of recording add little more than their samples (23 MB)."""
    code = textwrap.dedent("""
        import resource, sys
        import numpy as np
        from tests.clips import material
        from voicelab.clips.best import best_windows
        from voicelab.clips.clip import Clip
        one = material.said("joe", material.TUNING_TEXTS[0]).samples
        pause = np.zeros(12000, dtype=np.float32)
        best_windows(Clip(np.concatenate([one, pause] * 3)), 10.0, 3)
        before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        best_windows(Clip(np.concatenate([one, pause] * 22)), 10.0, 3)
        print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before)
    """)
    said = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=CHECKOUT)
    unit = 1 if sys.platform == "darwin" else 1024
    assert int(said.stdout) * unit < 250e6, said.stdout
