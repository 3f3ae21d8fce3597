"""An experiment: a plan and what became of it so far. How it is kept: experiments.py."""

from __future__ import annotations

from dataclasses import dataclass

from voicelab.compare.baselines import Baselines
from voicelab.compare.clip_cuts import PlannedCut
from voicelab.compare.plan import Plan
from voicelab.compare.search import Search
from voicelab.compare.take import Take, TakeSpecification
from voicelab.compare.variants import Variant
from voicelab.speech.ports import Sampling
from voicelab.text.counted import counted


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

    variants: tuple[Variant, ...] = ()
    """What is tried beside the voice as it is."""
    search: Search | None = None
    """What asks for takes round by round; None: the plan asks for all of them at once."""

    def specifications(self) -> list[TakeSpecification]:
        """Return every take that is asked for, in the order in which they are made."""
        return [*self.plan.specifications(), *(self.search.specifications() if self.search else ())]

    def variant(self, name: str) -> Variant | None:
        """Return the variant of that name; None for the voice as it is."""
        return next((variant for variant in self.variants if variant.name == name), None)

    def sampling_of(self, variant: str) -> Sampling:
        """Return how takes of that variant are drawn."""
        own = self.variant(variant)
        return self.sampling if own is None or own.sampling is None else own.sampling

    @property
    def total(self) -> int:
        """How many takes are asked for."""
        return len(self.specifications())

    @property
    def lacking(self) -> int:
        """How many takes are neither made nor failed."""
        return self.total - sum(not take.repaired_from for take in self.takes)

    @property
    def title(self) -> str:
        """One line for a list."""
        done = sum(take.failure is None and not take.repaired_from for take in self.takes)
        return f"{self.voice_name}, {self.created[:16].replace('T', ' ')} UTC: {done} of {counted(self.total, 'take')}"
