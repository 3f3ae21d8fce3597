"""A page whose lab is gone: what it showed as going on is not known to go on."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.ui.widget_page import draw, draw_again, widget_page

if TYPE_CHECKING:
    from playwright.sync_api import Browser


def test_what_went_on_in_a_lab_that_is_lost_is_not_shown_as_going_on(browser: Browser) -> None:
    lost = "dispatchEvent(new CustomEvent('voicelab:lost'))"
    with widget_page(browser, "progress") as page:
        draw(page, "progress", {"message": "1 of 6 takes, 17%", "fraction": 0.17, "busy": True})
        page.locator("progress").wait_for()
        page.evaluate(lost)
        page.locator(".vl-progress").wait_for(state="hidden")
        draw_again(page, {"message": "5 takes are not made yet.", "fraction": None, "busy": False})
        page.evaluate(lost)
        assert page.locator(".vl-progress").inner_text() == "5 takes are not made yet.", "this stays true"
