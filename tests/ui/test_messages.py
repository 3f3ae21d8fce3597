"""What the page says when something is refused: where it belongs, once, and not for ever."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.ui.widget_page import widget_page

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser, Page

REFUSED = {"joined": 0, "success": False, "error": "There is <b>no</b> such voice.", "title": "", "field": ""}


@pytest.fixture
def corner(browser: Browser) -> Iterator[Page]:
    """A page with the scripts and a clock that the test moves."""
    with widget_page(browser, "notices") as page:
        page.clock.install()
        page.evaluate("import('/page/widgets.js')")
        yield page


def answered(page: Page, **more: Any) -> None:
    page.evaluate("detail => { dispatchEvent(new CustomEvent('voicelab:answered', { detail })) }", REFUSED | more)


def test_a_message_is_text_and_goes_after_a_while(corner: Page) -> None:
    answered(corner)
    assert corner.locator(".vl-message span").inner_text() == "There is <b>no</b> such voice."
    corner.clock.run_for(7_000)
    assert corner.locator(".vl-message").count() == 1
    corner.clock.run_for(2_000)
    assert corner.locator(".vl-message").count() == 0


def test_the_same_message_is_there_once(corner: Page) -> None:
    answered(corner)
    answered(corner)
    answered(corner, error="Another one.")
    assert corner.locator(".vl-message").count() == 2


def test_what_was_pressed_later_and_succeeded_clears_it(corner: Page) -> None:
    answered(corner)
    before = corner.evaluate("performance.now()")
    answered(corner, success=True, error="", joined=before - 100)
    assert corner.locator(".vl-message").count() == 1, "that was pressed before"
    answered(corner, success=True, error="", joined=before + 100)
    assert corner.locator(".vl-message").count() == 0


def test_it_can_be_closed(corner: Page) -> None:
    answered(corner)
    corner.get_by_role("button", name="Close this message").click()
    assert corner.locator(".vl-message").count() == 0


def test_a_message_about_a_field_stands_at_the_field(page: Page) -> None:
    page.locator("#speak-text textarea").fill("")
    page.locator("#speak-button").click()
    told = page.locator("#speak-text .vl-field-message")
    told.wait_for()
    assert "nothing to say" in told.inner_text()
    assert page.locator(".vl-message, .toast-body").count() == 0
    page.locator("#speak-text textarea").fill("Something.")
    told.wait_for(state="detached")
