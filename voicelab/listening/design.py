"""Which trials a listener gets, in which order: balanced, seeded, with catch trials among them.

Nobody hears the same take in two trials running. Pairs with the fewest answers come first, so that a test that ends
early is as even as it can be.
"""

from __future__ import annotations

import random
from collections import Counter
from dataclasses import dataclass, replace
from itertools import combinations
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence

    from voicelab.listening.kinds import Kind

Role = Literal["practice", "main", "identical", "repeat", "obvious"]
SoundRole = Literal["take", "reference", "anchor"]

_TRIES = 60
_LEAST_FOR_CATCH = 5
"""A session of fewer trials has no catch trial: it would be a large part of it."""


@dataclass(frozen=True)
class Sound:
    """Something to hear."""

    role: SoundRole
    setting: int | None
    """Index; None for the reference."""
    item: int | None
    """Index of the line; None for the reference."""


@dataclass(frozen=True)
class Cell:
    """What one trial asks: these settings, ascending, speaking this line."""

    settings: tuple[int, ...]
    item: int


@dataclass(frozen=True)
class PlannedTrial:
    """One trial as it will be heard."""

    role: Role
    cell: Cell
    sounds: tuple[Sound, ...]
    """At A, B, … For ABX the third is X."""
    right: int | None = None
    """Of ABX: the answer that is true."""
    repeats: int | None = None
    """Position of the trial that this one repeats the other way round."""

    @property
    def takes(self) -> frozenset[tuple[int | None, int | None]]:
        """The takes in it; an anchor is made of a take."""
        return frozenset((sound.setting, sound.item) for sound in self.sounds if sound.role != "reference")


@dataclass(frozen=True)
class Wishes:
    """What the owner asked of every session."""

    trials: int
    catch_share: float = 0.1
    practice: bool = True
    anchor: bool = False
    """Of similarity: put a low-passed take among the stimuli."""


def cells_of(kind: Kind, takes: Collection[tuple[int, int]]) -> list[Cell]:
    """Return everything that can be asked with `takes`, given as (setting, item)."""
    cells = []
    for item in sorted({item for _setting, item in takes}):
        settings = sorted(setting for setting, of in takes if of == item)
        if kind.compared is None:
            cells += [Cell(tuple(settings), item)] if settings else []
        else:
            cells += [Cell(chosen, item) for chosen in combinations(settings, kind.compared)]
    return cells


def session(
    kind: Kind,
    cells: Sequence[Cell],
    wishes: Wishes,
    seed: int,
    heard: tuple[Mapping[Cell, int], Mapping[Cell, int]] = ({}, {}),
) -> list[PlannedTrial]:
    """Return the trials of one listener, in order. `heard` is how often each cell was answered, and was given out.

    The same arguments give the same session. It may be shorter than wished: where everything that is left shares a
    take with the trial before, it ends.
    """
    chance = random.Random(seed)  # noqa: S311 - an order that can be told again, not a secret
    chosen = _least_answered(cells, wishes.trials, heard, chance)
    trials = [PlannedTrial("main", cell, _sounds(kind, cell, wishes)) for cell in chosen]
    catches = round(wishes.catch_share * len(trials)) or int(wishes.catch_share > 0)
    roles = kind.catches if len(trials) >= _LEAST_FOR_CATCH else ()
    wanted = Counter(roles[number % len(roles)] for number in range(catches)) if roles else Counter[str]()
    for role in ("identical", "obvious"):
        others = [cell for cell in cells if cell not in chosen] or chosen
        trials += [_catch(role, chance.choice(others), chance) for _ in range(wanted[role])]
    trials = _with_repeats(_turned(kind, _apart(trials, chance), chance), wanted["repeat"], chance)
    if wishes.practice and trials:
        first = _practice(kind, cells, wishes, trials[0], chance)
        shifted = [replace(trial, repeats=None if trial.repeats is None else trial.repeats + 1) for trial in trials]
        trials = [first, *shifted] if first else trials
    return trials


def _least_answered(
    cells: Sequence[Cell],
    wanted: int,
    heard: tuple[Mapping[Cell, int], Mapping[Cell, int]],
    chance: random.Random,
) -> list[Cell]:
    """Choose cells one by one: of the pair with the fewest answers, then the line with the fewest."""
    answered, given = heard
    pairs = Counter[tuple[int, ...]]()
    given_pairs = Counter[tuple[int, ...]]()
    for cell in cells:
        pairs[cell.settings] += answered.get(cell, 0)
        given_pairs[cell.settings] += given.get(cell, 0)
    items = Counter[int]()
    left = list(cells)
    chance.shuffle(left)
    chosen: list[Cell] = []
    while left and len(chosen) < wanted:
        best = min(
            left,
            key=lambda cell: (
                pairs[cell.settings],
                answered.get(cell, 0),
                given_pairs[cell.settings],
                given.get(cell, 0),
                items[cell.item],
            ),
        )
        left.remove(best)
        chosen.append(best)
        pairs[best.settings] += 1
        items[best.item] += 1
    return chosen


def _sounds(kind: Kind, cell: Cell, wishes: Wishes) -> tuple[Sound, ...]:
    sounds = [Sound("take", setting, cell.item) for setting in cell.settings]
    if kind.compared is None:
        sounds.append(Sound("reference", None, None))
        if wishes.anchor:
            sounds.append(Sound("anchor", cell.settings[0], cell.item))
    return tuple(sounds)


def _catch(role: str, cell: Cell, chance: random.Random) -> PlannedTrial:
    setting = chance.choice(cell.settings)
    take = Sound("take", setting, cell.item)
    if role == "identical":
        return PlannedTrial("identical", Cell((setting, setting), cell.item), (take, take))
    return PlannedTrial("obvious", Cell((setting, setting), cell.item), (take, Sound("anchor", setting, cell.item)))


def _apart(trials: Sequence[PlannedTrial], chance: random.Random) -> list[PlannedTrial]:
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


def _turned(kind: Kind, trials: Sequence[PlannedTrial], chance: random.Random) -> list[PlannedTrial]:
    """Decide what is at A, and what X is: by balanced lists in an order of chance, so that no answer foretells another.

    Each pair comes as often the one way round as the other, and so do all together; in between, nothing but chance: an
    alternation would tell the next trial from the last one.
    """
    if kind.compared is None:
        return [replace(trial, sounds=tuple(chance.sample(trial.sounds, len(trial.sounds)))) for trial in trials]
    if kind.compared == 1:
        return list(trials)
    turned = list(trials)
    ways = _ways(trials, chance)
    xs = _balanced(len(trials), chance) if kind.name == "abx" else []
    for index, trial in enumerate(trials):
        sounds = trial.sounds[::-1] if ways[index] else trial.sounds
        if xs:
            turned[index] = replace(trial, sounds=(*sounds, sounds[xs[index]]), right=(-1, 1)[xs[index]])
        else:
            turned[index] = replace(trial, sounds=sounds)
    return turned


def _ways(trials: Sequence[PlannedTrial], chance: random.Random) -> list[int]:
    """Return, per trial, whether it is turned round: within each role and pair as often as not, and in all as well."""
    groups: dict[tuple[str, tuple[int, ...]], list[int]] = {}
    for index, trial in enumerate(trials):
        key = (trial.role, trial.cell.settings if trial.role == "main" else ())
        groups.setdefault(key, []).append(index)
    ways = [0] * len(trials)
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


def _with_repeats(trials: list[PlannedTrial], wanted: int, chance: random.Random) -> list[PlannedTrial]:
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


def _practice(
    kind: Kind, cells: Sequence[Cell], wishes: Wishes, before: PlannedTrial, chance: random.Random
) -> PlannedTrial | None:
    """Return a trial to learn with, whose answer does not count; None where every one shares a take with the first."""
    made = [PlannedTrial("practice", cell, _sounds(kind, cell, wishes)) for cell in cells]
    made = [trial for trial in made if not trial.takes & before.takes]
    return _turned(kind, [chance.choice(made)], chance)[0] if made else None
