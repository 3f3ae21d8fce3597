"""What an engine proves of itself on this machine, for `voicelab verify`: the values and the port."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    import numpy as np
    from numpy.typing import NDArray

    from voicelab.speech.ports import Prompt

Outcome = Literal["pass", "fail", "skip"]


@dataclass(frozen=True)
class Check:
    """One line of what was found."""

    name: str
    """One word or two, the same in every report."""
    outcome: Outcome
    message: str
    """For the person: what was found; of a fail also what to do."""
    figures: Mapping[str, Any] = field(default_factory=dict)
    """What was measured, as JSON knows it; seconds end with _s, bytes with _bytes."""
    variant: str = ""
    """The engine's variant that a pass speaks for: it is used where all checks that name it pass."""


@dataclass(frozen=True, eq=False)
class Spoken:
    """Sound that the lab is to judge."""

    name: str
    """Of the check: "speech", or "codec" for the clip itself, there and back."""
    samples: NDArray[np.float32]
    """Shape (n,), mono."""
    sample_rate: int
    text: str
    """What it should say."""
    seed: int = 0
    elapsed_s: float = 0.0


@dataclass(frozen=True, eq=False)
class Orders:
    """What an engine is to prove itself with."""

    model: str
    """Catalogue name, repository or folder."""
    folder: str
    """Where its files are."""
    prompt: Prompt
    """Of the sample clip."""
    sentences: tuple[str, ...]
    seeds: tuple[int, ...]
    short: tuple[str, ...]
    """Texts that are spoken one after the other, to see whether memory grows."""
    working_set_bytes: int | None = None
    """What the device may keep at once; None where nobody knows."""


class Proof(Protocol):
    """What the module that `EngineDescriptor.proof` names has; it runs in a process of its own, the device's owner."""

    CHECKS: tuple[str, ...]
    """The names of what it finds out, in order."""
    MODELS: tuple[str, ...]
    """Names of models that it makes itself, without weights."""

    def prove(self, orders: Orders, tell: Callable[[str], None]) -> Iterator[Check | Spoken]:
        """Yield what is found, one after the other; `tell` is told in words what is done now."""
