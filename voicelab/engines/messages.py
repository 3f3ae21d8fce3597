"""What goes over the pipe between the lab and its engine process.

Tasks are numbered. One is worked on at a time, but texts for a model that speaks several at once together.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from voicelab.errors import VoiceLabError
    from voicelab.speech.ports import SpeechRequest, Stage


@dataclass(frozen=True)
class Prepare:
    """To the process: load and warm up `model`."""

    number: int
    model: str


@dataclass(frozen=True)
class Speak:
    """To the process: say the request's pieces from the index `first` on, after preparing its model if need be."""

    number: int
    request: SpeechRequest
    first: int


@dataclass(frozen=True)
class Cancel:
    """To the process: leave the task as soon as it can be left."""

    number: int


@dataclass(frozen=True)
class Close:
    """To the process: leave everything, unload and end."""


@dataclass(frozen=True)
class Started:
    """From the process: it runs and takes tasks."""


@dataclass(frozen=True)
class Alive:
    """From the process: it has not hung, whatever its main thread is busy with."""


@dataclass(frozen=True)
class Staged:
    """From the process: what is being prepared for the task, or "ready" when its model is."""

    number: int
    stage: Stage
    engine: str
    model: str
    memory_bytes: int
    done_bytes: int = 0
    total_bytes: int = 0
    rows: int = 1
    """How many texts at once the process speaks with this model."""
    variant: str = ""
    """Of the engine, which speaks with this model once it is ready; empty for the engine's own synthesizer."""
    variant_reason: str = ""


@dataclass(frozen=True)
class Progressed:
    """From the process: how far the task's speech is, at most 20 times per second."""

    number: int
    piece_s: float
    """Seconds of audio that exist of the present piece."""
    fraction: float
    """0..1 of the whole text."""
    memory_bytes: int


@dataclass(frozen=True, eq=False)
class PieceSpoken:
    """From the process: one piece as it stands in the whole, with its share of the pause after it, or a part of one."""

    number: int
    samples: NDArray[np.float32]
    """Shape (n,)."""
    sample_rate: int
    engine: str
    elapsed_s: float
    peak_memory_bytes: int
    notes: tuple[str, ...]
    ends: bool = True
    """Whether the piece is complete with it."""


@dataclass(frozen=True)
class Finished:
    """From the process: the task is over, one way or the other."""

    number: int
    error: VoiceLabError | None
    resident: str
    """The model that is loaded and warm now; empty when none is."""
    memory_bytes: int


@dataclass(frozen=True)
class Forget:
    """To the process: drop what is kept of voices."""


Task = Prepare | Speak
ToProcess = Task | Cancel | Close | Forget
Report = Started | Staged | Progressed | PieceSpoken | Finished
FromProcess = Alive | Report
