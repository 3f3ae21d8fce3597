"""Who joins a test: once however often it is asked, under a name and a code, as long as there is room."""

from __future__ import annotations

import json
import secrets
import threading
from pathlib import Path

import pytest

from tests.listening.begun import begin
from tests.listening.conftest import experiment, reply, trial_of
from voicelab.errors import (
    InvalidValue,
    LinkClosed,
)
from voicelab.listening.database import Database
from voicelab.listening.kinds import KINDS
from voicelab.listening.sessions import Sessions
from voicelab.listening.store import TestStore
from voicelab.listening.tables import TrialRow
from voicelab.listening.values import ListeningTest, Options, Source


def test_names_and_codes(sessions: Sessions, store: TestStore, source: Source) -> None:
    test = store.create(source, KINDS["ab"], Options(ask_name=True, code="tulip"))
    assert sessions.welcome(test.token)["ask_code"]
    assert "tulip" not in json.dumps(sessions.welcome(test.token))
    for name, code in (("", "tulip"), ("x" * 81, "tulip"), ("Bo", ""), ("Bo", "rose")):
        with pytest.raises(InvalidValue):
            sessions.join(test.token, name, code)
    assert sessions.join(test.token, " Bo  Li ", " tulip ")
    assert store.get(test.id).listeners == 1


def test_a_limit_on_answers_closes_the_link(sessions: Sessions, store: TestStore, source: Source) -> None:
    test = store.create(source, KINDS["ab"], Options(max_answers=2, practice=False))
    key, trial = begin(sessions, test)
    for _ in range(2):
        trial = trial_of(sessions, test, key)
        sessions.answer(test.token, key, reply(trial, 0))
    assert sessions.answer(test.token, key, reply(trial, 0))["again"]
    with pytest.raises(LinkClosed, match="all the answers"):
        sessions.answer(test.token, key, reply(trial_of(sessions, test, key), 0))
    with pytest.raises(LinkClosed):
        sessions.join(test.token)
    assert store.get(test.id).answers == 2


def test_listeners_who_come_at_once_get_different_pairs_and_numbers(
    store: TestStore, sessions: Sessions, tmp_path: Path, database: Database
) -> None:
    """Twelve at the same moment, one trial each, over twelve pairs: every pair is given once."""
    source = experiment(tmp_path / "twelve", settings=2, items=12)
    test = store.create(source, KINDS["ab"], Options(trials=1, practice=False))
    threads = [threading.Thread(target=sessions.join, args=(test.token,)) for _ in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with database.reading() as session:
        assert sorted(trial.item for trial in session.query(TrialRow)) == list(range(12))
    assert store.get(test.id).listeners == 12


def test_joining_twice_with_one_key_is_one_listener(
    sessions: Sessions, store: TestStore, source: Source, test: ListeningTest
) -> None:
    """A browser draws the key, and asks again where the answer was lost; also where nobody else may join by then."""
    drawn = secrets.token_urlsafe(32)
    alone = store.create(source, KINDS["ab"], Options(max_listeners=1))
    assert [sessions.join(alone.token, key=drawn) for _ in range(2)] == [drawn, drawn]
    assert store.get(alone.id).listeners == 1
    assert sessions.state(alone.token, drawn)["answered"] == 0
    with pytest.raises(InvalidValue, match="another test"):
        sessions.join(test.token, key=drawn)
    for weak in ("", "none", "a" * 42, "a" * 42 + "!"):
        assert sessions.join(test.token, key=weak) not in {weak, drawn}
    assert store.get(test.id).listeners == 4


def test_all_links_of_a_test_and_no_other_test_are_known_as_the_same(
    sessions: Sessions, store: TestStore, source: Source, test: ListeningTest
) -> None:
    before = sessions.welcome(test.token)["test"]
    renewed = store.renew(test.id, 7)
    assert sessions.welcome(renewed.token)["test"] == before
    assert sessions.welcome(store.create(source, KINDS["ab"], Options()).token)["test"] != before
    assert test.id not in before
