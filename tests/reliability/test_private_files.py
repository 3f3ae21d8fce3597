"""What the lab keeps is for its owner alone, whatever the shell that started it lets others read."""

from __future__ import annotations

import os
import stat
from typing import TYPE_CHECKING

import httpx

from tests.running import Server
from voicelab.clips.wav import write_wav

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from voicelab.clips.clip import Clip

TEXT = "The lighthouse keeper walked down to the harbor every morning, long before the sun came up."


def test_nobody_else_reads_what_a_lab_writes(tmp_path: Path, spoken: Callable[[str], Clip]) -> None:
    home = tmp_path / "home"
    write_wav(tmp_path / "recording.wav", spoken(TEXT))
    before = os.umask(0)
    try:
        home.mkdir()
        server = Server.start(home, "--model", "preview", VOICELAB_RECOGNIZER="tiny.en")
    finally:
        os.umask(before)
    try:
        server.wait_for("ready")
        files = {"audio": ("recording.wav", (tmp_path / "recording.wav").read_bytes())}
        form = {"name": "Anna", "consent": "Synthetic.", "text": TEXT, "anyway": "true"}
        made = httpx.post(f"{server.url}/voices", data=form, files=files, timeout=120)
        assert made.status_code == 201, made.text
        said = httpx.get(f"{server.url}/synthesize?text=Hello&voice=anna&seed=7", timeout=60)
        assert said.status_code == 200
        assert httpx.get(f"{server.url}/listen/{'x' * 32}/welcome").status_code == 404, "which looks into the database"
    finally:
        server.end()
    known = {"server.log"}  # this test opened it, before the lab was there
    written = [path for path in home.rglob("*") if path.name not in known]
    names = {path.name for path in written}
    assert {"voice.json", "clip.wav", "recording.wav", "voicelab.db"} <= names
    assert any("cache" in path.parts for path in written)
    opened = {str(path.relative_to(home)): oct(stat.S_IMODE(path.stat().st_mode)) for path in written}
    assert {name: mode for name, mode in opened.items() if int(mode, 8) & 0o077} == {}
