"""A process that is killed while it makes a listening test leaves nothing that stays, and disturbs nobody's test."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from tests.listening.conftest import experiment
from voicelab.errors import StorageFailed
from voicelab.listening import store as stores
from voicelab.listening.database import Database
from voicelab.listening.integrity import examine_listening
from voicelab.listening.kinds import KINDS
from voicelab.listening.making import sweep
from voicelab.listening.store import TestStore
from voicelab.listening.values import Options
from voicelab.settings import CHECKOUT

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

# Makes a test and tells when all its sounds are written and its rows are not committed; then it waits.
MAKING = """
import sys, time
from pathlib import Path
from tests.listening.conftest import experiment
from voicelab.listening import store
from voicelab.listening.database import Database
from voicelab.listening.kinds import KINDS
from voicelab.listening.values import Options

def wait(*_paths):
    print("written", flush=True)
    time.sleep(600)

store.put = wait
url, folder = sys.argv[1], Path(sys.argv[2])
store.TestStore(Database(url), folder / "listening").create(experiment(folder / "other"), KINDS["ab"], Options())
"""


@pytest.fixture
def maker(tmp_path: Path) -> Iterator[subprocess.Popen[str]]:
    """Another process, with a database of its own, in the middle of making a test."""
    command = [sys.executable, "-c", MAKING, f"sqlite:///{tmp_path / 'other.db'}", str(tmp_path)]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=CHECKOUT)
    assert process.stdout
    assert process.stdout.readline() == "written\n"
    yield process
    process.kill()
    process.wait()


def test_what_a_killed_process_left_goes_with_the_next_test(tmp_path: Path, maker: subprocess.Popen[str]) -> None:
    folder = tmp_path / "listening"
    database = Database(f"sqlite:///{tmp_path / 'voicelab.db'}")
    store = TestStore(database, folder)
    source = experiment(tmp_path / "experiment")
    first = store.create(source, KINDS["ab"], Options())
    (left,) = folder.glob(".*.making")
    assert list(left.glob("*.wav")), "while it is being made nobody removes it"
    assert list(examine_listening(database, tmp_path / "voicelab.db", folder)) == [], "it is no damage"

    os.kill(maker.pid, signal.SIGKILL)
    maker.wait()
    second = store.create(source, KINDS["ab"], Options())
    assert {path.name for path in folder.iterdir()} == {".lock", first.id, second.id}
    database.close()


def test_the_lab_removes_it_when_it_starts(tmp_path: Path, maker: subprocess.Popen[str]) -> None:
    assert sweep(tmp_path / "listening") == 0
    os.kill(maker.pid, signal.SIGKILL)
    maker.wait()
    assert sweep(tmp_path / "listening") == 1
    assert sweep(tmp_path / "listening") == 0
    assert sweep(tmp_path / "no such folder") == 0


def test_a_test_that_cannot_be_kept_leaves_no_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def put_and_fail(staged: Path, folder: Path) -> None:
        staged.rename(folder)
        raise StorageFailed("The disk is gone.")

    monkeypatch.setattr(stores, "put", put_and_fail)
    database = Database(f"sqlite:///{tmp_path / 'voicelab.db'}")
    with pytest.raises(StorageFailed, match="The disk is gone"):
        TestStore(database, tmp_path / "listening").create(experiment(tmp_path / "experiment"), KINDS["ab"], Options())
    assert [path.name for path in (tmp_path / "listening").iterdir()] == [".lock"]
    database.close()
