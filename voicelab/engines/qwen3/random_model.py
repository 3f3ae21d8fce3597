"""The full-size 0.6B model with random weights, in memory: for measuring speed where no weights can be had."""

from __future__ import annotations

import re
import zlib
from typing import Any

NAMES = {"random-0.6b-8bit": 8, "random-0.6b-4bit": 4, "random-0.6b-float32": None}
"""To the bits of a weight; the others of 8 and 4 bits are bfloat16, and None is float32 throughout: for exactness."""
_LANGUAGES = ("chinese", "english", "german")
_TOKEN = re.compile(r"<\|\w+\|>|\w+|\n|[^\w\s]")


class WordTokenizer:
    """A token for every word and sign: real tokenizers need about a third more, which the talker reads in no time."""

    def encode(self, text: str) -> list[int]:
        """Return the tokens of `text`."""
        return [zlib.crc32(token.encode()) % 150_000 for token in _TOKEN.findall(text)]


def random_model(name: str) -> Any:
    """Return mlx-audio's Base model of the published sizes, quantized as its converter does; `name` is one of NAMES."""
    import mlx.core as mx
    from mlx.nn.layers.quantized import quantize
    from mlx_audio.tts.models.qwen3_tts.config import (
        ModelConfig,
        Qwen3TTSTokenizerConfig,
        Qwen3TTSTokenizerDecoderConfig,
        Qwen3TTSTokenizerEncoderConfig,
    )
    from mlx_audio.tts.models.qwen3_tts.qwen3_tts import Model
    from mlx_audio.tts.models.qwen3_tts.speech_tokenizer import Qwen3TTSSpeechTokenizer

    mx.random.seed(0)
    languages = {name: 2050 + number for number, name in enumerate(_LANGUAGES)}
    config = ModelConfig.from_dict(
        {
            "model_type": "qwen3_tts",
            "tts_model_type": "base",
            "tts_model_size": "0b6",
            "talker_config": {"codec_language_id": languages},
            "speaker_encoder_config": {},
        }
    )
    model = Model(config)
    bits = NAMES[name]

    def wanted(path: str, module: Any) -> bool:
        return hasattr(module, "to_quantized") and model.model_quant_predicate(path, module)

    if bits is not None:
        model.talker.set_dtype(mx.bfloat16)
        quantize(model, group_size=64, bits=bits, class_predicate=wanted)
    mx.eval(model.parameters())
    codec = Qwen3TTSSpeechTokenizer(
        Qwen3TTSTokenizerConfig(
            encoder_config=Qwen3TTSTokenizerEncoderConfig(), decoder_config=Qwen3TTSTokenizerDecoderConfig()
        )
    )
    mx.eval(codec.parameters())
    codec.eval()
    for quantizer in (codec.encoder_model.quantizer.rvq_first, codec.encoder_model.quantizer.rvq_rest):
        for layer in quantizer.vq.layers:
            layer.codebook.embedding_sum = mx.random.normal(layer.codebook.embedding_sum.shape)
            layer.codebook.cluster_usage = mx.ones(layer.codebook.cluster_usage.shape)
            layer.codebook.update_in_place()
    model.load_speech_tokenizer(codec)
    # As Model.post_load_hook does.
    codec.decoder = mx.compile(codec.decoder)
    model.tokenizer = WordTokenizer()
    mx.clear_cache()
    return model
