"""Two settings against each other: what was found, how sure it is, whom and what it holds for, what more would tell."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, replace
from itertools import combinations
from typing import TYPE_CHECKING

from voicelab.listening.clusters import FEWEST_LINES, FEWEST_LISTENERS, spread
from voicelab.listening.proportions import ALPHA, Proportion, holm, proportion
from voicelab.listening.ratings import Scale, difference
from voicelab.listening.sample_size import MARGINS, Design, planned

if TYPE_CHECKING:
    from collections.abc import Sequence

    from voicelab.listening.answers import Answer
    from voicelab.listening.clusters import Spread
    from voicelab.listening.ratings import Difference, Mean
    from voicelab.listening.sample_size import Plan
    from voicelab.listening.values import ListeningTest

_HALVES = Scale(-0.5, 0.5, 0.5)
"""A win is half a point above a tie, a loss half a point below."""


@dataclass(frozen=True)
class Pair:
    """Two settings against each other."""

    first: int
    second: int
    wins: Proportion
    """Of `first` among the decided answers; of ABX: hits."""
    ties: int
    score: Mean | None
    """Of comparison ratings: how much better `first` is."""
    difference: Difference | None
    """Of ratings: first minus second, by the same listener for the same line."""
    p: float
    """Of the test that fits the kind, corrected for the number of pairs (Holm)."""
    more: int | None
    """About how many more answers the plan asks for; 0 when they tell, or are as many; None where no plan would."""
    listeners: int = 0
    lines: int = 0
    """So many were heard."""
    effective: float = 0.0
    """So many independent answers would tell as much."""
    these_listeners: bool = False
    """It holds for these listeners only, who are too few to say anything of others."""
    these_takes: bool = False
    """It holds for these takes only: the lines are too few to say anything of the settings."""
    margin: float = 0.0
    """The smallest difference that matters: of a share from one half, or of ratings."""
    equivalence_p: float = 1.0
    """Of the difference being as large as the margin; corrected for the number of pairs."""
    plan: Plan | None = None
    """What would tell a difference of `margin`; None where nothing feasible would."""

    @property
    def tells(self) -> bool:
        """Whether the difference is significant."""
        return self.p < ALPHA

    @property
    def equivalent(self) -> bool:
        """Whether there is surely no difference that matters."""
        return self.equivalence_p < ALPHA


def compared_pairs(test: ListeningTest, mains: Sequence[Answer]) -> list[Pair]:
    """Return the pairs of a test whose answers compare two."""
    of: dict[tuple[int, int], list[Answer]] = defaultdict(list)
    for answer in mains:
        first, second = sorted(heard.setting or 0 for heard in answer.heard[:2])
        of[first, second].append(answer)
    return _concluded(test, [_compared(test, pair, own) for pair, own in sorted(of.items())])


def _compared(test: ListeningTest, pair: tuple[int, int], own: Sequence[Answer]) -> Pair:
    kind, margin = test.kind.name, MARGINS[test.kind.name]
    scores = [int(answer.value == answer.right) * 2 - 1 for answer in own]
    if kind != "abx":
        scores = [-answer.preference() for answer in own]
    decided = [(answer, score) for answer, score in zip(own, scores, strict=True) if score]
    wins = share_of([a for a, _ in decided], [s > 0 for _, s in decided], better_than_chance=kind == "abx")
    told = score = None
    if kind == "cmos":
        told = difference(scores, spread_of(own, scores), test.kind.scale, margin)
        score = told.mean
        p, equivalence_p = told.t_p, told.equivalence_p
    else:
        # Of ties too: who hears no difference says that there is none.
        halves = [0.5 * ((score > 0) - (score < 0)) for score in scores]
        p, equivalence_p = wins.p, difference(halves, spread_of(own, halves), _HALVES, margin).equivalence_p
    return Pair(
        *pair,
        wins,
        len(own) - len(decided),
        score,
        told,
        1.0 if p is None else p,
        None,
        len({answer.listener for answer in own}),
        len({answer.item for answer in own}),
        effective=wins.effective if told is None else told.mean.effective or 0.0,
        margin=margin,
        equivalence_p=1.0 if equivalence_p is None else equivalence_p,
    )


def rated_pairs(test: ListeningTest, mains: Sequence[Answer]) -> list[Pair]:
    """Return the pairs of a test whose answers rate settings one by one."""
    rated: dict[tuple[int, int], dict[int, float]] = defaultdict(dict)
    for answer in mains:
        rated[answer.listener, answer.item].update(answer.ratings)
    return _concluded(test, [_rated(test, pair, rated) for pair in combinations(range(len(test.settings)), 2)])


def _rated(test: ListeningTest, pair: tuple[int, int], rated: dict[tuple[int, int], dict[int, float]]) -> Pair:
    first, second = pair
    apart = {key: each[first] - each[second] for key, each in rated.items() if first in each and second in each}
    singles = min(sum(first in each for each in rated.values()), sum(second in each for each in rated.values()))
    # Where hardly anybody rated both on one line, each listener's means are compared.
    by_listener = _apart_by_listener(pair, rated) if 2 * len(apart) < singles else {}
    whole = len(by_listener) > len({listener for listener, _line in apart})
    if whole:
        apart = {(listener, 0): gap for listener, gap in by_listener.items()}
    gaps, by, on = list(apart.values()), [key[0] for key in apart], [key[1] for key in apart]
    margin = MARGINS[test.kind.name]
    told = difference(gaps, spread(gaps, by, on) if gaps else None, test.kind.scale.apart, margin)
    decided = [index for index, gap in enumerate(gaps) if gap]
    ahead = [gaps[at] > 0 for at in decided]
    some = spread(ahead, [by[at] for at in decided], [on[at] for at in decided], share=True) if decided else None
    wins = proportion(sum(ahead), len(ahead), spread=some)
    return Pair(
        first,
        second,
        wins,
        len(gaps) - len(decided),
        None,
        told,
        1.0 if told.t_p is None else told.t_p,
        None,
        len(set(by)),
        len(
            {line for (_listener, line), each in rated.items() if whole and not each.keys().isdisjoint(pair)} or set(on)
        ),
        effective=told.mean.effective or 0.0,
        these_takes=whole,
        margin=margin,
        equivalence_p=1.0 if told.equivalence_p is None else told.equivalence_p,
    )


def spread_of(answers: Sequence[Answer], values: Sequence[float], *, share: bool = False) -> Spread | None:
    """Return the spread of the mean of `values`, one per answer; None without any."""
    if not values:
        return None
    return spread(values, [answer.listener for answer in answers], [answer.item for answer in answers], share=share)


def share_of(answers: Sequence[Answer], wins: Sequence[bool], *, better_than_chance: bool = False) -> Proportion:
    """Return how often `wins`, one per decided answer, are true, with its certainty."""
    found = spread_of(answers, wins, share=True)
    return proportion(sum(wins), len(wins), better_than_chance=better_than_chance, spread=found)


def _apart_by_listener(pair: tuple[int, int], rated: dict[tuple[int, int], dict[int, float]]) -> dict[int, float]:
    """Return how much better each listener rated the first of `pair` on average, of those who rated both."""
    own: dict[int, tuple[list[float], list[float]]] = defaultdict(lambda: ([], []))
    for (listener, _line), each in rated.items():
        for ratings, setting in zip(own[listener], pair, strict=True):
            if setting in each:
                ratings.append(each[setting])
    return {
        listener: sum(first) / len(first) - sum(second) / len(second)
        for listener, (first, second) in own.items()
        if first and second
    }


def _concluded(test: ListeningTest, found: Sequence[Pair]) -> list[Pair]:
    """Correct for the number of pairs, and say what each holds for and what more would tell."""
    ps, equivalences = holm([pair.p for pair in found]), holm([pair.equivalence_p for pair in found])
    return [
        _planned(test, replace(pair, p=p, equivalence_p=equivalence), len(found))
        for pair, p, equivalence in zip(found, ps, equivalences, strict=True)
    ]


def _planned(test: ListeningTest, pair: Pair, pairs: int) -> Pair:
    answers = pair.wins.trials + pair.ties
    pair = replace(
        pair,
        these_listeners=pair.listeners < FEWEST_LISTENERS,
        these_takes=pair.these_takes or pair.lines < FEWEST_LINES,
    )
    if pair.tells or not answers:
        return replace(pair, more=0 if pair.tells else None)
    each = max(1, round(answers / pair.listeners))
    # To the next tenth: a plan does not change with every answer.
    ties = round(10 * pair.ties / answers) / 10 if test.kind.name == "ab" else 0.0
    plan = planned(Design(test.kind.name, pairs, min(ties, 0.9), each), pair.lines)
    more = None if plan is None else max(0, plan.listeners * min(plan.lines, each) - answers)
    return replace(pair, plan=plan, more=more)
