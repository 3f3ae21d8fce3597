"""The recognizers on this machine: bringing and deleting them, beside the engines' models."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import pytest

from tests.fakes import FakeEngine
from tests.hub.conftest import Hub, hold_a_recognizer, hub
from voicelab.errors import InvalidValue, ModelInUse, UnknownModel
from voicelab.hub.downloads import Downloads
from voicelab.models.memory_guard import MemoryGuard
from voicelab.models.model_store import ModelStore
from voicelab.models.recognizer_store import RecognizerStore, StoredRecognizer
from voicelab.transcripts.recognizers import REPOSITORIES, recognizer_folder

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["hub"]  # the fixture

NAME = "small"


@pytest.fixture
def downloads() -> Downloads:
    return Downloads()


@pytest.fixture
def brought() -> list[str]:
    return []


@pytest.fixture
def store(downloads: Downloads, brought: list[str]) -> RecognizerStore:
    return RecognizerStore(downloads, lambda: brought, "large-v3-turbo")


def stored(store: RecognizerStore, name: str = NAME) -> StoredRecognizer:
    return next(each for each in store.recognizers() if each.name == name)


def until(met: Callable[[], bool]) -> None:
    end = time.monotonic() + 30
    while not met():
        assert time.monotonic() < end
        time.sleep(0.01)


def test_one_is_brought_paused_and_deleted(hub: Hub, store: RecognizerStore, downloads: Downloads) -> None:
    hold_a_recognizer(hub, REPOSITORIES[NAME][0])
    assert stored(store).on_disk == "no"
    hub.pause_s = 0.05
    store.download(NAME)
    with pytest.raises(ModelInUse, match="Pause that first"):
        store.delete(NAME)
    until(lambda: (state := stored(store).download) is not None and state.done_bytes > 0)
    store.pause(NAME)
    until(lambda: (state := stored(store).download) is not None and state.status == "paused")
    assert stored(store).on_disk == "partly"
    hub.pause_s = 0
    store.download(NAME)
    until(lambda: (state := stored(store).download) is not None and state.status == "done")
    found = recognizer_folder(NAME)
    assert stored(store).on_disk == "yes"
    assert found is not None
    assert "notes.txt" not in {file.name for file in found.iterdir()}
    # It is no engine's model, and no list of those has it.
    models = ModelStore(FakeEngine(), MemoryGuard(), downloads, store)
    assert REPOSITORIES[NAME][0] not in {model.repository for model in models.models()}
    assert next(row for row in models.told()["recognizers"] if row["name"] == NAME)["on_disk"] == "yes"
    assert store.delete(NAME) > 0
    assert (stored(store).on_disk, stored(store).download) == ("no", None)


def test_what_somebody_waits_for_stays(hub: Hub, store: RecognizerStore, brought: list[str]) -> None:
    brought.append(NAME)
    assert "for a transcription" in stored(store).in_use
    with pytest.raises(ModelInUse, match="Stop that first"):
        store.delete(NAME)
    brought.clear()
    with pytest.raises(UnknownModel, match="nothing to delete"):
        store.delete(NAME)
    assert hub.served_bytes == 0


def test_the_packaged_one_is_neither_brought_nor_deleted(hub: Hub, store: RecognizerStore) -> None:
    assert stored(store, "tiny.en").on_disk == "packaged"
    for act in (store.download, store.pause, store.delete):
        with pytest.raises(InvalidValue, match="comes with the lab"):
            act("tiny.en")
    with pytest.raises(UnknownModel, match="There is no recognizer 'huge'"):
        store.download("huge")
    assert hub.served_bytes == 0


def test_it_is_said_which_one_hears_by_itself(store: RecognizerStore) -> None:
    assert "where no other one is chosen" in stored(store, "large-v3-turbo").note
    assert stored(store, "base.en").note == "English only."
