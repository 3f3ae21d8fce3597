"""The page's own widgets in a real browser: user text stays text, and the waveform's handles work."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import pytest

from tests.ui.conftest import upload

if TYPE_CHECKING:
    from pathlib import Path

    from playwright.sync_api import Page, Request, Route

    from voicelab.clips.clip import Clip

HOSTILE = "<img src=x onerror=hacked=1> ${hacked=1} {{7*7}} `${hacked=1}` <script>hacked=1</script>"
HOSTILE_NAME = HOSTILE.replace("/", "")
"""A slash is refused in a name."""


@pytest.fixture
def opened(page: Page, tmp_path: Path, speech_clip: Clip) -> Page:
    """The page with a recording whose file name is hostile too."""
    upload(page, tmp_path / "${hacked=1}{{7*7}}.wav", speech_clip)
    return page


def test_hostile_text_is_shown_as_text(opened: Page) -> None:
    opened.locator("#make-text textarea").fill(HOSTILE)
    words = opened.locator("#make-words")
    words.get_by_text("{{7*7}}").wait_for()
    assert "${hacked=1}" in words.inner_text()
    assert opened.locator("#make-words img, #make-words script").count() == 0
    assert opened.evaluate("typeof hacked") == "undefined"


def test_a_hostile_voice_name_is_shown_as_text(opened: Page, speech_text: str) -> None:
    opened.locator("#make-text textarea").fill(speech_text)
    opened.locator("#make-notes", has_text="Every word fits").wait_for()
    opened.locator("#make-name input, #make-name textarea").fill(HOSTILE_NAME)
    opened.locator("#make-save").click()
    opened.locator("#make-saved .vl-ok").wait_for()
    opened.get_by_role("tab", name="Voices").click()
    opened.locator("#voices-table").get_by_text("{{7*7}}").wait_for()
    assert opened.locator("#voices-table img").count() == 0
    assert opened.evaluate("typeof hacked") == "undefined"


def test_the_handles_of_the_waveform_trim(opened: Page) -> None:
    stage = opened.locator("#make-trimmer .vl-stage").bounding_box()
    handle = opened.locator("#make-trimmer .vl-handle-end").bounding_box()
    assert stage
    assert handle
    y = stage["y"] + 40
    opened.mouse.move(handle["x"] + handle["width"] / 2, y)
    opened.mouse.down()
    opened.mouse.move(stage["x"] + stage["width"] / 2, y, steps=5)
    opened.mouse.up()
    seconds = float(opened.locator("#make-trimmer .vl-handle-end").get_attribute("aria-valuemax") or 0)
    opened.wait_for_function(
        "(half) => Math.abs(document.querySelector('#make-end input').value - half) < 0.1", arg=seconds / 2
    )


def test_the_selection_is_played_and_stopped(opened: Page) -> None:
    opened.locator("#make-end input").fill("2")
    opened.locator("#make-end input").press("Enter")
    opened.locator("#make-trimmer .vl-readout", has_text="2.00 s").wait_for()
    play = opened.locator("#make-trimmer .vl-tools button")
    cursor = opened.locator("#make-trimmer .vl-cursor")
    play.click()
    opened.wait_for_function("cursor => parseFloat(cursor.style.left) > 1", arg=cursor.element_handle())
    assert play.inner_text() == "■ Stop"
    play.click()
    play.get_by_text("▶ Play selection").wait_for()
    assert not cursor.is_visible()
    play.click()
    play.get_by_text("■ Stop").wait_for()
    play.get_by_text("▶ Play selection").wait_for()  # by itself, at the end of the selection
    # A touch of the waveform while it plays goes on from there, and the button still stops it.
    play.click()
    opened.locator("#make-trimmer .vl-wave").click(position={"x": 200, "y": 40})
    play.get_by_text("■ Stop").wait_for()
    play.click()
    play.get_by_text("▶ Play selection").wait_for()


def test_undo_brings_the_window_back(opened: Page) -> None:
    before = opened.locator("#make-end input").input_value()
    opened.locator("#make-end input").fill("5")
    opened.locator("#make-end input").press("Enter")
    opened.locator("#make-trimmer .vl-readout", has_text="5.00 s").wait_for()
    opened.locator("#make-undo").click()
    opened.wait_for_function("(value) => document.querySelector('#make-end input').value === value", arg=before)


def test_leaving_a_field_cuts_only_what_is_not_cut_yet(opened: Page) -> None:
    """The click on Undo leaves the field, too: that cut would come after the undo, and take it back."""
    end = opened.locator("#make-end input")
    end.fill("5")
    end.press("Enter")
    opened.locator("#make-trimmer .vl-readout", has_text="5.00 s").wait_for()
    cuts: list[str] = []
    opened.on("request", lambda request: cuts.append(request.post_data or "") if _sends(",0,5]", request) else None)
    with opened.expect_request(partial(_sends, ",0,5]")):
        opened.locator("h1").first.click()
    assert '"",0,5]' in cuts[0], "a cut of no draft: nothing"
    end.fill("6")
    opened.locator("h1").first.click()
    opened.locator("#make-trimmer .vl-readout", has_text="6.00 s").wait_for()


def _sends(part: str, request: Request) -> bool:
    return part in (request.post_data or "")


def test_what_is_set_while_the_lab_still_answers_is_not_dropped(opened: Page) -> None:
    """Gradio drops an event while the one before is pending, unless it is told not to."""
    held: list[Route] = []

    def hold_the_first_cut(route: Route) -> None:
        if ",0,5]" in (route.request.post_data or ""):
            held.append(route)
        else:
            route.continue_()

    opened.route("**/queue/join?*", hold_the_first_cut)
    end = opened.locator("#make-end input")
    for seconds in ("5", "6"):
        end.fill(seconds)
        with opened.expect_request(partial(_sends, f",0,{seconds}]")):
            end.press("Enter")
    opened.locator("#make-trimmer .vl-readout", has_text="6.00 s").wait_for()
    assert len(held) == 1
    held[0].continue_()
    opened.locator("#make-trimmer .vl-readout", has_text="5.00 s").wait_for()


def test_a_recording_from_the_microphone_is_heard(page: Page) -> None:
    page.get_by_role("tab", name="Make a voice").click()
    recorder = page.locator("#make-record")
    recorder.get_by_role("button", name="Record").click()
    page.wait_for_timeout(4000)
    recorder.get_by_role("button", name="Stop").first.click()
    page.locator("#make-checks .vl-notice", has_text="Length").wait_for()
    page.locator("#make-hear").click()
    page.locator("#make-words .vl-word").nth(3).wait_for()


def test_a_text_file_named_wav_is_refused_with_a_sentence(page: Page, tmp_path: Path) -> None:
    path = tmp_path / "notes.wav"
    path.write_text("this is no audio")
    page.get_by_role("tab", name="Make a voice").click()
    page.locator("#make-upload input[type=file]").set_input_files(path)
    told = page.locator("#make-recording", has_text="It is not an audio file").or_(
        page.locator("#make-recording", has_text="notes.wav").filter(has_not_text="Reading")
    )
    told.first.wait_for()
    assert "notes.wav" in told.first.inner_text()
    assert "Traceback" not in told.first.inner_text()
    assert not page.locator("#make-trimmer").is_visible()


def test_the_page_is_as_wide_whatever_it_shows(page: Page) -> None:
    def width() -> float:
        box = page.locator(".gradio-container").first.bounding_box()
        assert box is not None
        return box["width"]

    before = width()
    page.locator(".vl-banner").evaluate("banner => banner.textContent = 'Ready.'")
    assert width() == before == 1080


def test_a_button_that_cannot_be_pressed_does_not_look_like_the_first_to_press_in_the_dark(page: Page) -> None:
    page.emulate_media(color_scheme="dark")
    page.reload()
    stop = page.locator("#speak-stop[disabled]")
    stop.wait_for()
    page.mouse.move(0, 0)
    ground = "node => getComputedStyle(node).backgroundColor.match(/[0-9]+/g).map(Number)"
    red, _green, blue = page.locator("#speak-button").evaluate(ground)
    assert red > blue, "orange"
    red, _green, blue = stop.evaluate(ground)
    assert red < blue, "grey"


def test_the_page_fits_a_phone(opened: Page) -> None:
    opened.set_viewport_size({"width": 390, "height": 800})
    for tab in ("Speak", "Make a voice", "Compare", "Voices", "Machine"):
        if not opened.get_by_role("tab", name=tab).is_visible():
            opened.locator(".overflow-menu > button").click()
        opened.locator(".tab-container, .overflow-dropdown").get_by_text(tab, exact=True).last.click()
        opened.wait_for_timeout(300)
        assert opened.evaluate("document.documentElement.scrollWidth") <= 390, tab
