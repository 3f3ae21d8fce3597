"""Wins and hits: how sure they are, and how many more it takes to be sure."""

from __future__ import annotations

import functools
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

ALPHA = 0.05
"""A difference is called one when chance makes one so large less often than this."""
POWER = 0.8
"""How often a test of the advised size finds a difference that is there."""
MOST_TRIALS = 2000
"""Nobody listens to more: a preference that needs them is called too close to tell."""


@dataclass(frozen=True)
class Proportion:
    """Wins among trials with their 95 % Wilson interval and the exact binomial p against one half."""

    wins: int
    trials: int
    share: float | None
    """0..1; None without trials."""
    low: float
    high: float
    p: float
    """1 without trials."""


def proportion(wins: int, trials: int, *, better_than_chance: bool = False) -> Proportion:
    """Return `wins` of `trials` with its certainty; two-sided unless only `better_than_chance` would mean anything."""
    from scipy.stats import binomtest

    if not trials:
        return Proportion(0, 0, None, 0.0, 1.0, 1.0)
    p = binomtest(wins, trials, 0.5, alternative="greater" if better_than_chance else "two-sided").pvalue
    interval = binomtest(wins, trials).proportion_ci(0.95, method="wilson")
    return Proportion(wins, trials, wins / trials, float(interval.low), float(interval.high), float(p))


def wins_needed(trials: int) -> int | None:
    """Return the fewest wins of `trials` that are significant (two-sided, exact); None when even all are not."""
    from scipy.stats import binom

    # isf gives the most wins that chance still reaches too often, so one more is enough.
    wins = int(binom.isf(ALPHA / 2, trials, 0.5)) + 1
    return wins if wins <= trials else None


@functools.cache
def trials_needed(preference: float) -> int | None:
    """Return how many trials find a true `preference` (0..1, either side of one half) with `POWER`.

    The number from which on every exact test does (its power goes up in saw teeth); None beyond MOST_TRIALS.
    """
    import numpy as np
    from scipy.stats import binom

    share = max(preference, 1 - preference)
    trials = np.arange(1, MOST_TRIALS + 1)
    wins = binom.isf(ALPHA / 2, trials, 0.5) + 1
    # The other tail too: a test of this kind may also reject toward the wrong side.
    found = binom.sf(wins - 1, trials, share) + binom.cdf(trials - wins, trials, share)
    too_few = np.flatnonzero((found < POWER) | (wins > trials))
    return int(trials[too_few[-1]]) + 1 if trials[too_few[-1]] < MOST_TRIALS else None


def more_trials(wins: int, losses: int) -> int | None:
    """Return about how many more decided trials would tell, were the preference what it is so far; 0 when it tells.

    None when it is too close to tell within MOST_TRIALS. Unanimous answers are taken for 90 %, not for certainty.
    """
    trials = wins + losses
    if proportion(wins, trials).p < ALPHA:
        return 0
    if not trials:
        return trials_needed(0.75)
    needed = trials_needed(min(0.9, max(wins, losses) / trials))
    return None if needed is None else max(1, needed - trials)


def holm(ps: Sequence[float]) -> list[float]:
    """Return `ps` corrected for being many (Holm 1979), in their order: compare each with ALPHA as if it were alone."""
    corrected = [1.0] * len(ps)
    so_far = 0.0
    for rank, index in enumerate(sorted(range(len(ps)), key=ps.__getitem__)):
        so_far = max(so_far, min(1.0, ps[index] * (len(ps) - rank)))
        corrected[index] = so_far
    return corrected
