"""What results claim, held against the truth of simulated listening tests; `make bench-statistics` prints it all.

Everything is drawn anew from fixed seeds and goes through the code that results use. `--tests 100` is quick.
"""

from __future__ import annotations

import argparse
import math
import os
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy import stats

from tests.listening.worlds import World, answer, drawn, made_of
from voicelab.listening.clusters import spread
from voicelab.listening.pairs import compared_pairs, rated_pairs
from voicelab.listening.proportions import ALPHA, proportion
from voicelab.listening.ranking import ELO
from voicelab.listening.results import results_of
from voicelab.listening.sample_size import MARGINS, Design, power

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from numpy.typing import NDArray

    from voicelab.listening.pairs import Pair
    from voicelab.listening.ranking import Strength

    Method = Callable[[NDArray[np.float64], NDArray[np.int64], NDArray[np.int64]], tuple[float, float]]

CELLS = [
    (1, 20, 0.0, 0.0), (3, 20, 0.0, 0.0), (8, 20, 0.0, 0.0), (20, 10, 0.0, 0.0), (1, 20, 1.0, 0.0), (3, 20, 1.0, 0.0),
    (8, 20, 0.5, 0.5), (8, 20, 1.0, 0.0), (10, 5, 1.0, 0.0), (20, 10, 0.5, 0.5), (20, 10, 1.0, 1.0), (20, 10, 1.0, 0.5),
    (30, 1, 1.0, 0.0), (30, 1, 1.0, 0.5), (30, 3, 1.0, 0.0), (3, 20, 0.0, 1.0),
]  # fmt: skip
"""Listeners, lines, how far lines lean, how far listeners do."""
KINDS = ("ab", "abx", "cmos", "similarity", "rate")


@dataclass
class Tally:
    """Of many tests."""

    claims: int = 0
    held: int = 0
    naive_claims: int = 0
    naive_held: int = 0
    tests: int = 0


def pair_of(world: World, chance: np.random.Generator) -> tuple[Pair, float]:
    """Return what results say of the second setting against the first, and the truth of it."""
    answers, truth = drawn(world, chance)
    found = compared_pairs if world.kind in {"ab", "abx", "cmos"} else rated_pairs
    return found(made_of(world, 2), answers)[0], truth


def interval(world: World, pair: Pair) -> tuple[float, float]:
    """Return the interval of the second against the first; of ABX, of hits."""
    if world.kind in {"ab", "abx"}:
        low, high = pair.wins.low, pair.wins.high
        return (low, high) if world.kind == "abx" else (1 - high, 1 - low)
    assert pair.difference is not None
    mean = pair.difference.mean
    return -(mean.high or 0.0), -(mean.low or 0.0)


def naive(world: World, pair: Pair) -> tuple[bool, float, float]:
    """Return claim and interval, were every answer independent."""
    if world.kind in {"ab", "abx"}:
        told = proportion(pair.wins.wins, pair.wins.trials, better_than_chance=world.kind == "abx")
        return told.p < 0.05, *((told.low, told.high) if world.kind == "abx" else (1 - told.high, 1 - told.low))
    assert pair.difference is not None
    mean = pair.difference.mean
    half = float(stats.t.ppf(0.975, mean.n - 1)) * (mean.sd or 0.0) / mean.n**0.5
    middle = -(mean.mean or 0.0)
    return abs(middle) > half, middle - half, middle + half


def tally(world: World, tests: int, seed: int = 0) -> Tally:
    """Return how often a difference was claimed and the truth held, now and with answers taken as independent.

    Where a conclusion is of these takes or these listeners only, their own difference is the truth: claiming it is
    false when it goes the other way.
    """
    chance = np.random.default_rng([seed, *map(ord, world.kind), world.listeners, world.lines])
    found = Tally(tests=tests)
    null = 0.5 if world.kind in {"ab", "abx"} else 0.0
    for _ in range(tests):
        pair, truth = pair_of(world, chance)
        low, high = interval(world, pair)
        exact = not (pair.these_takes or pair.these_listeners)
        found.claims += pair.tells if exact else pair.tells and not low <= truth <= high
        found.held += low <= truth <= high
        claimed, low, high = naive(world, pair)
        found.naive_claims += claimed
        # What used to be said was of settings and of listeners in general.
        found.naive_held += low <= null <= high
    return found


def null_table(tests: int) -> None:
    """Print claims and coverage where there is no difference on average."""
    print("\n## No difference on average: false claims, and intervals that hold the truth, in %, before -> now\n")
    print("| listeners x lines | line | listener | " + " | ".join(KINDS) + " |")
    print("|---|---|---|" + "---|" * len(KINDS))
    for listeners, lines, line, listener in CELLS:
        cells = []
        for kind in KINDS:
            found = tally(World(kind, listeners, lines, line, listener), tests)
            rates = (found.naive_claims, found.claims, found.naive_held, found.held)
            claims, now, held, holds = (100 * rate / tests for rate in rates)
            cells.append(f"{claims:.1f} -> {now:.1f}; {held:.0f} -> {holds:.1f}")
        print(f"| {listeners} x {lines} | {line:g} | {listener:g} | " + " | ".join(cells) + " |", flush=True)


def _ours(y: NDArray[np.float64], by: NDArray[np.int64], on: NDArray[np.int64]) -> tuple[float, float]:
    found = spread(y.tolist(), by.tolist(), on.tolist())
    return found.variance, found.df


def _two_way(y: NDArray[np.float64], by: NDArray[np.int64], on: NDArray[np.int64]) -> tuple[float, float]:
    """Cameron, Gelbach and Miller (2011): sums over listeners, and over lines, less those over answers."""
    rest, n = y - y.mean(), len(y)
    groups = [np.bincount(by, rest), np.bincount(on, rest)]
    parts = [float(sums @ sums) / n**2 * len(sums) / (len(sums) - 1) for sums in groups]
    return max(*parts, sum(parts) - float(rest @ rest) / n**2), min(map(len, groups)) - 1


def _wider_means(y: NDArray[np.float64], by: NDArray[np.int64], on: NDArray[np.int64]) -> tuple[float, float]:
    """Student's t over the means of listeners or of lines, whichever is wider."""
    found = []
    for groups in (by, on):
        means = np.bincount(groups, y) / np.bincount(groups)
        found.append((float(means.var(ddof=1)) / len(means), len(means) - 1.0))
    return max(found, key=lambda each: float(stats.t.ppf(0.975, each[1])) * math.sqrt(each[0]))


def _pigeonhole(y: NDArray[np.float64], by: NDArray[np.int64], on: NDArray[np.int64]) -> tuple[float, float]:
    """Owen (2007): listeners and lines drawn again independently, an answer counts as often as both."""
    chance = np.random.default_rng(0)
    listeners, lines = int(by.max()) + 1, int(on.max()) + 1
    who = chance.multinomial(listeners, np.full(listeners, 1 / listeners), 400)
    what = chance.multinomial(lines, np.full(lines, 1 / lines), 400)
    weight = who[:, by] * what[:, on]
    return float(((weight @ y) / weight.sum(axis=1)).var()), math.inf


def _mixed(y: NDArray[np.float64], by: NDArray[np.int64], on: NDArray[np.int64]) -> tuple[float, float]:
    """A linear mixed model with crossed random intercepts, fitted by REML (statsmodels, if it is installed)."""
    import warnings

    import pandas as pd
    import statsmodels.formula.api as smf

    frame = pd.DataFrame({"y": y, "by": by, "on": on, "all": 1})
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        effects = {"by": "0 + C(by)", "on": "0 + C(on)"}
        fitted = smf.mixedlm("y ~ 1", frame, groups="all", vc_formula=effects, re_formula="0").fit(reml=True)
    return float(fitted.bse["Intercept"]) ** 2, math.inf


def method_table(tests: int, *, mixed: bool) -> None:
    """Print how other ways to allow for listeners and lines do, on comparison ratings, and what they tell."""
    methods = {
        "ours": _ours,
        "two-way robust, t": _two_way,
        "wider of means, t": _wider_means,
        "pigeonhole": _pigeonhole,
    }
    print("\n## Ways to allow for listeners and lines (CMOS): false claims / coverage / power for half a point, in %\n")
    print(
        "| listeners x lines | line | listener | " + " | ".join([*methods, *(["mixed model"] if mixed else [])]) + " |"
    )
    print("|---|---|---|" + "---|" * (len(methods) + mixed))
    for listeners, lines, line, listener in [cell for cell in CELLS if cell[0] >= 3 and cell[1] >= 5]:
        row = [_method(method, (listeners, lines, line, listener), tests) for method in methods.values()]
        if mixed:
            row.append(_method(_mixed, (listeners, lines, line, listener), min(tests, 100)))
        print(f"| {listeners} x {lines} | {line:g} | {listener:g} | " + " | ".join(row) + " |", flush=True)


def _method(method: Method, cell: tuple[int, int, float, float], tests: int) -> str:
    listeners, lines, line, listener = cell
    chance = np.random.default_rng(3)
    by, on = np.repeat(np.arange(listeners), lines), np.tile(np.arange(lines), listeners)
    claims = [0, 0]
    for _ in range(tests):
        lean = chance.normal(0, 1, listeners)[by] * listener + chance.normal(0, 1, lines)[on] * line
        noise = lean + chance.normal(0, 1, len(by))
        for which, shift in enumerate((0.0, 0.5)):
            y = np.clip(np.round(shift + noise), -3, 3)
            variance, df = method(y, by, on)
            claims[which] += abs(float(y.mean())) > float(stats.t.ppf(0.975, df)) * math.sqrt(max(variance, 1e-12))
    false, true = (100 * claim / tests for claim in claims)
    return f"{false:.1f} / {100 - false:.1f} / {true:.0f}"


def elo_table(tests: int) -> None:
    """Print how often intervals of three settings at +100, 0 and -100 points hold these."""
    print("\n## Elo: three settings at +100, 0, -100, 21 answers a listener: coverage in %; contradictions with p\n")
    print("| listeners | line effect | coverage | median width | contradictions |")
    print("|---|---|---|---|---|")
    truth = np.array([100, 0, -100]) / ELO
    for line, listeners in [*((0.0, n) for n in (1, 2, 3, 5, 10, 20)), *((0.7, n) for n in (2, 5, 10, 20))]:
        chance = np.random.default_rng(listeners)
        world = World("ab", listeners, 7)
        held = wrong = 0
        widths = []
        for _ in range(tests):
            lean = chance.normal(0, line, (7, 3)) / math.sqrt(2)
            strength = truth + lean
            answers = []
            for who in range(listeners):
                for item in range(7):
                    for first, second in ((0, 1), (0, 2), (1, 2)):
                        odds = strength[item, second] - strength[item, first]
                        value = 1 if chance.random() < 1 / (1 + math.exp(-odds)) else -1
                        answers.append(answer(who, item, (first, second), value))
            found = results_of(made_of(world, 3), answers).everything
            by = {each.setting: each for each in found.ranking}
            held += sum((by[k].low or 0) <= truth[k] * ELO <= (by[k].high or 0) for k in range(3))
            widths.append((by[0].high or 0) - (by[0].low or 0))
            wrong += sum(_contradicts(pair, by) for pair in found.pairs)
        print(
            f"| {listeners} | {line:g} | {100 * held / 3 / tests:.1f} | {np.median(widths):.0f} | {wrong} |", flush=True
        )


def _contradicts(pair: Pair, by: Mapping[int, Strength]) -> bool:
    ends = [(each.low or 0.0, each.high or 0.0) for each in (by[pair.first], by[pair.second])]
    return not pair.tells and (ends[0][0] > ends[1][1] or ends[1][0] > ends[0][1])


def peeking_table(tests: int) -> None:
    """Print how often a difference is claimed at some look, where there is none."""
    print("\n## Looking after every answer, 10 listeners on 20 lines, no difference: claimed at some look, in %\n")
    print("| line | listener | every answer, as independent | every listener, as now computed | once, as planned |")
    print("|---|---|---|---|---|")
    for line, listener in ((0.0, 0.0), (0.5, 0.5)):
        world = World("ab", 10, 20, line, listener)
        chance = np.random.default_rng(7)
        counts = [0, 0, 0]
        for _ in range(tests):
            answers, _truth = drawn(world, chance)
            wins = np.cumsum([answer.value > 0 for answer in answers])  # type: ignore[operator]  # one number each
            seen = np.arange(1, len(wins) + 1)
            p = 2 * stats.binom.sf(np.maximum(wins, seen - wins) - 1, seen, 0.5)
            looks = [compared_pairs(made_of(world, 2), answers[: 20 * (n + 1)])[0] for n in range(10)]
            counts[0] += bool((p < ALPHA).any())
            # With fewer than three it says that it holds for these listeners, whose truth that may be.
            counts[1] += any(pair.tells for pair in looks if not pair.these_listeners)
            counts[2] += looks[-1].tells
        print(f"| {line:g} | {listener:g} | " + " | ".join(f"{100 * n / tests:.1f}" for n in counts) + " |", flush=True)


def planner_table(tests: int) -> None:
    """Print the planner's power beside the simulated one."""
    print("\n## Planner: power as planned -> as simulated, in %\n")
    print("| listeners x lines | " + " | ".join(KINDS) + " |\n|---|" + "---|" * len(KINDS))
    for listeners, lines in [(5, 10), (8, 10), (12, 10), (12, 20), (20, 10), (20, 20)]:
        cells = []
        for kind in KINDS:
            world = World(kind, listeners, lines, 0.5, 0.5, shift_of(kind))
            chance = np.random.default_rng(4)
            told = sum(pair_of(world, chance)[0].tells for _ in range(tests))
            cells.append(f"{100 * power(Design(kind), listeners, lines):.0f} -> {100 * told / tests:.0f}")
        print(f"| {listeners} x {lines} | " + " | ".join(cells) + " |", flush=True)


def shift_of(kind: str) -> float:
    """Return the effect that gives the margin of `kind`, with listeners and lines that lean by half a unit."""
    from scipy.optimize import brentq

    from tests.listening.worlds import NODES, WEIGHTS, expected

    goal = MARGINS[kind] + (0.5 if kind in {"ab", "abx"} else 0.0)
    return float(brentq(lambda shift: WEIGHTS @ expected(kind, shift + math.sqrt(0.5) * NODES) - goal, 0, 3))


def main() -> None:
    """Print the tables that were asked for."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--tests", type=int, default=1000, help="simulated tests per cell")
    parser.add_argument("--only", default="", help="null, methods, elo, peeking or planner")
    parser.add_argument("--mixed", action="store_true", help="also a mixed model; needs statsmodels")
    chosen = parser.parse_args()
    os.nice(5)
    started = time.monotonic()
    tables: dict[str, Callable[[], None]] = {
        "null": lambda: null_table(chosen.tests),
        "methods": lambda: method_table(chosen.tests, mixed=chosen.mixed),
        "elo": lambda: elo_table(min(chosen.tests, 300)),
        "peeking": lambda: peeking_table(chosen.tests),
        "planner": lambda: planner_table(chosen.tests),
    }
    for name, table in tables.items():
        if chosen.only in {"", name}:
            table()
    print(f"\n{chosen.tests} tests per cell, {time.monotonic() - started:.0f} s.")


if __name__ == "__main__":
    main()
