"""The codec's sliding windows, which mlx-audio 0.6.2 leaves out: off until real weights show what is better.

The published configurations of the speech tokenizer name a window for each of its two transformers: a frame of the
decoder hears itself and the 71 frames before it, a step of the encoder itself and the 249 before it (10 s at 25 Hz).
mlx-audio lets both hear all that came before. tests/engines/qwen3/test_sliding.py compares with plain numpy.
"""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

    import mlx.core as mx


def sliding_mask(steps: int, window: int) -> mx.array:
    """Return what is added to the scores of attention, shape (steps, steps): 0 where a step hears another.

    Step i hears j for i - window < j <= i.
    """
    import mlx.core as mx

    back = mx.arange(steps)[:, None] - mx.arange(steps)[None]
    return mx.where((back >= 0) & (back < window), mx.array(0.0), mx.array(-float("inf")))


@contextmanager
def sliding_windows(codec: Any) -> Iterator[None]:
    """Let both transformers of `codec`, the model's speech_tokenizer, hear their windows only, within the block."""
    decoder = codec.decoder.streaming_step.__self__
    with _masked(decoder, "pre_transformer", decoder.pre_transformer, _Decoding):
        encoder = codec.encoder_model
        if encoder is None:
            yield
            return
        with _masked(encoder, "encoder_transformer", encoder.encoder_transformer, _Encoding):
            yield


class _Decoding:
    """Takes the place of the decoder's transformer; inputs have shape (rows, frames, channels)."""

    def __init__(self, transformer: Any) -> None:
        self._transformer = transformer

    def __call__(self, frames: mx.array) -> mx.array:
        mask = sliding_mask(frames.shape[1], self._transformer.config.sliding_window).astype(frames.dtype)
        heard: mx.array = self._transformer(frames, mask=mask)
        return heard


class _Encoding:
    """Takes the place of the encoder's transformer; inputs have shape (rows, channels, steps)."""

    def __init__(self, transformer: Any) -> None:
        self._transformer = transformer

    def __call__(self, steps: mx.array, cache: Any, mask: mx.array) -> Any:
        window = self._transformer.transformer.cfg.context
        slid = sliding_mask(steps.shape[-1], window).astype(mask.dtype)
        return self._transformer(steps, cache=cache, mask=slid[None, None])


@contextmanager
def _masked(owner: Any, name: str, transformer: Any, kind: type[_Decoding | _Encoding]) -> Iterator[None]:
    setattr(owner, name, kind(transformer))
    try:
        yield
    finally:
        setattr(owner, name, transformer)
