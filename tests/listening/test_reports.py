"""What is told of a test beside its results: what it waits for, who is left out and why, exports and plots."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import select

from tests.listening import worlds
from tests.listening.conftest import Clock, experiment, reply
from tests.listening.tastes import prefers_second, results
from tests.listening.worlds import World, answer, made_of
from voicelab.blind_tests import refuse_hidden
from voicelab.blind_tests import results as verdict_of
from voicelab.errors import InvalidValue, LinkClosed
from voicelab.listening.answers import answers_of
from voicelab.listening.database import Database
from voicelab.listening.kinds import KINDS
from voicelab.listening.plots import plot_names, plot_png
from voicelab.listening.report import as_csv, as_json, paragraph, rows_of
from voicelab.listening.results import results_of
from voicelab.listening.service import ListeningService
from voicelab.listening.sessions import Sessions
from voicelab.listening.store import TestStore
from voicelab.listening.tables import SampleRow
from voicelab.listening.values import Options


@pytest.fixture
def url(tmp_path: Path) -> str:
    """The address of an empty SQLite: what is computed here is not the database's."""
    return f"sqlite:///{tmp_path / 'lab.db'}"


def test_somebody_who_answers_at_random_and_fast_is_screened_out_openly(
    store: TestStore, listen: Callable[..., None], database: Database, tmp_path: Path
) -> None:
    test = store.create(experiment(tmp_path / "e", 2, 10), KINDS["ab"], Options(trials=10))
    listen(test, prefers_second)
    listen(test, lambda _sounds, _number: -1, 0.3)
    _answers, found = results(database, test)
    assert [each.listener for each in found.excluded] == [2]
    assert any("faster than the audio" in reason for reason in found.excluded[0].reasons)
    assert any("catch trials" in reason for reason in found.excluded[0].reasons)
    assert (found.everything.answers, found.screened.answers) == (20, 10)
    said = paragraph(test, found)
    assert "listener 2 (failed" in said
    assert "20 answers" in said
    assert "10 answers are left" in said


def test_ratings_that_a_locked_slider_may_have_stored_are_marked() -> None:
    """Exactly its middle, in an answer of a lab that did not look whether it was heard; nobody else's 50 is."""
    old = replace(worlds.answer(1, 0, (0, 1), [50, 80]), checked=False)
    told = replace(worlds.answer(1, 1, (0, 1), [51, 80]), checked=False)
    new = worlds.answer(2, 0, (0, 1), [50, 50])
    test = worlds.made_of(worlds.World("similarity", 2, 2))
    found = results_of(test, [old, told, new])
    assert found.unmoved == 1
    assert "1 rating of exactly 50 may not have been given" in paragraph(test, found)
    assert [row["unmoved"] for row in rows_of(test, [old, told, new])] == [1, 0, 0]
    assert "exactly 50" not in paragraph(test, results_of(test, [told, new]))


def test_exports_hold_one_row_per_answer_and_no_formula(
    store: TestStore, listen: Callable[..., None], database: Database, tmp_path: Path
) -> None:
    source = experiment(tmp_path / "e", 2, 6)
    lines = ("=1+1", *source.items[1:])
    takes = tuple(replace(take, item="=1+1") if take.item == source.items[0] else take for take in source.takes)
    test = store.create(replace(source, items=lines, takes=takes), KINDS["ab"], Options(trials=6))
    listen(test, prefers_second)
    answers, found = results(database, test)
    rows = list(csv.DictReader(io.StringIO(as_csv(test, answers))))
    assert len(rows) == len(answers)
    assert "'=1+1" in {row["line"] for row in rows}
    for row in rows:
        assert row["preferred"] in {"setting-1", "tie"} or row["role"] == "obvious"
        assert row["order_seed"]
    json.dumps(as_json(test, found), allow_nan=False)
    assert as_json(test, found)["everything"]["pairs"][0]["said"].endswith(".")


def test_nothing_answered_is_no_result(store: TestStore, database: Database, tmp_path: Path) -> None:
    for name, kind in KINDS.items():
        test = store.create(experiment(tmp_path / name), kind, Options(anchor=True))
        answers, found = results(database, test)
        assert "nobody has answered" in paragraph(test, found)
        assert len(list(csv.reader(io.StringIO(as_csv(test, answers))))) == 1
        json.dumps(as_json(test, found), allow_nan=False)


@pytest.mark.parametrize("name", KINDS)
@pytest.mark.parametrize("dark", [False, True])
def test_plots_are_drawn_for_every_kind(
    name: str, dark: bool, store: TestStore, listen: Callable[..., None], database: Database, tmp_path: Path
) -> None:
    kind = KINDS[name]
    test = store.create(experiment(tmp_path / "e", 3, 4), kind, Options(trials=8))
    empty = results(database, test)
    listen(test, lambda sounds, number: [number] * len(sounds) if kind.rated else kind.options[number % 2][0])
    for answers, found in (empty, results(database, test)):
        for plot in plot_names(test):
            picture = plot_png(plot, test, found.everything, answers, dark=dark)
            assert picture.startswith(b"\x89PNG")


def test_results_wait_for_the_planned_listeners_and_end_with_them(
    store: TestStore,
    sessions: Sessions,
    listen: Callable[..., None],
    database: Database,
    clock: Clock,
    tmp_path: Path,
) -> None:
    """Looking after every answer claims a difference in 28 % of tests without one: so there is one look."""
    room = ListeningService(database, store, sessions)
    test = store.create(experiment(tmp_path / "e", 2, 10), KINDS["ab"], Options(trials=10, listeners=3))
    late = sessions.join(test.token)
    for _ in range(2):
        listen(test, prefers_second)
    waits, answers, found = verdict_of(room, test.id)
    assert (waits.hidden, answers, found.everything.pairs) == (True, [], ())
    assert "2 of 3 planned listeners finished" in paragraph(waits, found)
    with pytest.raises(InvalidValue, match="2 of 3"):
        refuse_hidden(waits)

    listen(test, prefers_second)
    told, answers, found = verdict_of(room, test.id)
    assert (told.hidden, found.everything.answers) == (False, 30)
    assert "fixed beforehand that 3 listeners would finish" in paragraph(told, found)
    with pytest.raises(LinkClosed, match="all the listeners"):
        sessions.join(test.token)
    # Who began in time may go on, but the verdict stays what it was.
    clock.now += 1
    while (shown := sessions.trial(test.token, late)["trial"]) is not None:
        sessions.answer(test.token, late, reply(shown, 1))
    assert verdict_of(room, test.id)[2] == found


def test_an_early_look_is_possible_and_told(
    store: TestStore, sessions: Sessions, listen: Callable[..., None], database: Database, tmp_path: Path
) -> None:
    room = ListeningService(database, store, sessions)
    test = store.create(experiment(tmp_path / "e", 2, 10), KINDS["ab"], Options(trials=10, listeners=2))
    assert store.look(test.id).looks == 0, "there is nothing to see"
    listen(test, prefers_second)
    store.look(test.id)
    looked, _answers, found = verdict_of(room, test.id)
    assert (looked.looks, found.everything.answers) == (1, 10)
    listen(test, prefers_second)
    assert store.look(test.id).looks == 1  # by then it is no early look
    done, _answers, found = verdict_of(room, test.id)
    assert "looked at before the planned 2 listeners had finished (1 time)" in paragraph(done, found)
    free = store.create(experiment(tmp_path / "f", 2, 10), KINDS["ab"], Options(trials=10))
    listen(free, prefers_second)
    assert "was not fixed beforehand" in paragraph(*verdict_of(room, free.id)[::2])


def test_answers_that_follow_the_place_or_never_change_are_told() -> None:
    """A is always better, whichever setting it is."""
    test = made_of(World("ab", 4, 10), 2)
    order = [(0, 1), (1, 0)]
    answers = [answer(who, line, order[(who + line) % 2], -1) for who in range(4) for line in range(10)]
    found = results_of(test, answers)
    assert not found.everything.pairs[0].tells
    said = paragraph(test, found)
    assert "A was chosen in 40 of 40 decided answers" in said
    assert "all answers of listener 0, 1, 2, 3 are the same" in said


@pytest.mark.parametrize("name", ["ab", "abx", "similarity", "rate"])
def test_tests_from_before_go_on_as_they_were(
    name: str,
    store: TestStore,
    sessions: Sessions,
    listen: Callable[..., None],
    database: Database,
    tmp_path: Path,
) -> None:
    """Their samples had no spoilt takes, and the labelled reference was the hidden one as well."""
    test = store.create(experiment(tmp_path / "e", 2, 8), KINDS[name], Options(trials=8))
    with database.writing() as session:
        for sample in session.scalars(select(SampleRow).where(SampleRow.test == test.id)).all():
            if sample.role == "spoilt" and name == "abx":
                sample.role = "anchor"
            elif sample.role in {"spoilt", "anchor"}:
                session.delete(sample)
            elif sample.role == "labelled":
                sample.role = "reference"
    listen(test, lambda sounds, number: [number] * len(sounds) if name == "similarity" else KINDS[name].options[-1][0])
    roles = {answer.role for answer in answers_of(database, test.id)}
    heard = {each.role for answer in answers_of(database, test.id) for each in answer.heard}
    assert (
        roles - {"practice", "main"}
        == {
            "ab": {"identical", "repeat"},
            "abx": {"obvious"},
            "similarity": set(),
            "rate": {"repeat"},
        }[name]
    )
    assert heard == {"take"} | {"abx": {"anchor"}, "similarity": {"reference"}}.get(name, set())
