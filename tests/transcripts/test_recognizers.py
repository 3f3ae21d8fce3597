"""Which recognizers there are, and what is said of broken ones."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from voicelab.errors import InvalidCheckpoint, UnknownModel
from voicelab.transcripts.recognizers import (
    PACKAGED,
    REPOSITORIES,
    Recognizers,
    packaged_folder,
    recognizer_folder,
    recognizer_infos,
)


def packaged() -> Path:
    folder = packaged_folder()
    assert folder is not None
    return folder


def test_tiny_en_comes_with_the_lab() -> None:
    assert recognizer_folder(PACKAGED) == packaged()
    infos = {info.name: info for info in recognizer_infos()}
    assert set(infos) == set(REPOSITORIES)
    assert infos[PACKAGED].available
    assert infos[PACKAGED].on_disk
    assert infos[PACKAGED].size_bytes == sum(file.stat().st_size for file in packaged().iterdir())
    assert not infos["large-v3-turbo"].on_disk
    assert "1.62 GB, downloaded from" in infos["large-v3-turbo"].reason, "how much, before it starts"


def test_the_names_are_those_of_faster_whisper() -> None:
    from faster_whisper.utils import _MODELS

    assert all(_MODELS[name] == repository for name, (repository, _) in REPOSITORIES.items())


def test_a_local_folder_is_a_recognizer_and_one_with_a_file_missing_is_not(tmp_path: Path) -> None:
    folder = tmp_path / "own"
    shutil.copytree(packaged(), folder)
    assert recognizer_folder(str(folder)) == folder
    (folder / "tokenizer.json").unlink()
    with pytest.raises(InvalidCheckpoint, match=r"tokenizer\.json is missing\. Download it again"):
        recognizer_folder(str(folder))


def test_damaged_weights_are_named_in_a_sentence(tmp_path: Path) -> None:
    folder = tmp_path / "damaged"
    shutil.copytree(packaged(), folder)
    (folder / "model.bin").write_bytes(b"no weights")
    with pytest.raises(InvalidCheckpoint, match="holds no Whisper model that can be loaded"):
        Recognizers().load("damaged", folder)


@pytest.mark.parametrize("name", ["", "huge", "no/such/folder"])
def test_an_unknown_name_is_refused_with_the_known_ones(name: str) -> None:
    with pytest.raises(UnknownModel, match=r"Choose one of tiny\.en, .*large-v3-turbo"):
        recognizer_folder(name)


def test_at_most_two_stay_loaded(tmp_path: Path) -> None:
    loaded = Recognizers()
    folders = [tmp_path / name for name in "abc"]
    for folder in folders:
        folder.symlink_to(packaged())
    first = [loaded.load(folder.name, folder) for folder in folders]
    assert loaded.load("c", folders[2]) is first[2]
    assert loaded.load("b", folders[1]) is first[1]
    assert loaded.load("a", folders[0]) is not first[0]
