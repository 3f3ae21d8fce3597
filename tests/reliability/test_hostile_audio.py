"""A fifth of the five hundred hostile files; `make bench-reliability` decodes all of them."""

from __future__ import annotations

import itertools
import os
from typing import TYPE_CHECKING

import soundfile

from tests.reliability.decoding import CAP_S, Decoder
from tests.reliability.hostile_audio import COUNT, hostile_files
from tests.reliability.hostile_file import RATE, source

if TYPE_CHECKING:
    from pathlib import Path

    from tests.reliability.conftest import Listener


def test_hostile_files_end_in_audio_or_a_sentence(tmp_path: Path, listener: Listener) -> None:
    canary = tmp_path / "canary.wav"
    soundfile.write(canary, source(), RATE)
    os.utime(canary, (0, canary.stat().st_mtime))
    files = list(hostile_files(str(canary), listener.server_port))
    assert len(files) == COUNT
    for outcome in Decoder(tmp_path).outcomes(itertools.islice(files, 0, None, 5)):
        assert outcome.held, (outcome.file.name, outcome.how, outcome.detail, outcome.grown_mb)
        assert outcome.seconds < CAP_S
    assert listener.asked == []
    assert canary.stat().st_atime == 0, "no playlist led to the file that it names"
