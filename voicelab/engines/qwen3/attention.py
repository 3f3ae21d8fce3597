"""Attention of one new position per row, whose rows know different numbers of positions.

On CUDA mlx has a kernel for this only where every row knows the same number; with a mask it takes five operations, of
which some add up in another order for another number of rows or of slots. So there is a kernel of our own: one
operation, and what a row hears depends on that row alone. Elsewhere mlx's own attention does both.
"""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import mlx.core as mx

_WARPS = 16
"""Each reads every sixteenth position."""

_SOURCE = """
    constexpr int PART = HEAD / 32;
    const int lane = threadIdx.x % 32, warp = threadIdx.x / 32;
    const int head = blockIdx.x, row = blockIdx.y;
    const int positions = offset[row] + 1;
    const size_t start = ((size_t)row * KV_HEADS + head / (HEADS / KV_HEADS)) * SLOTS * HEAD + lane * PART;
    const T* keys = known + start;
    const T* values = keys + (size_t)ROWS * KV_HEADS * SLOTS * HEAD;

    float asked[PART], heard[PART];
    for (int i = 0; i < PART; ++i) {
        asked[i] = scale[0] * static_cast<float>(queries[(row * HEADS + head) * HEAD + lane * PART + i]);
        heard[i] = 0;
    }
    float most = -1e30f, total = 0;
    for (int position = warp; position < positions; position += WARPS) {
        float score = 0;
        for (int i = 0; i < PART; ++i) score += asked[i] * static_cast<float>(keys[(size_t)position * HEAD + i]);
        for (int other = 16; other > 0; other /= 2) score += __shfl_xor_sync(0xffffffff, score, other);
        const float above = fmaxf(most, score);
        const float before = expf(most - above), weight = expf(score - above);
        total = total * before + weight;
        for (int i = 0; i < PART; ++i) {
            heard[i] = heard[i] * before + weight * static_cast<float>(values[(size_t)position * HEAD + i]);
        }
        most = above;
    }

    __shared__ float mosts[WARPS], totals[WARPS], parts[WARPS][HEAD];
    if (lane == 0) {
        mosts[warp] = most;
        totals[warp] = total;
    }
    for (int i = 0; i < PART; ++i) parts[warp][lane * PART + i] = heard[i];
    __syncthreads();
    for (int i = threadIdx.x; i < HEAD; i += blockDim.x) {
        float above = mosts[0], sum = 0, weights = 0;
        for (int other = 1; other < WARPS; ++other) above = fmaxf(above, mosts[other]);
        for (int other = 0; other < WARPS; ++other) {
            const float weight = expf(mosts[other] - above);
            sum += weight * parts[other][i];
            weights += weight * totals[other];
        }
        out[(row * HEADS + head) * HEAD + i] = static_cast<T>(sum / weights);
    }
"""


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

    rows, heads, _, head = queries.shape
    _, _, kv_heads, slots, _ = known.shape
    if not on_cuda() or head % 32:
        seen = mx.arange(slots) <= offset[:, None]
        return attend(queries, known, scale, seen[:, None, None, :])
    sizes = {"ROWS": rows, "HEADS": heads, "KV_HEADS": kv_heads, "SLOTS": slots, "HEAD": head, "WARPS": _WARPS}
    (heard,) = _kernel()(
        inputs=[queries, known, offset, mx.array([scale], mx.float32)],
        template=[("T", queries.dtype), *sizes.items()],
        grid=(heads * _WARPS * 32, rows, 1),
        threadgroup=(_WARPS * 32, 1, 1),
        output_shapes=[queries.shape],
        output_dtypes=[queries.dtype],
    )
    return heard  # type: ignore[no-any-return] # mlx's kernels have no types


def on_cuda() -> bool:
    """Return whether the device is an NVIDIA GPU."""
    import mlx.core as mx

    return bool(mx.cuda.is_available()) and mx.default_device() == mx.Device(mx.gpu)


@functools.cache
def _kernel() -> Any:
    import mlx.core as mx

    return mx.fast.cuda_kernel("attend_until", ["queries", "known", "offset", "scale"], ["out"], _SOURCE)
