"""Ratings: means with their intervals, and paired comparisons."""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence


@dataclass(frozen=True)
class Mean:
    """A mean with its 95 % interval by Student's t. Without two values there is no interval."""

    n: int
    mean: float | None
    low: float | None
    high: float | None
    sd: float | None
    """Standard deviation of the values, n - 1 in the denominator."""


@dataclass(frozen=True)
class Difference:
    """How the same listener rated two things for the same line, over all such pairs."""

    mean: Mean
    """Of first minus second."""
    t_p: float | None
    """Paired t-test, two-sided."""
    wilcoxon_p: float | None
    """Wilcoxon's signed ranks, two-sided; exact where there are neither ties nor zeros among at most 50."""


def mean_of(values: Sequence[float]) -> Mean:
    """Return the mean of `values`."""
    import numpy as np
    from scipy import stats

    n = len(values)
    if not n:
        return Mean(0, None, None, None, None)
    mean = float(np.mean(values))
    if n == 1:
        return Mean(1, mean, None, None, None)
    sd = float(np.std(values, ddof=1))
    half = float(stats.t.ppf(0.975, n - 1)) * sd / n**0.5
    return Mean(n, mean, mean - half, mean + half, sd)


def difference(differences: Sequence[float]) -> Difference:
    """Return what `differences`, one per pair of ratings, say. Tests need two pairs that differ from each other."""
    from scipy import stats

    mean = mean_of(differences)
    if mean.n < 2 or not any(differences):  # noqa: PLR2004 - two make the first spread
        return Difference(mean, None, None)
    t_p = float(stats.ttest_1samp(differences, 0).pvalue) if mean.sd else None
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # few pairs: that is what the p says
        wilcoxon_p = float(stats.wilcoxon(differences).pvalue)
    return Difference(mean, t_p, wilcoxon_p)
