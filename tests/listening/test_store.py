"""Tests made of an experiment: what can be asked, links, and what happens when takes go."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from tests.listening.conftest import Clock, experiment, take_all, trial_of
from voicelab.errors import InvalidValue, LinkClosed, UnknownTest
from voicelab.listening.kinds import KINDS
from voicelab.listening.sessions import Sessions
from voicelab.listening.store import TestStore
from voicelab.listening.values import Options, Source

AB = KINDS["ab"]


def test_a_test_keeps_what_it_was_made_of(store: TestStore, source: Source) -> None:
    test = store.create(source, AB, Options(question="Which is warmer?"))
    assert store.get(test.id) == test
    assert [other.id for other in store.list()] == [test.id]
    assert (test.settings, test.items, test.experiment) == (source.settings, source.items, source.experiment)
    assert test.question == "Which is warmer?"
    assert test.cells == 4
    assert 0 < test.minutes < 2


def test_settings_and_lines_can_be_chosen(store: TestStore, tmp_path: Path) -> None:
    source = experiment(tmp_path / "big", settings=3)
    test = store.create(source, AB, Options(), {"setting-0", "setting-2"}, {"Line 1.", "Line 3."})
    assert [setting.key for setting in test.settings] == ["setting-0", "setting-2"]
    assert test.cells == 2


def test_what_cannot_be_compared_is_refused(store: TestStore, source: Source) -> None:
    with pytest.raises(InvalidValue, match="at least two"):
        store.create(source, AB, Options(), {"setting-0"})
    with pytest.raises(InvalidValue, match="not in this experiment"):
        store.create(source, AB, Options(), {"setting-9"})
    with pytest.raises(InvalidValue, match="no take"):
        store.create(replace(source, takes=()), AB, Options())
    with pytest.raises(InvalidValue, match="real clip"):
        store.create(replace(source, reference=None), KINDS["similarity"], Options())
    assert store.list() == []


def test_a_short_session_is_announced(store: TestStore, source: Source) -> None:
    assert "gets 4 of the 20" in store.create(source, AB, Options()).notes[0]
    assert store.create(source, AB, Options(trials=4)).notes == ()


def test_a_test_goes_on_when_its_takes_are_gone(
    store: TestStore, sessions: Sessions, source: Source, tmp_path: Path
) -> None:
    test = store.create(source, AB, Options())
    shutil.rmtree(tmp_path / "experiment")
    key = sessions.join(test.token)
    trial = trial_of(sessions, test, key)
    assert len(sessions.audio(test.token, key, trial["stimuli"][0]["id"])) > 10_000
    take_all(sessions, test, lambda _trial: 0)


def test_sounds_that_were_removed_are_a_sentence(
    store: TestStore, sessions: Sessions, source: Source, tmp_path: Path
) -> None:
    test = store.create(source, AB, Options())
    key = sessions.join(test.token)
    trial = trial_of(sessions, test, key)
    shutil.rmtree(tmp_path / "listening")
    with pytest.raises(UnknownTest, match="removed"):
        sessions.audio(test.token, key, trial["stimuli"][0]["id"])


def test_links_close_and_open(store: TestStore, sessions: Sessions, source: Source, clock: Clock) -> None:
    test = store.create(source, AB, Options(days=2))
    key = sessions.join(test.token)
    clock.now += 2 * 86_400 + 1
    with pytest.raises(LinkClosed, match="expired"):
        sessions.trial(test.token, key)
    renewed = store.renew(test.id, days=1)
    assert renewed.token != test.token
    with pytest.raises(UnknownTest):
        sessions.welcome(test.token)
    assert sessions.trial(renewed.token, key)["trial"]
    store.revoke(test.id)
    with pytest.raises(LinkClosed, match="closed"):
        sessions.trial(renewed.token, key)
    with pytest.raises(LinkClosed):
        sessions.join(renewed.token)


def test_a_removed_test_takes_everything_with_it(
    store: TestStore, sessions: Sessions, source: Source, tmp_path: Path
) -> None:
    test = store.create(source, AB, Options())
    take_all(sessions, test, lambda _trial: 1)
    store.remove(test.id)
    with pytest.raises(UnknownTest):
        store.get(test.id)
    assert [path.name for path in (tmp_path / "listening").iterdir()] == [".lock"]


def test_unknown_tests_are_named(store: TestStore) -> None:
    for method in (store.get, store.revoke, store.remove):
        with pytest.raises(UnknownTest):
            method("f" * 32)


@pytest.mark.parametrize(
    "values",
    [
        {"trials": 0},
        {"trials": 2.5},
        {"trials": True},
        {"catch_share": 0.9},
        {"catch_share": float("nan")},
        {"days": -1},
        {"mode": "shuffle"},
        {"question": "x" * 301},
        {"question": 3},
        {"back": "yes"},
        {"colour": "red"},
    ],
)
def test_options_out_of_range_are_refused(values: dict[str, object]) -> None:
    with pytest.raises(InvalidValue) as wrong:
        Options.of(values)
    assert wrong.value.field == next(iter(values))
