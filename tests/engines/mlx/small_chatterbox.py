"""Chatterbox made small: its sizes stand in mlx-audio's code and in no config.json, so they are changed there.

Everything else is the library's own: the tokens' transformer, voice encoder, speech tokenizer, flow and vocoder, loaded
by its loader from files in the published layout. For the engine process: `SmallChatterbox` stands for the synthesizer.
"""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Any

from tests.family_checkpoints import Ends, byte_tokenizer, write_json
from voicelab.engines.mlx.synthesizer import FamilySynthesizer

REVISION = "0" * 40
_STOP = 6562
_LAST = 3


def shrink() -> None:
    """Let this process's mlx-audio make a small Chatterbox."""
    from mlx_audio.codec.models.s3 import ModelConfig
    from mlx_audio.tts.models.chatterbox import chatterbox
    from mlx_audio.tts.models.chatterbox.config import LLAMA_CONFIGS
    from mlx_audio.tts.models.chatterbox.s3gen import s3gen

    if isinstance(s3gen.ConditionalDecoder, type):
        LLAMA_CONFIGS["Llama_520M"] |= {"num_hidden_layers": 1, "intermediate_size": 64, "vocab_size": 8}
        s3gen.ConditionalDecoder = _less(s3gen.ConditionalDecoder, num_mid_blocks=1, n_blocks=1)
        s3gen.UpsampleConformerEncoder = _less(
            s3gen.UpsampleConformerEncoder, num_blocks=1, num_up_blocks=1, linear_units=64
        )
        s3gen.CausalMaskedDiffWithXvec = _less(s3gen.CausalMaskedDiffWithXvec, n_timesteps=1)
        s3gen.HiFTGenerator = _less(s3gen.HiFTGenerator, base_channels=64)
        config = ModelConfig(n_audio_state=64, n_audio_head=1, n_audio_layer=1)
        chatterbox.S3TokenizerV2 = partial(chatterbox.S3TokenizerV2, config=config)


def _less(kind: Any, **sizes: Any) -> Any:
    def make(**given: Any) -> Any:
        return kind(**{**given, **sizes})

    return make


class SmallChatterbox(FamilySynthesizer):
    """The engine's synthesizer in a process whose Chatterbox is small."""

    def __init__(self) -> None:
        super().__init__()
        shrink()


def write_chatterbox(folder: Path, hub: Path, *, ends: Ends = "soon", multilingual: bool = False) -> Path:
    """Write it in float16 as mlx-community has it, and its speech tokenizer into the hub's cache at `hub`."""
    import mlx.core as mx
    from mlx.utils import tree_flatten
    from mlx_audio.tts.models.chatterbox.chatterbox import Model, ModelConfig

    shrink()
    folder.mkdir(parents=True)
    special = ("[START]", "[STOP]", "[UNK]", "[SPACE]", "[en]", "[de]")
    byte_tokenizer(folder / "tokenizer.json", special)
    config: dict[str, Any] = {"model_type": "chatterbox", "s3_sr": 16000, "s3gen_sr": 24000}
    config |= {"multilingual": True, "t3_model": "v3"} if multilingual else {}
    write_json(folder / "config.json", config)
    mx.random.seed(0)
    model = Model(ModelConfig.from_dict(config))
    _end(model.t3, ends)
    weights = {name: array.astype(mx.float16) for name, array in dict(tree_flatten(model.parameters())).items()}
    mx.save_safetensors(str(folder / "model.safetensors"), weights)
    _write_companion(hub, model)
    return folder


def _end(tokens: Any, ends: Ends) -> None:
    """Let the tokens' transformer end as `ends` says; "soon" after one token in eight.

    Two dimensions are kept free of everything else: the first is the same after every token, the second is set after
    those that are the last.
    """
    import mlx.core as mx

    for layer in tokens.tfmr.model.layers:
        layer.self_attn.o_proj.weight[:2] = 0
        layer.mlp.down_proj.weight[:2] = 0
    tokens.speech_emb.weight[:, 0] = 5
    tokens.speech_emb.weight[:, 1] = 0
    tokens.speech_emb.weight[_LAST::8, 1] = 10
    head = mx.random.normal(tokens.speech_head.weight.shape)
    head[:, :2] = 0
    # Tokens beyond the codec's are left out by the library, so that all of them would be a take without a sound.
    head[_STOP:] = 0
    head[_STOP, 0], head[_STOP, 1] = {"soon": (-1000, 2000), "never": (-1000, 0), "at once": (1000, 0)}[ends]
    tokens.speech_head.weight = head


def _write_companion(hub: Path, model: Any) -> None:
    import mlx.core as mx
    from mlx.utils import tree_flatten

    repository = hub / "models--mlx-community--S3TokenizerV2"
    snapshot = repository / "snapshots" / REVISION
    if snapshot.exists():
        return
    snapshot.mkdir(parents=True)
    (repository / "refs").mkdir()
    (repository / "refs" / "main").write_text(REVISION)
    write_json(snapshot / "config.json", {})
    weights = dict(tree_flatten(model._s3_tokenizer.parameters()))
    mx.save_safetensors(str(snapshot / "model.safetensors"), weights)
