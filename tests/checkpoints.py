"""Small Qwen3-TTS checkpoints in the layout of the published repositories, for the real mlx-audio to load from disk.

Random weights from a fixed seed: what they say is noise, but every part is there and every step is the real one. The
talker's end-of-speech logit is set by hand, so that a test can choose when the model stops.

The talker and the speaker encoder are saved as mlx-community's conversions save them (MLX order, quantized or not), the
speech tokenizer as Qwen publishes it (names of the PyTorch modules, convolutions as [out, in, kernel]), which is also
how mlx-community ships it. mlx-audio tells the two orders apart by comparing dimensions (check_array_shape_qwen3), and
for kernels of length 1 it needs more than 64 channels to be right: hence the speaker encoder's widths of 72 and 96.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, Literal

from tests.checkpoint_codec import CODES, HIDDEN, LAST_CODES, codec_config, codec_weights
from voicelab.languages import CODES as LANGUAGE_CODES

PUBLISHED = Path(__file__).parent / "published"
"""Configurations of mlx-community/Qwen3-TTS-12Hz-0.6B-Base-8bit, as far as they are public."""
SPEAKERS = {"vivian": CODES + 30, "dylan": CODES + 31}
SPECIAL_TOKENS = ("<|endoftext|>", "<|im_start|>", "<|im_end|>", "<tts_pad>", "<tts_text_bos>", "<tts_text_eod>")


def write_checkpoint(
    folder: Path,
    quantization: Literal[8, 4] | None = None,
    kind: Literal["base", "custom_voice", "voice_design"] = "base",
    *,
    size: Literal["0b6", "1b7"] = "0b6",
    ends: Literal["soon", "never", "at once"] = "soon",
    zeros: bool = False,
    code_groups: int = 4,
    predictor_size: int = HIDDEN,
    seed: int = 0,
    dtype: Literal["float32", "bfloat16", "float16"] = "float32",
    as_published: bool = False,
) -> Path:
    """Write a checkpoint into `folder`, which must not hold one yet, and return it.

    `size` is what config.json claims; 0b6 ignores instructions. A take that ends "soon" has one frame or more, eight on
    average. With `zeros`, silence is heard as first-codebook code 0; else that code never occurs, heard or spoken.
    `dtype` is that of talker and speaker encoder; the codec's is float32, as published. `as_published` has every key of
    the published configurations, with small sizes, and an encoder of twice as many quantizers as are used.
    """
    import mlx.core as mx
    from mlx.utils import tree_flatten

    (folder / "speech_tokenizer").mkdir(parents=True)
    vocabulary = _write_tokenizer(folder)
    config = _config(kind, size, code_groups, vocabulary)
    config["talker_config"]["code_predictor_config"]["hidden_size"] = predictor_size
    codec = codec_config(code_groups)
    if as_published:
        config = _over(_read_json(PUBLISHED / "config.json"), config)
        codec = _over(_read_json(PUBLISHED / "speech_tokenizer-config.json"), codec)
        codec["encoder_config"]["num_quantizers"] = 2 * code_groups
        config.pop("quantization")
        config.pop("quantization_config")
    mx.random.seed(seed)
    model = _model(config, ends, zeros=zeros)
    model.set_dtype(getattr(mx, dtype))
    if quantization is not None:
        config["quantization"] = {"group_size": 64, "bits": quantization, "mode": "affine"}
        _quantize(model, quantization)
    mx.save_safetensors(str(folder / "model.safetensors"), dict(tree_flatten(model.parameters())))
    mx.save_safetensors(str(folder / "speech_tokenizer" / "model.safetensors"), codec_weights(codec, zeros=zeros))
    _write_json(folder / "config.json", config)
    _write_json(folder / "speech_tokenizer" / "config.json", codec)
    _write_json(
        folder / "generation_config.json",
        {"do_sample": True, "temperature": 0.9, "top_k": 50, "top_p": 1.0, "repetition_penalty": 1.05},
    )
    return folder


def _over(published: dict[str, Any], small: dict[str, Any]) -> dict[str, Any]:
    """Return `published` with the values of `small`, section by section; maps of names are those of `small` alone."""
    merged = {**published, **small}
    for key, value in published.items():
        if isinstance(value, dict) and isinstance(small.get(key), dict) and not key.endswith(("_id", "_dialect")):
            merged[key] = _over(value, small[key])
    return merged


def _read_json(path: Path) -> Any:
    return json.loads(path.read_text(encoding="utf-8"))


def _write_json(path: Path, value: Any) -> None:
    path.write_text(json.dumps(value, indent=2, ensure_ascii=False), encoding="utf-8")


def _write_tokenizer(folder: Path) -> int:
    """Write a byte-level Qwen2 tokenizer and return its size with the special tokens.

    mlx-audio cuts prompts by counting tokens, so "assistant" and "user" must be one token each, as in the real one.
    """
    vocabulary = {symbol: number for number, symbol in enumerate(_byte_symbols())}
    merges = []
    for word in ("assistant", "user"):
        for length in range(2, len(word) + 1):
            if word[:length] not in vocabulary:
                vocabulary[word[:length]] = len(vocabulary)
                merges.append(f"{word[: length - 1]} {word[length - 1]}")
    flags = {"special": True, "lstrip": False, "rstrip": False, "normalized": False, "single_word": False}
    _write_json(folder / "vocab.json", vocabulary)
    (folder / "merges.txt").write_text("\n".join(("#version: 0.2", *merges, "")), encoding="utf-8")
    _write_json(
        folder / "tokenizer_config.json",
        {
            "tokenizer_class": "Qwen2Tokenizer",
            "pad_token": "<|endoftext|>",
            "eos_token": "<|im_end|>",
            "added_tokens_decoder": {
                str(len(vocabulary) + number): {"content": token, **flags}
                for number, token in enumerate(SPECIAL_TOKENS)
            },
        },
    )
    return len(vocabulary) + len(SPECIAL_TOKENS)


def _byte_symbols() -> list[str]:
    """Return the printable stand-in of every byte, as GPT-2's byte-level BPE has them."""
    printable = {*range(33, 127), *range(161, 173), *range(174, 256)}
    others = iter(range(256, 512))
    return [chr(byte) if byte in printable else chr(next(others)) for byte in range(256)]


def _config(kind: str, size: str, code_groups: int, vocabulary: int) -> dict[str, Any]:
    """Return config.json with the keys of the published ones and small sizes."""
    transformer = {
        "hidden_size": HIDDEN,
        "intermediate_size": 2 * HIDDEN,
        "num_attention_heads": 4,
        "num_key_value_heads": 2,
        "head_dim": 16,
        "num_code_groups": code_groups,
        "rms_norm_eps": 1e-6,
        "rope_theta": 1_000_000.0,
    }
    special = {
        name: vocabulary - len(SPECIAL_TOKENS) + SPECIAL_TOKENS.index(token)
        for name, token in (
            ("im_start_token_id", "<|im_start|>"),
            ("im_end_token_id", "<|im_end|>"),
            ("tts_pad_token_id", "<tts_pad>"),
            ("tts_bos_token_id", "<tts_text_bos>"),
            ("tts_eos_token_id", "<tts_text_eod>"),
        )
    }
    speakers = SPEAKERS if kind == "custom_voice" else {}
    config = {
        "architectures": ["Qwen3TTSForConditionalGeneration"],
        "model_type": "qwen3_tts",
        "tokenizer_type": "qwen3_tts_tokenizer_12hz",
        "tts_model_size": size,
        "tts_model_type": kind,
        **special,
        "talker_config": {
            **transformer,
            "num_hidden_layers": 2,
            "vocab_size": CODES + 1024,
            "text_vocab_size": vocabulary,
            "text_hidden_size": HIDDEN,
            "rope_scaling": {"interleaved": True, "mrope_section": [4, 2, 2], "rope_type": "default"},
            "codec_pad_id": CODES,
            "codec_bos_id": CODES + 1,
            "codec_eos_token_id": CODES + 2,
            "codec_think_id": CODES + 3,
            "codec_nothink_id": CODES + 4,
            "codec_think_bos_id": CODES + 5,
            "codec_think_eos_id": CODES + 6,
            "codec_language_id": {
                **{language: CODES + 10 + number for number, language in enumerate(LANGUAGE_CODES)},
                "beijing_dialect": CODES + 10 + len(LANGUAGE_CODES),
            },
            "spk_id": speakers,
            "spk_is_dialect": {speaker: "beijing_dialect" if speaker == "dylan" else False for speaker in speakers},
            "code_predictor_config": {**transformer, "num_hidden_layers": 1, "vocab_size": CODES},
        },
    }
    if kind == "base":
        config["speaker_encoder_config"] = {
            "enc_dim": HIDDEN,
            "enc_channels": [96, 96, 96],
            "enc_kernel_sizes": [5, 3, 1],
            "enc_dilations": [1, 2, 1],
            "enc_attention_channels": 72,
            "enc_se_channels": 72,
            "enc_res2net_scale": 4,
            "sample_rate": 24_000,
        }
    return config


def _model(config: dict[str, Any], ends: str, *, zeros: bool) -> Any:
    """Return mlx-audio's own model with random weights that ends as `ends` says."""
    import mlx.core as mx
    from mlx_audio.tts.models.qwen3_tts.config import ModelConfig
    from mlx_audio.tts.models.qwen3_tts.qwen3_tts import Model

    model = Model(ModelConfig.from_dict(config))
    talker = model.talker
    # Two dimensions of the hidden state are kept free of everything else: the first is 1 in every frame, the second in
    # those whose first code is one of LAST_CODES. The head's row for the end of speech listens to these two alone.
    for layer in talker.model.layers:
        layer.self_attn.o_proj.weight[:2] = 0
        layer.mlp.down_proj.weight[:2] = 0
    talker.text_projection.linear_fc2.weight[:2] = 0
    talker.text_projection.linear_fc2.bias = mx.zeros(HIDDEN)
    talker.text_projection.linear_fc2.bias[0] = 1
    talker.model.codec_embedding.weight[:, :2] = 0
    talker.model.codec_embedding.weight[LAST_CODES.start : LAST_CODES.stop, 1] = 1
    for embedding in talker.code_predictor.codec_embedding:
        embedding.weight[:, :2] = 0
    talker.codec_head.weight[:, :2] = 0
    if not zeros:
        talker.codec_head.weight[0, 0] = -1000
    row = mx.zeros(HIDDEN)
    row[0], row[1] = {"soon": (-1000, 2000), "never": (-1000, 0), "at once": (1000, 0)}[ends]
    talker.codec_head.weight[config["talker_config"]["codec_eos_token_id"]] = row
    return model


def _quantize(model: Any, bits: int) -> None:
    """Quantize as mlx-audio's converter does: all but the embeddings and the speaker encoder, in groups of 64."""
    from mlx.nn.layers.quantized import quantize

    def wanted(path: str, module: Any) -> bool:
        return hasattr(module, "to_quantized") and model.model_quant_predicate(path, module)

    quantize(model, group_size=64, bits=bits, class_predicate=wanted)
