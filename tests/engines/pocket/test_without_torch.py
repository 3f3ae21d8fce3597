"""What the lab knows of pocket-tts before, and without, the package: its descriptor, its choosing and its sentences."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from importlib.machinery import ModuleSpec
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest

from tests.fakes import RecordingReporter
from tests.hub.conftest import Hub, serving
from voicelab.engines.pocket import descriptor
from voicelab.engines.pocket.checkpoints import REPOSITORY, WEIGHTS, files_of
from voicelab.engines.pocket.synthesizer import PocketSynthesizer
from voicelab.errors import InvalidCheckpoint, ModelUnavailable
from voicelab.models.catalogue import check_folder, find, on_disk
from voicelab.models.engine_kit import check_descriptor
from voicelab.models.model_choice import choose
from voicelab.settings import CHECKOUT

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

LINK = f"https://huggingface.co/{REPOSITORY}"


def write_tensors(file: Path, names: tuple[str, ...]) -> None:
    from safetensors.numpy import save_file

    file.parent.mkdir(parents=True, exist_ok=True)
    save_file({name: np.zeros(1, np.float32) for name in names}, file)


WHOLE = ("flow_lm.bos_emb", "mimi.encoder.model.0.conv.weight", "mimi.decoder.model.0.conv.weight")


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A cache of the hub without anything in it."""
    from huggingface_hub import constants

    monkeypatch.setattr(constants, "HF_HUB_CACHE", str(tmp_path / "hub"))
    return tmp_path / "hub"


def put_weights(cache: Path) -> Path:
    repository = cache / f"models--{REPOSITORY.replace('/', '--')}"
    snapshot = repository / "snapshots" / ("0" * 40)
    (repository / "refs").mkdir(parents=True)
    (repository / "refs" / "main").write_text("0" * 40)
    write_tensors(snapshot / files_of("english")[0], WHOLE)
    return snapshot / "languages" / "english"


@pytest.fixture
def install(monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Say which of the packages are installed."""

    def say(*packages: str) -> None:
        monkeypatch.setattr(descriptor, "find_spec", lambda name: ModuleSpec(name, None) if name in packages else None)

    return say


@pytest.fixture
def no_gpu(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    from voicelab.engines.qwen3 import availability

    monkeypatch.setattr(availability, "find_spec", lambda _name: None)
    availability.probe.cache_clear()
    yield
    availability.probe.cache_clear()


def test_the_descriptor_is_one() -> None:
    assert check_descriptor("voicelab.engines.pocket.descriptor:ENGINE").name == "pocket"


def test_it_is_chosen_before_what_is_no_clone_once_it_can_speak(
    cache: Path, install: Callable[..., None], no_gpu: None
) -> None:
    install()
    without = choose("auto")
    assert without.model == "preview"
    assert "extra pocket" in without.reason
    install("pocket_tts", "torch")
    no_weights = choose("auto")
    assert no_weights.model == "preview"
    assert LINK in no_weights.reason
    assert "voicelab models download pocket-tts" in no_weights.reason
    put_weights(cache)
    ready = choose("auto")
    assert (ready.model, ready.engine, ready.device) == ("pocket-tts", "pocket", "CPU")
    assert "pocket-tts, a clone, comes before what is none" in ready.reason
    install("torch")
    assert choose("auto").model == "preview", "weights alone do not speak"


def test_where_its_weights_are(cache: Path) -> None:
    model = find("pocket-tts")
    assert on_disk(model) is None
    folder = put_weights(cache)
    assert on_disk(model) == folder
    assert find(REPOSITORY) == model


def test_weights_that_are_not_there_are_not_fetched_behind_ones_back(cache: Path) -> None:
    with pytest.raises(ModelUnavailable, match=f"(?s){LINK}.*voicelab models download pocket-tts"):
        PocketSynthesizer().load("pocket-tts", RecordingReporter())


def test_its_terms_are_told_before_the_first_byte(tmp_path: Path) -> None:
    hub = Hub()
    hub.repository = REPOSITORY
    content = json.dumps({}).encode()
    hub.files = {
        files_of("english")[0]: bytes(1000),
        "languages/german/model.safetensors": bytes(5000),
        "a.md": content,
    }
    hub.large = files_of("english")[0]
    with serving(hub) as address:
        environment = os.environ | {"HF_ENDPOINT": address, "HF_HOME": str(tmp_path / "hub"), "VOICELAB_PORT": "9"}
        command = [sys.executable, "-m", "voicelab", "models", "download", "pocket-tts", "--home", str(tmp_path)]
        done = subprocess.run(command, capture_output=True, text=True, env=environment, cwd=CHECKOUT, check=False)
    assert done.returncode == 0, done.stderr
    assert LINK in done.stderr.splitlines()[0]
    fetched = {file.name for file in (tmp_path / "hub").rglob("snapshots/*/languages/*/*")}
    folders = {file.parent.name for file in (tmp_path / "hub").rglob("snapshots/*/languages/*/*")}
    assert (fetched, folders) == ({WEIGHTS}, {"english"}), "one language, not all of them"


def test_a_folder_of_one_language(tmp_path: Path) -> None:
    folder = tmp_path / "german"
    write_tensors(folder / WEIGHTS, WHOLE)
    with pytest.raises(InvalidCheckpoint, match=r"no config\.json"):
        find(str(folder))
    (folder / "tokenizer.json").write_text("{}")
    model = find(str(folder))
    assert (model.engine, model.languages, model.folder) == ("pocket", ("german",), folder)
    check_folder(model)
    (tmp_path / "german").rename(tmp_path / "mine")
    with pytest.raises(InvalidCheckpoint):
        find(str(tmp_path / "mine"))
    (tmp_path / "mine" / "config.yaml").write_text("")
    assert find(str(tmp_path / "mine")).languages == ("english",)


@pytest.mark.parametrize(
    ("names", "message"),
    [
        (("flow_lm.bos_emb", "mimi.decoder.model.0.conv.weight"), "mimi.encoder"),
        (("talker.model.norm.weight",), "flow_lm"),
        (None, "cannot be read"),
    ],
)
def test_other_weights_are_told_apart(tmp_path: Path, names: tuple[str, ...] | None, message: str) -> None:
    folder = tmp_path / "english"
    write_tensors(folder / WEIGHTS, names or WHOLE)
    if names is None:
        (folder / WEIGHTS).write_bytes((folder / WEIGHTS).read_bytes()[:10])
    (folder / "tokenizer.json").write_text("{}")
    with pytest.raises(InvalidCheckpoint, match=message):
        check_folder(find(str(folder)))
