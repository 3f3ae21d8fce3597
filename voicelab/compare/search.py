"""A search over settings, as far as it has come: which are in it, and which takes each round asks for."""

from __future__ import annotations

from dataclasses import dataclass, field

from voicelab.compare.take import SettingKey, TakeSpecification

Block = tuple[str, int]
"""A line and a seed: every setting of a round says the same ones, so that they compare."""


@dataclass(frozen=True)
class Round:
    """Takes of every setting that is still in the search."""

    settings: tuple[SettingKey, ...]
    blocks: tuple[Block, ...]


@dataclass(frozen=True)
class Search:
    """What is looked for, and what was asked so far."""

    settings: tuple[SettingKey, ...]
    """Every one that is tried."""
    today: SettingKey
    """The voice's recipe as it was: it stays to the end, so that the winner is compared with it."""
    blocks: tuple[Block, ...]
    """Of the whole grid, short lines first."""
    weights: dict[str, float]
    """How much each part of the objective counts (tuning/objective.py)."""
    budget_s: float
    """Of speaking and measuring."""
    usual_take_s: float
    """How long a take is expected to take, until some of this search are measured."""
    rounds: tuple[Round, ...] = field(default=())
    ended: bool = False
    """The last round is spoken, or the budget used."""

    def specifications(self) -> list[TakeSpecification]:
        """Return every take that was asked for so far, each once, ordered so that each model loads once a round."""
        wanted = [
            TakeSpecification(line, setting.length_s, setting.model, seed, setting.variant)
            for each in self.rounds
            for setting in each.settings
            for line, seed in each.blocks
        ]
        return list(dict.fromkeys(wanted))
