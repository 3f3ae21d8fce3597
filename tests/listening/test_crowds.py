"""Who may join, how many, and what never reaches the database."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from tests.listening.conftest import Clock, reply, trial_of
from voicelab.errors import InvalidValue, LinkClosed, TooManyTries, UnknownTest, UnknownTrial
from voicelab.listening.joining import MOST_JOINS
from voicelab.listening.kinds import KINDS
from voicelab.listening.report import paragraph
from voicelab.listening.results import results_of
from voicelab.listening.values import ListeningTest, Options

if TYPE_CHECKING:
    from voicelab.listening.sessions import Sessions
    from voicelab.listening.store import TestStore
    from voicelab.listening.values import Source

ODD = ["a\0b", "", "x" * 100_000, "ü", "../../x", "a b", "\ud800"]


@pytest.fixture
def test(store: TestStore, source: Source) -> ListeningTest:
    return store.create(source, KINDS["ab"], Options(trials=2, catch_share=0.0, practice=False))


def test_one_address_begins_so_often_and_others_still_may(
    sessions: Sessions, store: TestStore, test: ListeningTest, clock: Clock
) -> None:
    for _ in range(MOST_JOINS):
        sessions.join(test.token, address="203.0.113.7")
    with pytest.raises(TooManyTries) as refused:
        sessions.join(test.token, address="203.0.113.7")
    assert refused.value.retry_after_s
    sessions.join(test.token, address="203.0.113.8")
    sessions.join(test.token)
    clock.now += 601
    sessions.join(test.token, address="203.0.113.7")
    assert store.get(test.id).listeners == MOST_JOINS + 3


def test_a_test_takes_so_many_listeners(sessions: Sessions, store: TestStore, source: Source) -> None:
    test = store.create(source, KINDS["ab"], Options(max_listeners=2))
    keys = [sessions.join(test.token) for _ in range(2)]
    with pytest.raises(LinkClosed, match="As many"):
        sessions.join(test.token)
    assert sessions.trial(test.token, keys[0])["trial"], "who began goes on"


def test_results_say_when_most_came_from_one_address(sessions: Sessions, store: TestStore, test: ListeningTest) -> None:
    def said() -> str:
        return paragraph(replace(store.get(test.id), answers=1), results_of(test, answers))

    for address in ("203.0.113.7", "203.0.113.7", "203.0.113.8"):
        key = sessions.join(test.token, address=address)
    trial = trial_of(sessions, test, key)
    sessions.answer(test.token, key, reply(trial, 1))
    from voicelab.listening.answers import answers_of

    answers = answers_of(store._database, test.id)
    assert "one network address" not in said(), "two of three may well share a network"
    sessions.join(test.token, address="203.0.113.7")
    assert "Of 4 listeners who began, 3 came from one network address" in said()


def test_addresses_are_not_kept(sessions: Sessions, store: TestStore, source: Source, test: ListeningTest) -> None:
    from sqlalchemy import select

    from voicelab.listening.tables import ListenerRow

    other = store.create(source, KINDS["ab"], Options())
    for each in (test, test, other):
        sessions.join(each.token, address="203.0.113.7")
    with store._database.reading() as database:
        origins = database.scalars(select(ListenerRow.origin).order_by(ListenerRow.id)).all()
    assert origins[0] == origins[1] != origins[2], "not even two tests tell that it was the same"
    assert "203.0.113.7" not in "".join(origins)


@pytest.mark.parametrize("odd", ODD, ids=lambda odd: ascii(odd)[:12])
def test_what_is_no_id_never_reaches_the_database(
    sessions: Sessions, store: TestStore, test: ListeningTest, odd: str
) -> None:
    key = sessions.join(test.token)
    trial = trial_of(sessions, test, key)
    with pytest.raises(UnknownTest):
        sessions.welcome(odd)
    with pytest.raises(UnknownTest):
        sessions.state(odd, key)
    with pytest.raises(UnknownTest):
        store.get(odd)
    with pytest.raises(UnknownTrial):
        sessions.audio(test.token, key, odd)
    with pytest.raises(UnknownTrial):
        sessions.answer(test.token, key, reply({**trial, "id": odd}, 0))


@pytest.mark.parametrize("number", [0, -1, 2**31, 2**63, 10**30])
def test_no_number_of_a_trial_is_too_large_for_the_database(
    sessions: Sessions, test: ListeningTest, number: int
) -> None:
    key = sessions.join(test.token)
    with pytest.raises(UnknownTrial):
        sessions.trial(test.token, key, number)


def test_a_name_and_a_question_hold_no_hidden_characters(sessions: Sessions, test: ListeningTest) -> None:
    with pytest.raises(InvalidValue, match="name"):
        sessions.join(test.token, "An\0na")
    with pytest.raises(InvalidValue, match="question"):
        Options.of({"question": "Which\0?"})
