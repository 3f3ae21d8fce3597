"""From frames to samples in windows of a few sizes, each begun a little earlier so that it goes on from what was said.

The codec's decoder is causal, and what lies more than CONTEXT frames back changes a sample by less than can be heard
(docs/performance.md has the measurement). So a take is decoded without most of its prompt, in memory that does not grow
with its length, and piece by piece while it is spoken.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from voicelab.engines.qwen3.decoding import samples_per_frame

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

CONTEXT = 25
"""Frames before a window's own, from the prompt or from the take: as many as Qwen's own chunked decoding has."""
STEPS = (3, 6, 12)
"""Frames of the first windows of a take that is listened to while it is spoken: 0.24 s, then more at a time."""
STEP = 15
"""Frames of every other window."""
WINDOWS = (32, 40)
"""Frames that a window has with its context, filled up behind where there are fewer: two shapes to compile."""


class Vocoder:
    """Decodes one take."""

    def __init__(self, codec: Any, reference: NDArray[np.int32] | None) -> None:
        """Go on from `reference`, shape (code groups, frames), which is the prompt; `codec` is a speech_tokenizer."""
        self._codec = codec
        self._samples = samples_per_frame(codec)
        self._codes: list[NDArray[np.int32]] = list(reference.T[-CONTEXT:]) if reference is not None else []
        self._decoded = len(self._codes)
        self._windows = 0

    def add(self, frame: NDArray[np.int32]) -> None:
        """Add one more frame, shape (code groups,)."""
        self._codes.append(frame)

    @property
    def due(self) -> bool:
        """Whether the next window of a take that is listened to is complete."""
        step = STEPS[self._windows] if self._windows < len(STEPS) else STEP
        return len(self._codes) - self._decoded >= step

    def rest(self) -> NDArray[np.float32]:
        """Return the samples, shape (n,), of all frames that were not decoded yet."""
        windows = list(self._next())
        return np.concatenate(windows) if windows else np.zeros(0, np.float32)

    def _next(self) -> Iterator[NDArray[np.float32]]:
        while self._decoded < len(self._codes):
            start, end = self._decoded, min(self._decoded + STEP, len(self._codes))
            first = max(0, start - CONTEXT)
            yield self._window(self._codes[first:end])[(start - first) * self._samples :]
            self._decoded = end
            self._windows += 1

    def _window(self, codes: Sequence[NDArray[np.int32]]) -> NDArray[np.float32]:
        import mlx.core as mx

        size = next(size for size in WINDOWS if size >= len(codes))
        window = np.zeros((1, codes[0].shape[0], size), np.int32)
        window[0, :, : len(codes)] = np.stack(codes, axis=1)
        audio = self._codec.decoder(mx.array(window))[0, 0, : len(codes) * self._samples]
        return np.array(audio.astype(mx.float32))
