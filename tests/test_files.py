"""What is written is on the disk itself, also on macOS, whose fsync does not promise that."""

from __future__ import annotations

import errno
import fcntl
from typing import TYPE_CHECKING

import pytest

from voicelab.errors import StorageFailed
from voicelab.files import write_atomically

if TYPE_CHECKING:
    from pathlib import Path

FULL = 51
"""F_FULLFSYNC of macOS."""


def flushing(monkeypatch: pytest.MonkeyPatch, answer: int = 0) -> list[int]:
    """Let this system have macOS's F_FULLFSYNC, which fails with the errno `answer`; return what it was asked."""
    asked: list[int] = []

    def control(descriptor: int, command: int) -> int:
        asked.append(command)
        if answer:
            raise OSError(answer, "The test says so")
        return descriptor

    monkeypatch.setattr(fcntl, "F_FULLFSYNC", FULL, raising=False)
    monkeypatch.setattr(fcntl, "fcntl", control)
    return asked


@pytest.mark.parametrize("answer", [0, errno.ENOTSUP, errno.EINVAL])
def test_a_file_and_its_folder_are_flushed_where_that_can_be(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, answer: int
) -> None:
    """A file system that has no such thing is no failure."""
    asked = flushing(monkeypatch, answer)
    write_atomically(tmp_path / "voice.json", b"kept")
    assert asked == [FULL, FULL]
    assert (tmp_path / "voice.json").read_bytes() == b"kept"


def test_a_flush_that_fails_leaves_the_old_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "voice.json").write_bytes(b"before")
    flushing(monkeypatch, errno.EIO)
    with pytest.raises(StorageFailed):
        write_atomically(tmp_path / "voice.json", b"after")
    assert (tmp_path / "voice.json").read_bytes() == b"before"
    assert [path.name for path in tmp_path.iterdir()] == ["voice.json"]
