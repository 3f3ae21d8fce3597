"""Which setting is how strong: Bradley-Terry over all pairs, with profile likelihood intervals."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from itertools import combinations
from typing import TYPE_CHECKING

import numpy as np

from voicelab.listening.clusters import spread
from voicelab.listening.proportions import proportion

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from numpy.typing import NDArray

    from voicelab.listening.clusters import Spread

    Wins = NDArray[np.float64]

PRIOR = 0.5
"""As if every setting had won, and lost, half a comparison more, shared out among the others: one that never lost would
be infinitely strong (for two settings this is Jeffreys' prior)."""
ELO = 400 / math.log(10)
"""Strengths are shown on Elo's scale: 400 points more win ten times out of eleven."""
_FEWEST = 3
"""Answers without which there is no interval."""
_TRIES = 40
_CLOSE = 1e-4
"""Natural-log units; 0.02 points."""


@dataclass(frozen=True)
class Game:
    """One answer to a comparison."""

    listener: int
    line: int
    first: int
    second: int
    score: int
    """1: the first was better; -1: the second; 0: no difference."""


@dataclass(frozen=True)
class Strength:
    """How strong one setting is."""

    setting: int
    elo: float
    """Points around a mean of 0."""
    low: float | None
    """95 % interval; None for both with too few answers."""
    high: float | None


def strengths(wins: Wins) -> NDArray[np.float64]:
    """Return the natural-log strengths, shape (n,), mean 0, of `wins`, shape (n, n): how often row beat column.

    A tie is half a win for each.
    """
    import choix

    found: NDArray[np.float64] = choix.ilsr_pairwise_dense(wins, max_iter=500)
    centred: Wins = found - found.mean()
    return centred


def ranking(games: Sequence[Game], settings: int) -> list[Strength]:
    """Return the settings, strongest first. Intervals are as wide as listeners and lines make them differ."""
    if not games:
        return []
    wins = np.zeros((settings, settings))
    for game in games:
        wins[game.first, game.second] += 0.5 * (1 + game.score)
        wins[game.second, game.first] += 0.5 * (1 - game.score)
    wins += PRIOR / (settings - 1) * (1 - np.eye(settings))
    found = strengths(wins)
    if len(games) < _FEWEST:
        bounds: list[tuple[float | None, float | None]] = [(None, None)] * settings
    elif settings == 2:  # noqa: PLR2004 - no third
        low, high = _duel(games)
        bounds = [(low, high), (-high, -low)]
    else:
        bounds = list(_profiles(games, wins, found))
    order = sorted(range(settings), key=lambda setting: -found[setting])
    return [
        Strength(setting, float(found[setting]) * ELO, *(None if end is None else end * ELO for end in bounds[setting]))
        for setting in order
    ]


def _duel(games: Sequence[Game]) -> tuple[float, float]:
    """Return the interval of the first of two settings: that of its share of the decided answers, in other words.

    So it holds 0 exactly when their p is not significant.
    """
    decided = [game for game in games if game.score]
    firsts = [int((game.score > 0) == (game.first == 0)) for game in decided]
    told = proportion(sum(firsts), len(firsts), spread=_spread_of(decided, firsts, share=True) if firsts else None)
    # How often there will be a decision is not sure either.
    share = (len(decided) + 1) / (len(games) + 2)
    least = 1 / (4 * len(games) + 4)
    low, high = (min(max(0.5 + share * (end - 0.5), least), 1 - least) for end in (told.low, told.high))
    return math.log(low / (1 - low)) / 2, math.log(high / (1 - high)) / 2


def _spread_of(games: Sequence[Game], values: Sequence[float], *, share: bool = False) -> Spread:
    return spread(values, [game.listener for game in games], [game.line for game in games], share=share)


def _profiles(games: Sequence[Game], wins: Wins, found: NDArray[np.float64]) -> list[tuple[float, float]]:
    """Return the interval of each setting: where the profile of the likelihood falls by as much as chance moves it.

    That is Student's t squared, times the design effect of listeners and lines, times the share of answers that decide:
    a tie says less than a win and a loss.
    """
    from scipy.stats import t

    settings = len(found)
    likelihood = _Likelihood(wins)
    decided = (sum(game.score != 0 for game in games) + 1) / (len(games) + 2)
    inverse = np.linalg.pinv(likelihood.information(found))
    first, second = np.array([(game.first, game.second) for game in games]).T
    score = np.array([game.score for game in games])
    surprise = 0.5 * (1 + score) - 1 / (1 + np.exp(found[second] - found[first]))
    bounds = []
    for setting in range(settings):
        # What each answer moved this strength by: their spread is the spread of the strength.
        moved = (inverse[setting, first] - inverse[setting, second]) * surprise * len(games)
        spread_ = _spread_of(games, moved.tolist())
        fall = float(t.ppf(0.975, spread_.df)) ** 2 * spread_.design_effect * decided
        step = math.sqrt(max(1e-6, fall * inverse[setting, setting]))
        bounds.append((likelihood.end(found, setting, -step, fall / 2), likelihood.end(found, setting, step, fall / 2)))
    return bounds


class _Likelihood:
    """Of Bradley and Terry's model, with natural-log strengths of mean 0."""

    def __init__(self, wins: Wins) -> None:
        """`wins`, shape (n, n): how often row beat column, the prior's among them."""
        self._wins = wins
        self._met = wins + wins.T

    def information(self, strength: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return Fisher's information, shape (n, n)."""
        chance = 1 / (1 + np.exp(strength[None, :] - strength[:, None]))
        weight = self._met * chance * (1 - chance)
        return np.asarray(np.diag(weight.sum(axis=1)) - weight)

    def end(self, best: NDArray[np.float64], setting: int, step: float, fall: float) -> float:
        """Return where the profile of `setting` lies `fall` below its top, on the side that `step` points to."""
        from scipy.optimize import brentq

        top = self._value(best)

        def below(at: float) -> float:
            return top - self._value(self._best_with(best, setting, at)) - fall

        inside, outside = float(best[setting]), float(best[setting]) + step
        for _ in range(_TRIES):
            if below(outside) > 0:
                break
            inside, outside = outside, outside + step
        return float(brentq(below, inside, outside, xtol=_CLOSE))

    def _value(self, strength: NDArray[np.float64]) -> float:
        return -float((self._wins * np.logaddexp(0, strength[None, :] - strength[:, None])).sum())

    def _best_with(self, best: NDArray[np.float64], setting: int, at: float) -> NDArray[np.float64]:
        """Return the likeliest strengths among those that give `setting` the strength `at`, by Newton's steps."""
        n = len(best)
        others = np.arange(n) != setting
        strength = best.copy()
        strength[others] += (best[setting] - at) / (n - 1)
        strength[setting] = at
        free = np.zeros((n, n - 1))
        free[others] = np.eye(n - 1) - 1 / (n - 1)
        for _ in range(_TRIES):
            chance = 1 / (1 + np.exp(strength[None, :] - strength[:, None]))
            slope = free.T @ (self._wins - self._met * chance).sum(axis=1)
            if np.abs(slope).max() < _CLOSE:
                break
            move = free @ (np.linalg.pinv(free.T @ self.information(strength) @ free) @ slope)
            strength = strength + move / max(1.0, float(np.abs(move).max()))
        return strength


def reconciled(ranked: Sequence[Strength], told: Collection[frozenset[int]]) -> list[Strength]:
    """Return the strengths with intervals that say no more than the pairs do.

    Strengths also know each pair from its comparisons with others, and are not corrected for being many: where the
    answers do not tell two settings apart (`told` are the pairs that they do), their intervals reach each other.
    """
    ends = {each.setting: [each.low, each.high] for each in ranked}
    for better, worse in combinations(ranked, 2):
        low, high = better.low, worse.high
        if frozenset((better.setting, worse.setting)) in told or low is None or high is None or low <= high:
            continue
        middle = (better.elo + worse.elo) / 2
        upper, lower = ends[better.setting], ends[worse.setting]
        upper[0] = middle if upper[0] is None else min(upper[0], middle)
        lower[1] = middle if lower[1] is None else max(lower[1], middle)
    return [replace(each, low=ends[each.setting][0], high=ends[each.setting][1]) for each in ranked]
