"""`voicelab verify` as a person types it, on a small checkpoint of random weights."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from tests.checkpoints import write_checkpoint
from voicelab.settings import CHECKOUT

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

NEED_SPEECH = {"codec", "speech"}


@pytest.fixture
def start(tmp_path: Path) -> Callable[..., subprocess.Popen[str]]:
    folder = write_checkpoint(tmp_path / "somebodys" / "model", 8, dtype="bfloat16")
    home = tmp_path / "home"
    home.mkdir()

    def started(*arguments: str) -> subprocess.Popen[str]:
        command = [sys.executable, "-m", "voicelab", "verify", "--model", str(folder), "--home", str(home), *arguments]
        return subprocess.Popen(command, cwd=CHECKOUT, text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE)

    return started


def test_it_says_a_line_for_each_check_and_writes_a_report(
    start: Callable[..., subprocess.Popen[str]], tmp_path: Path
) -> None:
    """Exit 1 for what random weights cannot do; the report and the JSON are the same and nobody's."""
    report = tmp_path / "report.json"
    process = start("--json", "--report", str(report))
    out, err = process.communicate(timeout=500)
    assert process.returncode == 1, err
    value = json.loads(out)
    assert json.loads(report.read_text()) == value
    assert {check["name"] for check in value["checks"] if check["outcome"] == "fail"} == NEED_SPEECH
    for check in value["checks"]:
        assert f"  {check['name']}: " in err
    assert "checks failed; the lines say which." in err
    assert str(tmp_path) not in report.read_text()
    assert (tmp_path / "somebodys" / "model" / "voicelab-verdict.json").is_file()


def test_ctrl_c_stops_it(start: Callable[..., subprocess.Popen[str]], tmp_path: Path) -> None:
    report = tmp_path / "report.json"
    process = start("--report", str(report))
    assert process.stderr is not None
    for line in process.stderr:
        if line.startswith("ok    machine:"):
            break
    os.kill(process.pid, signal.SIGINT)
    _out, err = process.communicate(timeout=60)
    assert process.returncode == 1
    assert "Stopped after" in err
    assert json.loads(report.read_text())["whole"] is False
    assert not (tmp_path / "somebodys" / "model" / "voicelab-verdict.json").exists()
