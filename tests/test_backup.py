"""A whole home as one file: made while the lab writes, and brought back whole or not at all."""

from __future__ import annotations

import hashlib
import json
import os
import signal
import sqlite3
import subprocess
import sys
import threading
import time
import zipfile
from typing import TYPE_CHECKING

import pytest

from tests.listening_lab import with_comparison
from tests.running import voicelab
from voicelab.backup import backup, restore
from voicelab.blind_tests import send
from voicelab.bootstrap import build
from voicelab.errors import Failed, InvalidValue, UnusableBackup
from voicelab.settings import CHECKOUT, Settings
from voicelab.voices.library import VoiceLibrary

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A home with voices, a comparison, a listening test and a token."""
    home = tmp_path / "home"
    experiment = with_comparison(home)
    lab = build(Settings(home=home))
    send(lab.listening, lab.experiments, lab.voices, experiment.id, [take.id for take in experiment.takes])
    (home / "data" / "token").write_text("a-token-of-this-lab\n")
    (home / "data" / "serving.json").write_text("{}")
    (home / "data" / "drafts").mkdir(exist_ok=True)
    (home / "data" / "link").symlink_to("/etc/hostname")
    return home


def kept(home: Path, path: Path) -> None:
    backup(Settings(home=home), VoiceLibrary(home / "voices"), path, lambda _name: None)


def files(folder: Path) -> dict[str, str]:
    return {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in folder.rglob("*")
        if path.is_file() and not path.is_symlink() and "voicelab.db" not in path.name
    }


def worth_keeping(names: Iterable[str]) -> set[str]:
    """Not the locks, nor the address of a lab that runs."""
    return {name for name in names if name.rsplit("/", 1)[-1] not in {".lock", "serving.json", ".rendering"}}


def test_what_was_kept_comes_back(home: Path, tmp_path: Path) -> None:
    package = tmp_path / "kept.zip"
    kept(home, package)
    assert package.stat().st_mode & 0o777 == 0o600
    done = restore(package, tmp_path / "new", lambda _name: None)
    before, after = files(home), files(tmp_path / "new")
    assert after == {name: before[name] for name in worth_keeping(before)}
    assert done.files == len(after) + 1
    old, new = (build(Settings(home=each)) for each in (home, tmp_path / "new"))
    assert [test.id for test in new.listening.tests.list()] == [test.id for test in old.listening.tests.list()]
    assert not (tmp_path / "new" / "data" / "link").exists()


def test_answers_that_are_written_meanwhile_do_no_harm(home: Path, tmp_path: Path) -> None:
    """SQLite's own backup: a copy of the file lacks what is in the file beside it."""
    database = home / "data" / "voicelab.db"
    stop = threading.Event()

    def write() -> None:
        with sqlite3.connect(database, timeout=30) as connection:
            connection.execute("CREATE TABLE written (number INTEGER)")
            number = 0
            while not stop.is_set():
                connection.execute("INSERT INTO written VALUES (?)", (number,))
                connection.commit()
                number += 1

    writer = threading.Thread(target=write)
    writer.start()
    try:
        for number in range(3):
            kept(home, tmp_path / f"{number}.zip")
    finally:
        stop.set()
        writer.join()
    restore(tmp_path / "2.zip", tmp_path / "new", lambda _name: None)
    with sqlite3.connect(tmp_path / "new" / "data" / "voicelab.db") as connection:
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        count, most = connection.execute("SELECT count(*), max(number) FROM written").fetchone()
        assert count == most + 1, "everything up to one moment"


def test_a_damaged_database_is_not_kept_as_if_it_were_whole(home: Path, tmp_path: Path) -> None:
    for path in (home / "data").glob("voicelab.db*"):
        path.unlink()  # SQLite would bring back what the file beside it holds
    (home / "data" / "voicelab.db").write_bytes(b"no database at all" * 1000)
    with pytest.raises(Failed, match="damaged or no database"):
        kept(home, tmp_path / "kept.zip")
    assert list(tmp_path.glob("*kept*")) == []


def test_nothing_is_written_over(home: Path, tmp_path: Path) -> None:
    kept(home, tmp_path / "kept.zip")
    with pytest.raises(InvalidValue, match="not empty"):
        restore(tmp_path / "kept.zip", home, lambda _name: None)
    with pytest.raises(InvalidValue, match="inside what is kept"):
        kept(home, home / "voices" / "kept.zip")


def changed(package: Path, name: str, content: bytes, *, listed: bool) -> Path:
    """Write a backup with one more file, in its list or not."""
    path = package.with_name("changed.zip")
    with zipfile.ZipFile(package) as old, zipfile.ZipFile(path, "w") as new:
        manifest = json.loads(old.read("manifest.json"))
        if listed:
            manifest["files"][name] = {"bytes": len(content), "sha256": hashlib.sha256(content).hexdigest()}
        for info in old.infolist():
            if info.filename not in {"manifest.json", name}:
                new.writestr(info, old.read(info))
        new.writestr(name, content)
        new.writestr("manifest.json", json.dumps(manifest))
    return path


@pytest.mark.parametrize(
    "name", ["../evil", "/etc/evil", "voices/../../evil", "other/evil", "voices\\..\\evil", "data/a\0b"]
)
def test_no_name_leads_out(home: Path, tmp_path: Path, name: str) -> None:
    kept(home, tmp_path / "kept.zip")
    with pytest.raises(UnusableBackup):
        restore(changed(tmp_path / "kept.zip", name, b"x", listed=True), tmp_path / "deep" / "new", lambda _name: None)
    assert not (tmp_path / "deep" / "new").exists()
    assert not list(tmp_path.rglob("evil"))


@pytest.mark.parametrize(
    "spoil",
    [
        lambda path: path.write_bytes(path.read_bytes()[:-3000]),
        lambda path: path.write_bytes(b"no zip"),
        lambda path: changed(path, "voices/more.txt", b"x", listed=False).replace(path),
        lambda path: changed(path, "data/token", b"another", listed=False).replace(path),
        lambda path: path.unlink(),
    ],
    ids=["cut off", "no zip", "one file more", "one file changed", "not there"],
)
def test_a_spoilt_backup_brings_nothing_back(home: Path, tmp_path: Path, spoil: object) -> None:
    package = tmp_path / "kept.zip"
    kept(home, package)
    assert callable(spoil)
    spoil(package)
    with pytest.raises(UnusableBackup):
        restore(package, tmp_path / "new", lambda _name: None)
    assert not (tmp_path / "new").exists()
    assert not list(tmp_path.glob(".new*"))


@pytest.mark.parametrize("command", ["backup", "restore"])
def test_killed_in_the_middle_nothing_half_is_there(home: Path, tmp_path: Path, command: str) -> None:
    """Ten kills, each a little later: what bears the name is whole, and can be used, every time."""
    package, new = tmp_path / "kept.zip", tmp_path / "new"
    kept(home, tmp_path / "whole.zip")
    (home / "voices" / "big").mkdir()
    (home / "voices" / "big" / "recording.wav").write_bytes(os.urandom(30_000_000))
    if command == "restore":
        kept(home, package)
    arguments = ["backup", str(package), "--home", str(home)]
    if command == "restore":
        arguments = ["restore", str(package), "--home", str(new)]
    ended = 0
    for attempt in range(10):
        line = [sys.executable, "-m", "voicelab", *arguments]
        process = subprocess.Popen(line, cwd=CHECKOUT, stderr=subprocess.DEVNULL)
        time.sleep(0.3 + 0.08 * attempt)
        process.send_signal(signal.SIGKILL)
        ended += process.wait() == 0
        if command == "backup" and package.exists():
            restore(package, tmp_path / f"new{attempt}", lambda _name: None)
            package.unlink()
        if new.exists():
            assert files(new).keys() == worth_keeping(files(home))
            for path in sorted(new.rglob("*"), reverse=True):
                path.rmdir() if path.is_dir() else path.unlink()
            new.rmdir()
    assert ended < 10, "none was killed"


def test_the_commands(home: Path, tmp_path: Path) -> None:
    package = tmp_path / "kept.zip"
    assert voicelab("backup", str(package), "--home", str(home))["files"] > 5
    assert voicelab("restore", str(package), "--home", str(tmp_path / "new"))["files"] > 5
    assert voicelab("doctor", "--deep", "--home", str(tmp_path / "new"))["whole"]
