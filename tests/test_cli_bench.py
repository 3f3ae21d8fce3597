"""`voicelab bench engine` without a model: measuring itself is no test."""

from __future__ import annotations

import json
import subprocess
import sys


def test_a_folder_that_is_not_there_is_said() -> None:
    command = [sys.executable, "-m", "voicelab", "bench", "engine", "--model", "/not/there", "--json"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert "random-0.6b-8bit" in json.loads(done.stdout)["error"]
