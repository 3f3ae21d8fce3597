"""Whether listeners agree: Krippendorff's alpha."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence


def agreement(units: Sequence[Sequence[float]], *, nominal: bool) -> float | None:
    """Return Krippendorff's alpha of the values that each unit was given: 1 is agreement, 0 chance, below it discord.

    `nominal` values are equal or not; others differ by their squared distance. Units that one listener judged say
    nothing. None without two judgements of one unit, or when all values are the same.
    """
    import numpy as np

    paired = [np.asarray(unit, dtype=float) for unit in units if len(unit) > 1]
    if not paired:
        return None
    values = np.concatenate(paired)

    def apart(some: np.ndarray[tuple[int], np.dtype[np.float64]]) -> float:
        distances = some[:, None] - some[None, :]
        return float(np.count_nonzero(distances)) if nominal else float(np.square(distances).sum())

    expected = apart(values) / (len(values) - 1)
    observed = sum(apart(unit) / (len(unit) - 1) for unit in paired)
    return None if expected == 0 else 1 - observed / expected
