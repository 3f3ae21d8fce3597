"""What the answers say, with and without post-screening. Never a bare winner."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from voicelab.listening.agreement import agreement_of
from voicelab.listening.collector import collector_paused
from voicelab.listening.kinds import ratings_of
from voicelab.listening.pairs import compared_pairs, rated_pairs, share_of, spread_of
from voicelab.listening.proportions import Proportion, proportion
from voicelab.listening.ranking import Game, ranking, reconciled
from voicelab.listening.ratings import mean_of
from voicelab.listening.screening import Excluded, screened

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from voicelab.listening.agreement import Agreement
    from voicelab.listening.answers import Answer
    from voicelab.listening.pairs import Pair
    from voicelab.listening.ranking import Strength
    from voicelab.listening.ratings import Mean
    from voicelab.listening.values import ListeningTest

_BOTH = 2
_BIASED = 0.01
"""A preference for the place is told when chance makes one so large less often than this."""
_SAME_AT_LEAST = 8
"""Answers of a listener, all of them the same, that are told."""


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
    agreement_interval: tuple[float, float] | None = None
    """95 %; None with too few takes that several listeners judged."""
    lines: int = 0
    """Lines that were answered."""
    first_place: Proportion | None = None
    """Of kinds that compare two: how often A was chosen among the decided answers; order is balanced, so about half."""
    always_same: tuple[int, ...] = ()
    """Listeners all of whose answers are the same."""

    @property
    def prefers_a_place(self) -> bool:
        """Whether A, or B, was chosen more often than balanced order explains."""
        return self.first_place is not None and self.first_place.p < _BIASED


@dataclass(frozen=True)
class Results:
    """Both analyses."""

    everything: Analysis
    screened: Analysis
    excluded: tuple[Excluded, ...]
    too_fast: int
    """Answers, of listeners who are not left out, that the screening leaves out."""
    unmoved: int = 0
    """Ratings that nobody may have given; see Answer.unmoved."""


@collector_paused()
def results_of(test: ListeningTest, answers: Sequence[Answer]) -> Results:
    """Return what `answers` say about `test`."""
    passed, excluded = screened(test.kind, answers)
    out = {each.listener for each in excluded}
    fast = sum(answer.too_fast and answer.listener not in out for answer in answers)
    everything = _analysis(test, answers)
    kept = everything if len(passed) == len(answers) else _analysis(test, passed)
    return Results(everything, kept, tuple(excluded), fast, sum(answer.unmoved for answer in answers))


def _analysis(test: ListeningTest, answers: Sequence[Answer]) -> Analysis:
    mains = [answer for answer in answers if answer.role == "main"]
    compared = test.kind.compared == _BOTH
    pairs = compared_pairs(test, mains) if compared else rated_pairs(test, mains)
    agreed = _agreement(test, mains)
    return Analysis(
        answers=len(mains),
        listeners=len({answer.listener for answer in mains}),
        pairs=tuple(pairs),
        overall=tuple(_overall(test, mains)),
        ranking=tuple(_ranking(test, mains, pairs)) if test.kind.name == "ab" else (),
        reference=_mean_of_role(test, mains, "reference") if test.kind.rated else None,
        anchor=_mean_of_role(test, mains, "anchor") if test.kind.rated and test.options.anchor else None,
        by_line=tuple(_groups(test, mains, lambda answer: test.items[answer.item])),
        by_listener=tuple(_groups(test, mains, listener_name)),
        agreement=None if agreed is None else agreed.alpha,
        agreement_interval=None
        if agreed is None or agreed.low is None or agreed.high is None
        else (agreed.low, agreed.high),
        lines=len({answer.item for answer in mains}),
        first_place=_first_place(mains) if compared else None,
        always_same=tuple(_always_same(mains)),
    )


def _first_place(mains: Sequence[Answer]) -> Proportion:
    decided = [answer for answer in mains if answer.value]
    return share_of(decided, [isinstance(answer.value, int) and answer.value < 0 for answer in decided])


def _always_same(mains: Sequence[Answer]) -> list[int]:
    said: dict[int, list[object]] = defaultdict(list)
    for answer in mains:
        said[answer.listener] += [answer.value] if isinstance(answer.value, int) else answer.value
    return [who for who, values in said.items() if len(values) >= _SAME_AT_LEAST and len(set(values)) == 1]


def listener_name(answer: Answer) -> str:
    """Return how results call the listener of an answer."""
    return f"{answer.listener}: {answer.name}" if answer.name else f"listener {answer.listener}"


def _overall(test: ListeningTest, mains: Sequence[Answer]) -> list[Overall]:
    found = []
    rated: list[list[tuple[Answer, int]]] = [[] for _ in test.settings]
    if test.kind.compared != _BOTH:
        for answer in mains:
            for setting, rating in answer.ratings:
                rated[setting].append((answer, rating))
    for setting in range(len(test.settings)):
        if test.kind.compared == _BOTH:
            own = [answer for answer in mains if setting in {heard.setting for heard in answer.heard[:2]}]
            if test.kind.name == "abx":
                hits = share_of(own, [_hit(answer) for answer in own], better_than_chance=True)
                found.append(Overall(setting, hits, 0, None))
                continue
            decided = [answer for answer in own if answer.value]
            wins = share_of(decided, [_for(answer, setting) > 0 for answer in decided])
            found.append(Overall(setting, wins, len(own) - len(decided), None))
        else:
            found.append(Overall(setting, proportion(0, 0), 0, _mean(test, rated[setting])))
    return found


def _for(answer: Answer, setting: int) -> int:
    """Return the value of a comparison, positive when `setting` is better."""
    assert isinstance(answer.value, int)  # noqa: S101 - of kinds that compare two
    return -answer.value if answer.heard[0].setting == setting else answer.value


def _hit(answer: Answer) -> bool:
    return answer.value == answer.right


def _ranking(test: ListeningTest, mains: Sequence[Answer], pairs: Sequence[Pair]) -> list[Strength]:
    games = []
    for answer in mains:
        first, second = (heard.setting or 0 for heard in answer.heard[:2])
        games.append(Game(answer.listener, answer.item, first, second, _for(answer, first)))
    told = {frozenset((pair.first, pair.second)) for pair in pairs if pair.tells}
    return reconciled(ranking(games, len(test.settings)), told)


def _mean_of_role(test: ListeningTest, mains: Sequence[Answer], role: str) -> Mean:
    rated = [
        (answer, rating)
        for answer in mains
        for heard, rating in zip(answer.heard, ratings_of(answer.value), strict=True)
        if heard.role == role
    ]
    return _mean(test, rated)


def _mean(test: ListeningTest, rated: Sequence[tuple[Answer, int]]) -> Mean:
    values = [rating for _answer, rating in rated]
    return mean_of(values, spread_of([answer for answer, _rating in rated], values), test.kind.scale)


def _groups(test: ListeningTest, mains: Sequence[Answer], name: Callable[[Answer], str]) -> list[Group]:
    of: Mapping[str, list[Answer]] = defaultdict(list)
    for answer in mains:
        of[name(answer)].append(answer)
    return [Group(group, len(own), _group_values(test, own)) for group, own in of.items()]


def _group_values(test: ListeningTest, own: Sequence[Answer]) -> tuple[float | None, ...]:
    """Return the share or mean of each setting; its certainty would say little of so few answers."""
    if test.kind.name == "abx":
        return (sum(map(_hit, own)) / len(own),)
    said: list[list[float]] = [[] for _ in test.settings]
    for answer in own:
        if test.kind.compared == _BOTH:
            for heard in answer.heard[:2]:
                if answer.value and heard.setting is not None:
                    said[heard.setting].append(_for(answer, heard.setting) > 0)
        else:
            for setting, rating in answer.ratings:
                said[setting].append(rating)
    return tuple(sum(values) / len(values) if values else None for values in said)


def _agreement(test: ListeningTest, mains: Sequence[Answer]) -> Agreement | None:
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
    return agreement_of(list(units.values()), nominal=test.kind.name == "ab")
