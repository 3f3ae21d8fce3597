"""Checkpoints on disk: what loads, and what a person is told of one that does not."""

from __future__ import annotations

import json
import os
import shutil
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from voicelab.engines.qwen3 import loading
from voicelab.engines.qwen3.loading import load_checkpoint
from voicelab.errors import InvalidCheckpoint

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


@pytest.fixture
def copy(checkpoint: Callable[..., Path], tmp_path: Path) -> Path:
    """A checkpoint that a test may damage."""
    return shutil.copytree(checkpoint(), tmp_path / "model")


@pytest.mark.parametrize("quantization", [None, 8, 4])
def test_every_part_is_loaded(quantization: int | None, checkpoint: Callable[..., Path]) -> None:
    """Tokenizer, codec with its encoder, speaker encoder; and the talker's weights have the bits asked for."""
    import mlx.core as mx
    from mlx.nn.layers.quantized import QuantizedLinear

    model = load_checkpoint(checkpoint(quantization=quantization))
    assert len(model.tokenizer.encode("<|im_start|>assistant\nHi.<|im_end|>\n")) == 3 + len("Hi.") + 2
    assert model.speech_tokenizer.has_encoder
    assert model.extract_speaker_embedding(mx.zeros(24_000)).shape == (1, 64)
    head = model.talker.codec_head
    assert (head.bits if isinstance(head, QuantizedLinear) else None) == quantization


def test_published_weights_arrive_where_they_belong(checkpoint: Callable[..., Path]) -> None:
    """No parameter of the codec keeps mlx-audio's initial value: every published name was understood."""
    import mlx.core as mx
    from mlx.utils import tree_flatten

    folder = checkpoint()
    model = load_checkpoint(folder)
    published = mx.load(str(folder / "speech_tokenizer" / "model.safetensors"))
    given = type(model.speech_tokenizer).sanitize(published)
    parameters = dict(tree_flatten(model.speech_tokenizer.parameters()))
    unnamed = {name for name in parameters if not name.endswith(".initialized")} - given.keys()
    assert not unnamed
    assert all(np.array_equal(np.array(parameters[name]), np.array(given[name])) for name in given)


def test_loading_prints_nothing(checkpoint: Callable[..., Path], capsys: pytest.CaptureFixture[str]) -> None:
    """The engine process shares its output with commands that promise one JSON value there."""
    load_checkpoint(checkpoint())
    assert not capsys.readouterr().out


@pytest.mark.parametrize(
    "name",
    [
        "config.json",
        "model.safetensors",
        "vocab.json",
        "merges.txt",
        "tokenizer_config.json",
        "speech_tokenizer/config.json",
        "speech_tokenizer/model.safetensors",
    ],
)
def test_a_missing_file_is_named(name: str, copy: Path) -> None:
    """So that the person can bring it."""
    (copy / name).unlink()
    with pytest.raises(InvalidCheckpoint, match=name):
        load_checkpoint(copy)


def test_a_missing_shard_is_named(copy: Path) -> None:
    """A model in several files needs all that its index names."""
    shard = "model-00002-of-00002.safetensors"
    index = {"weight_map": {"a": "model.safetensors", "b": shard}}
    (copy / "model.safetensors.index.json").write_text(json.dumps(index))
    with pytest.raises(InvalidCheckpoint, match=shard):
        load_checkpoint(copy)


def _truncate(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-1000])


def _edit(path: Path, **changes: Any) -> None:
    path.write_text(json.dumps(json.loads(path.read_text()) | changes))


def _without_languages(folder: Path) -> None:
    config = json.loads((folder / "config.json").read_text())
    _edit(folder / "config.json", talker_config=config["talker_config"] | {"codec_language_id": None})


def _without_encoder(path: Path) -> None:
    from safetensors.numpy import load_file, save_file

    weights = load_file(path)
    save_file({name: array for name, array in weights.items() if name.startswith("decoder.")}, path)


@pytest.mark.parametrize(
    ("damage", "said"),
    [
        (lambda folder: _truncate(folder / "model.safetensors"), "cannot be loaded"),
        (
            lambda folder: _truncate(folder / "speech_tokenizer" / "model.safetensors"),
            "speech_tokenizer cannot be read",
        ),
        (lambda folder: _without_encoder(folder / "speech_tokenizer" / "model.safetensors"), "has no encoder"),
        (lambda folder: (folder / "vocab.json").write_text("{"), "tokenizer cannot be read"),
        (lambda folder: (folder / "config.json").write_text("{"), "damaged"),
        (lambda folder: _edit(folder / "config.json", model_type="whisper"), "not Qwen3-TTS"),
        (lambda folder: _edit(folder / "config.json", tts_model_type="singer"), "'singer'"),
        (lambda folder: _edit(folder / "config.json", talker_config={}), "cannot be loaded"),
        (lambda folder: _edit(folder / "config.json", talker_config=None), "talker_config"),
        (_without_languages, "names no language"),
    ],
    ids=[
        "weights",
        "codec",
        "codec without encoder",
        "tokenizer",
        "config",
        "another model",
        "another kind",
        "sizes",
        "no sizes",
        "no languages",
    ],
)
def test_damage_is_said_in_a_sentence(damage: Callable[[Path], None], said: str, copy: Path) -> None:
    """Never a traceback, and never a model that speaks without one of its parts."""
    damage(copy)
    with pytest.raises(InvalidCheckpoint, match=said) as caught:
        load_checkpoint(copy)
    assert "\n" not in caught.value.message


def unset(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in (
        "MLX_PTX_CACHE_DIR",
        "MLX_CUDA_CONV_CACHE_SIZE",
        "MLX_CUDA_GRAPH_CACHE_SIZE",
        "MLX_ENABLE_CACHE_THRASHING_CHECK",
    ):
        monkeypatch.setenv(name, "")  # so that what is set in the test is undone after it
        monkeypatch.delenv(name)


def test_kernels_and_memory_are_where_they_should_be(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Compiled kernels stay in the user's cache; what the device may keep at once is MLX's limit."""
    import mlx.core as mx

    unset(monkeypatch)
    monkeypatch.setattr(loading, "user_cache_path", lambda *_given, **_options: tmp_path)
    limits: list[int] = []
    monkeypatch.setattr(mx, "set_memory_limit", limits.append)
    loading.prepare_device()
    assert os.environ["MLX_PTX_CACHE_DIR"].startswith(str(tmp_path / "kernels"))
    assert limits == [], "a processor names no limit"
    monkeypatch.setattr(mx, "device_info", lambda _device: {"max_recommended_working_set_size": 5_726_630_000})
    monkeypatch.setenv("MLX_PTX_CACHE_DIR", "/elsewhere")
    loading.prepare_device()
    assert limits == [5_726_630_000]
    assert os.environ["MLX_PTX_CACHE_DIR"] == "/elsewhere", "whoever chose a folder keeps it"


@pytest.mark.parametrize(("free_gb", "graphs"), [(8, None), (11, None), (15, "2000"), (140, "2000")])
def test_a_gpu_with_room_keeps_the_graphs_of_a_whole_take(
    free_gb: int, graphs: str | None, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """They take 3 GB more; and no number of lengths that were not met before ends the process."""
    import mlx.core as mx

    unset(monkeypatch)
    monkeypatch.setattr(loading, "user_cache_path", lambda *_given, **_options: tmp_path)
    monkeypatch.setattr(
        mx, "device_info", lambda _device: {"total_memory": 141_000_000_000, "free_memory": free_gb * 1_000_000_000}
    )
    loading.prepare_device()
    assert os.environ.get("MLX_CUDA_GRAPH_CACHE_SIZE") == graphs
    assert os.environ["MLX_ENABLE_CACHE_THRASHING_CHECK"] == "0"
