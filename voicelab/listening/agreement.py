"""Whether listeners agree: Krippendorff's alpha, with an interval."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

FEWEST_UNITS = 8
"""With fewer there is no interval: what is drawn again from so few is hardly ever something new."""
_SAMPLES = 1000


@dataclass(frozen=True)
class Agreement:
    """Alpha of what was said: 1 is agreement, 0 chance, below it discord."""

    alpha: float
    low: float | None
    """95 % percentile interval over resampled units (Hayes and Krippendorff 2007); None with too few of them."""
    high: float | None


def agreement(units: Sequence[Sequence[float]], *, nominal: bool) -> float | None:
    """Return Krippendorff's alpha of the values that each unit was given.

    `nominal` values are equal or not; others differ by their squared distance. Units that one listener judged say
    nothing. None without two judgements of one unit, or when all values are the same.
    """
    found = agreement_of(units, nominal=nominal)
    return None if found is None else found.alpha


def agreement_of(units: Sequence[Sequence[float]], *, nominal: bool) -> Agreement | None:
    """Return the same with its interval."""
    paired = [np.asarray(unit, dtype=float) for unit in units if len(unit) > 1]
    if not paired:
        return None
    values = np.unique(np.concatenate(paired)) if nominal else np.empty(0)
    sums = np.array([_sums(unit, values) for unit in paired])
    alpha = _alphas(sums.sum(axis=0)[None], nominal=nominal)[0]
    if np.isnan(alpha):
        return None
    if len(paired) < FEWEST_UNITS:
        return Agreement(float(alpha), None, None)
    drawn = np.random.default_rng(0).multinomial(len(paired), np.full(len(paired), 1 / len(paired)), size=_SAMPLES)
    alphas = _alphas(drawn @ sums, nominal=nominal)
    low, high = np.nanpercentile(alphas, [2.5, 97.5])
    return Agreement(float(alpha), float(low), float(high))


def _sums(unit: NDArray[np.float64], values: NDArray[np.float64]) -> list[float]:
    """Return what alpha needs of a unit: disagreement within it, how many values, and their sums or counts.

    Sums, not pairs: a thousand listeners would have a million pairs in each unit.
    """
    n = len(unit)
    if len(values):
        counts = (unit[:, None] == values[None, :]).sum(axis=0).astype(float)
        return [(n * n - float(counts @ counts)) / (n - 1), n, *counts]
    centred = unit - unit.mean()
    return [2 * n * float(centred @ centred) / (n - 1), n, float(unit.sum()), float(unit @ unit)]


def _alphas(sums: NDArray[np.float64], *, nominal: bool) -> NDArray[np.float64]:
    observed, n = sums[:, 0], sums[:, 1]
    rest = sums[:, 2:]
    apart = n**2 - (rest**2).sum(axis=1) if nominal else 2 * (n * rest[:, 1] - rest[:, 0] ** 2)
    expected = apart / (n - 1)
    # Where all values are the same, rounding leaves a little of nothing.
    some = expected > 1e-9 * np.maximum(1.0, np.abs(rest).max(axis=1))
    return np.where(some, 1 - observed / np.where(some, expected, 1.0), np.nan)
