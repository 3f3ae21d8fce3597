"""Where a recording was too loud for its format: runs of samples stuck at full scale."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

MIN_RUN = 3
"""Samples in a row. One or two at full scale also occur in a file normalized to it; a flattened peak is longer."""
FULL_SCALE_16, FULL_SCALE_8 = 1 - 1 / 2**15, 1 - 1 / 2**7
"""The largest value of 16-bit samples (and so of anything that once was 16-bit) and of 8-bit ones."""
_APART_S = 0.25
"""Runs nearer to each other than this count as one place, which bounds the places of a recording."""


def clipped_places(samples: NDArray[np.float32], sample_rate: int, full_scale: float) -> list[float]:
    """Return the times, in seconds, of runs of at least MIN_RUN samples at full scale, at least 0.25 s apart.

    `samples` has shape (channels, n); a run lies within one channel. `full_scale` is the largest value of the format.
    """
    stuck = np.abs(samples) >= full_scale
    if samples.shape[1] < MIN_RUN or not stuck.any():
        return []
    runs = np.lib.stride_tricks.sliding_window_view(stuck, MIN_RUN, axis=1).all(axis=2)
    places: list[float] = []
    step = max(1, round(_APART_S * sample_rate))
    starts = np.flatnonzero(runs.any(axis=0))
    at = 0
    while at < len(starts):  # one turn per place, each at least `step` samples further on
        places.append(float(starts[at]) / sample_rate)
        at = int(np.searchsorted(starts, starts[at] + step))
    return places
