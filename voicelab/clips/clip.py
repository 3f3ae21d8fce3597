"""The values everything else works on: a window of a recording, and the clip cut from it."""

from __future__ import annotations

import hashlib
import math
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from voicelab.errors import InvalidValue

if TYPE_CHECKING:
    from numpy.typing import NDArray

SAMPLE_RATE = 24_000
"""Hz. What Qwen3-TTS hears and speaks, and so what every clip has."""


SHORTEST_WINDOW_S = 0.01
"""Below this a cut may hold no sample worth the name."""
ROUNDED_S = 0.05
"""By so much a window may lie outside: lengths are shown, and typed, with one or two digits."""


@dataclass(frozen=True)
class Window:
    """A stretch of a recording, in seconds from its start."""

    start_s: float
    end_s: float

    @property
    def seconds(self) -> float:
        """Its length."""
        return self.end_s - self.start_s

    def inside(self, seconds: float) -> Window:
        """Return it as a stretch of audio of `seconds`; what lies outside by a rounding is clamped.

        Raises InvalidValue, which names the length, for a window that is not in there, or is empty.
        """
        if not (math.isfinite(self.start_s) and math.isfinite(self.end_s)):
            raise InvalidValue("window", "Give start and end as seconds, for example 1.5 and 16.")
        if self.start_s < -ROUNDED_S or self.end_s > seconds + ROUNDED_S:
            raise InvalidValue(
                "window",
                f"{self.start_s:g} s to {self.end_s:g} s is not all there: the audio goes from 0 to {seconds:.2f} s. "
                "Choose a start and an end inside it.",
            )
        clamped = Window(max(0.0, self.start_s), min(seconds, self.end_s))
        if clamped.seconds < SHORTEST_WINDOW_S:
            raise InvalidValue(
                "window",
                f"There is nothing to hear between {self.start_s:g} s and {self.end_s:g} s: the audio is {seconds:.2f} "
                "s long. Choose a start before the end, both inside it.",
            )
        return clamped

    def frames_of(self, frames: int, sample_rate: int) -> slice:
        """Return its samples among `frames`, clamped to them. Raises InvalidValue when nothing is left."""
        start = max(0, round(self.start_s * sample_rate))
        end = min(frames, round(self.end_s * sample_rate))
        if end <= start:
            message = (
                f"There is nothing between {self.start_s:g} s and {self.end_s:g} s: the audio is "
                f"{frames / sample_rate:.2f} s long. Choose a start before the end, both inside it."
            )
            raise InvalidValue("window", message)
        return slice(start, end)


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

    def window(self, start_s: float | None, end_s: float | None) -> Window:
        """Return the stretch from `start_s` (None: its start) to `end_s` (None: its end).

        Raises InvalidValue where it is not all in there.
        """
        return Window(start_s or 0.0, self.seconds if end_s is None else end_s).inside(self.seconds)

    def cut(self, window: Window) -> Clip:
        """Return the stretch of `window`, which is clamped to the clip.

        Raises InvalidValue when nothing is left.
        """
        frames = window.frames_of(len(self.samples), self.sample_rate)
        return Clip(self.samples[frames].copy(), self.sample_rate)
