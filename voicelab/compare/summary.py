"""What each setting came to: means over its takes, with intervals."""

from __future__ import annotations

import math
import statistics
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Sequence

    from voicelab.compare.experiment import Experiment
    from voicelab.compare.take import SettingKey, Take


_LEAST = 3
"""Of two, an interval says only that two are few."""
_POSITIVE = (0.0, math.inf)
"""Times."""
_DNSMOS = (1.0, 5.0)


@dataclass(frozen=True)
class Mean:
    """The mean of a measure over the takes of a setting."""

    mean: float
    low: float | None
    """95 % interval by Student's t, within what the measure can be: over the lines, each with the mean of its takes,
    for takes of one line are alike; of fewer than three lines, over the takes, and for these lines only. None for
    fewer than three takes, and where all are the same."""
    high: float | None
    count: int
    """Takes."""
    same: bool = False
    """Several takes, and all with one value: that is no proof that others have it too."""


@dataclass(frozen=True)
class Setting:
    """A model, a clip length and a variant, and what their takes came to.

    Mended takes are left out: they were not asked for.
    """

    model: str
    length_s: float | None
    variant: str
    """As in take.SettingKey."""
    takes: int
    failed: int
    bled: int
    """Takes with words of the reference in them."""
    rtf: Mean | None
    likeness: Mean | None
    word_error_rate: Mean | None
    noise: Mean | None
    word_errors_apart: Mean | None
    """Word error rate less that of the first setting, line by line; None for the first, and without a common line."""
    peak_memory_bytes: int | None
    """The highest of its takes."""


def settings_of(experiment: Experiment, wanted: Collection[SettingKey] | None = None) -> list[Setting]:
    """Return every setting of `experiment` that has a take, in the order of the plan.

    With `wanted`, only those of them.
    """
    groups: dict[SettingKey, list[Take]] = {}
    for take in experiment.takes:
        if not take.repaired_from:
            groups.setdefault(take.setting, []).append(take)
    first = next(iter(groups.values()), [])
    return [_setting(key, takes, first) for key, takes in groups.items() if wanted is None or key in wanted]


def _setting(key: SettingKey, takes: Sequence[Take], first: Sequence[Take]) -> Setting:
    made = [take for take in takes if take.failure is None]
    return Setting(
        model=key.model,
        length_s=key.length_s,
        variant=key.variant,
        takes=len(made),
        failed=len(takes) - len(made),
        bled=sum(take.bleed is True for take in made),
        rtf=_mean(_by_line(made, lambda take: take.rtf), _POSITIVE),
        likeness=_mean(_by_line(made, lambda take: take.likeness), (-1.0, 1.0)),
        word_error_rate=_mean(_by_line(made, _errors), (0.0, _most_errors(made))),
        noise=_mean(_by_line(made, lambda take: take.noise), _DNSMOS),
        word_errors_apart=None if takes is first else _apart(first, made),
        peak_memory_bytes=max((take.peak_memory_bytes for take in made if take.peak_memory_bytes), default=None),
    )


def _errors(take: Take) -> float | None:
    return take.word_error_rate


def _most_errors(takes: Sequence[Take]) -> float:
    """Return what a word error rate is at most: 1, or the highest there is where words were added to a line."""
    return max([1.0, *(take.word_error_rate for take in takes if take.word_error_rate is not None)])


def _by_line(takes: Sequence[Take], of: Callable[[Take], float | None]) -> dict[str, list[float]]:
    """Return the values of the takes that were made and have one, by line."""
    values: dict[str, list[float]] = {}
    for take in takes:
        if take.failure is None and (value := of(take)) is not None:
            values.setdefault(take.line, []).append(value)
    return values


def _apart(first: Sequence[Take], second: Sequence[Take]) -> Mean | None:
    """Return how many more word errors the second makes than the first on the lines that both said."""
    before, after = _by_line(first, _errors), _by_line(second, _errors)
    gaps = {line: [statistics.fmean(after[line]) - statistics.fmean(before[line])] for line in before if line in after}
    return _mean(gaps, (-_most_errors(first), _most_errors(second)))


def _mean(by_line: dict[str, list[float]], bounds: tuple[float, float]) -> Mean | None:
    values = [value for own in by_line.values() for value in own]
    if not values:
        return None
    mean = statistics.fmean(values)
    same = len(values) > 1 and min(values) == max(values)
    units = [statistics.fmean(own) for own in by_line.values()] if len(by_line) >= _LEAST else values
    if len(units) < _LEAST or same:
        return Mean(mean, None, None, len(values), same)
    from scipy.stats import t

    half = float(t.ppf(0.975, len(units) - 1)) * statistics.stdev(units) / math.sqrt(len(units))
    return Mean(mean, max(bounds[0], mean - half), min(bounds[1], mean + half), len(values))
