"""Which setting is how strong: Bradley-Terry over all pairs, with bootstrap intervals."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import numpy as np
    from numpy.typing import NDArray

    Wins = NDArray[np.float64]

REGULARIZATION = 1e-2
"""Pulls strengths toward each other, as if everyone had met everyone for a fraction of a trial: a setting that never
lost would be infinitely strong."""
ELO = 400 / math.log(10)
"""Strengths are shown on Elo's scale: 400 points more win ten times out of eleven."""
_SAMPLES = 300


@dataclass(frozen=True)
class Strength:
    """How strong one setting is."""

    setting: int
    elo: float
    """Points around a mean of 0."""
    low: float
    high: float
    """95 % percentile interval over resampled listeners."""


def strengths(wins: Wins, regularization: float = REGULARIZATION, near: Wins | None = None) -> NDArray[np.float64]:
    """Return the natural-log strengths, shape (n,), mean 0, of `wins`, shape (n, n): how often row beat column.

    A tie is half a win for each. `near` is a guess to begin with.
    """
    import choix

    found: NDArray[np.float64] = choix.ilsr_pairwise_dense(wins, regularization, near, max_iter=500)
    centred: Wins = found - found.mean()
    return centred


def ranking(by_listener: Mapping[int, Wins], settings: int, seed: int) -> list[Strength]:
    """Return the settings, strongest first. `by_listener` holds the wins, shape (settings, settings), of each listener.

    Listeners are what is resampled, for answers of one person are alike; a single listener's answers are resampled one
    by one.
    """
    import numpy as np

    everybody = list(by_listener.values())
    if not everybody:
        return []
    total: Wins = np.sum(everybody, axis=0)
    generator = np.random.default_rng(seed)
    found = strengths(total)
    drawn = [strengths(wins, near=found) for wins in _resampled(everybody, total, settings, generator)]
    elo = found * ELO
    low, high = np.percentile(np.array(drawn) * ELO, [2.5, 97.5], axis=0)
    order = sorted(range(settings), key=lambda setting: -elo[setting])
    return [Strength(setting, *(float(values[setting]) for values in (elo, low, high))) for setting in order]


def _resampled(everybody: Sequence[Wins], total: Wins, settings: int, generator: np.random.Generator) -> Sequence[Wins]:
    import numpy as np

    if len(everybody) > 1:
        drawn = generator.integers(len(everybody), size=(_SAMPLES, len(everybody)))
        return [np.sum([everybody[listener] for listener in sample], axis=0) for sample in drawn]
    count = round(total.sum())
    drawn = generator.multinomial(count, (total / total.sum()).ravel(), size=_SAMPLES)
    return [sample.reshape(settings, settings).astype(float) for sample in drawn]
