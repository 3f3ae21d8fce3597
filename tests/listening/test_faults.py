"""The database hurt while listeners answer: the acknowledged stays, the rest is a sentence and can be sent again."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
import threading
import time
from typing import TYPE_CHECKING, Any

import pytest

from tests.listening.conftest import Attentive, Clock, experiment, reply, trial_of
from voicelab.errors import StorageFailed
from voicelab.listening import database as databases
from voicelab.listening.database import Database
from voicelab.listening.kinds import KINDS
from voicelab.listening.sessions import Sessions
from voicelab.listening.store import TestStore
from voicelab.listening.tables import AnswerRow
from voicelab.listening.values import Options
from voicelab.settings import CHECKOUT

if TYPE_CHECKING:
    from pathlib import Path

    from tests.postgres import Postgres
    from voicelab.listening.values import ListeningTest

LISTENERS = 6

# Ends the process before its first, second, … statement, until what it does goes through; prints how it went each time.
DYING = """
import os, sys, time
from pathlib import Path
from sqlalchemy import event
from sqlalchemy.engine import Engine
from tests.listening.conftest import reply
from voicelab.listening.database import Database
from voicelab.listening.sessions import Sessions

url, folder, token, key, what = sys.argv[1:]
for number in range(200):
    child = os.fork()
    if child == 0:
        left = number

        def count(*_arguments):
            global left
            if left == 0:
                os._exit(9)
            left -= 1

        event.listen(Engine, "before_cursor_execute", count)
        event.listen(Engine, "commit", count)
        sessions = Sessions(Database(url), Path(folder), lambda: time.time() + 60)  # all was heard meanwhile
        if what == "answer":
            sessions.answer(token, key, reply(sessions.trial(token, key)["trial"], 1))
        elif what == "join":
            sessions.join(token)
        else:
            with Database(url).reading():
                pass
        os._exit(0)
    if os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0:
        print(number)
        sys.exit(0)
sys.exit("it never went through")
"""


def dying(url: str, folder: Path, what: str, test: ListeningTest | None = None, key: str = "") -> int:
    """Let a process die at each statement of `what`, and return how many there are."""
    token = test.token if test else ""
    command = [sys.executable, "-c", DYING, url, str(folder), token, key, what]
    return int(subprocess.run(command, check=True, capture_output=True, text=True, timeout=120, cwd=CHECKOUT).stdout)


def a_test(database: Database, folder: Path) -> ListeningTest:
    source = experiment(folder / "experiment")
    return TestStore(database, folder / "listening").create(source, KINDS["ab"], Options())


def test_killed_before_each_statement_of_a_migration_it_is_made_by_the_next(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'lab.db'}"
    assert dying(url, tmp_path, "migrate") > 10
    database = Database(url)
    assert a_test(database, tmp_path).token
    database.close()


@pytest.mark.parametrize("what", ["join", "answer"])
def test_killed_before_each_statement_of_what_a_listener_does(url: str, tmp_path: Path, what: str) -> None:
    """Half a session or half an answer would be counted, or stand in the way of the whole one."""
    database = Database(url)
    test = a_test(database, tmp_path)
    sessions = Sessions(database, tmp_path / "listening")
    key = sessions.join(test.token)
    trial = trial_of(sessions, test, key)
    assert dying(url, tmp_path / "listening", what, test, key) > 5
    with database.reading() as session:
        assert session.query(AnswerRow).count() == (what == "answer")
    if what == "answer":
        assert sessions.answer(test.token, key, reply(trial, 1))["again"]
    assert sessions.state(test.token, sessions.join(test.token))["answered"] == 0
    database.close()


def test_a_database_that_somebody_else_locks_is_a_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(databases, "_BUSY_MS", 200)
    database = Database(f"sqlite:///{tmp_path / 'lab.db'}")
    test = a_test(database, tmp_path)
    sessions = Attentive(database, tmp_path / "listening", Clock())
    key = sessions.join(test.token)
    trial = trial_of(sessions, test, key)
    other = sqlite3.connect(tmp_path / "lab.db", isolation_level=None)
    other.execute("BEGIN EXCLUSIVE")
    with pytest.raises(StorageFailed, match="locked"):
        sessions.answer(test.token, key, reply(trial, 1))
    assert sessions.state(test.token, key)["answered"] == 0, "what is there can be read meanwhile"
    other.execute("ROLLBACK")
    other.close()
    assert not sessions.answer(test.token, key, reply(trial, 1))["again"]
    database.close()


class Listener(threading.Thread):
    """Answers until it has answered everything; sends again what was not acknowledged, as the page does."""

    def __init__(self, sessions: Sessions, test: ListeningTest) -> None:
        super().__init__()
        self.acknowledged: dict[str, Any] = {}
        self.failures: list[str] = []
        self._sessions = sessions
        self._test = test
        self._key = sessions.join(test.token)

    def run(self) -> None:
        while trial := self._until_it_works(lambda: self._sessions.trial(self._test.token, self._key))["trial"]:
            answer = reply(trial, 1 if trial["number"] % 2 else -1)
            self._until_it_works(lambda answer=answer: self._sessions.answer(self._test.token, self._key, answer))
            self.acknowledged[trial["id"]] = answer.value
            time.sleep(0.3)  # slow enough that the database stops before the last answer

    def _until_it_works(self, call: Any) -> dict[str, Any]:
        while True:
            try:
                return dict(call())
            except StorageFailed as error:
                self.failures.append(error.message)
                time.sleep(0.1)


def test_postgresql_is_restarted_in_the_middle(postgres: Postgres, tmp_path: Path) -> None:
    database = Database(postgres.emptied())
    test = a_test(database, tmp_path)
    sessions = Attentive(database, tmp_path / "listening", Clock())
    listeners = [Listener(sessions, test) for _ in range(LISTENERS)]
    for listener in listeners:
        listener.start()
    for _ in range(2):
        time.sleep(0.3)
        postgres.stop()
        time.sleep(0.3)
        postgres.start()
    for listener in listeners:
        listener.join(60)
    acknowledged = {trial: value for listener in listeners for trial, value in listener.acknowledged.items()}
    assert len(acknowledged) >= 4 * LISTENERS
    with database.reading() as session:
        assert {row.trial: row.value for row in session.query(AnswerRow)} == acknowledged
    failures = {failure for listener in listeners for failure in listener.failures}
    assert failures, "somebody met the restart"
    assert all("The database of listening tests cannot be used" in failure for failure in failures)
    database.close()
