"""The lab's JSON files say what is wrong with them, by name."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

import pytest

from voicelab.errors import StorageFailed, UnreadableFile
from voicelab.voices.document import read_document, write_document

if TYPE_CHECKING:
    from pathlib import Path


@dataclass(frozen=True)
class Note:
    """Something to keep."""

    text: str
    times_s: tuple[float, ...] = ()
    owner: str = ""


def test_what_is_written_is_read_back(tmp_path: Path) -> None:
    note = Note("naïve “quotes”", (0.5, 1.0))
    write_document(tmp_path / "note.json", asdict(note), 1)
    assert read_document(tmp_path / "note.json", Note, 1) == note
    assert "naïve" in (tmp_path / "note.json").read_text(encoding="utf-8"), "a person can read it"


def test_given_fields_win_and_unknown_ones_are_left(tmp_path: Path) -> None:
    write_document(tmp_path / "note.json", {"text": "a", "owner": "file", "later": 1}, 1)
    assert read_document(tmp_path / "note.json", Note, 1, owner="caller") == Note("a", owner="caller")


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "JSON"),
        (b'{"schema_version": 1, "text": ', "JSON"),
        (b"\xff\xfe\x00", "JSON"),
        (b"[]", "object"),
        (b'{"text": "a"}', "schema_version"),
        (b'{"schema_version": 1}', "text"),
        (b'{"schema_version": 1, "text": 3}', "text"),
        (b'{"schema_version": 1, "text": "a", "times_s": [1, "x"]}', "times_s.1"),
    ],
)
def test_damage_is_named_with_the_file_and_the_field(tmp_path: Path, content: bytes, reason: str) -> None:
    path = tmp_path / "note.json"
    path.write_bytes(content)
    with pytest.raises(UnreadableFile) as error:
        read_document(path, Note, 1)
    assert str(path) in error.value.message
    assert reason in error.value.message
    assert path.read_bytes() == content


def test_a_file_of_a_newer_lab_is_refused_politely(tmp_path: Path) -> None:
    path = tmp_path / "note.json"
    path.write_text(json.dumps({"schema_version": 2, "text": "a"}))
    with pytest.raises(UnreadableFile, match=r"newer Voice Lab.*Update"):
        read_document(path, Note, 1)


def test_what_cannot_be_read_at_all_says_so(tmp_path: Path) -> None:
    with pytest.raises(StorageFailed, match="cannot be read"):
        read_document(tmp_path, Note, 1)
