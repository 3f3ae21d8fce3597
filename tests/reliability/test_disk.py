"""A real disk that is full, or may only be read: the lab goes on speaking, says what is wrong, and loses nothing."""

from __future__ import annotations

import json
import shutil
import urllib.error
import urllib.request
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import httpx2 as httpx
import pytest

from tests.gradio_page import GradioPage, PageRefused, apart, functions_of
from tests.listening_lab import with_comparison
from tests.reliability.small_disk import SmallDisk
from voicelab.settings import CHECKOUT

if TYPE_CHECKING:
    from pathlib import Path

    from tests.running import Server


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[SmallDisk]:
    """32 MB with a lab on it: two voices and a comparison."""
    disk = SmallDisk(tmp_path, megabytes=32)
    (disk.path / "tmp").mkdir()
    with_comparison(disk.path)
    shutil.copytree(CHECKOUT / "voices" / "sample", disk.path / "voices" / "sample")
    yield disk
    disk.close()


def ask(server: Server, path: str, body: dict[str, Any] | None = None) -> tuple[int, bytes]:
    content = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(f"{server.url}{path}", content, {"Content-Type": "application/json"})  # noqa: S310 - our own server
    try:
        with urllib.request.urlopen(request, timeout=60) as answer:  # noqa: S310 - our own server
            return answer.status, answer.read()
    except urllib.error.HTTPError as error:
        return error.code, error.read()


def kept(disk: SmallDisk) -> set[str]:
    """Every file and folder on the disk, but for the database, which is one file with journals."""
    found = (str(path.relative_to(disk.path)) for path in disk.path.rglob("*"))
    return {path for path in found if "voicelab.db" not in path}


async def said_by_the_page(server: Server) -> str:
    """Press Speak, which needs no disk, and Rename; return the error that comes of the new name."""
    async with httpx.AsyncClient(base_url=server.url, timeout=60) as client:
        page = GradioPage(client, "disk", await functions_of(client))
        await page.call("speak", "The disk is full.", "sample", "preview", 1, 1)
        await page.call("library", None)
        with pytest.raises(PageRefused) as refused:
            await page.call("rename", "anna", "Berta")
        return str(refused.value)


def assert_one_sentence(said: str, *words: str) -> None:
    assert "Traceback" not in said
    assert any(word in said for word in words), said


def test_a_full_disk_stops_only_what_must_be_written(disk: SmallDisk, tmp_path: Path) -> None:
    assert disk.voicelab("voice", "export", "sample", str(tmp_path / "sample.zip")).returncode == 0
    (experiment,) = (disk.path / "data" / "experiments").iterdir()
    created = disk.voicelab("listen", "create", experiment.name, "--json")
    link = "/listen/" + json.loads(created.stdout)["url"].rsplit("/", 1)[1]
    server = disk.serve()
    try:
        server.wait_for("ready", "page")
        disk.fill()
        before = kept(disk)

        status, audio = ask(server, "/synthesize", {"text": "The disk is full.", "voice": "sample"})
        assert (status, audio[:4]) == (200, b"RIFF")
        assert_one_sentence(apart(lambda: said_by_the_page(server)), "the disk is full")
        status, said = ask(server, f"{link}/join", {})
        assert status == 500
        assert_one_sentence(json.loads(said)["error"], "disk")
        for command in (
            ("voice", "import", str(tmp_path / "sample.zip"), "--name", "Another"),
            ("voice", "rename", "anna", "Berta"),
            ("listen", "create", experiment.name),
            ("compare", "anna", "--text", "One line.", "--models", "preview", "--out", str(disk.home / "takes")),
        ):
            done = disk.voicelab(*command)
            assert done.returncode == 1, (command, done.stdout, done.stderr)
            assert_one_sentence(done.stderr, "disk", "Disk", "space")
            assert kept(disk) ^ before == set(), command
        assert server.health()["ready"]

        disk.empty()
        status, joined = ask(server, f"{link}/join", {})
        assert status == 200, joined
        assert disk.voicelab("voice", "rename", "anna", "Berta").returncode == 0
    finally:
        server.end()
    looked = disk.voicelab("doctor", "--deep")
    assert looked.returncode == 0, looked.stdout


def test_a_disk_that_may_only_be_read_still_gives_voices_and_speech(disk: SmallDisk) -> None:
    disk.make_read_only()
    server = disk.serve()
    try:
        server.wait_for("ready", "page")
        assert ask(server, "/")[0] == 200
        assert {voice["slug"] for voice in json.loads(ask(server, "/voices")[1])["voices"]} == {"anna", "sample"}
        status, audio = ask(server, "/synthesize", {"text": "Nothing is written.", "voice": "sample"})
        assert (status, audio[:4]) == (200, b"RIFF")
    finally:
        server.end()
    done = disk.voicelab("voice", "rename", "anna", "Berta")
    assert done.returncode == 1
    assert_one_sentence(done.stderr, "read-only", "Read-only")
