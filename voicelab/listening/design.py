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

from voicelab.listening.ordering import apart, turned, with_repeats

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from voicelab.listening.kinds import Kind

Role = Literal["practice", "main", "identical", "repeat", "obvious"]
SoundRole = Literal["take", "spoilt", "reference", "anchor", "stranger"]

CATCH_SHARE = 0.4
"""Catch trials per trial: 8 beside 20. With fewer, nobody can tell who clicks at random from who listens: of two
answers, one is right half of the time (tests/bench_statistics.py)."""
OBVIOUS_ENOUGH = 7
"""Obvious catch trials in a session; the other roles come after them."""
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
    """Of ABX, and of obvious catch trials that compare: the answer that is true."""
    repeats: int | None = None
    """Position of the trial that this one repeats the other way round."""

    @property
    def takes(self) -> frozenset[tuple[int | None, int | None]]:
        """The takes in it; an anchor is made of a take."""
        return frozenset((sound.setting, sound.item) for sound in self.sounds if sound.item is not None)


@dataclass(frozen=True)
class Wishes:
    """What the owner asked of every session."""

    trials: int
    catch_share: float = CATCH_SHARE
    practice: bool = True


@dataclass(frozen=True)
class Palette:
    """What there is to hear besides takes."""

    beside: tuple[Sound, ...] = ()
    """Of similarity: what is rated beside the takes of every trial, the hidden reference and the anchors."""
    anchored: bool = False
    """Of similarity tests from before anchors were made of the reference: a low-passed take is rated too."""
    obvious: SoundRole | None = "spoilt"
    """What catches who does not listen, beside the take it was made of; None in tests from before it was made."""


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
    palette: Palette = Palette(),
) -> list[PlannedTrial]:
    """Return the trials of one listener, in order. `heard` is how often each cell was answered, and was given out.

    The same arguments give the same session. It may be shorter than wished: where everything that is left shares a
    take with the trial before, it ends.
    """
    chance = random.Random(seed)  # noqa: S311 - an order that can be told again, not a secret
    chosen = _least_answered(kind, cells, wishes.trials, heard, chance)
    trials = [PlannedTrial("main", cell, _sounds(kind, cell, palette)) for cell in chosen]
    catches = round(wishes.catch_share * len(trials)) or int(wishes.catch_share > 0)
    wanted = _catches(kind, catches, palette) if len(trials) >= _LEAST_FOR_CATCH else Counter[str]()
    others = [cell for cell in cells if cell not in chosen] or chosen
    for role in ("identical", "obvious"):
        made = (_catch(role, kind, chance.choice(others), palette, chance) for _ in range(wanted[role]))
        trials += [trial for trial in made if trial]
    trials = with_repeats(turned(kind, apart(trials, chance), chance), wanted["repeat"], chance)
    if wishes.practice and trials:
        first = _practice(kind, cells, palette, trials[0], chance)
        shifted = [replace(trial, repeats=None if trial.repeats is None else trial.repeats + 1) for trial in trials]
        trials = [first, *shifted] if first else trials
    return trials


def _catches(kind: Kind, count: int, palette: Palette) -> Counter[str]:
    """Return how many catch trials of each role: the obvious first, so many that who clicks at random is found out."""
    roles = [role for role in kind.catches if role != "obvious"]
    if "obvious" not in kind.catches or palette.obvious is None:
        return Counter(roles[number % len(roles)] for number in range(count)) if roles else Counter()
    obvious = min(count, OBVIOUS_ENOUGH) if roles else count
    return Counter({"obvious": obvious}) + Counter(roles[number % len(roles)] for number in range(count - obvious))


def _least_answered(
    kind: Kind,
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
        # Who rates settings one by one rates them all on a line: then they can be compared with each other.
        block = [cell for cell in left if cell.item == best.item and cell != best] if kind.compared == 1 else []
        for cell in [best, *block][: wanted - len(chosen)]:
            left.remove(cell)
            chosen.append(cell)
            pairs[cell.settings] += 1
            items[cell.item] += 1
    return chosen


def _sounds(kind: Kind, cell: Cell, palette: Palette) -> tuple[Sound, ...]:
    sounds = [Sound("take", setting, cell.item) for setting in cell.settings]
    if kind.compared is None:
        sounds += palette.beside
        if palette.anchored:
            sounds.append(Sound("anchor", cell.settings[0], cell.item))
    return tuple(sounds)


def _catch(role: str, kind: Kind, cell: Cell, palette: Palette, chance: random.Random) -> PlannedTrial | None:
    setting = chance.choice(cell.settings)
    take = Sound("take", setting, cell.item)
    if role == "identical":
        return PlannedTrial("identical", Cell((setting, setting), cell.item), (take, take))
    if palette.obvious is None:
        return None
    spoilt = Sound(palette.obvious, setting, cell.item)
    if kind.compared == 1:
        return PlannedTrial("obvious", Cell((setting,), cell.item), (spoilt,))
    return PlannedTrial("obvious", Cell((setting, setting), cell.item), (take, spoilt))


def _practice(
    kind: Kind, cells: Sequence[Cell], palette: Palette, before: PlannedTrial, chance: random.Random
) -> PlannedTrial | None:
    """Return a trial to learn with, whose answer does not count; None where every one shares a take with the first."""
    made = [PlannedTrial("practice", cell, _sounds(kind, cell, palette)) for cell in cells]
    made = [trial for trial in made if not trial.takes & before.takes]
    return turned(kind, [chance.choice(made)], chance)[0] if made else None
