"""Somebody stopped a process that holds the library's lock: /health says so of itself, and all else says who it is."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from typing import TYPE_CHECKING

import pytest

from tests.listening_lab import with_comparison
from tests.reliability.slow_readers import spoken
from tests.running import Server
from voicelab.settings import CHECKOUT, Settings

if TYPE_CHECKING:
    from pathlib import Path

HOLDER = (
    "import sys, time\nfrom pathlib import Path\nfrom voicelab.voices.library import VoiceLibrary\n"
    "with VoiceLibrary(Path(sys.argv[1])).writing():\n    print('held', flush=True)\n    time.sleep(600)\n"
)


def test_health_answers_while_a_stopped_process_holds_the_library(tmp_path: Path) -> None:
    with_comparison(tmp_path)
    server = Server.start(tmp_path, "--model", "preview")
    command = [sys.executable, "-c", HOLDER, str(Settings(home=tmp_path).voices)]
    try:
        before = server.wait_for("ready", "page", within_s=120)
        holder = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=CHECKOUT)
        try:
            assert holder.stdout
            assert holder.stdout.readline() == "held\n"
            os.kill(holder.pid, signal.SIGSTOP)
            for _ in range(20):
                began = time.monotonic()
                health = server.health()
                assert time.monotonic() - began < 2, "it waits for no lock"
                assert health["ready"]
                assert health["recipe"] == before["recipe"]
            with pytest.raises(urllib.error.HTTPError) as refused:
                urllib.request.urlopen(f"{server.url}/voices", timeout=60)  # noqa: S310 - our own server
            assert refused.value.code == 503
            assert f"process {holder.pid}" in json.load(refused.value)["error"]
        finally:
            holder.kill()
            holder.wait()
        assert spoken(server, "And now it goes on.") > 10_000
    finally:
        server.end()
    assert "Traceback" not in server.log
