"""`voicelab models …` as a person types it, against a hub on loopback."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from typing import TYPE_CHECKING, Any

import pytest

from tests.hub.conftest import Hub, hold_a_model, serving
from voicelab.models.catalogue import find
from voicelab.settings import CHECKOUT

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

NAME = "qwen3-tts-0.6b-8bit"


@pytest.fixture
def hub() -> Hub:
    held = Hub()
    hold_a_model(held, find(NAME).repository)
    return held


@pytest.fixture
def start(hub: Hub, tmp_path: Path) -> Iterator[Callable[..., subprocess.Popen[str]]]:
    """Start the command with some arguments."""
    with serving(hub) as address:
        # Port 9 has no server, so that no lab of somebody else's is asked.
        own = {"HF_ENDPOINT": address, "HF_HOME": str(tmp_path / "hub"), "VOICELAB_PORT": "9"}

        def started(*arguments: str) -> subprocess.Popen[str]:
            command = [sys.executable, "-m", "voicelab", "models", *arguments, "--json", "--home", str(tmp_path)]
            pipe = subprocess.PIPE
            return subprocess.Popen(
                command, env=os.environ | own, cwd=CHECKOUT, text=True, stdin=pipe, stdout=pipe, stderr=pipe
            )

        yield started


def answer(process: subprocess.Popen[str]) -> tuple[int, Any, str]:
    out, err = process.communicate(timeout=60)
    return process.returncode, json.loads(out), err


def test_a_model_is_downloaded_with_a_pause_listed_and_deleted(
    start: Callable[..., subprocess.Popen[str]], hub: Hub
) -> None:
    hub.pause_s = 0.2
    paused = start("download", NAME)
    end = time.monotonic() + 60
    while hub.served_bytes < 3 * 65536 and time.monotonic() < end:
        time.sleep(0.05)
    paused.send_signal(signal.SIGINT)
    code, value, err = answer(paused)
    assert (code, value["code"]) == (1, "cancelled")
    assert "go on" in err
    hub.pause_s = 0
    code, value, err = answer(start("download", NAME))
    assert code == 0, err
    assert (value["name"], value["on_disk"]) == (NAME, "yes")
    assert any(asked != "bytes=0-" for asked in hub.ranges), "it went on where it had stopped"
    code, value, err = answer(start("list"))
    assert code == 0, err
    (found,) = [model for model in value["models"] if model["name"] == NAME]
    assert (found["on_disk"], found["fits"] in {True, False}) == ("yes", True)
    assert value["machine_bytes"] > 0
    code, value, err = answer(start("delete", NAME))
    assert (code, "add --yes" in err) == (1, True), "it asks, and nobody is there to answer"
    code, value, err = answer(start("delete", NAME, "--yes"))
    assert (code, value["freed_bytes"] > 2_000_000) == (0, True)
    code, value, err = answer(start("delete", NAME, "--yes"))
    assert (code, "nothing to delete" in err) == (1, True)


def test_a_repository_that_is_no_model_is_said(start: Callable[..., subprocess.Popen[str]], hub: Hub) -> None:
    del hub.files["tokenizer.json"]
    code, value, err = answer(start("download", NAME))
    assert (code, value["code"]) == (1, "model_unavailable")
    assert "lacks files" in err
