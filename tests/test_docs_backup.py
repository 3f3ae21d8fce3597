"""The backup of docs/reliability.md and the streams of docs/server.md, typed as they are printed."""

from __future__ import annotations

import shutil
import sqlite3
import subprocess
from typing import TYPE_CHECKING

import soundfile

from tests.listening_lab import with_comparison
from tests.printed import activated, printed
from voicelab.blind_tests import send
from voicelab.bootstrap import build
from voicelab.settings import CHECKOUT, Settings

if TYPE_CHECKING:
    from pathlib import Path


def typed(line: str, folder: Path, home: Path) -> subprocess.CompletedProcess[str]:
    """Type a line into a shell that knows the lab, in `folder`, which stands for the checkout."""
    variables = activated(home) | {"PYTHONPATH": str(CHECKOUT)}
    return subprocess.run(
        ["bash", "-euo", "pipefail", "-c", line], cwd=folder, env=variables, capture_output=True, text=True, check=False
    )


def test_a_backup_while_the_lab_writes_has_every_answer(tmp_path: Path) -> None:
    """A plain copy of a database that is being written lacks what SQLite has in the file beside it."""
    home, backup = tmp_path / "home", tmp_path / "backup"
    backup.mkdir()
    experiment = with_comparison(home)
    lab = build(Settings(home=home))
    takes = [take.id for take in experiment.takes]
    lines = printed("docs/reliability.md")
    copying = lines[lines.index("rm -f ../backup/data/voicelab.db*") - 1 :]
    test = send(lab.listening, lab.experiments, lab.voices, experiment.id, takes)
    reader = sqlite3.connect(home / "data" / "voicelab.db")  # keeps the newest pages in the file beside it
    try:
        assert reader.execute("SELECT count(*) FROM listening_tests").fetchone()
        for line in copying:
            done = typed(line, home, home)
            assert done.returncode == 0, f"{line}: {done.stderr}"
    finally:
        reader.close()
    assert build(Settings(home=backup)).listening.tests.get(test.id).settings == test.settings
    assert "Everything kept here is whole" in done.stdout
    shutil.rmtree(backup / "voices" / "anna")
    assert typed(copying[-1], home, home).returncode == 0, "a voice less is whole too"
    (backup / "data" / "experiments" / experiment.id / "takes" / f"{takes[0]}.flac").write_bytes(b"damaged")
    assert typed(copying[-1], home, home).returncode == 1


def test_the_streams_as_printed(tmp_path: Path) -> None:
    shutil.copytree(CHECKOUT / "voices" / "sample", tmp_path / "voices" / "sample")
    shutil.copytree(CHECKOUT / "voices" / "sample", tmp_path / "voices" / "second")
    lines = printed("docs/server.md")
    (say,) = [line for line in lines if "say - " in line]
    (cut,) = [line for line in lines if "clip cut - " in line]
    shutil.copy(CHECKOUT / "voices" / "sample" / "clip.wav", tmp_path / "recording.wav")
    for line, name in ((say, "hello.mp3"), (cut, "clip.wav")):
        done = typed(line, tmp_path, tmp_path)
        assert done.returncode == 0, done.stderr
        assert soundfile.info(tmp_path / name).duration > 0.3
    assert soundfile.info(tmp_path / "clip.wav").duration == 5
