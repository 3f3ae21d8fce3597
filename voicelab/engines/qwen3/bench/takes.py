"""Takes of a fixed number of frames, and voices to clone that need no recording."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from voicelab.engines.qwen3.line_take import LineTake, Manner
from voicelab.engines.qwen3.sampling_settings import Settled
from voicelab.speech.ports import Line, Prompt

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from voicelab.engines.qwen3.vocoder import Vocoder

RATE = 24_000


class FixedTake(LineTake):
    """A LineTake of a fixed number of frames."""

    def __init__(self, model: Any, line: Line, prefill: Any, vocoder: Vocoder, started: float, frames: int) -> None:
        """Stop after `frames` frames."""
        super().__init__(model, line, prefill, vocoder, started, Manner(Settled()))
        self._left = frames
        self._limit = frames + 1  # that of its text is for speech, which ends

    def hear(self, frame: NDArray[np.int32]) -> bool:
        """Take one more frame, shape (code groups,), and say whether to go on."""
        self._left -= 1
        if not super().hear(frame):
            return False
        if self._left == 0:
            self.end()
        return self._left > 0


class TokenTake:
    """A Take that keeps its first frames."""

    def __init__(self, prefill: Any, sampling: Settled, seed: int, frames: int) -> None:
        """Stop after `frames` frames."""
        self.prefill, self.sampling, self.seed = prefill, sampling, seed
        self.heard: list[NDArray[np.int32]] = []
        self._frames = frames

    def hear(self, frame: NDArray[np.int32]) -> bool:
        """Keep one more frame, shape (code groups,), and say whether to go on."""
        self.heard.append(frame)
        return len(self.heard) < self._frames

    def end(self) -> None:
        """It was shorter."""


class Silent:
    """A Reporter that nobody listens to."""

    def stage(self, stage: str, done: float = 0, total: float = 0) -> None:
        """Nothing to tell."""

    def spoken(self, seconds: float) -> None:
        """Nothing to tell."""


def unheard(samples: NDArray[np.float32], rate: int) -> None:
    """Take a part of a take whose whole is timed."""


def voice(seconds: int, language: str) -> Prompt:
    """Return noise that rises and falls like syllables, with a transcript of about three words a second."""
    rng = np.random.default_rng(seconds)
    times_s = np.arange(seconds * RATE) / RATE
    samples = rng.normal(0, 0.1, len(times_s)) * (0.6 + 0.4 * np.sin(2 * np.pi * 4 * times_s))
    words = ("the quiet harbor kept its lanterns burning through another long winter night " * 5).split()
    return Prompt(samples.astype(np.float32), " ".join(words[: 3 * seconds]) + ".", language)
