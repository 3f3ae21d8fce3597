"""Voices that somebody edited, copied or damaged: told of, and no harm to the others."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from voicelab.errors import UnreadableFile
from voicelab.voices.library import VoiceLibrary

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from voicelab.voices.voice import Voice

    Save = Callable[..., Voice]


def test_damaged_voices_are_told_of_and_do_not_hide_the_others(
    library: VoiceLibrary, save: Save, tmp_path: Path
) -> None:
    save("Anna")
    for name, text in {"broken": "{", "newer": '{"schema_version": 99}', "Copy of anna": "", "empty": None}.items():
        folder = tmp_path / "voices" / name
        folder.mkdir()
        if text is not None:
            (folder / "voice.json").write_text(text)
    assert [voice.slug for voice in library.voices()] == ["anna"]
    problems = "\n".join(library.problems())
    assert len(library.problems()) == 4
    assert "broken/voice.json is damaged" in problems
    assert "newer Voice Lab" in problems
    assert "Copy of anna is not used" in problems
    assert "empty is not used: it has no voice.json" in problems
    with pytest.raises(UnreadableFile, match="newer Voice Lab"):
        library.get("newer")


def test_a_damaged_voice_can_be_removed(library: VoiceLibrary, save: Save, tmp_path: Path) -> None:
    save("Anna")
    (tmp_path / "voices" / "anna" / "voice.json").write_text("{")
    library.remove("anna")
    assert library.problems() == []


@pytest.mark.parametrize(
    "changes",
    [{"recording": "../../secret.wav"}, {"recording": "voice.json"}, {"language": "klingon"}, {"window": 3}],
)
def test_a_voice_edited_by_hand_is_checked(
    library: VoiceLibrary, save: Save, tmp_path: Path, changes: dict[str, object]
) -> None:
    save("Anna")
    path = tmp_path / "voices" / "anna" / "voice.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | changes))
    with pytest.raises(UnreadableFile, match=r"anna/voice\.json is damaged"):
        library.get("anna")


def test_a_copied_folder_is_a_voice_of_its_own(library: VoiceLibrary, save: Save, tmp_path: Path) -> None:
    save("Anna")
    (tmp_path / "voices" / "anna").rename(tmp_path / "voices" / "anna-2")
    assert library.get("anna-2").slug == "anna-2"


@pytest.mark.parametrize("missing", ["clip.wav", "transcript.json"])
def test_a_voice_with_a_file_missing_says_which(
    library: VoiceLibrary, save: Save, tmp_path: Path, missing: str
) -> None:
    save("Anna")
    (tmp_path / "voices" / "anna" / missing).unlink()
    with pytest.raises(UnreadableFile, match=missing):
        library.prompt("anna")
