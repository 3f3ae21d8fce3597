"""A fifth of the five hundred hostile files; `make bench-reliability` decodes all of them."""

from __future__ import annotations

import errno
import io
import itertools
import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
import soundfile

from tests.reliability.decoding import CAP_S, Decoder
from tests.reliability.hostile_audio import COUNT, hostile_files
from tests.reliability.hostile_file import RATE, source
from voicelab.clips.decode import decode
from voicelab.errors import UnreadableAudio

if TYPE_CHECKING:
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


def test_a_disk_error_in_the_middle_of_a_recording_is_a_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    recording = tmp_path / "long.wav"
    soundfile.write(recording, np.tile(source(), 40), RATE)
    opened = Path.open

    def failing(path: Path, *how: Any) -> io.BufferedReader:
        return FailingFile(opened(path, *how).detach()) if path == recording else opened(path, *how)

    monkeypatch.setattr(Path, "open", failing)
    with pytest.raises(UnreadableAudio, match="cannot be read to its end: Input/output error"):
        decode(recording)


class FailingFile(io.BufferedReader):
    """The sectors behind the first 64 KB are damaged."""

    def read(self, size: int | None = -1, /) -> bytes:
        if self.tell() > 2**16:
            raise OSError(errno.EIO, os.strerror(errno.EIO))
        return super().read(size)
