"""The whole lab on loopback in this process: page, HTTP side and real Whisper, with an engine that tests can hold."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any

import pytest
from fastapi.testclient import TestClient

from tests.api.conftest import HeldEngine, HeldJob
from tests.labs import lab_of, with_anna
from voicelab.api.app import create_api
from voicelab.api.mount import mounted
from voicelab.api.page import PageSlot
from voicelab.lab import Lab
from voicelab.settings import Settings
from voicelab.speech.text_pieces import check_text
from voicelab.ui.app import build_page, mount_options

if TYPE_CHECKING:
    from pathlib import Path

    from voicelab.speech.ports import SpeechRequest

SECRET = "canary-8f2e11"  # noqa: S105 - guards nothing: it is looked for


class CheckingEngine(HeldEngine):
    """Refuses what the real one refuses at once."""

    def submit(self, request: SpeechRequest, client: str = "", on_busy: str = "queue") -> HeldJob:
        check_text(request.text)
        return super().submit(request, client, on_busy)


@pytest.fixture(scope="module")
def engine() -> HeldEngine:
    return CheckingEngine()


@pytest.fixture(scope="module")
def lab(tmp_path_factory: pytest.TempPathFactory, engine: HeldEngine) -> Lab:
    """A lab with the voice Anna."""
    settings = Settings(home=tmp_path_factory.mktemp("home"), port=7861, queue_limit=4, recognizer="tiny.en")
    return with_anna(lab_of(settings, engine))


@pytest.fixture(scope="module")
def page(lab: Lab) -> Iterator[TestClient]:
    """The lab's own page on the lab's own HTTP side, mounted late as the server does it."""
    slot = PageSlot()
    with TestClient(create_api(lab, slot), base_url="http://127.0.0.1:7861", raise_server_exceptions=False) as client:
        application = mounted(build_page(lab), mount_options(), lab.settings)
        lifespan = application.router.lifespan_context(application)
        assert client.portal is not None
        client.portal.call(lifespan.__aenter__)
        slot.fill(application)
        yield client
        client.portal.call(lifespan.__aexit__, None, None, None)


@pytest.fixture(scope="module")
def canary(lab: Lab) -> Path:
    """A file of this machine that no client may see, where traversal from the lab's own folders would find it."""
    path = lab.settings.home / "canary.txt"
    path.write_text(SECRET)
    return path


class Listener(ThreadingHTTPServer):
    """A server that nobody should call; it keeps the addresses it was asked for."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        asked = self.asked

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                asked.append(self.path)
                self.send_response(200)
                self.end_headers()
                self.wfile.write(SECRET.encode())

            def log_message(self, *_values: Any) -> None:
                """Say nothing."""

        super().__init__(("127.0.0.1", 0), Handler)


@pytest.fixture(scope="module")
def listener() -> Iterator[Listener]:
    server = Listener()
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield server
    server.shutdown()
