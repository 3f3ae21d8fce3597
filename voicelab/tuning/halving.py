"""Successive halving: which takes are worth making next, and what the last ones say.

After Karnin, Koren and Somekh, Almost optimal exploration in multi-armed bandits, ICML 2013: every round has the same
share of the takes, and the best third of the settings goes on. What is concluded comes of the last round alone, whose
takes had no say in who came that far: the best of many looks better than it is in the takes that it was chosen by.
"""

from __future__ import annotations

import itertools
import math
import statistics
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from voicelab.compare.search import Round

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from voicelab.compare.search import Block, Search
    from voicelab.compare.take import SettingKey

SHARE = 0.25
"""Of the takes of the whole grid, the search makes at most so many."""
FINALISTS = 3
"""Settings of the last round, today's beside them."""
_KEPT = 3
"""One of so many settings goes on."""
_LEAST_LAST = 4
"""Takes of each finalist at least, whatever the share: fewer tell nothing."""
_LEAST_LINES = 3
"""Of two lines, an interval says only that two are few."""


@dataclass(frozen=True)
class Ranked:
    """A setting, and what it came to."""

    setting: SettingKey
    round: int
    """The round it got to, from 1."""
    takes: int
    score: float
    """Mean of its last round, 0 to 100."""
    low: float | None
    """95 % interval of that mean over the lines (over the takes, where there are fewer than three lines); None for
    fewer than three."""
    high: float | None
    seed: int
    """That of its takes whose mean score is best."""
    apart: bool = False
    """Whether it is surely not as good as the best one: by the finalists' differences line by line, 95 % for all pairs
    of them together. Never said of one that left before the last round: it may only have had worse luck."""


def next_round(search: Search, scores: Mapping[tuple[SettingKey, Block], float], takes_left: int) -> Round | None:
    """Return the takes to make next; None once the last round was made.

    `scores` has those of every take of the rounds so far; `takes_left` is how many may still be made.
    """
    if not search.rounds:
        alive: Sequence[SettingKey] = search.settings
    elif is_last(search, search.rounds[-1]):
        return None
    else:
        alive = _kept(search, scores)
    rounds = _rounds(len(alive))
    free = _free(search)
    if rounds == 1:
        each = min(len(free), max(_LEAST_LAST, takes_left // len(alive)))
        return Round(tuple(alive), tuple(_long_first(free)[:each]))
    # Rounded up: who leaves early is never heard again, and the first takes of a setting say most.
    each = min(math.ceil(takes_left / (rounds * len(alive))), (len(free) - len(search.blocks) // _KEPT) // (rounds - 1))
    return Round(tuple(alive), tuple(free[: max(1, each)]))


def is_last(search: Search, a_round: Round) -> bool:
    """Say whether nobody leaves after that round."""
    return len(a_round.settings) <= FINALISTS + (search.today in a_round.settings)


def most_takes(search: Search) -> int:
    """Return how many takes the search makes at most, whatever time it has."""
    return max(_LEAST_LAST * min(len(search.settings), FINALISTS + 1), int(SHARE * grid(search)))


def grid(search: Search) -> int:
    """Return how many takes the whole grid has."""
    return len(search.settings) * len(search.blocks)


def ranking(search: Search, scores: Mapping[tuple[SettingKey, Block], float]) -> list[Ranked]:
    """Return every setting that was spoken, the best first: finalists by the last round, the others by their last."""
    found = []
    for setting in search.settings:
        reached = [at for at, each in enumerate(search.rounds, 1) if setting in each.settings]
        if not reached:
            continue
        blocks = [block for block in search.rounds[reached[-1] - 1].blocks if (setting, block) in scores]
        if not blocks:
            continue
        values = {block: scores[setting, block] for block in blocks}
        low, high = _within(_interval(values, 0.95))
        score = statistics.fmean(values.values())
        found.append(Ranked(setting, reached[-1], len(values), score, low, high, _best_seed(values)))
    found.sort(key=lambda each: (each.round, each.score), reverse=True)
    return [_told_apart(each, found, scores, search) for each in found]


def _told_apart(
    each: Ranked, found: Sequence[Ranked], scores: Mapping[tuple[SettingKey, Block], float], search: Search
) -> Ranked:
    best = found[0]
    if each is best or each.round < best.round or not is_last(search, search.rounds[best.round - 1]):
        return each
    finalists = sum(other.round == best.round for other in found)
    pairs = finalists * (finalists - 1) / 2
    gaps = {
        block: scores[best.setting, block] - scores[each.setting, block]
        for block in search.rounds[best.round - 1].blocks
        if (best.setting, block) in scores and (each.setting, block) in scores
    }
    low, _high = _interval(gaps, 1 - 0.05 / pairs)
    return replace(each, apart=low is not None and low > 0)


def _interval(values: Mapping[Block, float], level: float) -> tuple[float | None, float | None]:
    """Return a two-sided interval of the mean by Student's t: over the lines, for takes of one line are alike."""
    lines: dict[str, list[float]] = {}
    for (line, _seed), value in values.items():
        lines.setdefault(line, []).append(value)
    units = [statistics.fmean(own) for own in lines.values()] if len(lines) >= _LEAST_LINES else list(values.values())
    if len(units) < _LEAST_LINES:
        return None, None
    from scipy.stats import t

    half = float(t.ppf(0.5 + level / 2, len(units) - 1)) * statistics.stdev(units) / math.sqrt(len(units))
    middle = statistics.fmean(units)
    return middle - half, middle + half


def _within(values: tuple[float | None, float | None]) -> tuple[float | None, float | None]:
    """Return an interval of a score within what scores can be."""
    low, high = values
    return None if low is None else max(0.0, low), None if high is None else min(100.0, high)


def _kept(search: Search, scores: Mapping[tuple[SettingKey, Block], float]) -> list[SettingKey]:
    """Return the best third by all takes so far, at least FINALISTS, today's setting always among them."""
    last = search.rounds[-1]
    means = {setting: _mean(setting, search, scores) for setting in last.settings}
    order = sorted(last.settings, key=lambda setting: means[setting], reverse=True)
    count = _going_on(len(order))
    kept = order[:count]
    if search.today in last.settings and search.today not in kept:
        kept.append(search.today)
    return kept


def _mean(setting: SettingKey, search: Search, scores: Mapping[tuple[SettingKey, Block], float]) -> float:
    blocks = itertools.chain.from_iterable(each.blocks for each in search.rounds if setting in each.settings)
    values = [scores[setting, block] for block in blocks if (setting, block) in scores]
    return statistics.fmean(values) if values else -math.inf


def _rounds(alive: int) -> int:
    """Return how many rounds there are still to come, the last one among them."""
    rounds = 1
    while alive > FINALISTS + 1:
        alive = _going_on(alive)
        rounds += 1
    return rounds


def _going_on(alive: int) -> int:
    """Return how many of so many settings go on; no round is spent on taking one away."""
    count = math.ceil(alive / _KEPT)
    return count if count > FINALISTS + 1 else FINALISTS


def _free(search: Search) -> list[Block]:
    used = {block for each in search.rounds for block in each.blocks}
    return [block for block in search.blocks if block not in used]


def _long_first(blocks: Sequence[Block]) -> list[Block]:
    """Return the blocks with the longest lines first, every line once before any is said with a second seed."""
    lines = sorted({line for line, _seed in blocks}, key=len, reverse=True)
    by_line = [[block for block in blocks if block[0] == line] for line in lines]
    return [block for row in itertools.zip_longest(*by_line) for block in row if block is not None]


def _best_seed(values: Mapping[Block, float]) -> int:
    seeds: dict[int, list[float]] = {}
    for (_line, seed), value in values.items():
        seeds.setdefault(seed, []).append(value)
    return max(seeds, key=lambda seed: statistics.fmean(seeds[seed]))
