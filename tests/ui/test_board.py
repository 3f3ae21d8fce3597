"""The table of takes in a real browser, without a lab behind it: sort, filter, and what its buttons send."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from tests.ui.widget_page import draw, widget_page
from voicelab.compare.export_rows import row
from voicelab.compare.measure_guide import MEASURES
from voicelab.compare.take import Details, Take

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser, Page


def takes() -> list[dict[str, Any]]:
    made = [
        Take(
            f"{n:032x}",
            "<img src=x onerror=alert(1)>",
            length,
            "preview",
            n,
            5.0,
            "words",
            rtf=rtf,
            likeness=0.9 - n / 10,
        )
        for n, (length, rtf) in enumerate([(5.0, 0.4), (10.0, 0.2), (5.0, 0.3)])
    ]
    bled = Details(bleed_words=("the", "bells."), bleed_place="start", bleed_seconds=0.8, missed=("Nguyen", "<b>SQL"))
    leaked = Take("e" * 32, "Another.", 5.0, "preview", 7, 5.0, "words", bleed=True, details=bled)
    failed = Take("f" * 32, "Another.", 5.0, "other", 8, 5.0, "words", failure="The model did not find an end.")
    return [row(take) for take in (*made, leaked, failed)]


@pytest.fixture
def table(browser: Browser) -> Iterator[Page]:
    """The widget with five takes; a script error fails the test."""
    about = [each._asdict() for each in MEASURES]
    value = {"experiment": "a" * 32, "active": False, "takes": takes(), "about": about}
    with widget_page(browser, "takes") as page:
        draw(page, "takes", value | {"settings": [], "yardstick": None, "scatter": {}})
        yield page


def sent(page: Page) -> list[Any]:
    return list(json.loads(page.evaluate("JSON.stringify(window.sent)")))


def test_rows_are_sorted_and_filtered(table: Page) -> None:
    rtfs = table.locator(".vl-line").first.locator("td[data-label=RTF]")
    assert rtfs.all_inner_texts() == ["0.40", "0.20", "0.30"]
    table.locator(".vl-line").first.get_by_role("button", name="RTF").click()
    assert rtfs.all_inner_texts() == ["0.20", "0.30", "0.40"]
    table.locator(".vl-line").first.get_by_role("button", name="RTF").click()
    assert rtfs.all_inner_texts() == ["0.40", "0.30", "0.20"]
    table.get_by_label("Every clip length").select_option("10 s")
    assert table.locator(".vl-line .vl-take").count() == 1
    assert table.locator("img").count() == 0  # the line is text, not HTML


def test_a_word_that_came_out_wrong_is_said_differently_after_one_press(table: Page) -> None:
    assert table.locator(".vl-respell").count() == 1, "only where a word came out wrong"
    table.get_by_role("button", name="Say a word of").click()
    field = table.get_by_label("How it is said")
    assert field.evaluate("field => field === document.activeElement")
    assert table.get_by_label("The word").locator("option").all_inner_texts() == ["Nguyen", "<b>SQL"]
    table.locator(".vl-respelling button").click()
    assert sent(table) == [], "nothing is sent before something is written"
    field.fill("win")
    field.press("Enter")
    ((_, data),) = sent(table)
    assert (data["action"], data["take"][-1], json.loads(data["extra"])) == (
        "say",
        "e",
        {"word": "Nguyen", "say": "win"},
    )
    assert table.locator(".vl-respell").is_visible()


def test_buttons_send_what_they_say(table: Page) -> None:
    lines = table.locator(".vl-line")
    lines.first.locator(".vl-use").first.click()
    lines.first.locator(".vl-star").nth(1).click()
    lines.first.locator(".vl-pair").nth(0).click()
    lines.first.locator(".vl-pair").nth(2).click()
    table.locator(".vl-look").click()
    lines.nth(1).locator("select.vl-select").first.select_option("cut")
    lines.nth(1).locator("select.vl-select").last.select_option("again")
    lines.first.locator(".vl-note").first.fill("Warm.")
    lines.first.locator(".vl-note").first.press("Tab")
    assert [(data["action"], data["take"][-1], data["extra"][-3:]) for _, data in sent(table)] == [
        ("use", "0", ""),
        ("favourite", "1", "yes"),
        ("pair", "0", "002"),
        ("mend", "e", "cut"),
        ("mend", "f", "ain"),
        ("comment", "0", "rm."),
    ]
    table.evaluate("window.sent = []")
    table.locator(".vl-send").click()
    lines.first.locator(".vl-blind input").nth(0).check()
    lines.first.locator(".vl-blind input").nth(2).check()
    table.get_by_role("button", name="Send 2 to a listening test").click()
    (everything, chosen) = [data["extra"].split() for _, data in sent(table)]
    assert len(everything) == 4, "a failed take is not sent"
    assert chosen == ["0" * 32, f"{2:032x}"]
    assert "“the bells.”" in lines.nth(1).inner_text()
    assert "The model did not find an end." in lines.nth(1).inner_text()
