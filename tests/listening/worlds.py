"""Listening tests whose truth is known: listeners and lines that differ by known amounts."""

from __future__ import annotations

import functools
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy.special import expit, ndtr

from voicelab.listening.answers import Answer, Heard
from voicelab.listening.clusters import FEWEST_LINES, FEWEST_LISTENERS
from voicelab.listening.kinds import KINDS
from voicelab.listening.values import ListeningTest, Options, Setting

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

NODES, _WEIGHTS = np.polynomial.hermite_e.hermegauss(40)
WEIGHTS = _WEIGHTS / _WEIGHTS.sum()
NOISE = {"cmos": 1.0, "rate": 0.7, "similarity": 10.0}
"""Per kind of rating: deviation of a single rating."""
UNIT = {"similarity": 15.0}
"""So many points of the scale are one unit of effect."""
_MIDDLE = {"rate": 3.0, "similarity": 50.0}


@dataclass(frozen=True)
class World:
    """How many listen to how much, and how they differ; effects in logits, or in deviations for ratings."""

    kind: str
    listeners: int
    lines: int
    line_sd: float = 0.0
    listener_sd: float = 0.0
    shift: float = 0.0
    """The effect itself: 0 is no difference on average."""
    ties: float = 0.0
    """Of AB: share of answers that find no difference."""


def made_of(world: World, settings: int = 2) -> ListeningTest:
    """Return the test, as results take it."""
    return ListeningTest(
        "t", 0.0, KINDS[world.kind], "Anna", "e", Options(trials=100),
        tuple(Setting(f"s{number}", f"Setting {number}") for number in range(settings)),
        tuple(f"Line {number}." for number in range(world.lines)),
        "token", None, None, world.lines, 1.0,
    )  # fmt: skip


def answer(
    listener: int, item: int, settings: Sequence[int], value: int | list[int], right: int | None = None
) -> Answer:
    """Return a slow, whole answer to a main trial."""
    heard = tuple(Heard("take", setting, f"{setting}-{item}", 1.0) for setting in settings)
    return Answer(listener, "", 0, item + 1, "main", item, heard, value, right, (1,), 9.0, 0.0, 0, None)


def drawn(world: World, chance: np.random.Generator) -> tuple[list[Answer], float]:
    """Return the answers of one test and the truth that its interval must hold.

    That is the mean over all listeners and lines there could be; over these only where they are too few to say more.
    """
    line = chance.normal(0, 1, world.lines) * world.line_sd
    listener = chance.normal(0, 1, world.listeners) * world.listener_sd
    effect = world.shift + listener[:, None] + line[None, :]
    return _answers(world, effect, chance), _truth(world, listener, line)


def _truth(world: World, listener: Floats, line: Floats) -> float:
    if world.listeners < FEWEST_LISTENERS or world.lines < FEWEST_LINES:
        return _mean_over(world, listener, line)
    return _general_truth(world)


@functools.cache
def _general_truth(world: World) -> float:
    return _mean_over(world, np.empty(0), np.empty(0))


def _mean_over(world: World, listener: Floats, line: Floats) -> float:
    everybody, everything = (NODES * world.listener_sd, WEIGHTS), (NODES * world.line_sd, WEIGHTS)
    these = (listener, np.full(world.listeners, 1 / world.listeners))
    takes = (line, np.full(world.lines, 1 / world.lines))
    who, weight = these if world.listeners < FEWEST_LISTENERS else everybody
    what, each = takes if world.lines < FEWEST_LINES else everything
    return float(weight @ expected(world.kind, world.shift + who[:, None] + what[None, :]) @ each)


def expected(kind: str, effect: Floats) -> Floats:
    """Return what answers are on average: the share of the second setting, or how much better it is rated."""
    if kind in {"ab", "abx"}:
        return np.asarray(expit(effect))
    if kind == "cmos":
        return _rounded(effect, NOISE[kind], -3, 3)
    size, least, most = UNIT.get(kind, 1.0), *((1, 5) if kind == "rate" else (0, 100))
    middle = _MIDDLE[kind]
    return _rounded(middle + size * effect / 2, NOISE[kind], least, most) - _rounded(
        middle - size * effect / 2, NOISE[kind], least, most
    )


def _rounded(mean: Floats, sd: float, least: int, most: int) -> Floats:
    """Return the mean of what is rounded to a whole number from `least` to `most`."""
    steps = np.arange(least, most) + 0.5
    return least + np.asarray(ndtr((mean[..., None] - steps) / sd).sum(axis=-1))


def _answers(world: World, effect: Floats, chance: np.random.Generator) -> list[Answer]:
    kind, shape = world.kind, effect.shape
    if kind in {"ab", "abx", "cmos"}:
        if kind == "cmos":
            values = np.clip(np.round(effect + chance.normal(0, 1, shape)), -3, 3).astype(int)
        else:
            values = np.where(chance.random(shape) < expit(effect), 1, -1)
            values[chance.random(shape) < world.ties] = 0
        return [
            answer(who, item, (0, 1), int(values[who, item]), 1 if kind == "abx" else None)
            for who, item in np.ndindex(*shape)
        ]
    least, most = (1, 5) if kind == "rate" else (0, 100)
    halves = [UNIT.get(kind, 1.0) * effect / 2 * side for side in (-1, 1)]
    noisy = [_MIDDLE[kind] + half + chance.normal(0, NOISE[kind], shape) for half in halves]
    rated = [np.clip(np.round(one), least, most).astype(int) for one in noisy]
    if kind == "similarity":
        return [answer(who, item, (0, 1), [int(one[who, item]) for one in rated]) for who, item in np.ndindex(*shape)]
    return [
        answer(who, item, (setting,), int(one[who, item]))
        for who, item in np.ndindex(*shape)
        for setting, one in enumerate(rated)
    ]
