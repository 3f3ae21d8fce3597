"""Downloads: bytes add up, what broke off goes on, cancelling is quick, and every failure is a sentence."""

from __future__ import annotations

import errno
import shutil
import socket
import threading
import time
from collections import namedtuple
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tests.hub.conftest import REPOSITORY, point_at
from voicelab.errors import Cancelled, ModelUnavailable, StorageFailed
from voicelab.hub import download, fetch, folder_on_disk

if TYPE_CHECKING:
    from tests.hub.conftest import Hub

PATTERNS = ("config.json", "model.bin")


def nobody(done: int, total: int) -> None:
    """Listen to no report."""


def cancel_after(seconds: float) -> Any:
    """Return a report that cancels once bytes have come for `seconds`."""
    started: list[float] = []

    def report(done: int, total: int) -> None:
        if done:
            started.append(time.monotonic())
            if time.monotonic() - started[0] >= seconds:
                raise Cancelled("enough")

    return report


def downloading() -> list[threading.Thread]:
    return [thread for thread in threading.enumerate() if thread.name.startswith("download ")]


def test_a_download_ends_in_a_folder_that_is_then_found_on_disk(hub: Hub) -> None:
    assert folder_on_disk(REPOSITORY, PATTERNS) is None
    folder = fetch(REPOSITORY, nobody, PATTERNS)
    assert sorted(file.name for file in folder.iterdir()) == sorted(PATTERNS)
    assert all((folder / name).read_bytes() == hub.files[name] for name in PATTERNS)
    assert folder_on_disk(REPOSITORY, PATTERNS) == folder
    assert folder_on_disk(REPOSITORY) is None, "notes.txt was not asked for, so the whole is not there"


def test_what_is_on_disk_is_not_asked_for_again(hub: Hub) -> None:
    folder = fetch(REPOSITORY, nobody, PATTERNS)
    hub.refuse = (500, "")
    assert fetch(REPOSITORY, nobody, PATTERNS) == folder


def test_the_report_counts_the_bytes_of_all_files(hub: Hub) -> None:
    hub.pause_s = 0.03
    told: list[tuple[int, int]] = []
    fetch(REPOSITORY, lambda done, total: told.append((done, total)), PATTERNS)
    total = sum(len(hub.files[name]) for name in PATTERNS)
    listed = [(done, of) for done, of in told if of]
    assert {of for _, of in listed} == {total}
    assert [done for done, _ in listed] == sorted(done for done, _ in listed)
    assert len({done for done, _ in listed}) >= 3, "it moves while the bytes come"
    assert max(done for done, _ in listed) <= total


def test_a_broken_connection_is_taken_up_where_it_broke(hub: Hub) -> None:
    hub.break_after = [700_000, 300_000]
    folder = fetch(REPOSITORY, nobody, PATTERNS)
    assert (folder / "model.bin").read_bytes() == hub.files["model.bin"]
    assert hub.ranges[:2] == ["bytes=700000-", "bytes=1000000-"]
    assert hub.served_bytes == len(hub.files["model.bin"]), "no byte came twice"


def test_a_cancelled_download_stops_at_once_and_goes_on_next_time(hub: Hub) -> None:
    hub.pause_s = 0.1
    with pytest.raises(Cancelled, match="enough"):
        fetch(REPOSITORY, cancel_after(0.5), PATTERNS)
    stopped = hub.served_bytes
    assert not downloading(), "the worker has ended"
    hub.pause_s = 0
    first: list[int] = []
    folder = fetch(REPOSITORY, lambda done, total: first.append(done) if total else None, PATTERNS)
    assert (folder / "model.bin").read_bytes() == hub.files["model.bin"]
    assert int(hub.ranges[0].removeprefix("bytes=")[:-1]) >= 65536
    assert hub.served_bytes < len(hub.files["model.bin"]) + stopped


def test_cancelling_a_connection_that_stalls_takes_less_than_a_second(hub: Hub) -> None:
    hub.pause_s = 20
    at: list[float] = []

    def report(done: int, total: int) -> None:
        if done:
            at.append(time.monotonic())
            raise Cancelled("enough")

    with pytest.raises(Cancelled):
        fetch(REPOSITORY, report, PATTERNS)
    assert time.monotonic() - at[0] < 1
    assert not downloading()


def test_a_hub_that_keeps_breaking_off_is_given_up_and_says_how_far_it_came(
    hub: Hub, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(download, "TRIES", 2)
    hub.break_after = [100_000, 0, 0, 0, 0]
    with pytest.raises(ModelUnavailable, match=r"broke off at 0\.1 MB of 2\.1 MB .* goes on from there"):
        fetch(REPOSITORY, nobody, PATTERNS)


def test_a_damaged_file_is_never_kept(hub: Hub) -> None:
    hub.damaged = True
    with pytest.raises(ModelUnavailable, match=r"model\.bin .* damaged .* Try again"):
        fetch(REPOSITORY, nobody, PATTERNS)
    hub.damaged = False
    assert (fetch(REPOSITORY, nobody, PATTERNS) / "model.bin").read_bytes() == hub.files["model.bin"]


@pytest.mark.parametrize(
    ("refusal", "words"),
    [
        ((401, "RepoNotFound"), "no repository someone/small-model, or it is private"),
        ((403, "GatedRepo"), "is gated.*hf auth login"),
        ((500, ""), "The hub refused someone/small-model"),
    ],
)
def test_a_refusal_says_why_and_what_to_do(hub: Hub, refusal: tuple[int, str], words: str) -> None:
    hub.refuse = refusal
    with pytest.raises(ModelUnavailable, match=words) as raised:
        fetch(REPOSITORY, nobody, PATTERNS)
    assert "give the folder" in raised.value.message


def test_a_name_that_is_no_repository_is_a_sentence_too(hub: Hub) -> None:
    with pytest.raises(ModelUnavailable, match="no repository"):
        fetch("../etc/passwd", nobody)
    assert folder_on_disk("../etc/passwd") is None


def test_offline_fails_in_seconds_and_the_next_try_at_once(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    point_at(monkeypatch, f"http://127.0.0.1:{port}", tmp_path)
    started = time.monotonic()
    with pytest.raises(ModelUnavailable, match="cannot be reached") as raised:
        fetch(REPOSITORY, nobody)
    assert time.monotonic() - started < 5
    assert raised.value.retry_after_s == pytest.approx(30)
    started = time.monotonic()
    with pytest.raises(ModelUnavailable, match="could not be reached a moment ago"):
        fetch(REPOSITORY, nobody)
    assert time.monotonic() - started < 0.1


def test_a_full_disk_is_said_before_the_first_byte(hub: Hub, monkeypatch: pytest.MonkeyPatch) -> None:
    usage = namedtuple("usage", "total used free")  # noqa: PYI024 - stands in for shutil's own
    monkeypatch.setattr(shutil, "disk_usage", lambda path: usage(10, 9, 1))
    with pytest.raises(StorageFailed, match=r"needs 2\.1 MB more .* Free some space, or set HF_HOME"):
        fetch(REPOSITORY, nobody, PATTERNS)
    assert hub.served_bytes == 0


def test_a_disk_that_fills_up_meanwhile_is_said_and_what_came_is_kept(
    hub: Hub, monkeypatch: pytest.MonkeyPatch
) -> None:
    replace = Path.replace

    def full(self: Path, target: Path) -> Path:
        if self.stat().st_size > 1000:
            raise OSError(errno.ENOSPC, "No space left on device")
        return replace(self, target)

    with monkeypatch.context() as patched:
        patched.setattr(Path, "replace", full)
        with pytest.raises(StorageFailed, match="the disk is full"):
            fetch(REPOSITORY, nobody, PATTERNS)
    served = hub.served_bytes
    fetch(REPOSITORY, nobody, PATTERNS)
    assert hub.served_bytes == served, "model.bin had come whole"
