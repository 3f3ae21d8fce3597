"""Where one is, is in the address; what was written and chosen stays over a reload."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from playwright.sync_api import Page

    from tests.ui.conftest import RunningLab


def test_back_goes_back_within_the_lab(page: Page) -> None:
    page.wait_for_function("location.hash === '#speak'")
    for tab, address in (("Voices", "#voices"), ("Machine", "#machine")):
        page.get_by_role("tab", name=tab).click()
        page.wait_for_function("address => location.hash === address", arg=address)
    page.go_back()
    page.locator("[role=tab][aria-selected=true]", has_text="Voices").wait_for()
    page.go_back()
    page.locator("[role=tab][aria-selected=true]", has_text="Speak").wait_for()
    page.go_forward()
    page.locator("[role=tab][aria-selected=true]", has_text="Voices").wait_for()


def test_a_tab_can_be_linked_and_stays_over_a_reload(page: Page, lab_server: RunningLab) -> None:
    page.goto("about:blank")
    page.goto(f"{lab_server.url}/#machine")
    page.locator("[role=tab][aria-selected=true]", has_text="Machine").wait_for()
    page.reload()
    page.locator("[role=tab][aria-selected=true]", has_text="Machine").wait_for()
    page.locator("#machine-engines table").wait_for()


def test_what_was_written_stays_over_a_reload(page: Page) -> None:
    page.locator("#speak-text textarea").fill("Not to be typed twice.")
    page.get_by_role("tab", name="Make a voice").click()
    page.reload()
    page.get_by_role("tab", name="Speak").click()
    page.wait_for_function("document.querySelector('#speak-text textarea').value === 'Not to be typed twice.'")
    page.locator("#speak-really button").first.click()
    page.locator("#speak-said", has_text="Not to be typed twice.").wait_for()


def test_how_many_takes_are_made_stays_over_a_reload(page: Page) -> None:
    page.get_by_role("tab", name="Compare").click()
    page.get_by_label("Takes of each").fill("7")
    page.reload()
    page.wait_for_function("document.querySelector('#compare-each input')?.value === '7'")
    page.locator("#compare-cost-button").click()
    told = page.locator("#compare-cost", has_text=" takes, ").inner_text()
    (many,) = re.findall(r"(\d+) takes, ", told)
    assert int(many) % 7 == 0


def test_the_engine_is_told_in_one_line_with_a_way_on(page: Page) -> None:
    banner = page.locator("#banner")
    banner.get_by_text("preview is ready").wait_for()
    box = banner.locator(".vl-banner-text").bounding_box()
    assert box is not None
    assert box["height"] < 40
    banner.get_by_role("link", name="What would a clone need?").click()
    page.locator("[role=tab][aria-selected=true]", has_text="Machine").wait_for()


def test_every_tab_can_be_reached_on_a_phone(page: Page) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    for name in ("Speak", "Make a voice", "Compare", "Listen", "Voices", "Machine"):
        page.get_by_role("tab", name=name).click()
        page.locator("[role=tab][aria-selected=true]", has_text=name).wait_for()
    assert page.evaluate("document.documentElement.scrollWidth") <= 390


def test_no_name_of_a_tab_is_cut_on_a_phone(page: Page) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    edges = "tabs => tabs.map((tab) => tab.getBoundingClientRect()).map(({ left, right }) => [left, right])"
    shown = page.get_by_role("tab").evaluate_all(edges)
    assert len(shown) == 6
    assert all(0 <= left < right <= 390 for left, right in shown), shown
