"""The search for the best setting in a real browser, on the preview engine."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from tests.ui.conftest import SLOW_MS

if TYPE_CHECKING:
    from playwright.sync_api import Page


def test_a_search_ends_with_a_ranking_that_is_heard_and_used(page: Page) -> None:
    page.get_by_role("tab", name="Compare").click()
    page.get_by_label("Lines to speak, one per line").fill("The birch canoe slid on the smooth planks.")
    page.get_by_text("Let the lab find the best setting").click()
    page.get_by_label("Minutes it may take").fill("20")
    page.locator("#tuning-search").click()
    notes = page.locator("#compare-notes")
    notes.get_by_text("of the whole grid's").wait_for()
    progress = page.locator("#compare-progress")
    progress.get_by_text("The search is over").wait_for(timeout=0)
    told = notes.inner_text()
    assert re.search(r"preview, whole clip \(today\): \d+\.\d of 100", told)
    assert "Let a blind test decide" in told
    assert page.locator("#compare-takes .vl-board [role=columnheader]").count() >= 3
    page.locator("#tuning-use").click()
    page.locator("#compare-used").get_by_text("now speaks with preview").wait_for()
    page.locator("#tuning-hear").click()
    page.locator("[role=tab][aria-selected=true]", has_text="Listen").wait_for()


def test_a_search_is_stopped_from_its_first_moment(page: Page) -> None:
    page.get_by_role("tab", name="Compare").click()
    page.get_by_text("Let the lab find the best setting").click()
    stop = page.locator("#tuning-stop")
    page.locator("#tuning-stop[disabled]").wait_for()  # there is nothing to stop
    page.locator("#tuning-search").click()
    stop.click()  # waits until it can be pressed
    page.locator("#compare-used").get_by_text("The search stops").wait_for(timeout=SLOW_MS)
    page.locator("#compare-progress").get_by_text(re.compile("Stopped|Cancelled")).wait_for(timeout=SLOW_MS)
    page.locator("#tuning-stop[disabled]").wait_for()


def test_a_search_without_time_says_so_at_once(page: Page) -> None:
    page.get_by_role("tab", name="Compare").click()
    page.get_by_text("Let the lab find the best setting").click()
    page.get_by_label("Minutes it may take").fill("0")
    page.locator("#tuning-search").click()
    page.get_by_text("leaves no time to search").first.wait_for()
