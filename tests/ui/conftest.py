"""A real lab in a process of its own, and a real Chromium in front of it."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import pytest

from tests.needs import chromium
from voicelab.clips.wav import write_wav
from voicelab.settings import CHECKOUT

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import Browser, BrowserContext, Page

    from voicelab.clips.clip import Clip


CLOSED = "http://127.0.0.1:9"
"""A port at which nobody listens, for a hub: nothing leaves this machine."""


@dataclass(frozen=True)
class RunningLab:
    """Where it answers and where it keeps its data."""

    url: str
    home: Path
    process: subprocess.Popen[bytes]


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextlib.contextmanager
def running_lab(home: Path, *flags: str, hub: str = CLOSED, sample: bool = True, port: int = 0) -> Iterator[RunningLab]:
    """Have a lab that is ready for as long as the block; what it is given is what `_started` takes."""
    lab = _started(home, *flags, hub=hub, sample=sample, port=port or free_port())
    try:
        wait_until_ready(lab)
        yield lab
    finally:
        lab.process.terminate()
        lab.process.wait(60)


@contextlib.contextmanager
def wide_page(browser: Browser, url: str) -> Iterator[Page]:
    """Give a page of a browser window of its own, at `url`."""
    context = browser.new_context(viewport={"width": 1300, "height": 900})
    page = context.new_page()
    page.goto(url)
    yield page
    context.close()


def choose(page: Page, field: str, number: int) -> str:
    """Choose an option of a list by its place, and return its name."""
    page.locator(f"#{field} input").click()
    option = page.locator("[role=option]").nth(number)
    name = str(option.get_attribute("aria-label"))
    option.click()
    return name


def _started(home: Path, *flags: str, hub: str, sample: bool, port: int) -> RunningLab:
    """Start `python app.py`, with a copy of the `sample` voice in its home."""
    (home / "voices").mkdir(exist_ok=True)
    if sample:
        shutil.copytree(CHECKOUT / "voices" / "sample", home / "voices" / "sample", dirs_exist_ok=True)
    environment = os.environ | {"HF_ENDPOINT": hub, "HF_HOME": str(home / "hub")}
    command = [sys.executable, str(CHECKOUT / "app.py"), "--home", str(home), "--port", str(port), *flags]
    log = (home / "lab.log").open("ab")
    process = subprocess.Popen(command, env=environment, stdout=log, stderr=log)
    return RunningLab(f"http://127.0.0.1:{port}", home, process)


def health(lab: RunningLab) -> dict[str, object]:
    try:
        with urllib.request.urlopen(f"{lab.url}/health", timeout=5) as answer:  # noqa: S310 - our own address
            return dict(json.load(answer))
    except (urllib.error.URLError, OSError):
        return {}


def wait_until_ready(lab: RunningLab, limit_s: float = 120) -> None:
    """Wait for the engine and the page."""
    end = time.monotonic() + limit_s
    while time.monotonic() < end:
        state = health(lab)
        if state.get("ready") and state.get("page"):
            return
        if lab.process.poll() is not None:
            break
        time.sleep(0.2)
    pytest.fail(f"the lab was not ready: {health(lab)}\n{(lab.home / 'lab.log').read_text()[-3000:]}")


def call(url: str, key: str = "none", body: dict[str, Any] | None = None) -> dict[str, Any]:
    """Ask what a listener's page asks; `key` is the listener's."""
    headers = {"X-Listener": key, "Content-Type": "application/json"}
    data = None if body is None else json.dumps(body).encode()
    with urllib.request.urlopen(urllib.request.Request(url, data, headers), timeout=20) as answer:  # noqa: S310 - ours
        return dict(json.load(answer))


def answer_trial(url: str, key: str, trial: dict[str, Any], value: object = 1) -> None:
    """Answer what a listener's page shows, as soon as the lab believes that it was heard."""
    body = {"trial": trial["id"], "value": value, "plays": [1] * len(trial["stimuli"]), "heard_s": 9.0}
    while True:
        try:
            call(f"{url}/answers", key, body)
        except urllib.error.HTTPError as refused:
            if json.load(refused)["code"] != "not_heard":
                raise
            time.sleep(0.05)
        else:
            return


SLOW_MS = 120_000
"""How long a browser waits for what takes a recognizer a while, on a busy machine."""


def upload(page: Page, path: Path, clip: Clip | None = None) -> None:
    """Give the tab Make a voice the recording at `path`, written from `clip` first, and wait until it is checked."""
    if clip is not None:
        write_wav(path, clip)
    page.get_by_role("tab", name="Make a voice").click()
    page.locator("#make-upload input[type=file]").set_input_files(path)
    page.locator("#make-checks .vl-notice", has_text="Length").wait_for(timeout=SLOW_MS)
    page.locator("#make-trimmer .vl-handle-end").wait_for(timeout=SLOW_MS)


@pytest.fixture(scope="session")
def shared_lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningLab]:
    """One lab for all browser tests."""
    with running_lab(tmp_path_factory.mktemp("lab")) as lab:
        yield lab


@pytest.fixture(scope="module")
def lab_server(shared_lab: RunningLab) -> Iterator[RunningLab]:
    """The shared lab; a module leaves no voices to the next, where the first of them would be chosen."""
    yield shared_lab
    for note in (shared_lab.home / "voices").glob("*/voice.json"):
        if note.parent.name != "sample":
            shutil.rmtree(note.parent)


@pytest.fixture(scope="session")
def microphone(tmp_path_factory: pytest.TempPathFactory, speech_clip: Clip) -> Path:
    """What Chromium hears: speech from a file, over and over."""
    path = tmp_path_factory.mktemp("microphone") / "speech.wav"
    write_wav(path, speech_clip)
    return path


@pytest.fixture(scope="session")
def browser(microphone: Path) -> Iterator[Browser]:
    """Chromium from the system."""
    from playwright.sync_api import expect, sync_playwright

    hearing = ["--use-fake-ui-for-media-stream", "--use-fake-device-for-media-stream"]
    hearing.append(f"--use-file-for-fake-audio-capture={microphone}")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium(), args=["--no-sandbox", *hearing])
        expect.set_options(timeout=SLOW_MS)
        # Of every window.
        browser.new_context = _patient(browser.new_context)  # type: ignore[method-assign]  # of this browser only
        browser.new_page = _patient(browser.new_page)  # type: ignore[method-assign]  # the same
        yield browser
        browser.close()


W = TypeVar("W", "BrowserContext", "Page")


def _patient(new: Callable[..., W]) -> Callable[..., W]:
    """Return what opens windows in which everything is waited for as on a machine that does much else."""

    def opened(**wishes: Any) -> W:
        window = new(**wishes)
        window.set_default_timeout(SLOW_MS)
        return window

    return opened


@pytest.fixture
def page(browser: Browser, lab_server: RunningLab) -> Iterator[Page]:
    """A fresh browser window on the lab; a script error on the page fails the test."""
    context = browser.new_context(viewport={"width": 1200, "height": 900}, accept_downloads=True)
    page = context.new_page()
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.goto(lab_server.url)
    page.get_by_role("tab", name="Speak").wait_for()
    yield page
    context.close()
    assert errors == []
