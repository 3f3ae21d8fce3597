"""In which order a listener's trials come, and which way round each is: balanced, and told by nothing before it."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import random
    from collections.abc import Iterable, Sequence

    from voicelab.listening.design import PlannedTrial
    from voicelab.listening.kinds import Kind

_TRIES = 60


def apart(trials: Sequence[PlannedTrial], chance: random.Random) -> list[PlannedTrial]:
    """Return the trials in an order in which neighbours share no take; the longest found, if not all fit."""
    best: list[PlannedTrial] = []
    for number in range(_TRIES):
        ordered: list[PlannedTrial] = []
        left = list(trials)
        while left:
            fitting = [trial for trial in left if not ordered or not trial.takes & ordered[-1].takes]
            if not fitting:
                break
            # First by pure chance; where that fails, what shares takes with the most others goes first.
            if number >= _TRIES // 2:
                crowd = Counter(trial.cell.item for trial in left)
                most = max(crowd[trial.cell.item] for trial in fitting)
                fitting = [trial for trial in fitting if crowd[trial.cell.item] == most]
            trial = chance.choice(fitting)
            left.remove(trial)
            ordered.append(trial)
        if len(ordered) > len(best):
            best = ordered
        if not left:
            break
    return best


def turned(kind: Kind, trials: Sequence[PlannedTrial], chance: random.Random) -> list[PlannedTrial]:
    """Decide what is at A, and what X is: by balanced lists in an order of chance, so that no answer foretells another.

    Each pair comes as often the one way round as the other, and so do all together; in between, nothing but chance: an
    alternation would tell the next trial from the last one.
    """
    if kind.compared is None:
        return [replace(trial, sounds=tuple(chance.sample(trial.sounds, len(trial.sounds)))) for trial in trials]
    if kind.compared == 1:
        return list(trials)
    turned = list(trials)
    # Catch trials of a role are balanced among each other, whatever pair they are of.
    ways = _evenly([(trial.role, trial.cell.settings if trial.role == "main" else ()) for trial in trials], chance)
    xs = _evenly([(trial.role, ()) for trial in trials], chance) if kind.name == "abx" else []
    for index, trial in enumerate(trials):
        sounds = trial.sounds[::-1] if ways[index] else trial.sounds
        if xs:
            turned[index] = replace(trial, sounds=(*sounds, sounds[xs[index]]), right=(-1, 1)[xs[index]])
        else:
            right = (-1 if sounds[0].role == "take" else 1) if trial.role == "obvious" else None
            turned[index] = replace(trial, sounds=sounds, right=right)
    return turned


def _evenly(groups_of: Sequence[tuple[str, tuple[int, ...]]], chance: random.Random) -> list[int]:
    """Return a zero or a one for each, given its group: as many of both in every group, and in all together."""
    groups: dict[tuple[str, tuple[int, ...]], list[int]] = {}
    for index, group in enumerate(groups_of):
        groups.setdefault(group, []).append(index)
    ways = [0] * len(groups_of)
    # A group of odd size has one left over: these are balanced among each other.
    left_over = []
    for places in groups.values():
        chance.shuffle(places)
        even = len(places) - len(places) % 2
        for index, way in zip(places[:even], _balanced(even, chance), strict=True):
            ways[index] = way
        left_over += places[even:]
    for index, way in zip(left_over, _balanced(len(left_over), chance), strict=True):
        ways[index] = way
    return ways


def _balanced(count: int, chance: random.Random) -> list[int]:
    """Return `count` zeros and ones, as many of the one as of the other, in an order of chance."""
    ways = [0, 1] * (count // 2) + [chance.getrandbits(1)] * (count % 2)
    chance.shuffle(ways)
    return ways


def with_repeats(trials: list[PlannedTrial], wanted: int, chance: random.Random) -> list[PlannedTrial]:
    """Put in trials that come again, the other way round, where their takes are not next to themselves."""
    for _ in range(wanted):
        again = {trial.repeats for trial in trials}
        places = [
            (original, place)
            for original, trial in enumerate(trials)
            if trial.role == "main" and original not in again
            for place in range(original + 2, len(trials) + 1)
            if _fits(trial, trials[place - 1 : place + 1])
        ]
        if not places:
            break
        original, place = chance.choice(places)
        trial = trials[original]
        repeated = replace(trial, role="repeat", sounds=trial.sounds[::-1], repeats=original)
        moved = (
            replace(other, repeats=other.repeats + (other.repeats >= place)) if other.repeats is not None else other
            for other in trials
        )
        trials = list(moved)
        trials.insert(place, repeated)
    return trials


def _fits(trial: PlannedTrial, neighbours: Iterable[PlannedTrial]) -> bool:
    return all(not trial.takes & neighbour.takes for neighbour in neighbours)
