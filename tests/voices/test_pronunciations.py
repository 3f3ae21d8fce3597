"""Lists of how words are said, of a voice and of the lab."""

from __future__ import annotations

import hashlib
import json
import threading
import zipfile
from typing import TYPE_CHECKING

import pytest

from voicelab.errors import InvalidValue, UnreadableFile, UnusablePackage
from voicelab.speech.reading import Pronunciation
from voicelab.voices.package import export_voice, import_voice
from voicelab.voices.pronunciations import FILE, with_entry, without
from voicelab.voices.request import request_for
from voicelab.voices.voice_file import VOICE

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from voicelab.voices.library import VoiceLibrary
    from voicelab.voices.voice import Voice

    Save = Callable[..., Voice]

SQL, NGUYEN = Pronunciation("SQL", "sequel"), Pronunciation("Nguyen", "win")


def test_a_voices_words_come_before_the_labs(library: VoiceLibrary, save: Save) -> None:
    save("Anna")
    library.set_pronunciations(None, [SQL, NGUYEN])
    own = Pronunciation("sql", "ess cue ell")
    library.set_pronunciations("anna", [own])
    assert request_for(library, "anna", "x", default_model="d").reading.pronunciations == (own, NGUYEN)
    save("Bert")
    assert request_for(library, "bert", "x", default_model="d").reading.pronunciations == (SQL, NGUYEN)


def test_they_stay_with_the_voice(library: VoiceLibrary, save: Save, tmp_path: Path) -> None:
    """Through a new name, a save over it, and a package into another lab."""
    save("Anna")
    library.set_pronunciations("anna", [NGUYEN])
    voice = library.rename("anna", "Berta")
    assert "pronunciations: 1 word" in [event.what for event in voice.history]
    save("Berta", replace_revision=voice.revision)
    package = tmp_path / "berta.zip"
    export_voice(library, "berta", package)
    library.remove("berta")
    assert import_voice(library, package).pronunciations == (NGUYEN,)


def test_a_voice_of_an_older_lab_has_none(library: VoiceLibrary, save: Save, tmp_path: Path) -> None:
    save("Anna")
    path = library.folders["anna"] / VOICE
    fields = json.loads(path.read_text("utf-8"))
    del fields["pronunciations"]
    path.write_text(json.dumps(fields), "utf-8")
    assert library.get("anna").pronunciations == ()


@pytest.mark.parametrize(
    "entries",
    [
        [{"word": "x" * 81, "say": "y"}],
        [{"word": "x", "say": "y"}] * 2,
        [{"word": f"x{number}", "say": "y"} for number in range(201)],
        [{"word": "x\u200b", "say": "y"}],
        ["x"],
    ],
)
def test_a_list_written_by_hand_is_checked(library: VoiceLibrary, save: Save, entries: list[object]) -> None:
    save("Anna")
    path = library.folders["anna"] / VOICE
    path.write_text(json.dumps(json.loads(path.read_text("utf-8")) | {"pronunciations": entries}), "utf-8")
    with pytest.raises(UnreadableFile, match="damaged"):
        library.get("anna")
    lab = library.folders.root / FILE
    lab.write_text(json.dumps({"schema_version": 1, "pronunciations": entries}), "utf-8")
    with pytest.raises(UnreadableFile, match=FILE):
        library.pronunciations()


def test_a_package_with_a_hostile_list_is_refused(library: VoiceLibrary, save: Save, tmp_path: Path) -> None:
    save("Anna")
    path = library.folders["anna"] / VOICE
    good = path.read_text("utf-8")
    package = tmp_path / "anna.zip"
    entries = [{"word": "x" * 81, "say": "y"}]
    hostile = json.dumps(json.loads(good) | {"pronunciations": entries})
    export_voice(library, "anna", package)
    _replace_in(package, VOICE, hostile.encode())
    library.remove("anna")
    with pytest.raises(UnusablePackage, match="80 are possible"):
        import_voice(library, package)
    assert library.voices() == []


def _replace_in(package: Path, name: str, content: bytes) -> None:
    """Put other bytes under `name`, with the right hash in the manifest."""
    with zipfile.ZipFile(package) as file:
        contents = {each: file.read(each) for each in file.namelist()}
    manifest = json.loads(contents["manifest.json"])
    manifest["files"][name] = {"bytes": len(content), "sha256": hashlib.sha256(content).hexdigest()}
    contents |= {name: content, "manifest.json": json.dumps(manifest).encode()}
    with zipfile.ZipFile(package, "w") as file:
        for each, bytes_ in contents.items():
            file.writestr(each, bytes_)


def test_the_labs_file_is_no_voice_and_can_be_read_by_people(library: VoiceLibrary, save: Save) -> None:
    save("Anna")
    library.set_pronunciations(None, [Pronunciation("Łódź", "woodge", match_case=True)])
    assert library.problems() == []
    text = (library.folders.root / FILE).read_text("utf-8")
    assert '"word": "Łódź"' in text


def test_one_word_is_there_once() -> None:
    entries = with_entry(with_entry((), SQL), NGUYEN)
    assert with_entry(entries, Pronunciation(" sql ", "squeal")) == (Pronunciation("sql", "squeal"), NGUYEN)
    exact = with_entry(entries, Pronunciation("SQL", "S Q L", match_case=True))
    assert len(exact) == 3
    assert without(exact, "sql") == (NGUYEN,)
    with pytest.raises(InvalidValue, match="There are: SQL, Nguyen"):
        without(entries, "Zoe")


@pytest.mark.parametrize("slug", [None, "anna"])
def test_two_who_change_a_list_at_once_both_have_their_way(library: VoiceLibrary, save: Save, slug: str | None) -> None:
    """The second begins while the first, who has read the list, has not written it yet."""
    save("Anna")
    second = threading.Thread(
        target=lambda: library.change_pronunciations(slug, lambda entries: with_entry(entries, NGUYEN))
    )

    def first(entries: tuple[Pronunciation, ...]) -> tuple[Pronunciation, ...]:
        second.start()
        second.join(0.3)  # it is to wait for its turn: nothing is missed where it does not come to it yet
        return with_entry(entries, SQL)

    library.change_pronunciations(slug, first)
    second.join()
    kept = library.get(slug).pronunciations if slug else library.pronunciations()
    assert kept == (SQL, NGUYEN)
