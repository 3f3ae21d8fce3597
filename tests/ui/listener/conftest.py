"""The HTTP side in a thread, and the window of a phone."""

from __future__ import annotations

import json
import threading
import time
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import uvicorn

from tests.fakes import FakeEngine
from tests.labs import lab_of
from tests.listening.conftest import experiment
from tests.ui.conftest import free_port
from voicelab.api.app import create_api
from voicelab.lab import Lab
from voicelab.listening.kinds import KINDS
from voicelab.listening.values import ListeningTest, Options
from voicelab.settings import Settings

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext


@dataclass
class Server:
    """The HTTP side in a thread."""

    lab: Lab
    url: str

    def make(self, folder: Path, kind: str = "ab", items: int = 3, **options: Any) -> ListeningTest:
        source = experiment(folder, settings=3 if kind == "similarity" else 2, items=items)
        return self.lab.listening.tests.create(source, KINDS[kind], Options(**options))

    def answers(self, test: ListeningTest) -> int:
        return self.lab.listening.tests.get(test.id).answers

    def exported(self, test: ListeningTest) -> list[dict[str, Any]]:
        """The answers as their owner gets them in a file, in the order of listeners and trials."""
        url = f"{self.url}/listening/{test.id}/answers.json"
        with urllib.request.urlopen(url, timeout=20) as answer:  # noqa: S310 - ours
            return list(json.load(answer)["answers"])


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    settings = Settings(home=tmp_path_factory.mktemp("listening-lab"), port=free_port())
    lab = lab_of(settings, FakeEngine())
    running = uvicorn.Server(uvicorn.Config(create_api(lab), port=settings.port, log_level="warning"))
    thread = threading.Thread(target=running.run)
    thread.start()
    while not running.started:
        time.sleep(0.02)
    yield Server(lab, f"http://127.0.0.1:{settings.port}")
    running.should_exit = True
    thread.join()


@pytest.fixture
def phone(browser: Browser) -> Iterator[BrowserContext]:
    """A window of a phone; a script error fails the test."""
    context = browser.new_context(viewport={"width": 390, "height": 844}, has_touch=True)
    errors: list[str] = []
    context.on("weberror", lambda error: errors.append(str(error.error)))
    yield context
    context.close()
    assert errors == []
