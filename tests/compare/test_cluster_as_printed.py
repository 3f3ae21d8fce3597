"""The steps of docs/machines.md, as they are printed: a scheduler, a worker and a comparison, typed into a shell."""

from __future__ import annotations

import json
import subprocess
from typing import TYPE_CHECKING

import pytest

from tests.printed import activated, printed_once
from tests.running import free_port
from tests.voices.making import words_for
from voicelab.settings import CHECKOUT
from voicelab.voices.library import VoiceLibrary

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from voicelab.clips.clip import Clip

PAGE = "docs/machines.md"
ADDRESS = "tcp://host:8786"
WAIT_S = 240


@pytest.fixture
def home(tmp_path: Path, spoken: Callable[[str], Clip]) -> Path:
    """A lab with two voices, one of them the page's."""
    for name in ("Vixen", "Keeper"):
        clip = spoken("The old baker opened his window before the first light.")
        VoiceLibrary(tmp_path / "voices").save(name, clip, words_for(clip), "english", "Synthetic.", synthetic=True)
    return tmp_path


@pytest.fixture
def typed(home: Path) -> Iterator[Callable[[str, str], subprocess.Popen[str]]]:
    """Type a command into a shell that goes on until the test ends, and wait until it has said something."""
    running: list[subprocess.Popen[str]] = []

    def start(line: str, until: str) -> subprocess.Popen[str]:
        process = subprocess.Popen(
            ["bash", "-c", f"exec {line} 2>&1"], cwd=CHECKOUT, env=activated(home), stdout=subprocess.PIPE, text=True
        )
        running.append(process)
        assert process.stdout
        assert any(until in said for said in process.stdout), f"{line} never said {until}"
        return process

    yield start
    for process in reversed(running):
        process.terminate()
        process.communicate(timeout=60)


def test_the_steps_as_printed(home: Path, tmp_path: Path, typed: Callable[[str, str], subprocess.Popen[str]]) -> None:
    """Only the address is another one, so that two runs of the tests do not meet."""
    port = free_port()
    address = f"tcp://127.0.0.1:{port}"
    install = subprocess.run(
        ["bash", "-c", printed_once(PAGE, "pip install")],
        cwd=CHECKOUT, env=activated(home), capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert install.returncode == 0, install.stderr
    typed(f"{printed_once(PAGE, 'dask scheduler')} --host 127.0.0.1 --port {port} --no-dashboard", "Scheduler at")
    typed(printed_once(PAGE, "voicelab worker").replace(ADDRESS, address), "studio speaks for")
    line = printed_once(PAGE, "voicelab compare")
    assert ADDRESS in line
    line = line.replace(ADDRESS, address).replace("--out takes", f"--out {tmp_path / 'takes'}")
    done = subprocess.run(
        ["bash", "-c", f"{line} --json"],
        cwd=CHECKOUT, env=activated(home), capture_output=True, text=True, timeout=WAIT_S, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    takes = json.loads(done.stdout)["takes"]
    assert takes
    assert {(take["failure"], take["worker"]) for take in takes} == {(None, "studio")}
