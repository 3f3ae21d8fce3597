"""The tab Speak in a real browser: heard while it is spoken, there to play afterwards, and kept over a reload."""

from __future__ import annotations

import io
import time
import wave
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from tests.ui.conftest import SLOW_MS

if TYPE_CHECKING:
    from pathlib import Path

    from playwright.sync_api import APIResponse, Locator, Page, Route


SENTENCES = " ".join(
    f"This is sentence number {number} of a text that takes a while." for number in ["one", "two", "three", "four"]
)
LONG = " ".join([SENTENCES] * 60)


def speak(page: Page, text: str) -> None:
    page.locator("#speak-text textarea").fill(text)
    page.locator("#speak-button").click()


def sounding(page: Page) -> Locator:
    return page.locator(".vl-spoken-now[data-sounding]")


def texts(page: Page) -> list[str]:
    return page.locator(".vl-spoken-take .vl-spoken-text").all_text_contents()


def test_speech_sounds_while_it_is_spoken_and_stop_ends_both(page: Page) -> None:
    speak(page, LONG)
    sounding(page).wait_for(timeout=SLOW_MS)
    assert page.locator(".vl-progress progress").locator("visible=true").count() == 1, "it is being spoken still"
    assert page.locator(".vl-spoken-take").count() == 0
    page.locator("#speak-stop").click()
    sounding(page).wait_for(state="detached")
    page.get_by_text("Cancelled.").wait_for(timeout=SLOW_MS)
    page.locator("#speak-stop[disabled]").wait_for()
    assert page.locator(".vl-spoken-take").count() == 0


def test_what_comes_late_of_what_was_stopped_draws_nothing(page: Page) -> None:
    late: list[tuple[Route, APIResponse]] = []

    def hold_the_first_step(route: Route) -> None:
        answer = route.fetch()
        if not late and "process_generating" in answer.text():
            late.append((route, answer))
        else:
            route.fulfill(response=answer)

    speak(page, LONG)
    sounding(page).wait_for(timeout=SLOW_MS)
    page.route("**/queue/poll*", hold_the_first_step)
    while not late:
        page.wait_for_event("response", lambda answer: "live.pcm" in answer.url)
    page.locator("#speak-stop").click()
    page.get_by_text("Cancelled.").wait_for(timeout=SLOW_MS)
    with page.expect_response(lambda answer: answer.headers.get("x-pending") == "0"):
        late[0][0].fulfill(response=late[0][1])
    page.locator("#speak-stop[disabled]").wait_for()
    assert page.locator("#speak-progress").inner_text().strip() == "Cancelled."


def test_what_is_spoken_at_once_after_stop_is_spoken(page: Page) -> None:
    """While Gradio is told of the stop it passes over every press of the button: the page has it wait."""
    held: list[Route] = []
    page.route("**/gradio_api/cancel", lambda route: held.append(route))  # noqa: PLW0108 - Playwright asks how many it takes
    speak(page, LONG)
    sounding(page).wait_for(timeout=SLOW_MS)
    with page.expect_request("**/gradio_api/cancel"):
        page.locator("#speak-stop").click()
    page.locator("#speak-button[disabled]").wait_for()
    page.locator("#speak-text textarea").fill("It is spoken all the same.")
    held[0].continue_()
    page.locator("#speak-button").click()  # as soon as it can be pressed
    page.locator(".vl-spoken-take", has_text="It is spoken all the same.").wait_for(timeout=SLOW_MS)
    page.locator("#speak-stop[disabled]").wait_for()


def test_a_stop_that_does_not_arrive_leaves_the_button(page: Page) -> None:
    page.route("**/gradio_api/cancel", lambda route: route.abort())
    speak(page, SENTENCES)
    sounding(page).wait_for(timeout=SLOW_MS)
    with page.expect_event("requestfailed", lambda request: request.url.endswith("/gradio_api/cancel")):
        page.locator("#speak-stop").click()
    page.locator("#speak-button:not([disabled])").wait_for()
    speak(page, "It is spoken all the same.")
    page.locator(".vl-spoken-take", has_text="It is spoken all the same.").wait_for(timeout=SLOW_MS)


def test_what_was_heard_is_the_take_that_is_kept(page: Page, tmp_path: Path) -> None:
    """Not spoken twice: the engine is asked once, and the samples that sounded are those of the file."""
    page.evaluate(
        """() => { window.heard = []; const make = AudioBuffer.prototype.copyToChannel;
        AudioBuffer.prototype.copyToChannel = function (samples, ...rest) {
          heard.push(...samples); return make.call(this, samples, ...rest); } }"""
    )
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url) if "/spoken/" in request.url else None)
    speak(page, SENTENCES)
    page.locator(".vl-spoken-take audio").wait_for(timeout=SLOW_MS)
    sounding(page).wait_for(state="detached", timeout=SLOW_MS)
    assert {urlsplit(url).path.rsplit("/", 1)[1] for url in asked} == {"live.pcm", "speech.wav"}
    assert len({urlsplit(url).path.split("/")[2] for url in asked}) == 1, "of one take"
    with page.expect_download() as download:
        page.locator(".vl-spoken-take").get_by_label("Download").click()
    assert download.value.suggested_filename.endswith("-this-is-sentence-number-one.wav"), "after the voice's name"
    download.value.save_as(tmp_path / "take.wav")
    with wave.open(io.BytesIO((tmp_path / "take.wav").read_bytes())) as file:
        saved = memoryview(file.readframes(file.getnframes())).cast("h").tolist()
    assert page.evaluate("heard.map((sample) => Math.round(sample * 32768))") == saved
    assert len(saved) > 4 * 24000


def test_what_was_spoken_is_kept_over_a_reload(page: Page) -> None:
    for text in ("The first one.", "The second one."):
        speak(page, text)
        page.locator(".vl-spoken-text", has_text=text).wait_for(timeout=SLOW_MS)
    page.reload()
    earlier = page.get_by_text("Spoken earlier (1)")
    earlier.click()
    assert texts(page) == ["The second one.", "The first one."]
    page.get_by_label("Play The first one.").click()
    page.get_by_label("Play The first one.").get_by_text("Stop").wait_for()
    page.get_by_label("Same seed as The first one.").click()
    page.locator("#speak-seed input").wait_for()
    page.wait_for_function("document.querySelector('#speak-seed input').value !== ''")
    assert (
        f"seed {page.locator('#speak-seed input').input_value()} "
        in page.locator(".vl-spoken-take").nth(1).inner_text()
    )
    page.get_by_label("Delete The first one.").click()
    page.get_by_label("Undo the deletion").click()
    assert texts(page) == ["The second one.", "The first one."]
    page.get_by_label("Delete The second one.").click()
    page.reload()
    page.locator(".vl-spoken-take").wait_for()
    assert texts(page) == ["The first one."]


def test_another_language_is_told_before_anything_is_spoken(page: Page) -> None:
    page.locator("#speak-text textarea").fill("Guten Morgen, das Brot ist fertig und der Kaffee steht auf dem Tisch.")
    page.locator("#speak-foreign", has_text="looks German").wait_for(timeout=SLOW_MS)
    assert page.locator("#speak-button").is_enabled()
    page.locator("#speak-text textarea").fill("Good morning, the bread is ready and the coffee is on the table.")
    page.locator("#speak-foreign", has_text="looks German").wait_for(state="detached")


def test_a_button_at_work_says_for_how_long(page: Page) -> None:
    page.locator("#speak-stop[disabled]").wait_for()
    began = time.monotonic()
    speak(page, LONG)
    page.locator("#speak-button[data-running]").wait_for()
    assert page.locator("#speak-stop").is_enabled()
    page.locator("#speak-button[data-running$=' s']").wait_for(timeout=SLOW_MS)
    assert time.monotonic() - began >= 1
    page.locator("#speak-stop").click()
    page.locator("#speak-button:not([data-running])").wait_for()


def test_what_is_spoken_next_ends_what_sounds_and_can_be_stopped_itself(page: Page) -> None:
    """The end of the first must not be taken for the end of the second."""
    speak(page, SENTENCES)
    page.locator(".vl-spoken-take").wait_for(timeout=SLOW_MS)
    first = sounding(page).get_attribute("data-sounding")
    speak(page, f"Now {SENTENCES}")
    page.locator(".vl-spoken-take", has_text="Now This").wait_for(timeout=SLOW_MS)
    assert sounding(page).get_attribute("data-sounding") != first
    page.locator("#speak-stop").click()
    sounding(page).wait_for(state="detached")
