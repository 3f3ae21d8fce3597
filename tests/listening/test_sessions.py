"""What listeners can do, and what they cannot, by any means."""

from __future__ import annotations

import json
import threading
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from tests.listening.begun import begin
from tests.listening.conftest import Clock, reply, take_all, trial_of
from voicelab.errors import (
    AlreadyAnswered,
    InvalidValue,
    NotHeard,
    UnknownTest,
    UnknownTrial,
    VoiceLabError,
)
from voicelab.listening.answering import Reply
from voicelab.listening.database import Database
from voicelab.listening.kinds import KINDS
from voicelab.listening.sessions import Sessions
from voicelab.listening.store import TestStore
from voicelab.listening.tables import AnswerRow, StimulusRow, TrialRow
from voicelab.listening.values import ListeningTest, Options, Source
from voicelab.listening.views import Trial


def tie(_trial: Trial) -> int:
    return 0


@pytest.mark.parametrize("name", KINDS)
def test_a_session_from_beginning_to_end(
    name: str, store: TestStore, sessions: Sessions, source: Source, clock: Clock
) -> None:
    test = store.create(source, KINDS[name], Options(anchor=True))
    choose = (lambda trial: [90] * (len(trial["stimuli"]) - 1)) if KINDS[name].rated else lambda _trial: 1
    key = take_all(sessions, test, choose, clock)
    state = sessions.state(test.token, key)
    assert state["finished"]
    assert state["answered"] == state["total"]
    after = store.get(test.id)
    assert (after.listeners, after.finished) == (1, 1)
    assert after.answers == state["total"] - 1  # the practice trial does not count


def test_nothing_that_the_browser_gets_tells_which_is_which(sessions: Sessions, test: ListeningTest) -> None:
    """No setting, line, take, file or role; ids are of chance and of one length."""
    key = sessions.join(test.token)
    texts = [json.dumps(sessions.welcome(test.token)), json.dumps(sessions.state(test.token, key))]
    ids: set[str] = set()
    while (shown := sessions.trial(test.token, key))["trial"] is not None:
        trial = shown["trial"]
        texts.append(json.dumps(shown))
        for stimulus in trial["stimuli"]:
            assert stimulus["id"] not in ids
            assert len(stimulus["id"]) == 32
            ids.add(stimulus["id"])
        texts.append(json.dumps(sessions.answer(test.token, key, reply(trial, 0))))
    said = " ".join(texts)
    for secret in ("etting", "Line", "take", "identical", "repeat", "main", "item", "sample", test.experiment, "seed"):
        assert secret not in said


def test_stimuli_are_equal_in_length_and_never_the_same(sessions: Sessions, test: ListeningTest) -> None:
    key = sessions.join(test.token)
    contents = []
    while (shown := sessions.trial(test.token, key))["trial"] is not None:
        contents += [sessions.audio(test.token, key, each["id"]) for each in shown["trial"]["stimuli"]]
        sessions.answer(test.token, key, reply(shown["trial"], 0))
    assert len(set(contents)) == len(contents)
    assert len({(len(content), content[:44]) for content in contents}) == 1


def test_the_order_is_logged_with_its_seed(
    store: TestStore, sessions: Sessions, test: ListeningTest, database: Database
) -> None:
    take_all(sessions, test, tie)
    with database.reading() as session:
        trials = session.query(TrialRow).order_by(TrialRow.position).all()
        assert [trial.position for trial in trials] == list(range(len(trials)))
        assert session.query(StimulusRow).count() == 2 * len(trials)


def test_a_session_goes_on_where_it_was(sessions: Sessions, test: ListeningTest) -> None:
    """The same trial, with the same stimuli, until it is answered; another server finds it too."""
    key, trial = begin(sessions, test)
    assert sessions.trial(test.token, key)["trial"] == trial
    sessions.answer(test.token, key, reply(trial, 1))
    following = trial_of(sessions, test, key)
    assert following["number"] == trial["number"] + 1


def test_an_answer_is_there_after_a_crash(
    sessions: Sessions, test: ListeningTest, url: str, tmp_path: Path, clock: Clock
) -> None:
    """Another process, which shares nothing but the disk, sees it."""
    key, trial = begin(sessions, test)
    sessions.answer(test.token, key, reply(trial, 1))
    other = Database(url)
    again = Sessions(other, tmp_path / "listening", clock).state(test.token, key)
    other.close()
    assert again["answered"] == 1


def test_the_same_answer_again_is_counted_once(sessions: Sessions, test: ListeningTest, database: Database) -> None:
    key, trial = begin(sessions, test)
    first = sessions.answer(test.token, key, reply(trial, 1))
    second = sessions.answer(test.token, key, reply(trial, 1))
    assert (first["again"], second["again"]) == (False, True)
    assert first["answered"] == second["answered"] == 1
    with database.reading() as session:
        assert session.query(AnswerRow).count() == 1


def test_a_double_click_is_one_answer(sessions: Sessions, test: ListeningTest, database: Database) -> None:
    """Twelve at the same moment: all are told that it is kept."""
    key, trial = begin(sessions, test)
    told: list[Any] = []

    def click() -> None:
        try:
            told.append(sessions.answer(test.token, key, reply(trial, -1))["answered"])
        except VoiceLabError as error:
            told.append(error)

    threads = [threading.Thread(target=click) for _ in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert told == [1] * 12
    with database.reading() as session:
        assert session.query(AnswerRow).count() == 1


def test_another_answer_from_a_second_tab_changes_nothing(
    sessions: Sessions, test: ListeningTest, database: Database
) -> None:
    key, trial = begin(sessions, test)
    sessions.answer(test.token, key, reply(trial, 1))
    with pytest.raises(AlreadyAnswered, match="another tab"):
        sessions.answer(test.token, key, reply(trial, -1))
    with database.reading() as session:
        assert session.query(AnswerRow).one().value == 1


def test_nobody_answers_hears_or_sees_for_another(sessions: Sessions, test: ListeningTest) -> None:
    key, trial = begin(sessions, test)
    other, _others = begin(sessions, test)
    with pytest.raises(UnknownTrial):
        sessions.answer(test.token, other, reply(trial, 1))
    with pytest.raises(UnknownTrial):
        sessions.audio(test.token, other, trial["stimuli"][0]["id"])
    for guess in ("", "x", key[:-1], key.upper()):
        with pytest.raises(UnknownTrial, match="Begin again"):
            sessions.state(test.token, guess)
    with pytest.raises(UnknownTest):
        sessions.state("not-a-token", key)


def test_a_key_of_another_test_is_no_key(
    sessions: Sessions, store: TestStore, source: Source, test: ListeningTest
) -> None:
    key, trial = begin(sessions, test)
    other = store.create(source, KINDS["ab"], Options())
    with pytest.raises(UnknownTrial):
        sessions.answer(other.token, key, reply(trial, 1))


@pytest.mark.parametrize(
    "change",
    [
        {"value": 2},
        {"value": "A"},
        {"value": [1]},
        {"plays": [1]},
        {"plays": [-1, 1]},
        {"plays": "11"},
        {"plays": [1, True]},
        {"heard_s": -1.0},
        {"heard_s": float("nan")},
    ],
)
def test_forged_answers_are_refused(sessions: Sessions, test: ListeningTest, change: dict[str, Any]) -> None:
    key, trial = begin(sessions, test)
    with pytest.raises(InvalidValue):
        sessions.answer(test.token, key, replace(reply(trial, 1), **change))
    assert sessions.state(test.token, key)["answered"] == 0


@pytest.mark.parametrize(("plays", "passed_s"), [([0, 1], 60.0), ([1, 1], 0.1)])
def test_an_answer_to_what_was_not_heard_is_refused(
    database: Database, tmp_path: Path, test: ListeningTest, clock: Clock, plays: list[int], passed_s: float
) -> None:
    """Whatever the browser claims: one that was not played, or all of them faster than they last."""
    sessions = Sessions(database, tmp_path / "listening", clock)
    key, trial = begin(sessions, test)
    clock.now += passed_s
    with pytest.raises(NotHeard, match="to its end"):
        sessions.answer(test.token, key, replace(reply(trial, 1), plays=plays))
    assert sessions.state(test.token, key)["answered"] == 0
    clock.now += 60
    assert sessions.answer(test.token, key, reply(trial, 1))["answered"] == 1


def test_trials_that_were_not_shown_cannot_be_answered(
    sessions: Sessions, test: ListeningTest, database: Database
) -> None:
    key, _trial = begin(sessions, test)
    with database.reading() as session:
        later = session.query(TrialRow).filter(TrialRow.position == 3).one().id
        stimulus = session.query(StimulusRow).filter(StimulusRow.trial == later).first()
        assert stimulus is not None
        hidden = stimulus.id
    with pytest.raises(UnknownTrial, match="not shown"):
        sessions.answer(test.token, key, Reply(later, 1, [1, 1], 9.0))
    with pytest.raises(UnknownTrial):
        sessions.audio(test.token, key, hidden)
    with pytest.raises(UnknownTrial):
        sessions.trial(test.token, key, 4)


def test_going_back_is_for_those_who_may(sessions: Sessions, test: ListeningTest) -> None:
    key, trial = begin(sessions, test)
    sessions.answer(test.token, key, reply(trial, 1))
    with pytest.raises(UnknownTrial, match="over"):
        sessions.trial(test.token, key, 1)


def test_going_back_changes_an_answer_until_the_end(
    sessions: Sessions, store: TestStore, source: Source, database: Database
) -> None:
    test = store.create(source, KINDS["ab"], Options(back=True))
    key, first = begin(sessions, test)
    sessions.answer(test.token, key, reply(first, 1))
    with pytest.raises(InvalidValue, match="left"):
        sessions.finish(test.token, key)
    while (shown := sessions.trial(test.token, key))["trial"] is not None:
        sessions.answer(test.token, key, reply(shown["trial"], 0))
    assert not sessions.state(test.token, key)["finished"]
    again = trial_of(sessions, test, key, 1)
    assert (again["id"], again["value"]) == (first["id"], 1)
    sessions.answer(test.token, key, reply(first, -1))
    with database.reading() as session:
        row = session.get(AnswerRow, first["id"])
        assert row is not None
        assert (row.value, row.changes) == (-1, 1)
    assert sessions.finish(test.token, key)["finished"]
    with pytest.raises(AlreadyAnswered):
        sessions.answer(test.token, key, reply(first, 1))
    with pytest.raises(UnknownTrial, match="over"):
        sessions.trial(test.token, key, 1)


def test_time_is_what_both_sides_saw_pass(
    sessions: Sessions, test: ListeningTest, clock: Clock, database: Database
) -> None:
    """A browser may not claim more than passed; a server's clock that was turned back is not held against it."""
    key = sessions.join(test.token)
    believed = []
    for passed, claimed in ((20.0, 9.0), (3.0, 500.0), (-3600.0, 7.0)):
        trial = trial_of(sessions, test, key)
        clock.now += passed
        sessions.answer(test.token, key, reply(trial, 0, heard_s=claimed))
        with database.reading() as session:
            row = session.get(AnswerRow, trial["id"])
            assert row is not None
            believed.append(row.heard_s)
    assert believed == [9.0, 3.0, 7.0]


def test_a_trial_that_is_over_is_not_a_session_that_is_gone(sessions: Sessions, test: ListeningTest) -> None:
    """A page forgets its session for the one, and begins a second; for the other it goes on."""
    key, trial = begin(sessions, test)
    sessions.answer(test.token, key, reply(trial, 1))
    with pytest.raises(UnknownTrial) as over:
        sessions.trial(test.token, key, 1)
    assert over.value.code == "unknown_trial"
    with pytest.raises(UnknownTrial) as gone:
        sessions.trial(test.token, "x")
    assert gone.value.code == "unknown_session"
