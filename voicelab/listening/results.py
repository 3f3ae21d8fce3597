"""What the answers say, with and without post-screening. Never a bare winner."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from itertools import combinations
from typing import TYPE_CHECKING

from voicelab.listening.agreement import agreement
from voicelab.listening.kinds import ratings_of
from voicelab.listening.proportions import ALPHA, Proportion, holm, more_trials, proportion
from voicelab.listening.ranking import ranking
from voicelab.listening.ratings import difference, mean_of
from voicelab.listening.screening import Excluded, screened

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from voicelab.listening.answers import Answer
    from voicelab.listening.ranking import Strength
    from voicelab.listening.ratings import Difference, Mean
    from voicelab.listening.values import ListeningTest

_BOTH = 2


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
    """About how many more decided trials would tell; 0 when they tell; None when it is too close to tell."""

    @property
    def tells(self) -> bool:
        """Whether the difference is significant."""
        return self.p < ALPHA


@dataclass(frozen=True)
class Overall:
    """One setting against all others."""

    setting: int
    wins: Proportion
    """Of comparisons: among the decided answers."""
    ties: int
    ratings: Mean | None


@dataclass(frozen=True)
class Group:
    """The same for one line or one listener: the share of wins, hits or the mean rating of each setting."""

    name: str
    answers: int
    values: tuple[float | None, ...]
    """One per setting; of ABX one for all."""


@dataclass(frozen=True)
class Analysis:
    """Everything that one set of answers says."""

    answers: int
    """Without practice and catch trials."""
    listeners: int
    pairs: tuple[Pair, ...]
    overall: tuple[Overall, ...]
    ranking: tuple[Strength, ...]
    """Of AB tests."""
    reference: Mean | None
    """Of similarity: how the hidden reference was rated."""
    anchor: Mean | None
    by_line: tuple[Group, ...]
    by_listener: tuple[Group, ...]
    agreement: float | None
    """Krippendorff's alpha."""


@dataclass(frozen=True)
class Results:
    """Both analyses."""

    everything: Analysis
    screened: Analysis
    excluded: tuple[Excluded, ...]
    too_fast: int
    """Answers, of listeners who are not left out, that the screening leaves out."""


def results_of(test: ListeningTest, answers: Sequence[Answer]) -> Results:
    """Return what `answers` say about `test`."""
    passed, excluded = screened(test.kind, answers)
    out = {each.listener for each in excluded}
    fast = sum(answer.too_fast and answer.listener not in out for answer in answers)
    return Results(_analysis(test, answers), _analysis(test, passed), tuple(excluded), fast)


def _analysis(test: ListeningTest, answers: Sequence[Answer]) -> Analysis:
    mains = [answer for answer in answers if answer.role == "main"]
    compared = test.kind.compared == _BOTH
    pairs = _compared_pairs(test, mains) if compared else _rated_pairs(test, mains)
    return Analysis(
        answers=len(mains),
        listeners=len({answer.listener for answer in mains}),
        pairs=tuple(pairs),
        overall=tuple(_overall(test, mains)),
        ranking=tuple(_ranking(test, mains)) if test.kind.name == "ab" else (),
        reference=_mean_of_role(mains, "reference") if test.kind.rated else None,
        anchor=_mean_of_role(mains, "anchor") if test.kind.rated and test.options.anchor else None,
        by_line=tuple(_groups(test, mains, lambda answer: test.items[answer.item])),
        by_listener=tuple(_groups(test, mains, listener_name)),
        agreement=_agreement(test, mains),
    )


def listener_name(answer: Answer) -> str:
    """Return how results call the listener of an answer."""
    return f"{answer.listener}: {answer.name}" if answer.name else f"listener {answer.listener}"


def _compared_pairs(test: ListeningTest, mains: Sequence[Answer]) -> list[Pair]:
    of: dict[tuple[int, int], list[Answer]] = defaultdict(list)
    for answer in mains:
        first, second = sorted(heard.setting or 0 for heard in answer.heard[:2])
        of[first, second].append(answer)
    found = []
    for (first, second), own in sorted(of.items()):
        if test.kind.name == "abx":
            wins, ties = proportion(sum(_hit(answer) for answer in own), len(own), better_than_chance=True), 0
        else:
            scores = [-answer.preference() for answer in own]
            ties = scores.count(0)
            wins = proportion(sum(score > 0 for score in scores), len(scores) - ties)
        score = mean_of([-answer.preference() for answer in own]) if test.kind.name == "cmos" else None
        told = difference([-answer.preference() for answer in own]) if test.kind.name == "cmos" else None
        p = wins.p if told is None else (1.0 if told.wilcoxon_p is None else told.wilcoxon_p)
        found.append((first, second, wins, ties, score, told, p))
    corrected = holm([each[-1] for each in found])
    return [
        Pair(*each[:-1], p, 0 if p < ALPHA else more_trials(each[2].wins, each[2].trials - each[2].wins))
        for each, p in zip(found, corrected, strict=True)
    ]


def _rated_pairs(test: ListeningTest, mains: Sequence[Answer]) -> list[Pair]:
    rated: dict[tuple[int, int], dict[int, float]] = defaultdict(dict)
    for answer in mains:
        for setting, rating in ratings_by_setting(answer):
            rated[answer.listener, answer.item][setting] = rating
    found = []
    for first, second in combinations(range(len(test.settings)), 2):
        apart = [each[first] - each[second] for each in rated.values() if first in each and second in each]
        told = difference(apart)
        wins = proportion(sum(gap > 0 for gap in apart), sum(gap != 0 for gap in apart))
        found.append(
            (first, second, wins, apart.count(0), None, told, 1.0 if told.wilcoxon_p is None else told.wilcoxon_p)
        )
    corrected = holm([each[-1] for each in found])
    return [
        Pair(*each[:-1], p, 0 if p < ALPHA else more_trials(each[2].wins, each[2].trials - each[2].wins))
        for each, p in zip(found, corrected, strict=True)
    ]


def ratings_by_setting(answer: Answer) -> Iterable[tuple[int, int]]:
    """Return (setting, rating) of each take that an answer rates."""
    for heard, rating in zip(answer.heard, ratings_of(answer.value), strict=True):
        if heard.role == "take" and heard.setting is not None:
            yield heard.setting, rating


def _overall(test: ListeningTest, mains: Sequence[Answer]) -> list[Overall]:
    found = []
    for setting in range(len(test.settings)):
        if test.kind.compared == _BOTH:
            own = [answer for answer in mains if setting in {heard.setting for heard in answer.heard[:2]}]
            if test.kind.name == "abx":
                hits = proportion(sum(_hit(answer) for answer in own), len(own), better_than_chance=True)
                found.append(Overall(setting, hits, 0, None))
                continue
            scores = [_for(answer, setting) for answer in own]
            ties = scores.count(0)
            wins = proportion(sum(score > 0 for score in scores), len(scores) - ties)
            found.append(Overall(setting, wins, ties, None))
        else:
            ratings = [rating for answer in mains for of, rating in ratings_by_setting(answer) if of == setting]
            found.append(Overall(setting, proportion(0, 0), 0, mean_of(ratings)))
    return found


def _for(answer: Answer, setting: int) -> int:
    """Return the value of a comparison, positive when `setting` is better."""
    assert isinstance(answer.value, int)  # noqa: S101 - of kinds that compare two
    return -answer.value if answer.heard[0].setting == setting else answer.value


def _hit(answer: Answer) -> bool:
    return answer.value == answer.right


def _ranking(test: ListeningTest, mains: Sequence[Answer]) -> list[Strength]:
    import numpy as np

    settings = len(test.settings)
    by_listener: dict[int, np.ndarray[tuple[int, ...], np.dtype[np.float64]]] = {}
    for answer in mains:
        wins = by_listener.setdefault(answer.listener, np.zeros((settings, settings)))
        first, second = (heard.setting or 0 for heard in answer.heard)
        score = _for(answer, first)
        wins[first, second] += 0.5 * (1 + score)
        wins[second, first] += 0.5 * (1 - score)
    return ranking(by_listener, settings, seed=0)


def _mean_of_role(mains: Sequence[Answer], role: str) -> Mean:
    return mean_of(
        [
            rating
            for answer in mains
            for heard, rating in zip(answer.heard, ratings_of(answer.value), strict=True)
            if heard.role == role
        ]
    )


def _groups(test: ListeningTest, mains: Sequence[Answer], name: Callable[[Answer], str]) -> list[Group]:
    of: Mapping[str, list[Answer]] = defaultdict(list)
    for answer in mains:
        of[name(answer)].append(answer)
    groups = []
    for group, own in of.items():
        if test.kind.name == "abx":
            values: tuple[float | None, ...] = (sum(map(_hit, own)) / len(own),)
        elif test.kind.compared == _BOTH:
            values = tuple(each.wins.share for each in _overall(test, own))
        else:
            values = tuple(each.ratings.mean if each.ratings else None for each in _overall(test, own))
        groups.append(Group(group, len(own), values))
    return groups


def _agreement(test: ListeningTest, mains: Sequence[Answer]) -> float | None:
    units: dict[tuple[object, ...], list[float]] = defaultdict(list)
    for answer in mains:
        if test.kind.name == "abx":
            continue  # hits are right or wrong, nobody's opinion
        if test.kind.compared == _BOTH:
            pair = tuple(sorted(heard.setting or 0 for heard in answer.heard))
            units[pair, answer.item].append(answer.preference())
        else:
            for heard, rating in zip(answer.heard, ratings_of(answer.value), strict=True):
                units[heard.role, heard.setting, heard.take, answer.item].append(rating)
    return agreement(list(units.values()), nominal=test.kind.name == "ab")
