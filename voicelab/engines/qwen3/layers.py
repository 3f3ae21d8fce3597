"""A decoder layer of Qwen3-TTS for one new position per row, in as few operations as it can be said in.

On every device that was measured a frame costs its number of operations, not its arithmetic. So the three projections
of attention and the two of the MLP are one matrix each, both norms of queries and keys are one, and turning a key by
its position and writing it into the cache are elementwise and become one kernel where the frame is compiled.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import mlx.core as mx


@dataclass(frozen=True)
class RotaryEmbedding:
    """Rotary angles, shape (rows or 1, 1, positions, 2, half a head): the sine's first half is negated."""

    cosine: mx.array
    sine: mx.array

    @classmethod
    def of(cls, cosine: mx.array, sine: mx.array) -> RotaryEmbedding:
        """Take them as mlx-audio has them: shape (rows, positions, head), both halves the same."""
        import mlx.core as mx

        halves = (*cosine.shape[:2], 2, cosine.shape[2] // 2)
        signs = mx.array([[-1], [1]], dtype=sine.dtype)
        return cls(cosine.reshape(halves)[:, None], (sine.reshape(halves) * signs)[:, None])

    def __call__(self, pairs: mx.array, weights: mx.array) -> mx.array:
        """Return heads in halves, shape (rows, heads, positions, 2, half), times `weights` and turned.

        The weights are multiplied twice so that nothing stands between the operations: together they are one kernel.
        """
        return (pairs * weights) * self.cosine + (pairs[..., ::-1, :] * weights[..., ::-1, :]) * self.sine


def join(linears: list[Any]) -> dict[str, mx.array]:
    """Return the arrays of `linears`, modules of mlx.nn quantized alike or not at all, one after the other as one.

    The modules' own arrays become views of the whole, so that nothing is in memory twice.
    """
    import mlx.core as mx

    arrays = {}
    for name in ("weight", "scales", "biases", "bias"):
        if name in linears[0]:
            whole = mx.concatenate([linear[name] for linear in linears], axis=0)
            mx.eval(whole)
            start = 0
            for linear in linears:
                end = start + linear[name].shape[0]
                linear[name] = whole[start:end]
                start = end
            mx.eval([linear[name] for linear in linears])
            arrays[name] = whole
    return arrays


class Projection:
    """Several linear maps of the same input as one, sharing the memory of the model's own."""

    def __init__(self, linears: list[Any]) -> None:
        """Join `linears`, modules of mlx.nn quantized alike or not at all."""
        first = linears[0]
        self._options = (
            {"group_size": first.group_size, "bits": first.bits, "mode": first.mode} if "scales" in first else None
        )
        self._arrays = join(linears)

    def __call__(self, inputs: mx.array) -> mx.array:
        """Return the maps' outputs one after the other along the last axis."""
        import mlx.core as mx

        arrays = self._arrays
        if self._options is None:
            outputs = inputs @ arrays["weight"].T
        else:
            outputs = mx.quantized_matmul(
                inputs, arrays["weight"], arrays["scales"], arrays.get("biases"), transpose=True, **self._options
            )
        return outputs + arrays["bias"] if "bias" in arrays else outputs


class Layer:
    """One layer of the talker or of the code predictor."""

    def __init__(self, layer: Any) -> None:
        """`layer` is mlx-audio's; its weights are shared."""
        import mlx.core as mx

        attention, mlp = layer.self_attn, layer.mlp
        self._layer = layer
        self._heads, self._kv_heads = attention.num_heads, attention.num_kv_heads
        self._head, self.scale = attention.head_dim, attention.scale
        self._eps = attention.q_norm.eps
        self._attend = Projection([attention.q_proj, attention.k_proj, attention.v_proj])
        self._open = Projection([mlp.gate_proj, mlp.up_proj])
        norms = [attention.q_norm.weight] * self._heads + [attention.k_norm.weight] * self._kv_heads
        self._norms = mx.stack(norms).reshape(1, len(norms), 1, 2, self._head // 2)
        self._is_key = mx.array([True, False]).reshape(2, 1, 1, 1, 1, 1)
        mx.eval(self._norms, self._is_key)

    def project(self, inputs: mx.array, turn: RotaryEmbedding) -> tuple[mx.array, mx.array]:
        """Return what `inputs`, shape (rows, positions, size), ask and what they answer to.

        That is queries, shape (rows, heads, positions, head), and keys and values, shape (2, rows, heads, positions, 2,
        half a head).
        """
        import mlx.core as mx

        rows, positions, _ = inputs.shape
        every = self._attend(self._layer.input_layernorm(inputs))
        every = every.reshape(rows, positions, self._heads + 2 * self._kv_heads, self._head).transpose(0, 2, 1, 3)
        # Without a weight the norm is the same for queries, keys and (unused) values; the weights follow elementwise.
        normed = mx.fast.rms_norm(every, None, self._eps)
        halves = (rows, -1, positions, 2, self._head // 2)
        pairs, values = normed.reshape(halves), every.reshape(halves)[:, self._heads + self._kv_heads :]
        split = self._heads
        queries = turn(pairs[:, :split], self._norms[:, :split])
        keys = turn(pairs[:, split : split + self._kv_heads], self._norms[:, split:])
        return queries.reshape(rows, split, positions, self._head), mx.where(self._is_key, keys, values)

    def finish(self, inputs: mx.array, heard: mx.array) -> mx.array:
        """Return the layer's output for `inputs`, shape (rows, positions, size).

        `heard` is what its attention heard, shape (rows, heads, positions, head).
        """
        import mlx.core as mx
        from mlx.nn.layers.activations import silu

        layer = self._layer
        heard = heard.transpose(0, 2, 1, 3).reshape(*inputs.shape[:2], -1)
        inputs = inputs + layer.self_attn.o_proj(heard)
        gate, up = mx.split(self._open(layer.post_attention_layernorm(inputs)), 2, axis=-1)
        output: mx.array = inputs + layer.mlp.down_proj(silu(gate) * up)
        return output
