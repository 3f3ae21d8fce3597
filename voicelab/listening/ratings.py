"""Ratings: means with their intervals, and paired comparisons."""

from __future__ import annotations

import math
import warnings
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from voicelab.listening.clusters import Spread


@dataclass(frozen=True)
class Scale:
    """What may be answered."""

    least: float
    most: float
    step: float = 1.0

    @property
    def apart(self) -> Scale:
        """The scale of differences between two answers."""
        return Scale(self.least - self.most, self.most - self.least, self.step)


@dataclass(frozen=True)
class Mean:
    """A mean with its 95 % interval by Student's t. Without two values there is no interval."""

    n: int
    mean: float | None
    low: float | None
    high: float | None
    sd: float | None
    """Standard deviation of the values, n - 1 in the denominator."""
    effective: float | None = None
    """So many independent values would tell as much."""


@dataclass(frozen=True)
class Difference:
    """How the same listener rated two things for the same line, over all such pairs."""

    mean: Mean
    """Of first minus second."""
    t_p: float | None
    """Student's t, two-sided, with the spread that the interval of `mean` has."""
    wilcoxon_p: float | None
    """Wilcoxon's signed ranks, two-sided; exact where there are neither ties nor zeros among at most 50. It takes all
    pairs as independent, so nothing is concluded from it."""
    equivalence_p: float | None = None
    """Of two one-sided tests: small when the difference is surely less than the margin that was asked about."""


def mean_of(values: Sequence[float], spread: Spread | None = None, scale: Scale | None = None) -> Mean:
    """Return the mean of `values`; without a `spread`, as of independent ones.

    On a `scale`, the interval stays within it and is never of no width: answers in steps say no more than their step
    does, however equal they are.
    """
    import numpy as np
    from scipy import stats

    n = len(values)
    if not n:
        return Mean(0, None, None, None, None)
    mean = float(np.mean(values))
    if n == 1:
        return Mean(1, mean, None, None, None)
    sd = float(np.std(values, ddof=1))
    variance, df, effective = _certainty(n, sd, spread, scale)
    half = float(stats.t.ppf(0.975, df)) * math.sqrt(variance)
    low, high = mean - half, mean + half
    if scale is not None:
        low, high = max(low, scale.least), min(high, scale.most)
    return Mean(n, mean, low, high, sd, effective)


def difference(
    differences: Sequence[float],
    spread: Spread | None = None,
    scale: Scale | None = None,
    margin: float | None = None,
) -> Difference:
    """Return what `differences`, one per pair of ratings, say. Tests need two pairs.

    Without a `scale`, they also need two that differ. With a `margin`, whether the difference is surely smaller than
    that is tested too (Schuirmann 1987).
    """
    from scipy import stats

    mean = mean_of(differences, spread, scale)
    if mean.n < 2 or mean.mean is None or mean.sd is None:  # noqa: PLR2004 - two make the first spread
        return Difference(mean, None, None)
    variance, df, _effective = _certainty(mean.n, mean.sd, spread, scale)
    equivalence_p = None
    if margin is not None and variance:
        equivalence_p = float(stats.t.sf((margin - abs(mean.mean)) / math.sqrt(variance), df))
    if not any(differences):
        return Difference(mean, None if scale is None else 1.0, None, equivalence_p)
    t_p = float(2 * stats.t.sf(abs(mean.mean) / math.sqrt(variance), df)) if variance else None
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # few pairs: that is what the p says
        wilcoxon_p = float(stats.wilcoxon(differences).pvalue)
    return Difference(mean, t_p, wilcoxon_p, equivalence_p)


def _certainty(n: int, sd: float, spread: Spread | None, scale: Scale | None) -> tuple[float, float, float]:
    """Return variance of the mean, degrees of freedom, and how many independent values tell as much."""
    variance, df, effective = sd**2 / n, n - 1.0, float(n)
    if spread is not None:
        variance, df, effective = spread.variance, spread.df, n / spread.design_effect
    if scale is not None:
        # An answer in steps stands for anything that is rounded to it (Sheppard's correction).
        variance = max(variance, scale.step**2 / 12 / n)
    return variance, df, effective
