"""From frames to samples in windows of a few sizes, each begun a little earlier so that it goes on from what was said.

The codec's decoder is causal, and what lies more than CONTEXT frames back changes a sample by less than can be heard
(docs/performance.md has the measurement). So a take is decoded without most of its prompt, in memory that does not grow
with its length, and piece by piece while it is spoken. Windows of all takes that end or are due at a frame are decoded
together.

mlx-audio 0.6.2 decodes prompt and take in one pass and loses audio by two cuts. It counts a frame as valid when its
first code is above 0, where Qwen's own code says above -1 (modeling_qwen3_tts_tokenizer_v2.py): each frame of code 0,
of the prompt as well, costs 80 ms of the end. It then cuts the prompt off in proportion to what is left, which starts
too early and leaves some of the prompt in. Here every frame counts, and a prompt is as many samples as its
frames are.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from voicelab.engines.qwen3.decoder import SHAPES

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from voicelab.engines.qwen3.decoder import Decoder

CONTEXT = 25
"""Frames before a window's own, from the prompt or from the take: as many as Qwen's own chunked decoding has."""
STEPS = (3, 4, 6, 9, 13)
"""Frames of the first windows of a take that is listened to while it is spoken: 0.24 s, then more at a time. They grow
so slowly that an engine which speaks twice as fast as one listens is hardly ever waited for (docs/performance.md)."""
STEP = min(SHAPES) - CONTEXT
"""Frames of its other windows."""
LONG_STEP = max(SHAPES) - CONTEXT
"""Frames of every window of a take that nobody hears before it is whole."""


@dataclass(frozen=True)
class _Window:
    codes: NDArray[np.int32]
    """Shape (code groups, frames)."""
    known: int
    """How many of the frames were decoded before."""
    hand: Callable[[NDArray[np.float32]], None]


class Vocoder:
    """Decodes what takes hand in, when it is told to."""

    def __init__(self, decoder: Decoder) -> None:
        """Decode with `decoder`."""
        self._decoder = decoder
        self._waiting: list[_Window] = []

    def add(self, codes: NDArray[np.int32], known: int, hand: Callable[[NDArray[np.float32]], None]) -> None:
        """Decode `codes`, shape (code groups, frames), with the next others and `hand` over the samples, shape (n,).

        Those of the first `known` frames are left out.
        """
        self._waiting.append(_Window(codes, known, hand))

    def decode(self) -> None:
        """Decode all that waits. What is handed over comes in the order in which it was added."""
        windows, self._waiting = self._waiting, []
        if not windows:
            return
        for window, samples in zip(windows, self._decoder([window.codes for window in windows]), strict=True):
            window.hand(samples[window.known * self._decoder.samples_per_frame :])


class Frames:
    """The frames of one take on their way to the vocoder."""

    def __init__(self, reference: NDArray[np.int32] | None, *, live: bool) -> None:
        """Go on from `reference`, shape (code groups, frames), which is the prompt; `live` is if it is listened to."""
        self._codes: list[NDArray[np.int32]] = list(reference.T[-CONTEXT:]) if reference is not None else []
        self._decoded = len(self._codes)
        self._live = live
        self._windows = 0

    def add(self, frame: NDArray[np.int32]) -> None:
        """Add one more frame, shape (code groups,)."""
        self._codes.append(frame)

    @property
    def due(self) -> bool:
        """Whether the next window of a take that is listened to is complete."""
        return self._live and len(self._codes) - self._decoded >= self._step

    def rest(self, vocoder: Vocoder, hand: Callable[[NDArray[np.float32]], None]) -> None:
        """Let `vocoder` decode all frames that it was not given yet; `hand` gets the samples, part by part."""
        while self._decoded < len(self._codes):
            end = min(self._decoded + self._step, len(self._codes))
            first = max(0, self._decoded - CONTEXT)
            vocoder.add(np.stack(self._codes[first:end], axis=1), self._decoded - first, hand)
            self._decoded = end
            self._windows += 1

    @property
    def _step(self) -> int:
        if not self._live:
            return LONG_STEP
        return STEPS[self._windows] if self._windows < len(STEPS) else STEP
