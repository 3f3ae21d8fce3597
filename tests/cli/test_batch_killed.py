"""A batch that is killed at any moment goes on where it was: no sentence that was spoken is spoken again."""

from __future__ import annotations

import random
import signal
import subprocess
import sys
import time
from typing import TYPE_CHECKING

import av
import pytest

from tests.fakes import FakeEngine
from tests.labs import lab_of, with_anna
from voicelab.settings import CHECKOUT, Settings

if TYPE_CHECKING:
    from pathlib import Path

LINES = [
    f"Line number {name} has a first sentence. It has a second one for {name}, too. And the third one ends {name}."
    for name in ("alpha", "bravo", "charlie", "delta", "echo", "foxtrot", "golf", "hotel", "india", "juliet")
]
SENTENCES = 3 * len(LINES)
KILLS = 4
IN_HAND = 2
"""One that the synthesizer has just finished, and one that is being written."""


@pytest.mark.parametrize("what", ["--lines", "--book"])
def test_no_sentence_is_spoken_twice(tmp_path: Path, what: str) -> None:
    home, out, spoken = tmp_path / "home", tmp_path / "out", tmp_path / "spoken.txt"
    with_anna(lab_of(Settings(home=home), FakeEngine()))
    text = tmp_path / "text.txt"
    parts = [f"Chapter {part + 1}\n\n{' '.join(LINES[2 * part : 2 * part + 2])}" for part in range(5)]
    text.write_text("\n".join(LINES) if what == "--lines" else "\n\n".join(parts))
    command = [sys.executable, "-m", "tests.cli.batch_process", str(home), what, str(text), str(out), str(spoken)]
    chance = random.Random(what)
    in_hand: set[str] = set()
    for _kill in range(KILLS):
        before = len(_spoken(spoken))
        process = subprocess.Popen(command, cwd=CHECKOUT)
        while len(_spoken(spoken)) == before and process.poll() is None:
            time.sleep(0.01)
        time.sleep(chance.uniform(0, 0.8))
        process.send_signal(signal.SIGKILL)
        assert process.wait(30) == -signal.SIGKILL, "it was through before it could be killed"
        _until_quiet(spoken)
        in_hand.update(_spoken(spoken)[-IN_HAND:])
    subprocess.run(command, check=True, cwd=CHECKOUT, timeout=120)
    said = _spoken(spoken)
    sentences = set(said)
    assert len(sentences) == SENTENCES + (len(parts) if what == "--book" else 0)
    twice = {sentence for sentence in sentences if said.count(sentence) > 1}
    assert twice <= in_hand
    assert len(said) - len(sentences) <= KILLS
    subprocess.run(command, check=True, cwd=CHECKOUT, timeout=120)
    assert _spoken(spoken) == said, "all of it was there"
    if what == "--book":
        with av.open(str(out / "text.m4b")) as whole:
            assert [mark["metadata"]["title"] for mark in whole.chapters()] == [f"Chapter {n}" for n in range(1, 6)]
            assert whole.duration is not None
            assert abs(whole.duration / 1e6 - whole.chapters()[-1]["end"] / 1000) < 0.2
    else:
        assert {path.name for path in out.iterdir()} == {
            *(f"{number:04}.flac" for number in range(1, 11)),
            *("lines.json", "lines.srt", "lines.vtt"),
        }


def _spoken(file: Path) -> list[str]:
    return file.read_text().splitlines() if file.exists() else []


def _until_quiet(file: Path) -> None:
    """Wait until the engine process has noticed that its parent is gone."""
    known = -1
    while known != len(_spoken(file)):
        known = len(_spoken(file))
        time.sleep(0.3)
