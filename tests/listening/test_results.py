"""From answers to what they say, through the real store: whole sessions of listeners whose taste is known."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from scipy import stats

from tests.listening.conftest import experiment
from tests.listening.tastes import prefers_second, results
from tests.listening.worlds import World, answer, made_of
from voicelab.clips.clip import Clip
from voicelab.clips.wav import write_wav
from voicelab.listening.answers import Heard
from voicelab.listening.database import Database
from voicelab.listening.kinds import KINDS
from voicelab.listening.report import paragraph, rows_of
from voicelab.listening.results import results_of
from voicelab.listening.store import TestStore
from voicelab.listening.values import Options


@pytest.fixture
def url(tmp_path: Path) -> str:
    """The address of an empty SQLite: what is computed here is not the database's."""
    return f"sqlite:///{tmp_path / 'lab.db'}"


def test_a_clear_preference_is_told_whichever_way_round_it_was_heard(
    store: TestStore, listen: Callable[..., None], database: Database, tmp_path: Path
) -> None:
    test = store.create(experiment(tmp_path / "e", 2, 10), KINDS["ab"], Options(trials=10))
    listen(test, prefers_second)
    _answers, found = results(database, test)
    pair = found.everything.pairs[0]
    assert (pair.wins.wins, pair.wins.trials, pair.ties) == (0, 10, 0)
    assert pair.p == pytest.approx(stats.binomtest(0, 10).pvalue, abs=1e-9)
    assert pair.tells
    assert pair.more == 0
    assert found.everything.ranking[0].setting == 1
    assert found.excluded == ()
    assert found.screened == found.everything
    assert "preferred to Secret setting 1 in 0 of 10 decided answers" in paragraph(test, found)


def test_practice_and_catch_trials_do_not_count(
    store: TestStore, listen: Callable[..., None], database: Database, tmp_path: Path
) -> None:
    test = store.create(experiment(tmp_path / "e", 2, 10), KINDS["ab"], Options(trials=10, catch_share=0.2))
    listen(test, prefers_second)
    answers, found = results(database, test)
    assert len(answers) == 13
    assert found.everything.answers == 10
    assert {answer.role for answer in answers if answer.failed_catch is False} == {"obvious"}


def test_ties_are_said_and_more_trials_are_asked_for(
    store: TestStore, listen: Callable[..., None], database: Database, tmp_path: Path
) -> None:
    test = store.create(
        experiment(tmp_path / "e", 2, 10), KINDS["ab"], Options(trials=10, catch_share=0, practice=False)
    )
    listen(test, lambda sounds, number: 0 if number > 7 else prefers_second(sounds, number) * (1 if number > 2 else -1))
    _answers, found = results(database, test)
    pair = found.everything.pairs[0]
    assert (pair.wins.wins, pair.wins.trials, pair.ties) == (2, 7, 3)
    assert not pair.tells
    said = paragraph(test, found)
    assert "3 said no difference" in said
    assert "does not tell them apart" in said
    assert "If the preference really is 65%, " in said
    assert "would tell it 8 times in 10" in said


def test_abx_counts_hits_against_chance(
    store: TestStore, listen: Callable[..., None], database: Database, tmp_path: Path
) -> None:
    test = store.create(experiment(tmp_path / "e", 2, 12), KINDS["abx"], Options(trials=12))
    listen(test, lambda sounds, _number: -1 if sounds[2] == sounds[0] else 1)
    _answers, found = results(database, test)
    pair = found.everything.pairs[0]
    assert (pair.wins.wins, pair.wins.trials) == (12, 12)
    assert pair.p == pytest.approx(stats.norm.sf(12**0.5))  # the score test; exact: 0.5**12
    assert found.everything.ranking == ()
    assert "told apart in 12 of 12" in paragraph(test, found)


def test_comparison_ratings_are_corrected_for_the_order(
    store: TestStore, listen: Callable[..., None], database: Database, tmp_path: Path
) -> None:
    test = store.create(experiment(tmp_path / "e", 2, 10), KINDS["cmos"], Options(trials=10))
    listen(test, lambda sounds, number: (1 + number % 2) * prefers_second(sounds, number))
    _answers, found = results(database, test)
    score = found.everything.pairs[0].score
    assert score is not None
    assert -2 <= (score.mean or 0) <= -1
    assert found.everything.pairs[0].tells


def test_similarity_rates_settings_reference_and_anchor(
    store: TestStore, listen: Callable[..., None], database: Database, tmp_path: Path, speech_clip: Clip
) -> None:
    """The careless one, who does not hear the reference, is left out after the fact."""
    write_wav(tmp_path / "recording.wav", Clip(np.tile(speech_clip.samples, 3)))
    source = experiment(tmp_path / "e", 3, 8)
    source = replace(source, recording=tmp_path / "recording.wav", window=(0.0, speech_clip.seconds))
    test = store.create(replace(source, stranger=source.reference), KINDS["similarity"], Options(trials=8))
    assert any("hidden reference is speech of the same person that is not in" in said for said in test.made)
    worth = {"reference": 97, "anchor": 20}
    listen(
        test, lambda sounds, n: [worth.get(role, 50 + 15 * (setting or 0) + n % 3) for role, setting in sounds], 60.0
    )
    listen(test, lambda sounds, _n: [60 for _ in sounds], 60.0)
    answers, found = results(database, test)
    assert [each.listener for each in found.excluded] == [2]
    assert "hidden reference below 90" in found.excluded[0].reasons[0]
    kept = found.screened
    assert kept.reference is not None
    assert kept.anchor is not None
    assert (kept.reference.mean, kept.anchor.mean) == (97, 20)
    assert len(kept.pairs) == 3
    for pair in kept.pairs:
        assert pair.difference is not None
        assert pair.difference.mean.mean == 15 * (pair.first - pair.second)
        assert pair.difference.wilcoxon_p == pytest.approx(stats.wilcoxon([15.0] * 8).pvalue)
        assert pair.p == pytest.approx(min(1, 3 * (pair.difference.t_p or 0)))
        assert pair.these_listeners
    assert [round(each.ratings.mean or 0) for each in kept.overall if each.ratings] == [51, 66, 81]
    assert f"rating {test.settings[0].key}" in rows_of(test, answers)[0]


def test_without_more_of_the_person_there_is_no_hidden_reference_and_that_is_said(
    store: TestStore, listen: Callable[..., None], database: Database, tmp_path: Path
) -> None:
    """The labelled reference's very words among the takes would name it: nothing stands in for it."""
    test = store.create(experiment(tmp_path / "e", 2, 8), KINDS["similarity"], Options(trials=8))
    listen(test, lambda sounds, _n: [60 for _ in sounds])
    answers, found = results(database, test)
    assert {heard.role for answer in answers for heard in answer.heard} == {"take", "anchor"}
    assert found.excluded == ()
    assert "There is no hidden reference" in paragraph(test, found)
    assert found.everything.always_same == (1,)


def test_single_ratings_are_paired_by_listener_and_line(
    store: TestStore, listen: Callable[..., None], database: Database, tmp_path: Path
) -> None:
    test = store.create(experiment(tmp_path / "e", 2, 8), KINDS["rate"], Options(trials=16))
    listen(test, lambda sounds, number: 3 + (sounds[0][1] or 0) - (number % 5 == 0))
    _answers, found = results(database, test)
    pair = found.everything.pairs[0]
    assert pair.difference is not None
    assert pair.difference.mean.n == 8
    assert (pair.difference.mean.mean or 0) < 0


def test_listeners_who_agree_are_said_to(
    store: TestStore, listen: Callable[..., None], database: Database, tmp_path: Path
) -> None:
    test = store.create(experiment(tmp_path / "e", 2, 6), KINDS["rate"], Options(trials=12, catch_share=0))
    for _ in range(3):
        listen(test, lambda sounds, _number: 2 + 2 * (sounds[0][1] or 0))
    _answers, found = results(database, test)
    assert found.everything.agreement == 1
    assert [group.answers for group in found.everything.by_listener] == [12, 12, 12]
    assert sum(group.answers for group in found.everything.by_line) == 36
    assert found.everything.by_line[0].values == (2, 4)


def test_ratings_of_a_thousand_listeners_are_concluded() -> None:
    """Twenty lines, three settings, reference and anchor each; how long it takes `bench_listening_results` says."""
    world = World("similarity", 1000, 20)
    test = made_of(world, 3)
    chance = np.random.default_rng(1)
    roles = (("take", 0), ("take", 1), ("take", 2), ("reference", None), ("anchor", None))
    heard = tuple(Heard(role, setting, str(setting), 1.0) for role, setting in roles)
    answers = [
        replace(
            answer(listener, item, (), [int(value) for value in chance.normal((50, 55, 60, 96, 20), 2)]), heard=heard
        )
        for listener in range(world.listeners)
        for item in range(world.lines)
    ]
    found = results_of(test, answers)
    assert found.excluded == ()
    assert all(pair.tells for pair in found.everything.pairs)


def test_ratings_on_different_lines_are_compared_listener_by_listener() -> None:
    """Each heard every setting, but none on the same line: their own means are compared, for these takes."""
    chance = np.random.default_rng(2)
    test = made_of(World("rate", 12, 10), 2)
    answers = [
        answer(listener, 2 * line + setting, (setting,), int(np.clip(round(chance.normal(2.5 + setting, 0.6)), 1, 5)))
        for listener in range(12)
        for line in range(5)
        for setting in range(2)
    ]
    (pair,) = results_of(test, answers).everything.pairs
    assert (pair.listeners, pair.tells, pair.these_takes) == (12, True, True)
    assert pair.difference is not None
    assert pair.difference.mean.n == 12


def test_no_difference_is_a_result() -> None:
    """After 40 of 40 "No difference" the lab asked for 35 answers more; now it says that none matters."""
    test = made_of(World("ab", 8, 5), 2)
    answers = [answer(listener, line, (0, 1), 0) for listener in range(8) for line in range(5)]
    found = results_of(test, answers)
    said = paragraph(replace(test, answers=40), found)
    assert found.everything.pairs[0].equivalent
    assert "There is no difference that matters" in said
    assert "surely less than 65% of preferences" in said
    assert "would tell" not in said
    few = results_of(test, answers[:2])
    assert not few.everything.pairs[0].equivalent


def test_conclusions_say_whom_and_what_they_hold_for() -> None:
    few_lines = made_of(World("ab", 30, 1), 2)
    answers = [answer(listener, 0, (0, 1), -1) for listener in range(30)]
    assert "This holds of these takes, not of these settings." in paragraph(few_lines, results_of(few_lines, answers))
    alone = made_of(World("ab", 1, 20), 2)
    answers = [answer(1, line, (0, 1), -1) for line in range(20)]
    said = paragraph(alone, results_of(alone, answers))
    assert "This holds for this listener." in said
    assert "1 listener gave 20 answers on 20 lines" in said
    leaning = made_of(World("ab", 8, 10), 2)
    answers = [answer(who, line, (0, 1), -1 if who < 5 else 1) for who in range(8) for line in range(10)]
    said = paragraph(leaning, results_of(leaning, answers))
    assert "This holds" not in said
    assert re.search(r"worth \d+ independent answers", said)
