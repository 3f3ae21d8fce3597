"""The tab Compare in a real browser: what a comparison will take is told, and its checks can be stopped."""

from __future__ import annotations

from typing import TYPE_CHECKING

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
