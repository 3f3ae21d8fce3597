"""`voicelab bench engine`: what it says and which figures it gives; the figures themselves are no test."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import TYPE_CHECKING

from tests.checkpoints import write_checkpoint

if TYPE_CHECKING:
    from pathlib import Path


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
    assert set(figures["seconds"]["first audio"]) == {"b", "c"}
    assert all(seconds > 0 for seconds in figures["seconds"]["first audio"].values())
    assert set(figures["first_run_seconds"]) == {"first audio b", "first audio c"}
    assert figures["machine"]["device"]
    assert not {"peak_memory_bytes", "agreement", "profile_ms"} & set(figures)
