"""An experiment: a plan and what became of it so far. How it is kept: experiments.py."""

from __future__ import annotations

from dataclasses import dataclass

from voicelab.compare.baselines import Baselines
from voicelab.compare.clip_cuts import PlannedCut
from voicelab.compare.plan import Plan
from voicelab.compare.take import Take
from voicelab.speech.ports import Sampling


@dataclass(frozen=True)
class Experiment:
    """A plan and what became of it so far."""

    id: str
    """32 hexadecimal digits."""
    created: str
    """UTC, ISO 8601."""
    plan: Plan
    voice_name: str
    voice_key: str
    """Of the voice's whole clip with its text: what the takes were made from."""
    sampling: Sampling
    notes: tuple[str, ...] = ()
    takes: tuple[Take, ...] = ()
    """Those that were made or failed, in the order of the plan, each followed by those that mend it."""
    yardstick: Baselines | None = None
    """Of the voice; None before the first take was measured."""
    cuts: tuple[PlannedCut, ...] = ()
    """The clip's cuts of the plan, checked; none before the first take was measured, or where nobody listens."""

    @property
    def total(self) -> int:
        """How many takes the plan asks for."""
        return len(self.plan.specifications())

    @property
    def lacking(self) -> int:
        """How many takes are neither made nor failed."""
        return self.total - sum(not take.repaired_from for take in self.takes)

    @property
    def title(self) -> str:
        """One line for a list."""
        done = sum(take.failure is None and not take.repaired_from for take in self.takes)
        return f"{self.voice_name}, {self.created[:16].replace('T', ' ')} UTC: {done} of {self.total} takes"
