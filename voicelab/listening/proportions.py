"""Wins and hits: how sure they are, and how many more it takes to be sure."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from voicelab.listening.clusters import Spread

ALPHA = 0.05
"""A difference is called one when chance makes one so large less often than this."""


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
    effective: float = 0.0
    """So many independent answers would tell as much as these trials, of which some are alike."""


def proportion(wins: int, trials: int, *, better_than_chance: bool = False, spread: Spread | None = None) -> Proportion:
    """Return `wins` of `trials` with its certainty; two-sided unless only `better_than_chance` would mean anything.

    With a `spread` of the answers, the interval is Wilson's with the effective number of trials and Student's t, as
    surveys have it (Franco et al. 2019), and p that of the score test which belongs to it; it never claims more than
    the exact test would of as many independent answers. Without one, answers are taken as independent.
    """
    from scipy.stats import binomtest, t

    if not trials:
        return Proportion(0, 0, None, 0.0, 1.0, 1.0)
    share = wins / trials
    p = binomtest(wins, trials, 0.5, alternative="greater" if better_than_chance else "two-sided").pvalue
    effective = trials / (spread.design_effect if spread else 1.0)
    df = spread.df if spread else math.inf
    if spread is not None:
        score = (share - 0.5) / math.sqrt(0.25 / effective)
        p = max(p, t.sf(score, df) if better_than_chance else 2 * t.sf(abs(score), df))
    low, high = _wilson(share, effective, float(t.ppf(0.975, df)))
    if p >= ALPHA:
        # Wilson's interval can be past one half where the test is not.
        low, high = min(low, 0.5), high if better_than_chance else max(high, 0.5)
    return Proportion(wins, trials, share, low, high, float(p), effective)


def _wilson(share: float, trials: float, z: float) -> tuple[float, float]:
    """Return Wilson's score interval of a `share` among `trials`, which need not be whole (Wilson 1927)."""
    middle = (share + z**2 / (2 * trials)) / (1 + z**2 / trials)
    half = z * math.sqrt(share * (1 - share) / trials + z**2 / (4 * trials**2)) / (1 + z**2 / trials)
    return max(0.0, middle - half), min(1.0, middle + half)


def holm(ps: Sequence[float]) -> list[float]:
    """Return `ps` corrected for being many (Holm 1979), in their order: compare each with ALPHA as if it were alone."""
    corrected = [1.0] * len(ps)
    so_far = 0.0
    for rank, index in enumerate(sorted(range(len(ps)), key=ps.__getitem__)):
        so_far = max(so_far, min(1.0, ps[index] * (len(ps) - rank)))
        corrected[index] = so_far
    return corrected
