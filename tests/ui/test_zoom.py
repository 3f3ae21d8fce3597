"""The waveform of Make a voice, without a lab: zoom by wheel, fingers and double-click; snapping; handles apart."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.ui.widget_page import draw, draw_again, sent, widget_page

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser, Page

SECONDS = 60.0
PAUSE = (20.0, 21.0)
START = ".vl-handle-start"
END = ".vl-handle-end"


def peaks() -> list[tuple[float, float]]:
    """Speech with one pause, twenty columns a second."""
    levels = [0.0 if PAUSE[0] <= at / 20 < PAUSE[1] else 0.5 for at in range(round(20 * SECONDS))]
    return [(-level, level) for level in levels]


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    with widget_page(browser, "trimmer", viewport={"width": 1000, "height": 700}, has_touch=True) as page:
        page.route("**/peaks.json", lambda route: route.fulfill(json=peaks()))
        page.route("**/pauses.json", lambda route: route.fulfill(json=[PAUSE]))
        page.route("**/spectrogram.png", lambda route: route.fulfill(body=b"", content_type="image/png"))
        with page.expect_response("**/pauses.json"):
            draw(page, "trimmer", value(10.0, 30.0))
        yield page


def value(start_s: float, end_s: float) -> dict[str, Any]:
    return {"draft": "d", "seconds": SECONDS, "start_s": start_s, "end_s": end_s}


def box(page: Page, selector: str) -> dict[str, float]:
    found = page.locator(selector).bounding_box()
    assert found
    return {"x": found["x"], "y": found["y"], "width": found["width"], "height": found["height"]}


def place(page: Page, seconds: float) -> float:
    """Where on the screen a time is."""
    sheet = box(page, ".vl-sheet")
    return sheet["x"] + sheet["width"] * seconds / SECONDS


def now(page: Page, handle: str) -> float:
    return float(page.locator(handle).get_attribute("aria-valuenow") or -1)


def drag(page: Page, handle: str, seconds: float) -> None:
    at = box(page, handle)
    y = at["y"] + 20
    page.mouse.move(at["x"] + at["width"] / 2, y)
    page.mouse.down()
    page.mouse.move(place(page, seconds), y, steps=4)
    page.mouse.up()


def test_the_wheel_zooms_around_the_pointer_and_out_again(page: Page) -> None:
    x, y = place(page, 15.0), box(page, ".vl-stage")["y"] + 40
    before = box(page, ".vl-sheet")["width"]
    page.mouse.move(x, y)
    for _ in range(4):
        page.mouse.wheel(0, -300)
    page.wait_for_function("before => document.querySelector('.vl-sheet').clientWidth > 10 * before", arg=before)
    sheet = box(page, ".vl-sheet")
    under = SECONDS * (x - sheet["x"]) / sheet["width"]
    assert under == pytest.approx(15.0, abs=0.1), "what is under the pointer stays there"
    seen = box(page, ".vl-overview-seen")
    assert seen["width"] < box(page, ".vl-overview")["width"] / 2
    overview = box(page, ".vl-overview")
    page.mouse.click(overview["x"] + overview["width"] - 4, overview["y"] + 10)
    assert place(page, SECONDS) < box(page, ".vl-stage")["x"] + box(page, ".vl-stage")["width"]
    page.mouse.move(x, y)
    for _ in range(12):
        page.mouse.wheel(0, 300)
    page.locator(".vl-overview").wait_for(state="hidden")
    assert abs(box(page, ".vl-sheet")["width"] - before) < 1


def test_a_double_click_shows_the_clip_and_then_all_of_it(page: Page) -> None:
    stage = box(page, ".vl-stage")
    page.mouse.dblclick(place(page, 25.0), stage["y"] + 40)
    page.locator(".vl-overview").wait_for()
    assert stage["x"] < place(page, 10.0) < place(page, 30.0) < stage["x"] + stage["width"]
    assert place(page, 30.0) - place(page, 10.0) > 0.7 * stage["width"]
    page.mouse.dblclick(place(page, 25.0), stage["y"] + 40)
    page.locator(".vl-overview").wait_for(state="hidden")


def test_two_fingers_zoom(page: Page) -> None:
    touch = page.context.new_cdp_session(page)
    y = box(page, ".vl-stage")["y"] + 40

    def fingers(kind: str, *places: float) -> None:
        touch.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": [{"x": x, "y": y} for x in places]})

    before = box(page, ".vl-sheet")["width"]
    fingers("touchStart", 400)
    fingers("touchStart", 400, 500)
    fingers("touchMove", 300, 600)
    fingers("touchEnd")
    page.wait_for_function("before => document.querySelector('.vl-sheet').clientWidth > 2.5 * before", arg=before)
    assert (now(page, START), now(page, END)) == (10.0, 30.0), "nothing was chosen by it"


def test_an_edge_keeps_to_a_pause_unless_alt_is_held(page: Page) -> None:
    drag(page, START, PAUSE[1] + 0.3)
    assert now(page, START) == PAUSE[1] - 0.05
    drag(page, END, PAUSE[1] + 5)
    assert now(page, END) == pytest.approx(PAUSE[1] + 5, abs=0.1), "where there is no pause, it goes where it is let go"
    page.keyboard.down("Alt")
    drag(page, START, PAUSE[1] + 0.3)
    page.keyboard.up("Alt")
    assert now(page, START) == pytest.approx(PAUSE[1] + 0.3, abs=0.1)


def test_a_pause_that_ends_after_the_recording_draws_no_edge_out_of_it(page: Page) -> None:
    page.route("**/pauses.json", lambda route: route.fulfill(json=[(SECONDS - 0.05, SECONDS + 0.02)]))
    with page.expect_response("**/pauses.json"):
        draw_again(page, value(10.0, 30.0) | {"draft": "e"})
    at = box(page, END)
    page.mouse.move(at["x"] + at["width"] / 2, at["y"] + 20)
    page.mouse.down()
    for seconds in (58.0, 59.0, 59.9, 60.0):
        page.mouse.move(place(page, seconds), at["y"] + 20)
        assert now(page, END) <= SECONDS
    page.mouse.up()
    assert sent(page)[0][1]["end_s"] <= SECONDS


def test_an_answer_to_an_older_window_moves_nothing_and_what_was_chosen_last_is_sent(page: Page) -> None:
    page.locator(END).focus()
    for _ in range(3):
        page.keyboard.press("ArrowLeft")
    assert now(page, END) == 29.85
    assert sent(page) == [["trim", {"start_s": 10, "end_s": 29.95}]], "the next one is sent when this is answered"
    draw_again(page, value(10.0, 29.95))
    assert now(page, END) == 29.85, "the answer is older than what the hand has chosen"
    assert sent(page)[1:] == [["trim", {"start_s": 10, "end_s": 29.85}]]
    draw_again(page, value(10.0, 29.95))  # once more, as after what else ended meanwhile
    assert now(page, END) == 29.85
    draw_again(page, value(10.0, 29.85))
    draw_again(page, value(12.0, 20.0))
    assert (now(page, START), now(page, END)) == (12.0, 20.0), (
        "once all is answered the lab's own word is shown, as after Undo"
    )
    assert len(sent(page)) == 2


def test_nothing_is_taken_from_under_the_hand(page: Page) -> None:
    y = box(page, ".vl-stage")["y"] + 20
    page.mouse.move(box(page, END)["x"] + 14, y)
    page.mouse.down()
    page.mouse.move(place(page, 26.0), y, steps=4)
    draw_again(page, value(12.0, 20.0))
    assert now(page, END) == pytest.approx(26.0, abs=0.1)
    page.mouse.up()
    assert sent(page)[0][1]["end_s"] == pytest.approx(26.0, abs=0.1)
    draw_again(page, value(10.0, sent(page)[0][1]["end_s"]))
    page.mouse.move(place(page, 15.0), y)
    page.mouse.down()
    draw_again(page, value(12.0, 20.0))
    page.mouse.up()
    assert (now(page, START), now(page, END)) == (12.0, 20.0), "a click chooses nothing: what came meanwhile is shown"


@pytest.mark.parametrize("at", [0.0, 30.0, SECONDS - 0.1])
def test_the_handles_of_the_shortest_clip_lie_apart(page: Page, at: float) -> None:
    draw_again = {"draft": "d", "seconds": SECONDS, "start_s": at, "end_s": at + 0.1}
    with page.expect_response("**/peaks.json"):
        page.evaluate("document.querySelector('.vl-trimmer').replaceChildren()")
        draw(page, "trimmer", draw_again)
    start, end, stage = box(page, START), box(page, END), box(page, ".vl-stage")
    assert start["x"] + start["width"] <= end["x"]
    assert stage["x"] <= start["x"]
    assert end["x"] + end["width"] <= stage["x"] + stage["width"]
