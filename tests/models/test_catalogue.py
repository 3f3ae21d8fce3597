"""What a model's name means, and what is on disk of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.checkpoints import write_checkpoint
from voicelab.errors import InvalidCheckpoint, UnknownModel
from voicelab.models.catalogue import catalogue, find, on_disk

if TYPE_CHECKING:
    from pathlib import Path


def test_every_entry_is_found_by_name_and_by_repository() -> None:
    """In any case of letters; names are unique."""
    assert len({model.name for model in catalogue()}) == len(catalogue())
    for model in catalogue():
        assert find(f" {model.name.upper()} ") is model
        if model.repository:
            assert find(model.repository) is model


def test_entries_agree_with_their_names() -> None:
    """Kind, bits and repository all follow from the name, and every download is smaller than the memory it needs."""
    assert find("qwen3-tts-0.6b-8bit").repository == "mlx-community/Qwen3-TTS-12Hz-0.6B-Base-8bit"
    for model in catalogue():
        if model.engine == "qwen3":
            bits = model.name.rsplit("-", 1)[1]
            assert bits == ("bf16" if model.quantization is None else f"{model.quantization}bit")
            assert ("customvoice" in model.name) == (model.kind == "custom_voice")
            assert ("voicedesign" in model.name) == (model.kind == "voice_design")
            assert "english" in model.languages
        assert model.note
        assert model.size_bytes is not None
        assert model.memory_bytes is not None
        assert model.size_bytes < model.memory_bytes


def test_a_local_folder_is_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Kind, bits and languages from its config.json; given absolute, or relative like a repository."""
    folder = write_checkpoint(tmp_path / "models" / "mine", 4, "custom_voice")
    model = find(str(folder))
    assert (model.engine, model.kind, model.quantization) == ("qwen3", "custom_voice", 4)
    assert "french" in model.languages
    assert "beijing_dialect" not in model.languages
    assert on_disk(model) == folder
    monkeypatch.chdir(tmp_path)
    assert on_disk(find("models/mine")) == folder


def test_a_folder_without_a_model_is_refused(tmp_path: Path) -> None:
    """Not taken for a repository, nor for an unknown name."""
    with pytest.raises(InvalidCheckpoint, match=r"no config\.json"):
        find(str(tmp_path))


@pytest.mark.parametrize(
    ("repository", "kind", "bits"),
    [
        ("somebody/Qwen3-TTS-Base-6bit", "base", 6),
        ("somebody/qwen3_tts_custom_voice", "custom_voice", None),
        ("somebody/Qwen3-TTS-VoiceDesign-bf16", "voice_design", None),
        ("somebody/anything", "base", None),
    ],
)
def test_another_repository_is_judged_by_its_name(repository: str, kind: str, bits: int | None) -> None:
    """Until it is on disk, and says so."""
    model = find(repository)
    assert (model.repository, model.kind, model.quantization) == (repository, kind, bits)
    assert model.size_bytes is None
    assert "name" in model.note


def test_a_downloaded_repository_is_judged_by_its_config(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever its name says."""
    folder = write_checkpoint(tmp_path / "model", 8, "voice_design")
    monkeypatch.setattr("voicelab.models.catalogue.folder_on_disk", lambda *_: folder)
    model = find("somebody/anything")
    assert (model.name, model.repository) == ("somebody/anything", "somebody/anything")
    assert (model.kind, model.quantization) == ("voice_design", 8)
    assert on_disk(model) == folder


def test_half_a_download_is_not_on_disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """So that the rest is fetched instead of failing to load."""
    folder = write_checkpoint(tmp_path / "model")
    monkeypatch.setattr("voicelab.models.catalogue.folder_on_disk", lambda *_: folder)
    assert on_disk(find("qwen3-tts-0.6b-8bit")) == folder
    (folder / "speech_tokenizer" / "model.safetensors").unlink()
    assert on_disk(find("qwen3-tts-0.6b-8bit")) is None


def test_the_preview_is_always_on_disk() -> None:
    """Its voice comes with a package."""
    folder = on_disk(find("preview"))
    assert folder is not None
    assert list(folder.glob("**/*.onnx"))


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("qwen3-tts-0.6b-8bits", "qwen3-tts-0.6b-8bit"),
        ("zzz", "Known: "),
        ("", "Known: "),
        ("/no/such/folder", "not a folder"),
        ("../../x", "not a folder"),
        ("a/b/c", "not a folder"),
        ("~nobody-of-this-name/x", "not a folder"),
        ("x" * 10_000, "not a folder"),
    ],
)
def test_an_unknown_name_says_what_there_is(name: str, said: str) -> None:
    """Near names, or all of them."""
    with pytest.raises(UnknownModel, match=said):
        find(name)
