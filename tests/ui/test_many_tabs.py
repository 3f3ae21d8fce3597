"""Many tabs of one browser on the lab: it has six connections for all of them, and none may starve another."""

from __future__ import annotations

import statistics
import time
from typing import TYPE_CHECKING

import pytest

from tests.ui.conftest import SLOW_MS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser, BrowserContext, Page

    from tests.ui.conftest import RunningLab

TABS = 12
WORKING = 6
"""As many as the connections that a browser has: with one held by each, nothing else would get through."""
LONG = " ".join(["This is a long text that keeps the engine busy for quite a while."] * 300)
ANSWERED_S = 3.0
"""After so long a page says that it still waits; an answer that does not wait for the engine comes long before."""


@pytest.fixture
def window(browser: Browser) -> Iterator[BrowserContext]:
    context = browser.new_context(viewport={"width": 1000, "height": 800})
    errors: list[str] = []
    context.on("weberror", lambda error: errors.append(str(error.error)))
    yield context
    context.close()
    assert errors == []


def opened(window: BrowserContext, lab: RunningLab) -> Page:
    page = window.new_page()
    page.goto(lab.url)
    page.locator("#speak-button").wait_for()
    return page


def speak(page: Page, text: str) -> None:
    page.locator("#speak-text textarea").fill(text)
    page.locator("#speak-button").click()


def preview_of(page: Page, text: str) -> float:
    """Type a text and return the seconds until the page says what is really said: nobody's engine is asked."""
    began = time.monotonic()
    page.locator("#speak-text textarea").fill(text)
    page.locator("#speak-said", has_text=text).wait_for()
    return time.monotonic() - began


def test_no_tab_starves_another(window: BrowserContext, lab_server: RunningLab) -> None:
    pages = [opened(window, lab_server) for _ in range(TABS)]
    working, last = pages[:WORKING], pages[-1]
    last.locator("#speak-really button").first.click()
    for page in working:
        speak(page, LONG)
    for page in working:
        page.locator(".vl-progress progress").locator("visible=true").first.wait_for(timeout=SLOW_MS)
    waited = [preview_of(last, f"Take number {'abcde'[turn]}.") for turn in range(5)]
    for page in working:
        page.locator("#speak-stop").click()
    assert statistics.median(waited) < ANSWERED_S
    assert last.locator(".vl-waiting").count() == 0


def test_nothing_is_asked_while_nothing_is_awaited(window: BrowserContext, lab_server: RunningLab) -> None:
    page = opened(window, lab_server)
    page.wait_for_load_state("networkidle", timeout=SLOW_MS)
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url) if "gradio_api" in request.url else None)
    page.wait_for_timeout(1500)  # six polls, were there any
    assert asked == []
    assert page.locator("#banner").is_visible()


def test_a_call_that_is_not_answered_says_so(window: BrowserContext, lab_server: RunningLab) -> None:
    page = opened(window, lab_server)
    page.wait_for_load_state("networkidle", timeout=SLOW_MS)
    held: list[object] = []
    page.route("**/queue/join*", lambda route: held.append(route))  # noqa: PLW0108 - Playwright marks its handlers
    page.locator("#speak-text textarea").fill("Is anybody there?")
    page.get_by_text("Still waiting for the lab").wait_for()
    assert held


def test_a_lab_that_was_started_again_is_told(window: BrowserContext, lab_server: RunningLab) -> None:
    """It knows nothing of what the page awaits: a sentence, and not waiting for ever."""
    page = opened(window, lab_server)
    page.wait_for_load_state("networkidle", timeout=SLOW_MS)
    page.route("**/queue/poll*", lambda route: route.fulfill(status=404, body=""))
    page.route("**/health", lambda route: route.abort())
    speak(page, "Hello.")
    page.get_by_text("What it was doing for this page has stopped").first.wait_for()
    reload = page.get_by_role("button", name="Reload the page")
    assert reload.count() == 0, "there is nothing to load yet"
    page.unroute("**/health")
    reload.wait_for()
    page.unroute("**/queue/poll*")
    speak(page, "Hello again.")
    page.locator("#speak-facts", has_text="RTF").wait_for(timeout=SLOW_MS)
