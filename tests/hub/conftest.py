"""A hub on loopback that answers the routes of the Hugging Face hub, and can break, stall and refuse."""

from __future__ import annotations

import contextlib
import hashlib
import json
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import pytest

from voicelab.hub import reasons

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

REPOSITORY = "someone/small-model"
SHA = "0123456789abcdef0123456789abcdef01234567"


class Hub:
    """What the server holds, what it has been asked, and how it misbehaves."""

    def __init__(self) -> None:
        weights = bytes(range(256)) * 8192  # 2 MiB
        self.repository = REPOSITORY
        self.files = {"config.json": b'{"size": "small"}', "model.bin": weights, "notes.txt": b"not asked for"}
        self.large = "model.bin"
        """Which of them is stored as a large file."""
        self.served_bytes = 0
        self.ranges: list[str] = []
        self.break_after: list[int] = []
        """The next answers for the large file end after so many bytes, one number each."""
        self.pause_s = 0.0
        """Between two pieces of it."""
        self.refuse: tuple[int, str] | None = None
        """Status and X-Error-Code of every answer."""
        self.damaged = False

    def entry(self, name: str) -> dict[str, Any]:
        content = self.files[name]
        git = hashlib.sha1(b"blob %d\0" % len(content) + content, usedforsecurity=False).hexdigest()
        entry: dict[str, Any] = {"size": len(content), "blob": git}
        if name == self.large:
            entry["lfs"] = hashlib.sha256(content).hexdigest()
        return entry


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    hub: Hub

    def do_HEAD(self) -> None:
        self._answer(body=False)

    def do_GET(self) -> None:
        self._answer(body=True)

    def log_message(self, *args: Any) -> None:
        """Say nothing."""

    def _answer(self, body: bool) -> None:
        path = urlsplit(self.path).path
        if self.hub.refuse:
            status, code = self.hub.refuse
            self._send(status, b"", {"X-Error-Code": code, "X-Error-Message": "no"}, body)
        elif path in {f"/api/models/{self.hub.repository}", f"/api/models/{self.hub.repository}/revision/main"}:
            self._send_json(
                {"id": self.hub.repository, "sha": SHA, "siblings": [self._sibling(name) for name in self.hub.files]}
            )
        elif path.startswith(f"/api/models/{self.hub.repository}/tree/"):
            self._send_json([self._leaf(name) for name in self.hub.files])
        elif path.startswith(f"/{self.hub.repository}/resolve/"):
            self._send_file(path.split("/resolve/", 1)[1].split("/", 1)[1], body)
        else:
            self._send(404, b"", {"X-Error-Code": "RepoNotFound"}, body)

    def _sibling(self, name: str) -> dict[str, Any]:
        entry = self.hub.entry(name)
        sibling = {"rfilename": name, "size": entry["size"], "blobId": entry["blob"]}
        if "lfs" in entry:
            sibling["lfs"] = {"size": entry["size"], "sha256": entry["lfs"], "pointerSize": 134}
        return sibling

    def _leaf(self, name: str) -> dict[str, Any]:
        entry = self.hub.entry(name)
        leaf = {"type": "file", "path": name, "size": entry["size"], "oid": entry["blob"]}
        if "lfs" in entry:
            leaf["lfs"] = {"size": entry["size"], "oid": entry["lfs"], "pointerSize": 134}
        return leaf

    def _send_file(self, name: str, body: bool) -> None:
        entry, content = self.hub.entry(name), self.hub.files[name]
        headers = {"X-Repo-Commit": SHA, "ETag": f'"{entry.get("lfs", entry["blob"])}"'}
        start = 0
        if wanted := self.headers.get("Range"):
            self.hub.ranges.append(wanted)
            start = int(wanted.removeprefix("bytes=").rstrip("-"))
            headers["Content-Range"] = f"bytes {start}-{len(content) - 1}/{len(content)}"
        if self.hub.damaged and name == self.hub.large:
            content = b"\xff" + content[1:]
        if not body or name != self.hub.large:
            self._send(206 if start else 200, content[start:], headers, body)
            return
        self._send_slowly(content, start, headers)

    def _send_slowly(self, content: bytes, start: int, headers: dict[str, str]) -> None:
        limit = self.hub.break_after.pop(0) if self.hub.break_after else len(content)
        self._head(206 if start else 200, len(content) - start, headers)
        try:
            for place in range(start, min(start + limit, len(content)), 65536):
                piece = content[place : min(place + 65536, start + limit)]
                self.wfile.write(piece)
                self.hub.served_bytes += len(piece)
                time.sleep(self.hub.pause_s)
        except OSError:
            return
        if start + limit < len(content):
            self.close_connection = True

    def _send_json(self, value: Any) -> None:
        self._send(200, json.dumps(value).encode(), {"Content-Type": "application/json"}, body=True)

    def _send(self, status: int, content: bytes, headers: dict[str, str], body: bool) -> None:
        self._head(status, len(content), headers)
        if body:
            self.wfile.write(content)

    def _head(self, status: int, length: int, headers: dict[str, str]) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(length))
        self.end_headers()


def point_at(monkeypatch: pytest.MonkeyPatch, address: str, cache: Path) -> None:
    """Have huggingface_hub ask `address` and keep its files in `cache`; forget earlier failures."""
    from huggingface_hub import constants

    monkeypatch.setattr(constants, "ENDPOINT", address)
    monkeypatch.setattr(constants, "HUGGINGFACE_CO_URL_TEMPLATE", address + "/{repo_id}/resolve/{revision}/{filename}")
    monkeypatch.setattr(constants, "HF_HUB_CACHE", str(cache))
    monkeypatch.setattr(reasons, "_offline", {})


@contextlib.contextmanager
def serving(held: Hub) -> Iterator[str]:
    """Serve `held` and yield its address."""
    handler = type("Handler", (_Handler,), {"hub": held})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()


def hold_a_model(held: Hub, repository: str, megabytes: int = 2) -> None:
    """Have the hub hold the files that a Qwen3-TTS model needs: small ones, and weights that nobody can load."""
    held.repository, held.large = repository, "model.safetensors"
    config = {"model_type": "qwen3_tts", "tts_model_type": "base", "talker_config": {"codec_language_id": {}}}
    small = ("tokenizer_config.json", "tokenizer.json", "speech_tokenizer/config.json")
    held.files = {
        "config.json": json.dumps(config).encode(),
        **{name: json.dumps({"name": name}).encode() for name in small},
        "speech_tokenizer/model.safetensors": b"codec",
        "model.safetensors": bytes(range(256)) * 4096 * megabytes,
    }


def hold_a_recognizer(held: Hub, repository: str, megabytes: int = 2) -> None:
    """Have the hub hold the files that a recognizer needs, and one that it does not."""
    held.repository, held.large = repository, "model.bin"
    small = ("config.json", "tokenizer.json", "vocabulary.json", "notes.txt")
    held.files = {name: json.dumps({"name": name}).encode() for name in small}
    held.files["model.bin"] = bytes(range(256)) * 4096 * megabytes


@pytest.fixture
def hub(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Hub]:
    """The hub, running; the cache is an empty folder."""
    held = Hub()
    with serving(held) as address:
        point_at(monkeypatch, address, tmp_path / "cache")
        yield held
