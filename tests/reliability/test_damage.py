"""One file of every kind is damaged, and `doctor --deep` says which, and exits with 1."""

from __future__ import annotations

import contextlib
import json
import shutil
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from tests.fakes import FakeEngine
from tests.labs import lab_of
from tests.listening.conftest import experiment
from tests.reliability.test_years import furnished
from tests.running import environment
from voicelab.cli.doctor import findings_of
from voicelab.errors import StorageFailed
from voicelab.listening.integrity import examine_listening
from voicelab.listening.kinds import KINDS
from voicelab.listening.service import open_listening
from voicelab.listening.values import Options
from voicelab.settings import CHECKOUT, Settings
from voicelab.speech.reading import Pronunciation
from voicelab.transcripts.words import Transcript
from voicelab.voices.library import VoiceLibrary

KINDS_OF_FILES = (
    "voices/anna/voice.json",
    "voices/anna/clip.wav",
    "voices/anna/transcript.json",
    "voices/anna/recording.wav",
    "voices/anna/SHA256SUMS",
    "voices/pronunciations.json",
    "data/drafts/*/draft.json",
    "data/drafts/*/decoded.wav",
    "data/drafts/*/recording.wav",
    "data/drafts/*/opinion.json",
    "data/drafts/*/steps/2.json",
    "data/experiments/*/experiment.json",
    "data/experiments/*/records/*.json",
    "data/experiments/*/takes/*.flac",
    "data/listening/*/*.wav",
    "data/voicelab.db",
    "data/token",
)
LEFT_OUT = ("data/drafts/*/steps/1.json", "*/.lock", "data/**/.lock", "data/experiments/*/.rendering")
"""A step that a later one took the place of, and locks, in which there is nothing."""


@pytest.fixture(scope="module")
def furniture(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with something of every kind."""
    folder = tmp_path_factory.mktemp("furniture")
    home = furnished(folder)
    lab = lab_of(Settings(home=home), FakeEngine())
    lab.voices.set_pronunciations(None, [Pronunciation("Vyxn", "vixen")])
    (draft,) = (path.name for path in (home / "data" / "drafts").iterdir() if path.is_dir())
    lab.drafts.set_opinion(draft, Transcript("one", (), "tiny.en", "english"))
    lab.listening.tests.create(experiment(folder / "experiment"), KINDS["ab"], Options())
    lab.listening.database.close()
    (home / "data" / "token").write_text("a-token-of-enough-letters\n")
    return home


@pytest.fixture
def full(furniture: Path, tmp_path: Path) -> Path:
    """A copy of it, to damage."""
    return Path(shutil.copytree(furniture, tmp_path / "home"))


def doctor(home: Path) -> tuple[int, str]:
    """Return the exit code of `doctor --deep` and what it says; the command itself is asked once, below."""
    lab = lab_of(Settings(home=home), FakeEngine())
    found = list(findings_of(lab, repair=False))
    lab.listening.database.close()
    return int(any(finding.level == "fail" for finding in found)), "\n".join(finding.message for finding in found)


def test_every_kind_of_file_is_in_the_list(full: Path) -> None:
    assert doctor(full) == (0, "")
    listed = {path for pattern in (*KINDS_OF_FILES, *LEFT_OUT) for path in full.glob(pattern)}
    found = {path for path in full.rglob("*") if path.is_file() and path.name not in {".swept", ".lock"}}
    assert found <= listed, "a new kind of file needs somebody who looks into it"


@pytest.mark.parametrize("how", ["cut off", "emptied"])
@pytest.mark.parametrize("kind", KINDS_OF_FILES)
def test_one_damaged_file_is_found(full: Path, kind: str, how: str) -> None:
    path = min(full.glob(kind))
    content = path.read_bytes()
    path.write_bytes(content[: len(content) // 3] if how == "cut off" else b"")
    code, said = doctor(full)
    assert code == 1, said
    assert path.name in said or path.parent.name in said


def test_the_command_exits_with_1_for_a_damaged_database(full: Path) -> None:
    (full / "data" / "voicelab.db").write_bytes(b"")
    command = [sys.executable, "-m", "voicelab", "doctor", "--deep", "--json", "--home", str(full)]
    done = subprocess.run(command, capture_output=True, cwd=CHECKOUT, env=environment(full), check=False)
    assert done.returncode == 1, done.stderr
    (finding,) = json.loads(done.stdout)["findings"]
    assert (finding["what"], finding["level"]) == ("database", "fail")


def test_a_page_of_the_database_is_damaged(full: Path) -> None:
    file = full / "data" / "voicelab.db"
    content = bytearray(file.read_bytes())
    content[4096 * 2 : 4096 * 3] = b"\xff" * 4096
    file.write_bytes(content)
    code, said = doctor(full)
    assert code == 1
    assert f"{file} is damaged" in said


def test_locked_is_not_damaged(full: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("voicelab.listening.integrity._WAIT_S", 0.1)
    file = full / "data" / "voicelab.db"
    service = open_listening(f"sqlite:///{file}", full / "data" / "listening")
    with contextlib.closing(sqlite3.connect(file)) as holder:
        holder.execute("PRAGMA journal_mode=DELETE")
        holder.execute("BEGIN EXCLUSIVE")
        (found,) = examine_listening(service.database, file, full / "data" / "listening")
        assert (found.level, "is locked by another process" in found.message) == ("warn", True)
        monkeypatch.setattr("voicelab.listening.database._BUSY_MS", 50)
        with pytest.raises(StorageFailed, match=r"is locked.*nothing is damaged"):
            service.tests.list()
    service.database.close()


def test_an_emptied_database_is_damage_and_a_new_one_is_not(full: Path, tmp_path: Path) -> None:
    file = full / "data" / "voicelab.db"
    file.write_bytes(b"")
    service = open_listening(f"sqlite:///{file}", full / "data" / "listening")
    with pytest.raises(StorageFailed, match="is damaged: it is empty"):
        service.tests.list()
    assert file.stat().st_size == 0, "nothing was made in its place"
    (tmp_path / "new.db").touch()  # as a lab leaves it that is killed while it makes one
    fresh = open_listening(f"sqlite:///{tmp_path / 'new.db'}", tmp_path / "listening")
    assert fresh.tests.list() == []
    fresh.database.close()


def test_a_damaged_and_a_newer_database_are_sentences(full: Path) -> None:
    file = full / "data" / "voicelab.db"
    whole = file.read_bytes()
    file.write_bytes(b"no database at all, whatever its name says" * 200)
    with pytest.raises(StorageFailed, match="is damaged"):
        open_listening(f"sqlite:///{file}", full / "data" / "listening").tests.list()
    file.write_bytes(whole)
    with contextlib.closing(sqlite3.connect(file)) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
        connection.commit()
    code, said = doctor(full)
    assert (code, "newer Voice Lab" in said) == (1, True)


def test_the_folder_of_a_test_that_was_never_made_is_told_of(full: Path) -> None:
    (full / "data" / "listening" / ("0" * 32)).mkdir()
    code, said = doctor(full)
    assert (code, "belongs to no test" in said) == (0, True)
    assert VoiceLibrary(full / "voices").voices()
