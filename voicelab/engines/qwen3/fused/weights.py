"""What the kernel of a frame reads of a model: every kind of weight of all layers as one array."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from voicelab.engines.qwen3.layers import join

if TYPE_CHECKING:
    from collections.abc import Iterator

    import mlx.core as mx

_WARP = 32
_GROUPS = (32, 64, 128)
_BITS = (4, 8)
_SPLITS = 4
"""Blocks that share the talker's positions of a head; always as many, so that a row's sums do not depend on others."""

_COUNTERS = 64


@dataclass(frozen=True)
class Weights:
    """The arrays by the names they have in frame.cu, and the sizes that the kernel is compiled for."""

    arrays: dict[str, mx.array]
    sizes: dict[str, int]
    dtype: mx.Dtype


def fits(model: Any) -> bool:
    """Return whether the kernel can read the weights of mlx-audio's `model`: one kind of them, and sizes it divides."""
    import mlx.core as mx

    talker, small = model.talker, model.talker.code_predictor
    linears = [*_linears(talker.model.layers), *_linears(small.model.layers), talker.codec_head, *small.lm_head]
    if small.small_to_mtp_projection is not None:
        linears.append(small.small_to_mtp_projection)
    tables = [talker.model.codec_embedding, *small.codec_embedding]
    dtype = talker.model.norm.weight.dtype
    kinds = {_kind(linear) for linear in linears}
    if len(kinds) != 1 or dtype not in {mx.float32, mx.bfloat16} or any("scales" in table for table in tables):
        return False
    (mode, bits, group) = kinds.pop()
    if mode != "plain" and (mode != "affine" or bits not in _BITS or group not in _GROUPS):
        return False
    if any("bias" in linear for linear in linears[: -1 if small.small_to_mtp_projection is not None else None]):
        return False
    chunk = 128 // _bits(bits, dtype)
    for config in (model.config.talker_config, model.config.talker_config.code_predictor_config):
        head = config.head_dim
        whole_lanes = head in {_WARP // 2, _WARP, 2 * _WARP, 4 * _WARP, 8 * _WARP}
        inputs = (config.hidden_size, config.intermediate_size, config.num_attention_heads * head)
        if not whole_lanes or config.vocab_size % 2 or any(size % max(chunk, group or 1) for size in inputs):
            return False
    return all(
        array.dtype == dtype
        for linear in linears
        for name, array in linear.items()
        if name != "weight" or "scales" not in linear
    )


def weights_of(model: Any) -> Weights:
    """Return what the kernel reads of `model`, which `fits`; the model's own weights become views of it."""
    import mlx.core as mx

    talker, small = model.talker, model.talker.code_predictor
    config = model.config.talker_config
    dtype = talker.model.norm.weight.dtype
    arrays = dict(_stack("large", talker.model)) | dict(_stack("small", small.model))
    arrays |= _matrix("large_head", [talker.codec_head], dtype) | _matrix("small_head", list(small.lm_head), dtype)
    arrays["embeddings"] = talker.model.codec_embedding.weight
    arrays |= {"small_embeddings": join(list(small.codec_embedding))["weight"]}
    enter = small.small_to_mtp_projection
    arrays |= _matrix("enter", [enter] if enter is not None else [], dtype)
    arrays["enter_bias"] = mx.zeros(1, dtype) if enter is None else enter.bias
    suppressed = set(model._suppress_codec_tokens(config.codec_eos_token_id))  # noqa: SLF001 - see library.py
    arrays["allowed"] = mx.array([token not in suppressed for token in range(config.vocab_size)])
    # Made on the device and larger than 8 bytes, or MLX would keep it in the host's memory, which is far away.
    arrays["arrived"] = mx.zeros(_COUNTERS, mx.uint32)
    _, bits, group = _kind(talker.codec_head)
    sizes = {"CODES": config.num_code_groups, "BITS": _bits(bits, dtype), "GROUP": group or 1, "SPLITS": _SPLITS}
    for prefix, part in (("", config), ("SMALL_", config.code_predictor_config)):
        sizes |= {
            f"{prefix}SIZE": part.hidden_size,
            f"{prefix}INNER": part.intermediate_size,
            f"{prefix}HEADS": part.num_attention_heads,
            f"{prefix}KV_HEADS": part.num_key_value_heads,
            f"{prefix}HEAD": part.head_dim,
            f"{prefix}LAYERS": part.num_hidden_layers,
            f"{prefix}VOCABULARY": part.vocab_size,
        }
    mx.eval(arrays)
    return Weights(arrays, sizes, dtype)


def _stack(name: str, part: Any) -> Iterator[tuple[str, mx.array]]:
    """Yield the arrays of the layers of `part`, the talker's or the code predictor's, by their names."""
    import mlx.core as mx

    layers = part.layers
    dtype = part.norm.weight.dtype
    attentions, mlps = [layer.self_attn for layer in layers], [layer.mlp for layer in layers]
    kinds = {
        "attend": [linear for one in attentions for linear in (one.q_proj, one.k_proj, one.v_proj)],
        "close": [one.o_proj for one in attentions],
        "open": [linear for one in mlps for linear in (one.gate_proj, one.up_proj)],
        "down": [one.down_proj for one in mlps],
    }
    for kind, linears in kinds.items():
        yield from _matrix(f"{name}_{kind}", linears, dtype).items()
    norms = {
        "before": [layer.input_layernorm for layer in layers],
        "after": [layer.post_attention_layernorm for layer in layers],
        "asking": [one.q_norm for one in attentions],
        "answering": [one.k_norm for one in attentions],
    }
    for kind, several in norms.items():
        yield f"{name}_{kind}", mx.stack([norm.weight for norm in several])
    yield f"{name}_norm", part.norm.weight
    yield f"{name}_frequencies", part.rotary_emb._inv_freq  # noqa: SLF001 - mlx-audio 0.6.2, talker.py


def _matrix(name: str, linears: list[Any], dtype: mx.Dtype) -> dict[str, mx.array]:
    """Return `linears` as one matrix of frame.cu, with something in the place of what they do not have."""
    import mlx.core as mx

    arrays = join(linears) if linears else {}
    nothing = mx.zeros(1, dtype)
    return {
        name: arrays.get("weight", nothing),
        f"{name}_scales": arrays.get("scales", nothing),
        f"{name}_biases": arrays.get("biases", nothing),
    }


def _linears(layers: list[Any]) -> Iterator[Any]:
    for layer in layers:
        attention, mlp = layer.self_attn, layer.mlp
        yield from (attention.q_proj, attention.k_proj, attention.v_proj, attention.o_proj)
        yield from (mlp.gate_proj, mlp.up_proj, mlp.down_proj)


def _kind(linear: Any) -> tuple[str, int, int]:
    """Return how a module is quantized, and with how many bits in groups of how many; "plain" if it is not."""
    return (linear.mode, linear.bits, linear.group_size) if "scales" in linear else ("plain", 0, 0)


def _bits(quantized: int, dtype: mx.Dtype) -> int:
    return quantized or 8 * dtype.size
