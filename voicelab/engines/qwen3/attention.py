"""Attention of one new position per row, whose rows know different numbers of positions."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import mlx.core as mx


def attend(queries: mx.array, known: mx.array, scale: float, mask: mx.array | str | None) -> mx.array:
    """Return what `queries`, shape (rows, heads, positions, head), hear, of the same shape.

    `known` are the keys and values, shape (2, rows, heads, slots, head).
    """
    import mlx.core as mx

    # An index would copy them all; a split does not.
    keys, values = (half.squeeze(0) for half in mx.split(known, 2))
    heard: mx.array = mx.fast.scaled_dot_product_attention(queries, keys, values, scale=scale, mask=mask)
    return heard


def attend_until(queries: mx.array, known: mx.array, scale: float, offset: mx.array) -> mx.array:
    """Return what `queries`, shape (rows, heads, 1, head), hear of the slots up to `offset`, shape (rows,)."""
    import mlx.core as mx

    seen = mx.arange(known.shape[3]) <= offset[:, None]
    return attend(queries, known, scale, seen[:, None, None, :])


def on_cuda() -> bool:
    """Return whether the device is an NVIDIA GPU."""
    import mlx.core as mx

    return bool(mx.cuda.is_available()) and mx.default_device() == mx.Device(mx.gpu)
