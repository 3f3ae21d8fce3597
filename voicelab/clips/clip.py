"""The values everything else works on: a window of a recording, and the clip cut from it."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from voicelab.errors import InvalidValue

if TYPE_CHECKING:
    from numpy.typing import NDArray

SAMPLE_RATE = 24_000
"""Hz. What Qwen3-TTS hears and speaks, and so what every clip has."""


@dataclass(frozen=True)
class Window:
    """A stretch of a recording, in seconds from its start."""

    start_s: float
    end_s: float

    @property
    def seconds(self) -> float:
        """Its length."""
        return self.end_s - self.start_s


@dataclass(frozen=True, eq=False)
class Clip:
    """Mono float32 speech cut from a recording."""

    samples: NDArray[np.float32]
    """Shape (n,), full scale is -1..1."""
    sample_rate: int = SAMPLE_RATE

    @property
    def seconds(self) -> float:
        """Its length."""
        return len(self.samples) / self.sample_rate

    @cached_property
    def digest(self) -> str:
        """SHA-256 of the samples as they are stored (16-bit) and their rate: the same before and after saving."""
        stored = np.round(np.clip(self.samples, -1, 1) * 32767).astype("<i2")
        return hashlib.sha256(stored.tobytes() + str(self.sample_rate).encode()).hexdigest()

    def cut(self, window: Window) -> Clip:
        """Return the stretch of `window`, which is clamped to the clip.

        Raises InvalidValue when nothing is left.
        """
        start = max(0, round(window.start_s * self.sample_rate))
        end = min(len(self.samples), round(window.end_s * self.sample_rate))
        if end <= start:
            message = (
                f"There is nothing between {window.start_s:g} s and {window.end_s:g} s: the audio is "
                f"{self.seconds:.2f} s long. Choose a start before the end, both inside it."
            )
            raise InvalidValue("window", message)
        return Clip(self.samples[start:end].copy(), self.sample_rate)
