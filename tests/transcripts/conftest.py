"""One transcriber for all tests of this folder, steady speech, and no hub."""

from __future__ import annotations

import socket
from pathlib import Path

import pytest

from tests.hub.conftest import point_at
from voicelab.transcripts.transcriber import Transcriber


@pytest.fixture(autouse=True)
def offline(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Have the hub be a closed port, and its cache an empty folder."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        point_at(monkeypatch, f"http://127.0.0.1:{free.getsockname()[1]}", tmp_path / "cache")


@pytest.fixture(scope="session")
def transcriber() -> Transcriber:
    """The default one: wants large-v3-turbo, has tiny.en."""
    return Transcriber()
