"""Downloads in the background, paused and resumed; what the cache holds, counted and removed."""

from __future__ import annotations

import time
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.hub.conftest import REPOSITORY
from voicelab.errors import InvalidValue, StorageFailed
from voicelab.hub import folder_on_disk
from voicelab.hub.cache import bytes_on_disk, remove, repositories
from voicelab.hub.downloads import Downloads, DownloadState

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.hub.conftest import Hub


def until(state: Callable[[], DownloadState | None], wanted: Callable[[DownloadState], bool]) -> DownloadState:
    end = time.monotonic() + 30
    while True:
        found = state()
        if found is not None and wanted(found):
            return found
        assert time.monotonic() < end, found
        time.sleep(0.01)


def test_a_download_is_followed_paused_and_taken_up(hub: Hub) -> None:
    downloads = Downloads()
    hub.pause_s = 0.1
    assert downloads.state(REPOSITORY) is None
    downloads.start(REPOSITORY)
    downloads.start(REPOSITORY)
    moving = until(lambda: downloads.state(REPOSITORY), lambda state: bool(state.bytes_per_s))
    total = sum(map(len, hub.files.values()))
    assert (moving.status, moving.total_bytes) == ("downloading", total)
    assert 65536 / 0.1 * 0.2 < (moving.bytes_per_s or 0) < 65536 / 0.1 * 5, "64 KiB a tenth of a second"
    assert moving.left_s
    downloads.pause(REPOSITORY)
    paused = until(lambda: downloads.state(REPOSITORY), lambda state: state.status == "paused")
    assert 0 < paused.done_bytes < total
    assert bytes_on_disk(REPOSITORY) >= 65536, "what has arrived is kept"
    assert folder_on_disk(REPOSITORY) is None
    hub.pause_s = 0
    downloads.start(REPOSITORY)
    done = until(lambda: downloads.state(REPOSITORY), lambda state: not state.active)
    assert (done.status, done.done_bytes) == ("done", total)
    assert folder_on_disk(REPOSITORY) is not None
    assert hub.ranges, "it went on where it had stopped"


def test_one_waits_for_the_other_and_can_leave_the_queue(hub: Hub) -> None:
    downloads = Downloads()
    hub.pause_s = 0.05
    downloads.start(REPOSITORY)
    downloads.start("someone/other")
    assert until(lambda: downloads.state("someone/other"), lambda state: state.status == "waiting")
    downloads.pause("someone/other")
    assert downloads.state("someone/other") == DownloadState("paused")
    hub.pause_s = 0
    until(lambda: downloads.state(REPOSITORY), lambda state: state.status == "done")
    downloads.start("someone/other")
    failed = until(lambda: downloads.state("someone/other"), lambda state: not state.active)
    assert failed.status == "failed"
    assert "no repository someone/other" in failed.message
    downloads.forget("someone/other")
    assert downloads.state("someone/other") is None


def test_what_is_removed_is_gone_and_counted(hub: Hub) -> None:
    downloads = Downloads()
    downloads.start(REPOSITORY)
    until(lambda: downloads.state(REPOSITORY), lambda state: state.status == "done")
    total = sum(map(len, hub.files.values()))
    assert repositories() == [REPOSITORY]
    assert bytes_on_disk(REPOSITORY) == total
    assert remove(REPOSITORY) == total
    assert (repositories(), bytes_on_disk(REPOSITORY), folder_on_disk(REPOSITORY)) == ([], 0, None)
    assert remove(REPOSITORY) == 0


def test_what_cannot_be_removed_is_said(hub: Hub, monkeypatch: pytest.MonkeyPatch) -> None:
    downloads = Downloads()
    downloads.start(REPOSITORY)
    until(lambda: downloads.state(REPOSITORY), lambda state: state.status == "done")

    def refuse(self: Path, target: Path) -> Path:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "rename", refuse)
    with pytest.raises(StorageFailed, match=r"cannot be deleted .* Permission denied"):
        remove(REPOSITORY)


@pytest.mark.parametrize("name", ["../outside", "/etc", "a/b/c", "", "..", "a/../b"])
def test_nothing_outside_of_the_cache_is_removed(hub: Hub, name: str) -> None:
    with pytest.raises(InvalidValue, match="no repository of the hub"):
        remove(name)
    assert bytes_on_disk(name) == 0
