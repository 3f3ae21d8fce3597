"""Small checkpoints of the families that the mlx engine has in depth, in the layout and dtype of their repositories.

Random weights from a fixed seed, saved under the names that mlx-audio's converter gives them: what they say is noise,
but mlx-audio's own loader reads them and every step is the real one. When a take ends is set by hand.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from pathlib import Path

Ends = Literal["soon", "never", "at once"]


LOUDNESS = 1e5
"""Of the decoder's last convolution, so that the noise is as loud as quiet speech."""


def write_json(path: Path, value: Any) -> None:
    path.write_text(json.dumps(value, indent=2, ensure_ascii=False), encoding="utf-8")


def byte_tokenizer(path: Path, special: tuple[str, ...] = ()) -> int:
    """Write a tokenizer.json with a token for each byte, `special` besides, and return how many that makes."""
    from tokenizers import Tokenizer, decoders, models, pre_tokenizers

    alphabet = sorted(pre_tokenizers.ByteLevel.alphabet())
    tokenizer = Tokenizer(models.BPE({sign: number for number, sign in enumerate(alphabet)}, []))
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    tokenizer.add_special_tokens(list(special))
    tokenizer.save(str(path))
    return int(tokenizer.get_vocab_size())


def pocket_config(bins: int, *, width: int = 64, layers: int = 2) -> dict[str, Any]:
    """Return the keys of Kyutai's english.yaml, with small sizes."""
    return {
        "flow_lm": {
            "dtype": "float32",
            "flow": {"depth": 2, "dim": width},
            "transformer": {
                "d_model": width,
                "hidden_scale": 2,
                "max_period": 10000,
                "num_heads": 4,
                "num_layers": layers,
            },
            "lookup_table": {
                "dim": width,
                "n_bins": bins,
                "tokenizer": "tokenizers",
                "tokenizer_path": "tokenizer.json",
            },
        },
        "mimi": {
            "dtype": "float32",
            "sample_rate": 24000,
            "channels": 1,
            "frame_rate": 12.5,
            "seanet": {
                "dimension": 32,
                "channels": 1,
                "n_filters": 4,
                "n_residual_layers": 1,
                "ratios": [6, 5, 4],
                "kernel_size": 7,
                "residual_kernel_size": 3,
                "last_kernel_size": 3,
                "dilation_base": 2,
                "pad_mode": "constant",
                "compress": 2,
            },
            "transformer": {
                "d_model": 32,
                "num_heads": 4,
                "num_layers": 1,
                "layer_scale": 0.01,
                "context": 250,
                "dim_feedforward": 64,
                "input_dimension": 32,
                "output_dimensions": [32],
            },
            "quantizer": {"dimension": 8, "output_dimension": 32},
        },
    }


def write_pocket(folder: Path, *, ends: Ends = "soon", encoder: bool = True) -> Path:
    """Write Pocket TTS as mlx-community has it; without `encoder` as it is for those who did not accept its terms."""
    import mlx.core as mx
    from mlx.utils import tree_flatten
    from mlx_audio.tts.models.pocket_tts.pocket_tts import Model, ModelConfig

    folder.mkdir(parents=True)
    bins = byte_tokenizer(folder / "tokenizer.json")
    config = {"model_type": "pocket_tts", "temp": 0.6, **pocket_config(bins)}
    write_json(folder / "config.json", config)
    mx.random.seed(0)
    model = Model(ModelConfig.from_dict({**config, "model_path": str(folder)}))
    model.speaker_proj_weight = mx.random.normal(model.speaker_proj_weight.shape)
    head = model.flow_lm.out_eos
    head.weight = mx.random.normal(head.weight.shape) * (2.0 if ends == "soon" else 0.0)
    head.bias = mx.array([{"soon": -10.0, "never": -100.0, "at once": 100.0}[ends]])
    loud = model.mimi.decoder.final_conv1d.conv.conv
    loud.weight = loud.weight * LOUDNESS
    weights = dict(tree_flatten(model.parameters()))
    if not encoder:
        gone = ("mimi.encoder", "mimi.downsample")
        weights = {name: array for name, array in weights.items() if not name.startswith(gone)}
    mx.save_safetensors(str(folder / "model.safetensors"), weights)
    return folder


def write_voxcpm2(folder: Path, *, ends: Ends = "soon", bits: Literal[4, 8] | None = None) -> Path:
    """Write VoxCPM2 in bfloat16, or quantized as mlx-audio's converter does."""
    import mlx.core as mx
    from mlx import nn
    from mlx.utils import tree_flatten
    from mlx_audio.tts.models.voxcpm2.voxcpm2 import Model, ModelArgs

    folder.mkdir(parents=True)
    vocabulary = byte_tokenizer(folder / "tokenizer.json", ("<unk>", "<s>", "</s>"))
    write_json(
        folder / "tokenizer_config.json",
        {"tokenizer_class": "PreTrainedTokenizerFast", "unk_token": "<unk>", "bos_token": "<s>", "eos_token": "</s>"},
    )
    rope = [1.0] * 8
    config: dict[str, Any] = {
        "model_type": "voxcpm2",
        "architecture": "voxcpm2",
        "patch_size": 4,
        "feat_dim": 64,
        "scalar_quantization_latent_dim": 64,
        "residual_lm_num_layers": 1,
        "residual_lm_no_rope": True,
        "lm_config": {
            "hidden_size": 64,
            "num_hidden_layers": 2,
            "num_attention_heads": 4,
            "num_key_value_heads": 2,
            "intermediate_size": 128,
            "vocab_size": vocabulary,
            "kv_channels": 16,
            "rope_scaling": {"type": "longrope", "long_factor": rope, "short_factor": rope},
        },
        "encoder_config": {"hidden_dim": 64, "ffn_dim": 128, "num_heads": 4, "num_layers": 1, "kv_channels": 16},
        "dit_config": {"hidden_dim": 64, "ffn_dim": 128, "num_heads": 4, "num_layers": 1, "kv_channels": 16},
        "audio_vae_config": {
            "encoder_dim": 4,
            "encoder_rates": [2, 5, 8, 8],
            "latent_dim": 64,
            "decoder_dim": 64,
            "decoder_rates": [8, 6, 5, 2, 2, 2],
            "sample_rate": 16000,
            "out_sample_rate": 48000,
        },
    }
    mx.random.seed(0)
    model = Model(ModelArgs.from_dict(config))
    model.stop_head.weight = mx.random.normal(model.stop_head.weight.shape) * (1.0 if ends == "soon" else 0.0)
    model.set_dtype(mx.bfloat16)
    if bits is not None:
        config["quantization"] = {"group_size": 64, "bits": bits, "mode": "affine"}
        nn.quantize(  # type: ignore[attr-defined]  # of mlx.nn.layers, which its stub does not export
            model,
            group_size=64,
            bits=bits,
            class_predicate=lambda _path, module: hasattr(module, "to_quantized") and module.weight.shape[-1] % 64 == 0,
        )
    write_json(folder / "config.json", config)
    mx.save_safetensors(str(folder / "model.safetensors"), dict(tree_flatten(model.parameters())))
    return folder
