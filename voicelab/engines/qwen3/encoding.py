"""The codes of a clip, with memory that does not grow with its length."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import mlx.core as mx

CHUNK = 5 * 24_000 - 5 * 24_000 % 1920
"""Samples encoded at once: about 5 s, in whole frames."""
CONTEXT = 3 * 1920
"""Samples before a chunk that its first frame can hear: the convolutions of the published encoder reach back 3,320."""


def encode(codec: Any, audio: mx.array) -> mx.array:
    """Return the codes, shape (1, code groups, frames), of `audio`, shape (n,) at 24 kHz.

    `codec` is the model's speech_tokenizer. Its convolutions, at 24,000 steps a second, are where encoding needs its
    memory; they are causal, so they are run over one chunk after the other. The transformer behind them, at 25 steps a
    second, reads the whole clip as mlx-audio lets it.
    """
    import mlx.core as mx

    model = codec.encoder_model
    convolutions, hop = model.encoder, math.prod(model.config.upsampling_ratios)
    parts = []
    for start in range(0, audio.shape[0], CHUNK):
        first = max(0, start - CONTEXT)
        part = convolutions(audio[None, None, first : start + CHUNK])[..., (start - first) // hop :]
        mx.eval(part)
        parts.append(part)
    model.encoder = _Heard(mx.concatenate(parts, axis=-1))
    try:
        codes: mx.array = model.encode(audio[None, None])
        mx.eval(codes)
    finally:
        model.encoder = convolutions
    return codes


@dataclass(frozen=True)
class _Heard:
    """Takes the place of the convolutions whose output is known."""

    steps: mx.array
    """Shape (1, channels, steps)."""

    def __call__(self, audio: mx.array) -> mx.array:  # noqa: ARG002 - the same signature
        return self.steps

    def reset_state(self) -> None:
        """Nothing to forget."""
