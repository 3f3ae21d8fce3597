"""When the page's scripts come: those of what is shown at first, the others before they are needed."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import Error

from tests.ui.widget_page import draw, widget_page
from voicelab.static import edition, parts

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Request, Route

    from tests.ui.conftest import RunningLab

WAVEFORM = "page/trimmer.js"
NOT_OF_THE_PAGE = {"page/starting.js"}
"""Of the page that stands in for it."""


def test_the_page_begins_with_what_it_shows(browser: Browser, lab_server: RunningLab) -> None:
    page = browser.new_page()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    with page.expect_request(re.compile(WAVEFORM)) as late:
        page.goto(lab_server.url)
        page.locator("#speak-button").wait_for()
        at_first = [url for url in asked if "/page/" in url]
    assert any(url.endswith("/page/spoken.js") for url in at_first)
    assert not any("/board" in url or "/editor" in url for url in at_first), "nobody sees a board yet"
    assert late.value.url, "and yet it is there before a tab needs it, without a press"
    page.close()


def test_a_tab_opens_although_the_lab_is_gone_meanwhile(browser: Browser, lab_server: RunningLab) -> None:
    page = browser.new_page()
    missing = {name for name in parts() if name.startswith("page/") and name.endswith(".js")} - NOT_OF_THE_PAGE

    def brought(request: Request) -> bool:
        missing.discard(request.url.partition(edition())[2].removeprefix("/"))
        return not missing

    with page.expect_event("requestfinished", brought):  # every script has somebody who asks for it
        page.goto(lab_server.url)
    page.route("**/scripts/**", lambda route: route.abort())
    page.get_by_role("tab", name="Machine").click()
    page.locator("#machine-models .vl-model").first.wait_for()
    page.close()


def test_a_script_that_comes_late_draws_what_was_told_meanwhile(browser: Browser, lab_server: RunningLab) -> None:
    page = browser.new_page()
    held: list[Route] = []

    def hold(route: Route) -> None:
        held.append(route)

    page.route("**/page/models.js", hold)
    page.goto(lab_server.url)
    page.get_by_role("tab", name="Machine").click()
    page.locator("#machine-engines", has_text="preview").wait_for()  # the same answer as that of the models
    assert page.locator("#machine-models .vl-model").count() == 0
    for route in held:
        route.continue_()
    page.locator("#machine-models .vl-model").first.wait_for()
    page.close()


def test_what_does_not_come_says_so(browser: Browser) -> None:
    with widget_page(browser, "repairs") as page:
        page.route("**/page/repairs.js", lambda route: route.abort())
        with pytest.raises(Error, match=r"repairs\.js"):
            draw(page, "repairs", {})
        assert "Reload the page" in page.locator("#root").inner_text()
