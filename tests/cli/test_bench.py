"""`voicelab bench engine`: what it says and which figures it gives; the figures themselves are no test."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import TYPE_CHECKING

import numpy as np
import pytest

from tests.checkpoints import write_checkpoint
from tests.fakes import RecordingReporter
from voicelab.engines.qwen3.bench.sides import TEXT, Sides
from voicelab.engines.qwen3.frame_limits import FRAMES_AT_LEAST
from voicelab.engines.qwen3.synthesizer import Qwen3Synthesizer
from voicelab.errors import NeverEnded
from voicelab.speech.ports import Line, SpeechRequest

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray


def test_a_folder_that_is_not_there_is_said() -> None:
    command = [sys.executable, "-m", "voicelab", "bench", "engine", "--model", "/not/there", "--json"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert "random-0.6b-8bit" in json.loads(done.stdout)["error"]


def test_a_part_is_measured_alone(tmp_path: Path) -> None:
    """First audio, of two frames a take: the figures have their keys and nothing else is measured."""
    model = write_checkpoint(tmp_path / "model", ends="never")
    command = [sys.executable, "-m", "voicelab", "bench", "engine", "--model", str(model), "--json"]
    command += ["--frames", "2", "--runs", "1", "--only", "stream"]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    figures = json.loads(done.stdout)
    assert set(figures["seconds"]) == {"first audio"}
    assert set(figures["seconds"]["first audio"]) == {"b", "c", "d"}
    assert all(seconds > 0 for seconds in figures["seconds"]["first audio"].values())
    assert set(figures["first_run_seconds"]["first audio"]) == set(figures["load_seconds"]) - {"a"} == {"b", "c", "d"}
    assert figures["machine"]["device"]
    assert not {"peak_memory_bytes", "agreement", "profile_ms"} & set(figures)


def test_the_lab_s_own_sides_go_beyond_the_limit_of_a_text(tmp_path: Path) -> None:
    """Of 160 frames, where speech of such a text would be taken for a runaway; each sample is there."""
    sides = Sides(str(write_checkpoint(tmp_path / "model", ends="never")), FRAMES_AT_LEAST + 10)
    for speech in (*sides.c([(5, 1)]), *sides.d([(5, 1)], live=True), *sides.d([(5, 1)])):
        assert len(speech.samples) == (FRAMES_AT_LEAST + 10) * 1920


def test_the_default_engines_side_is_the_default_engine(tmp_path: Path) -> None:
    """To the sample, as far as both go: the end is put off on the side that is measured."""
    folder = write_checkpoint(tmp_path / "model", ends="never")
    sides = Sides(str(folder), 40)
    (measured,) = sides.d([(5, 1)])
    synthesizer = Qwen3Synthesizer()
    synthesizer.hold("model", sides.model)
    with pytest.raises(NeverEnded):
        synthesizer.speak(SpeechRequest(TEXT, "model", sides.voices[5], sides.language, 1), RecordingReporter())
    parts: list[NDArray[np.float32]] = []
    lines = [
        Line(
            SpeechRequest(TEXT, "model", sides.voices[5], sides.language, 1, live=True),
            RecordingReporter(cancel_at_s=3.2 - 1e-6),
            lambda samples, _rate: parts.append(samples),
            lambda _outcome: None,
        )
    ]
    synthesizer.speak_together(lambda _room: [lines.pop()] if lines else [])
    (live,) = sides.d([(5, 1)], live=True)
    heard = np.concatenate(parts)
    np.testing.assert_array_equal(live.samples[: len(heard)], heard)
    assert len(measured.samples) == len(live.samples) == 40 * 1920
