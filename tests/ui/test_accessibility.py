"""axe-core on every tab and on the listeners' page, light and dark: no violation of WCAG 2.1 A or AA."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.listening_lab import with_comparison
from tests.ui.axe import violations
from tests.ui.conftest import SLOW_MS, running_lab, upload
from voicelab.blind_tests import source_of
from voicelab.bootstrap import build
from voicelab.listening.kinds import KINDS
from voicelab.listening.values import Options
from voicelab.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser, Page

    from tests.ui.conftest import RunningLab
    from voicelab.clips.clip import Clip

TABS = ("Speak", "Make a voice", "Compare", "Listen", "Voices", "Machine")
SCHEMES = ("light", "dark")


@pytest.fixture(scope="module")
def laid(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[RunningLab, dict[str, str]]]:
    """A lab with a comparison, and a listening test of each way to answer."""
    home = tmp_path_factory.mktemp("accessible")
    experiment = with_comparison(home, lines=("One line.", "Another one."))
    made = build(Settings(home=home))
    source = source_of(made.experiments, made.voices, experiment.id)
    tests = {
        kind: made.listening.tests.create(source, KINDS[kind], Options(trials=1, catch_share=0, practice=False))
        for kind in ("ab", "similarity")
    }
    with running_lab(home, "--model", "preview") as running:
        yield running, {kind: f"{running.url}/listen/{test.token}" for kind, test in tests.items()}


@pytest.fixture(params=SCHEMES)
def window(request: pytest.FixtureRequest, browser: Browser) -> Iterator[Page]:
    context = browser.new_context(viewport={"width": 1200, "height": 900}, color_scheme=request.param)
    yield context.new_page()
    context.close()


def test_every_tab(window: Page, laid: tuple[RunningLab, dict[str, str]], speech_clip: Clip, tmp_path: Path) -> None:
    window.goto(laid[0].url)
    found = {}
    for name in TABS:
        window.get_by_role("tab", name=name).click()
        if name == "Speak":
            speak_twice(window)
        if name == "Make a voice":
            upload(window, tmp_path / "speech.wav", speech_clip)
        window.wait_for_load_state("networkidle", timeout=SLOW_MS)
        found[name] = violations(window)
    assert found == {name: [] for name in TABS}


def speak_twice(page: Page) -> None:
    """A take with its player, and one that was spoken before it."""
    for text in ("The first one.", "The second one."):
        page.locator("#speak-text textarea").fill(text)
        page.locator("#speak-button").click()
        page.locator(".vl-spoken-text", has_text=text).wait_for(timeout=SLOW_MS)
    page.get_by_text("Spoken earlier (1)").click()


def test_the_listeners_page(window: Page, laid: tuple[RunningLab, dict[str, str]]) -> None:
    found = {}
    for kind, address in laid[1].items():
        window.goto(address)
        window.get_by_role("button", name="Start").wait_for()
        found[kind, "start"] = violations(window)
        window.get_by_role("button", name="Start").click()
        window.get_by_role("button", name="Play the test tone").wait_for()
        found[kind, "level"] = violations(window)
        window.get_by_role("button", name="This is comfortable").click()
        window.locator(".stimulus").first.wait_for()
        found[kind, "trial"] = violations(window)
        window.evaluate("localStorage.clear()")
    assert [each for told in found.values() for each in told] == []
    assert len(found) == 3 * len(laid[1])
