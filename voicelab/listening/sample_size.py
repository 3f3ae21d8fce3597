"""How many listeners, on how many lines, tell a difference of a given size: by the very test that results use.

Listeners and lines vary as in moderate listening tests: a typical listener, and a typical line, leans by half a logit
(0.5 of the residual's deviation for ratings). With many answers it is their number that counts, not that of answers.
"""

from __future__ import annotations

import functools
import math
from dataclasses import dataclass

from voicelab.listening.clusters import FEWEST_LINES, FEWEST_LISTENERS
from voicelab.listening.proportions import ALPHA

POWER = 0.8
"""How often a test of the advised size tells a difference that is there."""
MARGINS = {"ab": 0.15, "abx": 0.15, "cmos": 0.5, "similarity": 10.0, "rate": 0.5}
"""Per kind: the smallest difference that matters. Planned for, and what equivalence is tested against: a preference of
65 to 35 %, hits of 65 %, half a point of a category scale, half a category of the 100-point scale of BS.1534."""
RESIDUALS = {"cmos": 1.0, "similarity": 15.0, "rate": 1.0}
"""Per kind of rating: how far single differences are from what their listener and line lead to expect."""
LEANING = 0.5
_FLATTER = 0.95
"""Half a logit moves a share a little less than its slope says: the curve is flatter to both sides."""
_SIZES = (3, 4, 5, 6, 8, 10, 12, 15, 20, 25, 30, 40, 60)
"""Listeners, and lines, that are tried."""


@dataclass(frozen=True)
class Plan:
    """So many listeners, each on all the lines, tell `effect` with `power`."""

    listeners: int
    lines: int
    effect: float
    power: float


@dataclass(frozen=True)
class Design:
    """What decides how much a pair's answers can tell."""

    kind: str
    pairs: int = 1
    """Holm's correction begins with a share of ALPHA."""
    ties: float = 0.0
    """Share of answers that decide nothing."""
    trials: int | None = None
    """Answers of one listener to one pair; None: one on each line."""


def power(design: Design, listeners: int, lines: int, effect: float | None = None) -> float:
    """Return how often `listeners` on `lines` tell `effect` (the margin of the kind when None), 0..1."""
    from scipy.stats import nct, t

    size = MARGINS[design.kind] if effect is None else effect
    share = design.kind in {"ab", "abx"}
    residual, ratio = RESIDUALS.get(design.kind, 1.0), 1.0
    leaning = LEANING * residual
    if share:
        single = (0.5 + size) * (0.5 - size)
        leaning = LEANING * single * _FLATTER
        residual = math.sqrt(single - 2 * leaning**2)
        # The score test has the deviation that one half would have; the share itself varies a little less.
        ratio = math.sqrt(single / 0.25)
    each = min(lines, design.trials or lines)
    answers = listeners * each * (1 - design.ties if share else 1.0)
    if answers < 2:  # noqa: PLR2004 - nothing can be told from one
        return 0.0
    listener = leaning**2 / listeners if listeners >= FEWEST_LISTENERS else 0.0
    line = leaning**2 / lines if lines >= FEWEST_LINES else 0.0
    rest = residual**2 / answers
    variance = listener + line + rest
    df = variance**2 / (
        _part(listener, rest, listeners) + _part(line, rest, lines) + (0.0 if share else rest**2 / (answers - 1))
    )
    few = min(listeners if listener else 99, lines if line else 99)
    if few < FEWEST_LINES:
        df = min(df, 3.0 * (few - 1))
    shift = size / math.sqrt(variance)
    alpha = ALPHA / design.pairs * (1.0 if design.kind == "abx" else 0.5)
    return float(nct.sf(t.isf(alpha, df) / ratio, df, shift))


def _part(own: float, rest: float, groups: int) -> float:
    return (own + rest) ** 2 / (groups - 1) if own else 1e-12


@functools.lru_cache(maxsize=512)
def planned(design: Design, lines: int) -> Plan | None:
    """Return the fewest listeners that tell the margin of the kind on so many `lines`, or on more of them.

    None where no test of a size that anybody makes would.
    """
    for on in (lines, *(size for size in _SIZES if size > lines)):
        for listeners in _SIZES:
            found = power(design, listeners, on)
            if found >= POWER:
                return Plan(listeners, on, MARGINS[design.kind], found)
    return None
