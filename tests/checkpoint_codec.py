"""The speech tokenizer of the small checkpoints: random weights under the published names and in the published order.

Qwen publishes it with the names of the PyTorch modules and convolutions as [out, in, kernel]; mlx-community copies it.
mlx-audio tells that order from its own by comparing dimensions (check_array_shape_qwen3), and for kernels of length 1
it needs more than 64 channels to be right: hence the codebooks of 72, and a decoder that ends in a single channel.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

CODES = 64
"""Entries of each codebook. mlx-audio takes the 1024 tokens above them for special ones."""
HIDDEN = 64
LAST_CODES = range(CODES - 8, CODES)
"""First-codebook codes after which a model that ends "soon" ends: one frame in eight, and never in a reference."""
GAIN = 1.25
"""Of the encoder's convolutions, so that about as much comes out as goes in."""
LOUDNESS = 50.0
"""Of the decoder's last convolution, so that the noise is as loud as quiet speech."""


def codec_config(code_groups: int) -> dict[str, Any]:
    """Return speech_tokenizer/config.json: 12.5 frames of 1920 samples a second, as the real one."""
    return {
        "model_type": "qwen3_tts_tokenizer_12hz",
        "encoder_valid_num_quantizers": code_groups,
        "input_sample_rate": 24_000,
        "output_sample_rate": 24_000,
        "decode_upsample_rate": 1920,
        "encode_downsample_rate": 1920,
        "encoder_config": {
            "hidden_size": HIDDEN,
            "intermediate_size": 2 * HIDDEN,
            "num_attention_heads": 4,
            "num_key_value_heads": 4,
            "num_hidden_layers": 1,
            "num_filters": 4,
            "num_quantizers": code_groups,
            "codebook_dim": 32,
            "codebook_size": CODES,
            "upsampling_ratios": [8, 6, 5, 4],
        },
        "decoder_config": {
            "latent_dim": 16,
            "codebook_dim": 144,
            "codebook_size": CODES,
            "decoder_dim": 2,
            "hidden_size": HIDDEN,
            "intermediate_size": 2 * HIDDEN,
            "num_attention_heads": 4,
            "num_key_value_heads": 4,
            "head_dim": 16,
            "num_hidden_layers": 1,
            "num_quantizers": code_groups,
            "upsample_rates": [24],
            "upsampling_ratios": [8, 10],
        },
    }


def codec_weights(config: dict[str, Any], *, zeros: bool) -> dict[str, Any]:
    """Return random weights of the speech tokenizer under the names and in the order of the published files."""
    import mlx.core as mx
    from mlx.utils import tree_flatten
    from mlx_audio.tts.models.qwen3_tts.config import Qwen3TTSTokenizerConfig
    from mlx_audio.tts.models.qwen3_tts.speech_tokenizer import Qwen3TTSSpeechTokenizer

    parts = {name: config[name] for name in ("encoder_config", "decoder_config")}
    codec = Qwen3TTSSpeechTokenizer(Qwen3TTSTokenizerConfig(**parts))
    weights: dict[str, Any] = {}
    parameters = tree_flatten(codec.parameters())
    assert isinstance(parameters, list)
    for name, array in parameters:
        part, rest = name.split(".", 1)
        weights.update(
            _decoder_weights(rest, array) if part == "decoder" else _encoder_weights(rest, array, zeros=zeros)
        )
    mx.eval(weights)
    return weights


def _decoder_weights(name: str, array: Any) -> dict[str, Any]:
    """Return the published form of one parameter of the codec's decoder."""
    import mlx.core as mx

    if name.endswith(".codebook.embed.weight"):
        codebook = "decoder." + name.removesuffix("codebook.embed.weight") + "_codebook."
        return {f"{codebook}embedding_sum": array, f"{codebook}cluster_usage": mx.ones(len(array))}
    if name == "decoder.3.conv.weight":
        array = array * LOUDNESS
    if array.ndim == 3:
        transposed = re.fullmatch(r"upsample\.\d+\.0\.conv\.weight|decoder\.\d+\.block\.1\.conv\.weight", name)
        array = array.transpose(2, 0, 1) if transposed else array.transpose(0, 2, 1)
    return {f"decoder.{name}": array}


_ENCODER_NAMES: tuple[tuple[str, Callable[[re.Match[str]], str]], ...] = (
    (r"encoder\.init_conv1d\.conv\.(.+)", lambda m: f"encoder.layers.0.{m[1]}"),
    (r"encoder\.final_conv1d\.conv\.(.+)", lambda m: f"encoder.layers.14.{m[1]}"),
    (r"encoder\.layers\.(\d)\.downsample\.conv\.(.+)", lambda m: f"encoder.layers.{3 * int(m[1]) + 3}.{m[2]}"),
    (
        r"encoder\.layers\.(\d)\.residuals\.0\.block\.(\d)\.conv\.(.+)",
        lambda m: f"encoder.layers.{3 * int(m[1]) + 1}.block.{2 * int(m[2]) + 1}.{m[3]}",
    ),
    (r"downsample\.conv\.conv\.(.+)", lambda m: f"downsample.{m[1]}"),
    (
        r"quantizer\.rvq_(first|rest)\.(?:vq\.)?(.+)",
        lambda m: f"quantizer.{'semantic' if m[1] == 'first' else 'acoustic'}_residual_vector_quantizer.{m[2]}",
    ),
    (r"encoder_transformer\.transformer\.(.+)", lambda m: f"encoder_transformer.{m[1]}"),
)
"""mlx-audio's names of the codec's encoder to those of Hugging Face's Mimi, which the published files have."""

_ENCODER_WORDS = {
    "self_attn.out_proj": "self_attn.o_proj",
    "gating.linear1": "mlp.fc1",
    "gating.linear2": "mlp.fc2",
    "norm1": "input_layernorm",
    "norm2": "post_attention_layernorm",
    "layer_scale_1": "self_attn_layer_scale",
    "layer_scale_2": "mlp_layer_scale",
    "embedding_sum": "embed_sum",
}


def _encoder_weights(name: str, array: Any, *, zeros: bool) -> dict[str, Any]:
    """Return the published form of one parameter of the codec's encoder."""
    import mlx.core as mx

    name = next(rename(match) for pattern, rename in _ENCODER_NAMES if (match := re.fullmatch(pattern, name)))
    for word, published in _ENCODER_WORDS.items():
        name = name.replace(f".{word}", f".{published}")
    if name.endswith(".self_attn.in_proj.weight"):
        thirds = zip("qkv", mx.split(array, 3), strict=True)
        return {f"encoder.{name.replace('in_proj', f'{letter}_proj')}": third for letter, third in thirds}
    if name.endswith(".embed_sum"):
        array = mx.random.normal(array.shape)
        if "semantic" in name:
            # The encoder takes the nearest vector: silence is at 0, and nothing is near these far ones.
            array[0] *= 0 if zeros else 1e4
            array[LAST_CODES.start :] *= 1e4
    elif name.endswith(".cluster_usage"):
        array = mx.ones(array.shape)
    elif array.ndim == 3:
        out_channels, kernel, in_channels = array.shape
        # mlx-audio's own initial values are so small that nothing of the sound would reach the codebooks.
        array = mx.random.normal((out_channels, in_channels, kernel)) * (GAIN / (in_channels * kernel) ** 0.5)
    return {f"encoder.{name}": array}
