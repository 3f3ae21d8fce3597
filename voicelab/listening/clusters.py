"""How far a mean can be trusted when answers of one listener, and answers on one line, are alike.

Listeners and lines are crossed: every listener hears many lines, every line has many listeners. The variance of a mean
is then that of the listeners, of the lines and of the rest, each over its own number. The three are estimated by
moments, which also works where not everybody heard everything (Gao and Owen 2017, Efficient moment calculations for
variance components in large unbalanced crossed random effects models), and the degrees of freedom by Satterthwaite
(1946). tests/bench_statistics.py measures what that is worth; docs/statistics.md has the table and the alternatives.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

FEWEST_LISTENERS = 3
"""With fewer, nothing is said of other listeners than these."""
FEWEST_LINES = 5
"""With fewer, nothing is said of other takes of these settings."""


@dataclass(frozen=True)
class Spread:
    """How a mean of answers varies."""

    variance: float
    """Of the mean."""
    independent: float
    """What the variance would be, were all answers independent."""
    df: float
    """Degrees of freedom of the variance; infinite where it follows from the mean, as for a share."""
    these_listeners: bool
    """True: so it varies for these listeners; False: for others like them."""
    these_lines: bool
    """The same for the lines, and so for the takes."""

    @property
    def design_effect(self) -> float:
        """How many answers are worth one independent answer; at least 1 (Kish 1965)."""
        return max(1.0, self.variance / self.independent) if self.independent > 0 else 1.0


def spread(values: Sequence[float], listeners: Sequence[int], lines: Sequence[int], *, share: bool = False) -> Spread:
    """Return how the mean of `values`, one or more, varies; who gave each, and on which line, in the same order.

    Of a `share` the values are 0 and 1. A single value has no spread that could be known: it is 0.
    """
    y = np.asarray(values, dtype=float)
    by, on = _numbered(listeners), _numbered(lines)
    these_listeners, these_lines = by.max() + 1 < FEWEST_LISTENERS, on.max() + 1 < FEWEST_LINES
    n = len(y)
    independent = float(y.var()) / max(1, n - 1)
    most = math.inf if share else n - 1.0
    if these_listeners and these_lines:
        variance, df = independent, most
    elif these_listeners or these_lines:
        variance, df = _one_way(y, *((by, on) if these_listeners else (on, by)), most)
    else:
        variance, df = _crossed(y, by, on, independent, most)
    return Spread(variance, independent, df, bool(these_listeners), bool(these_lines))


def _numbered(groups: Sequence[int]) -> NDArray[np.int64]:
    return np.unique(np.asarray(groups), return_inverse=True)[1].astype(np.int64)


def _one_way(
    y: NDArray[np.float64], fixed: NDArray[np.int64], drawn: NDArray[np.int64], most: float
) -> tuple[float, float]:
    """Return variance and degrees of freedom where the groups `fixed` are all there are and those `drawn` a sample."""
    n, groups, size = len(y), int(drawn.max()) + 1, np.bincount(fixed)
    rest = y - (np.bincount(fixed, y) / size)[fixed]
    within = float(rest @ rest) / (n * max(1, n - len(size)))
    between = float((np.bincount(drawn, rest) ** 2).sum()) / n**2 * groups / (groups - 1)
    return (between, groups - 1.0) if between > within else (within, most)


def _crossed(
    y: NDArray[np.float64], by: NDArray[np.int64], on: NDArray[np.int64], independent: float, most: float
) -> tuple[float, float]:
    """Return variance and degrees of freedom where both the listeners and the lines are samples."""
    n = len(y)
    per_listener, per_line = np.bincount(by), np.bincount(on)
    of_listener, of_line = float((per_listener**2).sum()), float((per_line**2).sum())
    listeners, lines = len(per_listener), len(per_line)
    squares = float(y @ y)
    within_listeners = squares - float((np.bincount(by, y) ** 2 / per_listener).sum())
    within_lines = squares - float((np.bincount(on, y) ** 2 / per_line).sum())
    equations = np.array(
        [
            [0, n - listeners, n - listeners],
            [n - lines, 0, n - lines],
            [n * n - of_listener, n * n - of_line, n * n - n],
        ],
        dtype=float,
    )
    if n <= max(listeners, lines) or np.linalg.matrix_rank(equations) < len(equations):
        return independent, most  # hardly anybody answered twice: there is nothing to tell the three apart by
    whole = n * (squares - float(y.sum()) ** 2 / n)
    found = np.linalg.solve(equations, np.array([within_listeners, within_lines, whole]))
    listener, line, rest = (float(part) for part in found * np.array([of_listener / n**2, of_line / n**2, 1 / n]))
    rest = max(rest, 0.0)
    variance = rest + max(0.0, listener + line)
    df = most
    if listener + line > 0 and variance > 0:
        parts = (max(0.0, listener) + rest) ** 2 / (listeners - 1) * (listener > 0)
        parts += (max(0.0, line) + rest) ** 2 / (lines - 1) * (line > 0)
        parts += rest**2 / ((listeners - 1) * (lines - 1))
        df = variance**2 / parts
    # By chance a few listeners can look more alike than people are, and nothing in the data tells.
    few = min(listeners, lines)
    if few < FEWEST_LINES:
        df = min(df, 3.0 * (few - 1))
    return variance, max(1.0, min(df, most))
