"""What is written on a button, or chosen in a list, has room there: on a phone as on a wide screen."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

    from tests.ui.conftest import RunningLab

TABS = {
    "Speak": "#speak-button",
    "Make a voice": "#make-upload",
    "Compare": "#compare-button",
    "Listen": "#listen-look, #listen-empty button",
    "Voices": "#voices-rename",
    "Machine": "#machine-models .vl-model",
}
"""Every tab, and what is to be seen there."""
CUT = """() => [...document.querySelectorAll("button.lg, input[role=combobox]")]
  .filter((node) => node.checkVisibility({ visibilityProperty: true }) && node.getClientRects().length)
  .filter((node) => node.scrollHeight > node.clientHeight + 1 || node.scrollWidth > node.clientWidth + 1)
  .filter((node) => getComputedStyle(node).textOverflow !== "ellipsis")
  .map((node) => node.innerText || node.value)"""


@pytest.mark.parametrize("width", [390, 1200])
def test_nothing_is_cut_off(browser: Browser, lab_server: RunningLab, width: int) -> None:
    context = browser.new_context(viewport={"width": width, "height": 844})
    page = context.new_page()
    page.goto(lab_server.url)
    page.locator("#speak-button").wait_for()
    for name, there in TABS.items():
        go_to(page, name)
        page.locator(there).locator("visible=true").first.wait_for()
        assert page.evaluate(CUT) == [], name
    context.close()


def test_a_long_name_ends_before_the_arrow_of_its_list(browser: Browser, lab_server: RunningLab) -> None:
    page = browser.new_page(viewport={"width": 390, "height": 844})
    page.goto(lab_server.url)
    chosen = page.locator("#speak-voice input")
    chosen.wait_for()
    ends, arrow = chosen.evaluate(
        """(node) => {
          const room = parseFloat(getComputedStyle(node).paddingRight);
          const arrow = node.closest(".block").querySelector(".icon-wrap");
          return [node.getBoundingClientRect().right - room, arrow.getBoundingClientRect().left];
        }"""
    )
    assert ends <= arrow
    page.close()


def go_to(page: Page, name: str) -> None:
    """Open a tab; on a narrow screen some are in a menu behind the others."""
    tab = page.get_by_role("tab", name=name, exact=True)
    if not tab.is_visible():
        page.locator(".overflow-menu > button").click()
        page.locator(".overflow-dropdown button", has_text=name).click()
    else:
        tab.click()
    page.locator("[role=tab][aria-selected=true]", has_text=name).first.wait_for()
