"""What each setting came to: means over its takes, with intervals."""

from __future__ import annotations

import math
import statistics
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from voicelab.compare.experiments import Experiment
    from voicelab.compare.take import Take


_LEAST_TAKES = 3
"""Of two, an interval says only that two are few."""


@dataclass(frozen=True)
class Mean:
    """The mean of a measure over the takes of a setting."""

    mean: float
    low: float | None
    """95 % interval by Student's t; None for fewer than three takes."""
    high: float | None
    count: int


@dataclass(frozen=True)
class Setting:
    """A model and a clip length, and what their takes came to. Mended takes are left out: they were not asked for."""

    model: str
    length_s: float | None
    takes: int
    failed: int
    bled: int
    """Takes with words of the reference in them."""
    rtf: Mean | None
    likeness: Mean | None
    word_error_rate: Mean | None
    noise: Mean | None
    peak_memory_bytes: int | None
    """The highest of its takes."""


def settings_of(experiment: Experiment) -> list[Setting]:
    """Return every setting of `experiment` that has a take, in the order of the plan."""
    groups: dict[tuple[str, float | None], list[Take]] = {}
    for take in experiment.takes:
        if not take.repaired_from:
            groups.setdefault((take.model, take.length_s), []).append(take)
    return [_setting(model, length_s, takes) for (model, length_s), takes in groups.items()]


def _setting(model: str, length_s: float | None, takes: Sequence[Take]) -> Setting:
    made = [take for take in takes if take.failure is None]
    return Setting(
        model=model,
        length_s=length_s,
        takes=len(made),
        failed=len(takes) - len(made),
        bled=sum(take.bleed is True for take in made),
        rtf=_mean(made, lambda take: take.rtf),
        likeness=_mean(made, lambda take: take.likeness),
        word_error_rate=_mean(made, lambda take: take.word_error_rate),
        noise=_mean(made, lambda take: take.noise),
        peak_memory_bytes=max((take.peak_memory_bytes for take in made if take.peak_memory_bytes), default=None),
    )


def _mean(takes: Sequence[Take], of: Callable[[Take], float | None]) -> Mean | None:
    values = [value for take in takes if (value := of(take)) is not None]
    if not values:
        return None
    mean = statistics.fmean(values)
    if len(values) < _LEAST_TAKES:
        return Mean(mean, None, None, len(values))
    from scipy.stats import t

    half = float(t.ppf(0.975, len(values) - 1)) * statistics.stdev(values) / math.sqrt(len(values))
    return Mean(mean, mean - half, mean + half, len(values))
