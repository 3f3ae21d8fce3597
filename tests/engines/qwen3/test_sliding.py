"""The codec's sliding windows against attention written in plain numpy, on the small codec with its own weights."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from voicelab.engines.qwen3.encoding import encode
from voicelab.engines.qwen3.loading import load_checkpoint
from voicelab.engines.qwen3.sliding import sliding_mask, sliding_windows

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from numpy.typing import NDArray

Array = np.ndarray[Any, np.dtype[np.float64]]


def heard(queries: Array, keys: Array, values: Array, window: int) -> Array:
    """Attention of each step to itself and the window - 1 before it; shapes (heads, steps, head)."""
    out = np.zeros_like(queries)
    for head in range(queries.shape[0]):
        for step in range(queries.shape[1]):
            first = max(0, step - window + 1)
            scores = keys[head, first : step + 1] @ queries[head, step] / np.sqrt(queries.shape[2])
            weights = np.exp(scores - scores.max())
            out[head, step] = weights / weights.sum() @ values[head, first : step + 1]
    return out


def turned(steps: Array, base: float) -> Array:
    """Rotary positions, halves apart as both transformers have them; shape (heads, steps, head)."""
    half = steps.shape[2] // 2
    angles = np.arange(steps.shape[1])[:, None] / base ** (np.arange(half) / half)
    one, two = steps[..., :half], steps[..., half:]
    return np.concatenate(
        [one * np.cos(angles) - two * np.sin(angles), two * np.cos(angles) + one * np.sin(angles)], axis=-1
    )


def split(projected: Array, heads: int) -> Array:
    return projected.reshape(len(projected), heads, -1).transpose(1, 0, 2)


def joined(steps: Array) -> Array:
    return steps.transpose(1, 0, 2).reshape(steps.shape[1], -1)


def weight(module: Any) -> Array:
    return np.array(module.weight, np.float64)


def silu(x: Array) -> Array:
    out: Array = x / (1 + np.exp(-x))
    return out


def decoded(transformer: Any, frames: Array, window: int) -> Array:
    """The decoder's transformer in float64; frames have shape (frames, channels)."""

    def normed(x: Array, norm: Any) -> Array:
        out: Array = x / np.sqrt((x**2).mean(-1, keepdims=True) + transformer.config.rms_norm_eps) * weight(norm)
        return out

    def linear(module: Any, x: Array) -> Array:
        return x @ weight(module).T + (np.array(module.bias) if "bias" in module else 0)

    base, x = transformer.config.rope_theta, linear(transformer.input_proj, frames)
    for layer in transformer.layers:
        attention, ahead = layer.self_attn, normed(x, layer.input_layernorm)
        queries, keys, values = (
            split(linear(part, ahead), attention.num_heads)
            for part in (attention.q_proj, attention.k_proj, attention.v_proj)
        )
        mixed = linear(attention.o_proj, joined(heard(turned(queries, base), turned(keys, base), values, window)))
        x = x + mixed * np.array(layer.self_attn_layer_scale.scale)
        ahead = normed(x, layer.post_attention_layernorm)
        mlp = layer.mlp
        mixed = linear(mlp.down_proj, silu(linear(mlp.gate_proj, ahead)) * linear(mlp.up_proj, ahead))
        x = x + mixed * np.array(layer.mlp_layer_scale.scale)
    return linear(transformer.output_proj, normed(x, transformer.norm))


def encoded(transformer: Any, steps: Array, window: int) -> Array:
    """The encoder's transformer in float64; steps have shape (steps, channels)."""

    def normed(x: Array, norm: Any) -> Array:
        centred = x - x.mean(-1, keepdims=True)
        scaled = centred / np.sqrt((centred**2).mean(-1, keepdims=True) + 1e-5)
        out: Array = scaled * weight(norm) + np.array(norm.bias)
        return out

    def gelu(x: Array) -> Array:
        out: Array = 0.5 * x * (1 + np.tanh(np.sqrt(2 / np.pi) * (x + 0.044715 * x**3)))
        return out

    x = steps
    for layer in transformer.transformer.layers:
        cfg = layer.self_attn.cfg
        thirds = np.split(normed(x, layer.norm1) @ weight(layer.self_attn.in_proj).T, 3, axis=-1)
        queries, keys, values = (split(third, cfg.num_heads) for third in thirds)
        mixed = heard(turned(queries, cfg.max_period), turned(keys, cfg.max_period), values, window)
        x = x + joined(mixed) @ weight(layer.self_attn.out_proj).T * np.array(layer.layer_scale_1.scale)
        mixed = gelu(normed(x, layer.norm2) @ weight(layer.gating.linear1).T) @ weight(layer.gating.linear2).T
        x = x + mixed * np.array(layer.layer_scale_2.scale)
    return x


@pytest.fixture
def codec(checkpoint: Callable[..., Path]) -> Any:
    """With attention made to matter: the small codec's own scales let hardly anything of it through."""
    import mlx.core as mx

    codec = load_checkpoint(checkpoint(as_published=True, code_groups=16)).speech_tokenizer
    decoder = codec.decoder.streaming_step.__self__
    for layer in decoder.pre_transformer.layers:
        layer.self_attn_layer_scale.scale = mx.ones_like(layer.self_attn_layer_scale.scale)
    for layer in codec.encoder_model.encoder_transformer.transformer.layers:
        layer.layer_scale_1.scale = mx.ones_like(layer.layer_scale_1.scale)
    return codec


def noise(*shape: int) -> NDArray[np.float32]:
    return np.random.default_rng(1).normal(0, 1, shape).astype(np.float32)


def test_the_mask_lets_a_step_hear_itself_and_those_before_it() -> None:
    expected = [[0 if 0 <= row - column < 3 else -np.inf for column in range(6)] for row in range(6)]
    np.testing.assert_array_equal(np.array(sliding_mask(6, 3)), expected)


def test_the_decoder_hears_72_frames(codec: Any) -> None:
    import mlx.core as mx

    decoder, frames = codec.decoder.streaming_step.__self__, noise(100, 16)
    published = decoder.pre_transformer
    assert published.config.sliding_window == 72
    everything = np.array(published(mx.array(frames)[None]))[0]
    with sliding_windows(codec):
        slid = np.array(decoder.pre_transformer(mx.array(frames)[None]))[0]
    np.testing.assert_allclose(slid, decoded(published, frames.astype(np.float64), 72), atol=1e-4)
    np.testing.assert_allclose(everything, decoded(published, frames.astype(np.float64), 100), atol=1e-4)
    np.testing.assert_allclose(slid[:72], everything[:72], atol=1e-5)
    assert np.abs(slid[72:] - everything[72:]).max() > 1e-3
    assert decoder.pre_transformer is published


def test_the_encoder_hears_ten_seconds(codec: Any) -> None:
    import mlx.core as mx

    encoder, steps = codec.encoder_model, noise(64, 300)
    published = encoder.encoder_transformer
    assert published.transformer.cfg.context == 250
    full = mx.triu(mx.full((300, 300), -mx.inf), k=1)[None, None]

    def run() -> NDArray[np.float32]:
        cache = encoder.encoder_transformer(mx.array(steps)[None], cache=published.make_cache(), mask=full)
        out: NDArray[np.float32] = np.array(cache[0])[0]
        return out

    everything = run()
    with sliding_windows(codec):
        slid = run()
    np.testing.assert_allclose(slid.T, encoded(published, steps.T.astype(np.float64), 250), atol=1e-4)
    np.testing.assert_allclose(everything.T, encoded(published, steps.T.astype(np.float64), 300), atol=1e-4)
    assert np.abs(slid - everything)[:, 250:].max() > 1e-3
    assert encoder.encoder_transformer is published


def test_they_are_off_by_default_and_change_what_is_heard_of_a_long_clip(codec: Any) -> None:
    """Of the first ten seconds nothing changes; afterwards codes do."""
    import mlx.core as mx

    audio = mx.array(0.1 * noise(15 * 24_000))
    before = np.array(encode(codec, audio))
    with sliding_windows(codec):
        slid = np.array(encode(codec, audio))
    np.testing.assert_array_equal(np.array(encode(codec, audio)), before)
    np.testing.assert_array_equal(slid[..., :125], before[..., :125])
    assert (slid[..., 125:] != before[..., 125:]).any()
