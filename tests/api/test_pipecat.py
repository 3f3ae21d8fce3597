"""The recipe for pipecat, with pipecat: in an environment of its own, for it holds other packages at older versions."""

from __future__ import annotations

import os
import subprocess
import sys
import wave
from typing import TYPE_CHECKING

import pytest

from tests.needs import lacking
from tests.resolving import pip_settings, uv_settings
from tests.running import Server
from voicelab.settings import CHECKOUT

if TYPE_CHECKING:
    from pathlib import Path

PACKAGES = ("pipecat-ai==1.14.0", "openai==3.57.0")


@pytest.fixture
def python(tmp_path: Path) -> str:
    """A Python that has pipecat."""
    variables = os.environ | uv_settings(pip_settings())
    uv = [sys.executable, "-m", "uv"]
    folder = tmp_path / "pipecat"
    found = str(folder / "bin" / "python")
    subprocess.run([*uv, "venv", "--quiet", "--python", sys.executable, str(folder)], env=variables, check=True)
    install = [*uv, "pip", "install", "--quiet", "--python", found, *PACKAGES]
    done = subprocess.run(install, env=variables, capture_output=True, text=True, check=False, timeout=300)
    if done.returncode:
        lacking(f"pipecat cannot be installed: {done.stderr[-300:]}")
    return found


def test_pipecat_speaks(python: str, tmp_path: Path) -> None:
    server = Server.start(tmp_path, "--model", "preview", "--voice-alias", "alloy=sample")
    try:
        server.wait_for("ready")
        script = CHECKOUT / "docs" / "recipes" / "pipecat_speech.py"
        done = subprocess.run(
            [python, str(script)],
            env=os.environ | {"VOICELAB_URL": server.url},
            cwd=tmp_path,
            capture_output=True,
            text=True,
            check=False,
            timeout=120,
        )
        assert done.returncode == 0, done.stderr[-2000:]
        with wave.open(str(tmp_path / "pipecat.wav")) as file:
            assert file.getnframes() / file.getframerate() > 0.5
    finally:
        server.end()
