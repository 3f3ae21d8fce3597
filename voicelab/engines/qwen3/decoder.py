"""The codec's decoder over windows of several takes at once, in few shapes and in memory that does not grow.

MLX gives the memory of a step back when a hundred operations are done, and at 24,000 steps a second a hundred
operations are most of the decoder. So it is run in parts that are waited for: what is in memory is one part's.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from voicelab.engines.qwen3.frame_size import samples_per_frame

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    import mlx.core as mx
    from numpy.typing import NDArray

SHAPES = {40: (1, 4), 80: (1, 2)}
"""Frames that a window is filled up to, and how many such windows are decoded at once: each pair is compiled once."""
MOST = max(max(numbers) for numbers in SHAPES.values())
"""Windows that are decoded at once, at most."""


class Decoder:
    """Decodes windows with the weights of one model."""

    def __init__(self, codec: Any, together: int = MOST) -> None:
        """`codec` is the model's speech_tokenizer; at most `together` windows are decoded at once.

        More are faster on a large GPU, and take as many times the memory.
        """
        import mlx.core as mx

        self.samples_per_frame = samples_per_frame(codec)
        self.shapes = {size: tuple(rows for rows in numbers if rows <= together) for size, numbers in SHAPES.items()}
        # The library keeps its decoder compiled as a whole, and of what it is made of only the methods can be had.
        decoder = codec.decoder.streaming_step.__self__
        parts: list[Callable[[mx.array], mx.array]] = [_opening(decoder)]
        for block in decoder.decoder[1:-2]:
            parts += block.block
        parts.append(_ending(decoder))
        self._parts = [mx.compile(part) for part in parts]

    def __call__(self, windows: Sequence[NDArray[np.int32]]) -> list[NDArray[np.float32]]:
        """Return the samples, shape (n,), of windows of codes, each of shape (code groups, frames)."""
        decoded: list[NDArray[np.float32]] = [np.zeros(0, np.float32)] * len(windows)
        for size, rows, chosen in _grouped([window.shape[1] for window in windows], self.shapes):
            codes = np.zeros((rows, windows[0].shape[0], size), np.int32)
            for row, index in enumerate(chosen):
                codes[row, :, : windows[index].shape[1]] = windows[index]
            for index, samples in zip(chosen, self._decode(codes), strict=False):
                decoded[index] = samples[: windows[index].shape[1] * self.samples_per_frame]
        return decoded

    def _decode(self, codes: NDArray[np.int32]) -> NDArray[np.float32]:
        import mlx.core as mx

        steps = mx.array(codes)
        for part in self._parts:
            steps = part(steps)
            mx.eval(steps)
        return np.array(steps.astype(mx.float32))


def _grouped(lengths: Sequence[int], shapes: Mapping[int, Sequence[int]]) -> Iterator[tuple[int, int, list[int]]]:
    """Yield frames and rows of what is to be computed, and the indices of the windows in it."""
    smaller = 0
    for size, numbers in shapes.items():
        fitting = [index for index, length in enumerate(lengths) if smaller < length <= size]
        most = numbers[-1]
        for start in range(0, len(fitting), most):
            chosen = fitting[start : start + most]
            yield size, next(rows for rows in numbers if rows >= len(chosen)), chosen
        smaller = size


def _opening(decoder: Any) -> Callable[[mx.array], mx.array]:
    """Return what comes before the large steps, from codes (rows, code groups, frames) to (rows, steps, channels)."""

    def opening(codes: mx.array) -> mx.array:
        steps = decoder.pre_transformer(decoder.pre_conv(decoder.quantizer.decode(codes).transpose(0, 2, 1)))
        for layers in decoder.upsample:
            for layer in layers:
                steps = layer(steps)
        opened: mx.array = decoder.decoder[0](steps)
        return opened

    return opening


def _ending(decoder: Any) -> Callable[[mx.array], mx.array]:
    """Return what comes after them: samples, shape (rows, n)."""

    def ending(steps: mx.array) -> mx.array:
        import mlx.core as mx

        return mx.clip(decoder.decoder[-1](decoder.decoder[-2](steps))[..., 0], -1.0, 1.0)

    return ending
