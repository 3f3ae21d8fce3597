"""The tab Compare in a real browser: what a comparison will take is told, and its checks can be stopped."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from playwright.sync_api import expect

from tests.ui.conftest import SLOW_MS

if TYPE_CHECKING:
    from playwright.sync_api import Page

LONG_ENOUGH_MS = 6_000
"""Within it the checks of three cuts of the sample voice would go on."""


def test_the_checks_of_the_cuts_are_stopped(page: Page) -> None:
    page.get_by_role("tab", name="Compare").click()
    page.locator("#compare-cost-button").click()
    page.locator("#compare-cost-stop").click()
    told = page.locator("#compare-cost-progress")
    told.get_by_text("Stopped.").wait_for()
    page.wait_for_timeout(LONG_ENOUGH_MS)
    assert "Stopped." in told.inner_text()
    assert not page.locator("#compare-cost-stop").is_visible()
    assert page.locator("#compare-cost").get_by_text("It takes").is_visible()


def test_a_cut_is_told_once(page: Page) -> None:
    """Before the run by what it will take; once it runs, by the run."""
    page.get_by_role("tab", name="Compare").click()
    for length in ("10 s", "15 s"):
        page.locator("#compare-lengths").get_by_label(length).uncheck()
    page.locator("#compare-cost-button").click()
    cuts = page.locator(".vl-notice").filter(has=page.locator("b", has_text="Cut")).locator("visible=true")
    expect(page.locator("#compare-cost")).to_contain_text("5 s: ", timeout=SLOW_MS)
    expect(cuts).to_have_count(1)
    page.locator("#compare-button").click()
    expect(page.locator("#compare-notes")).to_contain_text("5 s: ", timeout=SLOW_MS)
    expect(cuts).to_have_count(1)
    expect(page.locator("#compare-cost-stop")).to_be_hidden()
    expect(page.locator("#compare-progress")).to_contain_text("Listen, then press", timeout=SLOW_MS)
    expect(page.locator("#compare-chosen input")).to_have_value(re.compile("1 of 1 take$"))
