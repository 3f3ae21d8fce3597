"""Text files of other programs are read, and what was guessed is said."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from voicelab.cli.batch import read_lines
from voicelab.errors import UnreadableFile
from voicelab.text.encodings import decode_text

if TYPE_CHECKING:
    from pathlib import Path

TEXT = "Zoë’s café — “naïve”, 5 €\nsecond line\n"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_the_text_is_the_same_whatever_wrote_it(encoding: str, end: str) -> None:
    found = decode_text(TEXT.replace("\n", end).encode(encoding))
    assert found.text == TEXT
    assert bool(found.note) == (encoding not in {"utf-8", "utf-8-sig"})


@pytest.mark.parametrize("content", [b"\0\1\2\3" * 100, b"RIFF\x24\0\0\0WAVE", bytes(range(32)) * 10])
def test_what_is_no_text_is_refused(content: bytes, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="no text"):
        decode_text(content)
    path = tmp_path / "lines.txt"
    path.write_bytes(content)
    with pytest.raises(UnreadableFile):
        read_lines(path)


def test_lines_are_counted_as_an_editor_counts_them(tmp_path: Path) -> None:
    path = tmp_path / "lines.txt"
    path.write_text("one\x0c still one\u2028too\n\n\nfour\r\nfive\x85here", encoding="utf-8")
    assert [number for number, _text in read_lines(path)] == [1, 4, 5]


def test_a_person_is_told_of_the_encoding(tmp_path: Path) -> None:
    path = tmp_path / "lines.txt"
    path.write_bytes("café".encode("cp1252"))
    code = (
        f"from pathlib import Path\nfrom voicelab.cli.batch import read_lines\nprint(read_lines(Path({str(path)!r})))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert "Windows-1252" in done.stderr
    assert "café" in done.stdout
