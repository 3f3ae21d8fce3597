"""The sample voice in a new home: whole, once, and never in the way of what is there."""

from __future__ import annotations

import logging
from pathlib import Path
from typing import TYPE_CHECKING

from voicelab.bootstrap import build
from voicelab.errors import StorageFailed
from voicelab.settings import CHECKOUT, Settings
from voicelab.voices import sample
from voicelab.voices.library import VoiceLibrary
from voicelab.voices.sample import install_sample_voice

if TYPE_CHECKING:
    import pytest

ORIGINAL = CHECKOUT / "voices" / "sample"


def files_in(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def test_a_home_without_voices_gets_the_whole_sample(tmp_path: Path) -> None:
    home = tmp_path / "not" / "there yet"
    assert install_sample_voice(home / "voices")
    assert files_in(home / "voices" / "sample") == files_in(ORIGINAL)
    assert [voice.slug for voice in VoiceLibrary(home / "voices").voices()] == ["sample"]
    assert [path.name for path in home.iterdir()] == ["voices"], "nothing is left beside it"


def test_a_sample_that_was_removed_does_not_come_back(tmp_path: Path) -> None:
    voices = tmp_path / "voices"
    install_sample_voice(voices)
    VoiceLibrary(voices).remove("sample")
    assert not install_sample_voice(voices)
    assert VoiceLibrary(voices).voices() == []


def test_an_empty_folder_of_voices_stays_empty(tmp_path: Path) -> None:
    (tmp_path / "voices").mkdir()
    assert not install_sample_voice(tmp_path / "voices")
    assert list((tmp_path / "voices").iterdir()) == []


def test_what_somebody_else_made_meanwhile_stays(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A second lab on the same home, or `voice add`, between the look and the rename."""
    voices = tmp_path / "voices"
    rename = Path.rename

    def late(path: Path, target: Path) -> Path:
        (voices / "anna").mkdir(parents=True)
        return rename(path, target)

    monkeypatch.setattr(Path, "rename", late)
    assert not install_sample_voice(voices)
    assert [path.name for path in voices.iterdir()] == ["anna"]
    assert [path.name for path in tmp_path.iterdir()] == ["voices"]


def test_half_a_sample_is_none(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    wrote: list[Path] = []

    def full(path: Path, content: bytes) -> None:
        if wrote:
            raise StorageFailed("Could not save clip.wav: the disk is full.")
        wrote.append(path)
        path.parent.mkdir(parents=True)
        path.write_bytes(content)

    monkeypatch.setattr(sample, "write_atomically", full)
    with caplog.at_level(logging.WARNING):
        assert not install_sample_voice(tmp_path / "voices")
    assert list(tmp_path.iterdir()) == []
    assert "the disk is full. The lab has no sample voice." in caplog.text


def test_where_no_folder_can_be_made_the_lab_goes_on(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    (tmp_path / "file").touch()
    with caplog.at_level(logging.WARNING):
        assert not install_sample_voice(tmp_path / "file" / "home" / "voices")
    assert "Could not save the sample voice" in caplog.text


def test_a_command_brings_it_into_the_platforms_folder_only(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A folder that was named may be a typing error; the platform's own is the lab's."""
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    monkeypatch.setattr("voicelab.settings.platform_home", lambda: tmp_path / "voicelab")
    build(Settings(home=tmp_path / "other"))
    assert not (tmp_path / "other" / "voices").exists()
    build(Settings(home=tmp_path / "voicelab"))
    assert (tmp_path / "voicelab" / "voices" / "sample").is_dir()
