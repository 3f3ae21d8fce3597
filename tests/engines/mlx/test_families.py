"""What the lab says of the families before any is loaded."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from tests.checkpoints import write_checkpoint
from voicelab.engines.mlx.families import FAMILIES
from voicelab.engines.mlx.requests import longest_s
from voicelab.errors import InvalidCheckpoint
from voicelab.languages import CODES
from voicelab.models.catalogue import check_folder, find
from voicelab.models.engine_kit import check_descriptor, check_synthesizer
from voicelab.models.registry import registry

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from voicelab.speech.ports import SpeechRequest


def test_the_descriptor_is_one() -> None:
    engine = check_descriptor("voicelab.engines.mlx.descriptor:ENGINE")
    assert {model.kind for model in engine.models} == {family.name for family in FAMILIES if family.tried}
    assert all(model.capabilities.clones for model in engine.models)
    assert all((model.memory_bytes or 0) > (model.size_bytes or 0) > 0 for model in engine.models)


def test_the_library_has_every_family_and_every_argument() -> None:
    """What a family in depth is given is in its signature, or was looked up in its code."""
    import importlib
    import inspect

    from mlx_audio.tts.utils import MODEL_REMAPPING, get_available_models

    folders = set(get_available_models())
    for family in FAMILIES:
        assert family.name in folders
        for said in family.types:
            assert MODEL_REMAPPING.get(said, said) in folders, said
        assert set(family.languages) | set(family.multilingual) <= set(CODES)
        if family.tried:
            module = importlib.import_module(f"mlx_audio.tts.models.{family.name}")
            named = inspect.signature(module.Model.generate).parameters
            asked = {family.arguments.get(field.name, field.name) for field in family.sampling}
            unnamed = (asked | set(family.audio_arguments)) - set(named)
            assert unnamed <= {"lsd_decode_steps", "eos_threshold"}, "Pocket TTS reads these from the rest"


@pytest.mark.parametrize(
    ("repository", "engine", "kind", "tried"),
    [
        ("mlx-community/chatterbox-fp16", "mlx", "chatterbox", True),
        ("someone/Chatterbox-Multilingual-8bit", "mlx", "chatterbox", True),
        ("mlx-community/chatterbox-turbo-4bit", "mlx", "chatterbox_turbo", False),
        ("someone/VoxCPM2-6bit", "mlx", "voxcpm2", True),
        ("mlx-community/VoxCPM1.5", "mlx", "voxcpm", False),
        ("mlx-community/higgs-audio-v3-bf16", "mlx", "higgs_audio_v3", False),
        ("mlx-community/Qwen3-TTS-12Hz-0.6B-Base-6bit", "qwen3", "base", True),
        ("someone/unheard-of", "qwen3", "base", True),
    ],
)
def test_a_repository_is_known_by_its_name(repository: str, engine: str, kind: str, tried: bool) -> None:
    model = find(repository)
    assert (model.engine, model.kind) == (engine, kind)
    assert ("Not tried here" in model.note) is not tried


def test_a_repositorys_name_says_whether_it_speaks_other_languages() -> None:
    assert "german" in find("mlx-community/chatterbox-multilingual-v3").languages
    assert find("mlx-community/chatterbox-8bit").languages == ("english",)


def test_a_folder_is_its_engines(tmp_path: Path, family_checkpoint: Callable[..., str]) -> None:
    assert find(str(write_checkpoint(tmp_path / "talker"))).engine == "qwen3"
    pocket = find(family_checkpoint("pocket_tts"))
    assert (pocket.engine, pocket.kind, pocket.capabilities.needs_transcript) == ("mlx", "pocket_tts", False)
    assert {field.name: field.default for field in pocket.sampling}["temperature"] == 0.6, "what its config.json says"
    check_folder(pocket)
    quantized = find(family_checkpoint("voxcpm2", bits=4))
    assert (quantized.quantization, quantized.capabilities.needs_transcript) == (4, True)
    multilingual = find(family_checkpoint("chatterbox", multilingual=True))
    assert {"german", "english"} <= set(multilingual.languages)
    assert find(family_checkpoint("chatterbox")).languages == ("english",)


def test_a_folder_without_some_of_its_files(tmp_path: Path) -> None:
    (tmp_path / "config.json").write_text(json.dumps({"model_type": "pocket_tts"}))
    with pytest.raises(InvalidCheckpoint, match=r"lacks tokenizer\.model or tokenizer\.json, model\.safetensors"):
        check_folder(find(str(tmp_path)))
    (tmp_path / "config.json").write_text(json.dumps({"model_type": "kokoro"}))
    with pytest.raises(InvalidCheckpoint, match="none of the engines here"):
        find(str(tmp_path))


def test_auto_never_chooses_it() -> None:
    assert registry().engine("mlx").priority == 0


def test_how_long_a_text_may_take() -> None:
    assert longest_s("Hello.") == 12
    assert longest_s("x" * 100) == pytest.approx(30)
    assert longest_s("早上好" * 10) == 30


@pytest.mark.parametrize("family", ["pocket_tts", "voxcpm2"])
def test_the_synthesizer_keeps_the_port(
    family_checkpoint: Callable[..., str], request_for: Callable[..., SpeechRequest], family: str
) -> None:
    check_synthesizer(registry().engine("mlx"), request_for(family_checkpoint(family)))
