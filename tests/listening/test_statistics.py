"""Every figure that results show, against scipy, choix and published worked examples."""

from __future__ import annotations

import choix
import numpy as np
import pytest
from scipy import stats

from voicelab.listening.agreement import agreement
from voicelab.listening.proportions import holm, more_trials, proportion, trials_needed, wins_needed
from voicelab.listening.ranking import ELO, ranking, strengths
from voicelab.listening.ratings import difference, mean_of

EXACT = pytest.approx


@pytest.mark.parametrize(
    ("wins", "trials", "low", "high"),
    [(81, 263, 0.2553, 0.3662), (15, 148, 0.0624, 0.1605), (0, 20, 0.0000, 0.1611), (1, 29, 0.0061, 0.1718)],
)
def test_intervals_are_those_that_newcombe_published(wins: int, trials: int, low: float, high: float) -> None:
    """Newcombe 1998, Statistics in Medicine 17, table I, method 3 (Wilson's score without correction)."""
    found = proportion(wins, trials)
    assert (round(found.low, 4), round(found.high, 4)) == (low, high)


def test_intervals_and_p_follow_from_their_formulas() -> None:
    z = stats.norm.ppf(0.975)
    for trials in (1, 2, 7, 20, 133):
        for wins in range(0, trials + 1, max(1, trials // 7)):
            share = wins / trials
            middle = (share + z**2 / (2 * trials)) / (1 + z**2 / trials)
            half = z * np.sqrt(share * (1 - share) / trials + z**2 / (4 * trials**2)) / (1 + z**2 / trials)
            tail = min(1.0, 2 * stats.binom.sf(max(wins, trials - wins) - 1, trials, 0.5))
            found = proportion(wins, trials)
            assert (found.low, found.high) == EXACT((middle - half, middle + half), abs=1e-6)
            assert found.p == EXACT(tail, abs=1e-6)
            hits = proportion(wins, trials, better_than_chance=True)
            assert hits.p == EXACT(stats.binom.sf(wins - 1, trials, 0.5), abs=1e-6)


def test_without_trials_nothing_is_known() -> None:
    assert (proportion(0, 0).share, proportion(0, 0).p, proportion(0, 0).low, proportion(0, 0).high) == (None, 1, 0, 1)


def test_wins_needed_are_those_of_the_exact_test() -> None:
    needed = {10: 9, 12: 10, 16: 13, 20: 15, 24: 18, 30: 21, 40: 27, 50: 33, 100: 61}
    assert {trials: wins_needed(trials) for trials in needed} == needed
    assert wins_needed(5) is None
    for trials, wins in needed.items():
        assert stats.binomtest(wins, trials).pvalue < 0.05 <= stats.binomtest(wins - 1, trials).pvalue


def test_trials_needed_find_a_preference_four_times_in_five() -> None:
    needed = {0.6: 210, 0.65: 97, 0.7: 54, 0.75: 35, 0.8: 23, 0.9: 12}
    assert {share: trials_needed(share) for share in needed} == needed
    assert trials_needed(0.3) == trials_needed(0.7)
    assert trials_needed(0.51) is None
    generator = np.random.default_rng(1)
    trials = trials_needed(0.7)
    assert trials is not None
    wins = generator.binomial(trials, 0.7, size=20_000)
    found = (wins >= wins_needed(trials)) | (trials - wins >= wins_needed(trials))
    assert 0.79 < np.mean(found) < 0.85


def test_more_trials_end_when_the_difference_is_told() -> None:
    assert more_trials(9, 1) == 0
    assert more_trials(0, 0) == trials_needed(0.75)
    needed = trials_needed(0.7)
    assert needed is not None
    assert more_trials(7, 3) == needed - 10
    assert more_trials(3, 7) == needed - 10
    assert more_trials(5, 5) is None
    assert more_trials(3, 0) == (trials_needed(0.9) or 0) - 3


def test_holm_corrects_as_published() -> None:
    """The worked example of Holm-Bonferroni with four hypotheses."""
    assert holm([0.01, 0.04, 0.03, 0.005]) == EXACT([0.03, 0.06, 0.06, 0.02])
    assert holm([0.6, 0.7]) == [1.0, 1.0]
    assert holm([]) == []


SLEEP = [-1.2, -2.4, -1.3, -1.3, 0.0, -1.0, -1.8, -0.8, -4.6, -1.4]
"""Student 1908: extra sleep under drug 1 minus that under drug 2."""
DEPRESSION = (
    [1.83, 0.50, 1.62, 2.48, 1.68, 1.88, 1.55, 3.06, 1.30],
    [0.878, 0.647, 0.598, 2.05, 1.06, 1.29, 1.06, 3.14, 1.29],
)
"""Hollander and Wolfe 1973, p. 29: depression scale before and after."""


def test_paired_t_is_that_of_students_sleep_data() -> None:
    found = difference(SLEEP)
    assert found.mean.mean == EXACT(-1.58)
    assert (found.mean.low, found.mean.high) == EXACT((-2.4598858, -0.7001142), abs=1e-6)
    assert found.t_p == EXACT(0.002833, abs=1e-6)


def test_signed_ranks_are_those_of_hollander_and_wolfe() -> None:
    differences = np.subtract(*DEPRESSION)
    assert difference(differences.tolist()).wilcoxon_p == EXACT(2 * 0.01953125, abs=1e-6)


def test_means_are_those_of_scipy() -> None:
    values = np.random.default_rng(3).integers(1, 6, 25).astype(float)
    interval = stats.t.interval(0.95, 24, loc=values.mean(), scale=stats.sem(values))
    found = mean_of(values.tolist())
    assert (found.n, found.mean) == (25, EXACT(values.mean()))
    assert (found.low, found.high) == EXACT(interval, abs=1e-6)
    assert found.sd == EXACT(values.std(ddof=1), abs=1e-6)


def test_too_few_ratings_claim_nothing() -> None:
    assert mean_of([]).mean is None
    assert (mean_of([4.0]).mean, mean_of([4.0]).low) == (4.0, None)
    assert (difference([1.0]).t_p, difference([0.0, 0.0]).wilcoxon_p) == (None, None)
    assert difference([1.0, 1.0, 1.0]).t_p is None


BASEBALL = np.array(
    [
        [0, 7, 9, 7, 7, 9, 11],
        [6, 0, 7, 5, 11, 9, 9],
        [4, 6, 0, 7, 7, 8, 12],
        [6, 8, 6, 0, 6, 7, 10],
        [6, 2, 6, 7, 0, 7, 12],
        [4, 4, 5, 6, 6, 0, 6],
        [2, 4, 1, 3, 1, 7, 0],
    ],
    dtype=float,
)
"""Agresti 1990, table 10.10, American League 1987: Milwaukee, Detroit, Toronto, New York, Boston, Cleveland, Balt."""


def test_strengths_are_those_that_agresti_published() -> None:
    found = strengths(BASEBALL, regularization=0)
    published = [1.58, 1.44, 1.29, 1.25, 1.11, 0.68, 0.0]
    assert np.round(found - found[-1], 2).tolist() == published


def test_strengths_are_those_of_choix() -> None:
    """Its other algorithm, on the list of games instead of the table, finds the same."""
    games = [(i, j) for i in range(7) for j in range(7) for _ in range(int(BASEBALL[i, j]))]
    expected = choix.mm_pairwise(7, games, alpha=0, tol=1e-12)
    assert strengths(BASEBALL, regularization=0) == EXACT(expected - expected.mean(), abs=1e-6)


def test_elo_points_are_the_odds() -> None:
    """Nine wins of ten are 400 log10(9) points, but for the little regularization."""
    wins = {listener: np.array([[0.0, 90.0], [10.0, 0.0]]) for listener in range(3)}
    first, second = ranking(wins, 2, seed=1)
    assert (first.setting, second.setting) == (0, 1)
    assert first.elo - second.elo == EXACT(400 * np.log10(9), abs=2)
    assert EXACT(400 / np.log(10)) == ELO


def test_intervals_of_the_ranking_hold_the_truth_about_as_often_as_they_say() -> None:
    """Eight worlds of 25 listeners with true strengths; the interval of the strongest must hold it in most."""
    generator = np.random.default_rng(5)
    truth = np.array([0.8, 0.0, -0.8])
    held = 0
    for world in range(8):
        wins = {}
        for listener in range(25):
            table = np.zeros((3, 3))
            for i, j in ((0, 1), (0, 2), (1, 2)):
                won = generator.binomial(3, 1 / (1 + np.exp(truth[j] - truth[i])))
                table[i, j], table[j, i] = won, 3 - won
            wins[listener] = table
        strongest = next(strength for strength in ranking(wins, 3, seed=world) if strength.setting == 0)
        held += strongest.low <= 0.8 * ELO <= strongest.high
    assert held >= 6


def test_a_single_listeners_answers_are_resampled() -> None:
    first, second = ranking({1: np.array([[0.0, 6.0], [4.0, 0.0]])}, 2, seed=1)
    assert first.low < 0 < first.high
    assert second.low < 0 < second.high
    assert ranking({}, 2, seed=1) == []


KRIPPENDORFF = [
    "1 1 . 1",
    "2 2 3 2",
    "3 3 3 3",
    "3 3 3 3",
    "2 2 2 2",
    "1 2 3 4",
    "4 4 4 4",
    "1 1 2 1",
    "2 2 2 2",
    ". 5 5 5",
    ". . 1 1",
    ". 3 . .",
]
"""Krippendorff 2011, Computing Krippendorff's Alpha-Reliability, part C: four observers, twelve units."""


def test_agreement_is_the_alpha_that_krippendorff_published() -> None:
    units = [[float(value) for value in unit.split() if value != "."] for unit in KRIPPENDORFF]
    assert round(agreement(units, nominal=True) or 0, 3) == 0.743
    assert round(agreement(units, nominal=False) or 0, 3) == 0.849


def test_agreement_needs_two_judgements() -> None:
    assert agreement([[1.0], [2.0]], nominal=True) is None
    assert agreement([[1.0, 1.0], [1.0, 1.0]], nominal=True) is None
    assert agreement([[1.0, 1.0], [2.0, 2.0]], nominal=True) == 1
