"""The models on this machine: what is there, bringing and deleting it, and what the memory allows."""

from __future__ import annotations

import time
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

import pytest

from tests.fakes import FakeEngine
from tests.hub.conftest import Hub, hold_a_model, hub
from voicelab.errors import InvalidValue, ModelInUse, ModelTooLarge, UnknownModel
from voicelab.hub.downloads import Downloads
from voicelab.models.catalogue import catalogue, find, too_large
from voicelab.models.memory_guard import MemoryGuard
from voicelab.models.model_choice import availability
from voicelab.models.model_store import ModelStore, StoredModel
from voicelab.models.recognizer_store import RecognizerStore
from voicelab.models.registry import registry
from voicelab.speech.engine_descriptor import Availability
from voicelab.speech.ports import EngineHealth

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["hub"]  # the fixture

NAME = "qwen3-tts-0.6b-8bit"
GIB = 2**30


class Holding(FakeEngine):
    """An engine that holds a model."""

    model = "preview"

    def health(self) -> EngineHealth:
        return EngineHealth("ready", ready=True, message="", model=self.model)


def hearing(downloads: Downloads) -> RecognizerStore:
    """The recognizers, of which nobody waits for one."""
    return RecognizerStore(downloads, tuple, "large-v3-turbo")


@pytest.fixture
def engine() -> Holding:
    return Holding()


@pytest.fixture
def needed() -> set[str]:
    return set()


@pytest.fixture
def store(engine: Holding, needed: set[str]) -> ModelStore:
    return ModelStore(engine, MemoryGuard(), downloads := Downloads(), hearing(downloads), lambda: needed)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A model folder of the person's own, whose weights nobody can load."""
    held = Hub()
    hold_a_model(held, "own/model")
    for name, content in held.files.items():
        path = tmp_path / "own" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    return tmp_path / "own"


def stored(store: ModelStore, name: str = NAME) -> StoredModel:
    return next(model for model in store.models() if model.name == name)


def downloaded(store: ModelStore, name: str = NAME) -> StoredModel:
    store.download(name)
    end = time.monotonic() + 30
    while (state := stored(store, name).download) is None or state.active:
        assert time.monotonic() < end
        time.sleep(0.01)
    return stored(store, name)


def test_the_catalogue_is_in_the_store(hub: Hub, store: ModelStore) -> None:
    models = store.models()
    assert [model.name for model in models] == [model.name for model in catalogue()]
    assert {model.on_disk for model in models} == {"no", "packaged"}
    assert stored(store).size_bytes == 1_990_000_000
    assert store.machine_bytes > GIB


def test_a_model_comes_and_goes(hub: Hub, store: ModelStore) -> None:
    hold_a_model(hub, find(NAME).repository)
    found = downloaded(store)
    assert found.on_disk == "yes"
    assert found.disk_bytes == sum(map(len, hub.files.values()))
    assert found.download is not None
    assert found.download.status == "done"
    assert store.delete(NAME) == found.disk_bytes
    again = stored(store)
    assert (again.on_disk, again.disk_bytes, again.download) == ("no", 0, None)
    with pytest.raises(UnknownModel, match="nothing to delete"):
        store.delete(NAME)


def test_half_a_model_is_called_so_and_goes_on(hub: Hub, store: ModelStore) -> None:
    hold_a_model(hub, find(NAME).repository)
    hub.pause_s = 0.1
    store.download(NAME)
    end = time.monotonic() + 30
    while not stored(store).disk_bytes and time.monotonic() < end:
        time.sleep(0.02)
    with pytest.raises(ModelInUse, match="being downloaded"):
        store.delete(NAME)
    store.pause(NAME)
    while (state := stored(store).download) is not None and state.active and time.monotonic() < end:
        time.sleep(0.02)
    assert stored(store).on_disk == "partly"
    hub.pause_s = 0
    assert downloaded(store).on_disk == "yes"


def test_another_repository_is_listed_once_it_is_there(hub: Hub, store: ModelStore) -> None:
    hold_a_model(hub, "someone/Qwen3-TTS-finetuned-4bit")
    assert downloaded(store, "someone/Qwen3-TTS-finetuned-4bit").on_disk == "yes"
    assert store.delete("someone/Qwen3-TTS-finetuned-4bit") > 0
    assert [model.name for model in store.models()] == [model.name for model in catalogue()]


def test_what_is_in_use_stays(hub: Hub, store: ModelStore, engine: Holding, needed: set[str]) -> None:
    hold_a_model(hub, find(NAME).repository)
    downloaded(store)
    engine.model = NAME
    assert "the engine holds it" in stored(store).in_use
    with pytest.raises(ModelInUse, match="Unload it first"):
        store.delete(NAME)
    engine.model = ""
    needed.add(find(NAME).repository)
    with pytest.raises(ModelInUse, match="a comparison needs it"):
        store.delete(NAME)
    needed.clear()
    looked_at = ModelStore(
        engine, MemoryGuard(), downloads := Downloads(), hearing(downloads), lambda: needed, lambda: NAME
    )
    with pytest.raises(ModelInUse, match="it is being verified"):
        looked_at.delete(NAME)
    assert store.delete(NAME) > 0


def test_what_the_lab_did_not_bring_it_does_not_remove(hub: Hub, store: ModelStore, folder: Path) -> None:
    with pytest.raises(InvalidValue, match="folder of yours"):
        store.delete(str(folder))
    with pytest.raises(InvalidValue, match="comes with its engine"):
        store.delete("preview")
    with pytest.raises(UnknownModel):
        store.download("no such model")
    assert (folder / "config.json").is_file()


@pytest.mark.parametrize(
    ("gib", "fitting"),
    [
        (4, {"preview", "qwen3-tts-0.6b-8bit", "qwen3-tts-0.6b-4bit"}),
        (8, {model.name for model in catalogue()}),
    ],
)
def test_which_models_fit(monkeypatch: pytest.MonkeyPatch, gib: int, fitting: set[str]) -> None:
    """By what they take since sound is decoded in windows: 1.7B 8-bit on 8 GB, as others run it there."""
    monkeypatch.setattr("voicelab.models.catalogue.machine_bytes", lambda: gib * GIB)
    found = {model.name for model in catalogue() if not too_large(model)}
    assert found >= fitting
    assert ("qwen3-tts-1.7b-8bit" in found) == (gib == 8)


def mac_with(working_set_bytes: int) -> Availability:
    return Availability(available=True, reason="", device="Apple M1 (Metal)", working_set_bytes=working_set_bytes)


def test_what_the_device_may_keep_counts_once_it_is_known(monkeypatch: pytest.MonkeyPatch) -> None:
    """On an M1 with 8 GB that is 5.73 GB, of which 1.7B 8-bit takes 4.1."""
    monkeypatch.setattr("voicelab.models.catalogue.machine_bytes", lambda: 8 * GIB)
    model = find("qwen3-tts-1.7b-8bit")
    engine = registry().engine(model.engine)
    for kept, fits in ((5_726_630_000, True), (4_000_000_000, False)):
        monkeypatch.setattr("voicelab.models.process_memory._working_sets", {})
        availability(replace(engine, availability=partial(mac_with, kept)))
        assert bool(too_large(model)) is not fits
    assert "a model may take 4.0 GB" in too_large(model)


def test_the_guard_says_what_to_do_and_can_be_told_otherwise(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("voicelab.models.catalogue.machine_bytes", lambda: 4 * GIB)
    guard = MemoryGuard()
    guard.check(NAME)
    guard.check("no such model")
    with pytest.raises(
        ModelTooLarge, match=r"1.7b-bf16 needs about 5.5 GB .* may take 3.2 GB: .*--allow-swap"
    ) as raised:
        guard.check("qwen3-tts-1.7b-bf16")
    assert (raised.value.field, raised.value.code) == ("model", "model_too_large")
    guard.anyway = True
    guard.check("qwen3-tts-1.7b-bf16")


def test_a_folder_needs_its_weights_and_what_speaking_takes(monkeypatch: pytest.MonkeyPatch, folder: Path) -> None:
    model = find(str(folder))
    assert model.size_bytes is not None
    assert model.memory_bytes is not None
    assert model.memory_bytes > model.size_bytes + 800_000_000
    monkeypatch.setattr("voicelab.models.catalogue.machine_bytes", lambda: model.memory_bytes)
    with pytest.raises(ModelTooLarge):
        MemoryGuard().check(str(folder))
    monkeypatch.setattr("voicelab.models.catalogue.machine_bytes", lambda: 2 * model.memory_bytes)
    MemoryGuard().check(str(folder))
