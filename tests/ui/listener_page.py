"""What a listener does with the page of a test."""

from __future__ import annotations

from typing import TYPE_CHECKING

from voicelab.listening.values import ListeningTest

if TYPE_CHECKING:
    from playwright.sync_api import BrowserContext, Page

    from tests.ui.listener.conftest import Server


def opened(context: BrowserContext, server: Server, test: ListeningTest) -> Page:
    page = context.new_page()
    page.goto(f"{server.url}/listen/{test.token}")
    return page


def begin(page: Page) -> None:
    page.get_by_role("button", name="Start").click()
    page.get_by_role("button", name="Play the test tone").click()
    page.get_by_role("button", name="This is comfortable").click()
    page.locator(".stimulus").first.wait_for()


def hear_all(page: Page) -> None:
    for index in range(page.locator(".stimulus").count()):
        stimulus = page.locator(".stimulus").nth(index)
        stimulus.click()
        page.wait_for_function("node => node.dataset.heard === 'true'", arg=stimulus.element_handle())


def submit(page: Page) -> None:
    number = page.locator("#where").inner_text()
    page.get_by_role("button", name="Next").click()
    page.wait_for_function("before => document.getElementById('where').textContent !== before", arg=number)


def choose(page: Page, name: str) -> None:
    """Hear the trial and choose, without going on."""
    hear_all(page)
    page.get_by_role("radio", name=name).check()


def at_trial(page: Page, number: int) -> None:
    """Wait until that trial is the one on the screen."""
    page.wait_for_function(
        "start => document.getElementById('where').textContent.startsWith(start)", arg=f"Trial {number} "
    )
    page.locator(".stimulus").first.wait_for()


def comfortable(page: Page) -> None:
    """A browser plays nothing before the first touch, of a reloaded page too."""
    page.get_by_role("button", name="Go on").click()
    page.locator(".stimulus").first.wait_for()
