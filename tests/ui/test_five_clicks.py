"""From a recording to hearing the voice: five clicks beside the file dialog, and nothing that has to be waited for."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from tests.ui.conftest import SLOW_MS
from voicelab.clips.wav import write_wav

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from playwright.sync_api import Page

    from tests.ui.conftest import RunningLab
    from voicelab.clips.clip import Clip

STORY = (
    "The old baker opened his window before the first light. He could smell the warm bread, and the street was still "
    "empty. A boy on a red bicycle waved at him."
)
MOST_CLICKS = 5
COUNT = """() => { window.clicks = 0;
  addEventListener("pointerdown", (event) => { clicks += event.isTrusted ? 1 : 0; }, true); }"""


@pytest.fixture
def recording(tmp_path: Path, spoken: Callable[[str], Clip]) -> Path:
    path = tmp_path / "baker.wav"
    write_wav(path, spoken(STORY))
    return path


def test_from_a_recording_to_hearing_the_voice(page: Page, lab_server: RunningLab, recording: Path) -> None:
    page.evaluate(COUNT)
    page.get_by_role("tab", name="Make a voice").click()
    page.locator("#make-upload input[type=file]").set_input_files(recording)
    page.locator("#make-words .vl-word", has_text="bread").wait_for(timeout=SLOW_MS)  # nobody asked for it
    page.locator("#make-notes", has_text="Every word fits").wait_for(timeout=SLOW_MS)
    page.locator("#make-name input, #make-name textarea").click()
    page.keyboard.type("Quick Baker")
    page.locator("#make-agreed input").click()
    page.locator("#make-save").click()
    page.locator("#make-say").click(timeout=SLOW_MS)
    page.locator(".vl-spoken-now[data-sounding]").wait_for(timeout=SLOW_MS)
    clicks = page.evaluate("clicks")
    print(f"{clicks} clicks from a recording to hearing the voice")
    assert clicks <= MOST_CLICKS
    page.locator(".vl-spoken-take", has_text="Quick Baker").wait_for(timeout=SLOW_MS)
    note = (lab_server.home / "voices" / "quick-baker" / "voice.json").read_text()
    assert "Confirmed by a tick on 20" in note
    page.reload()
    for field in ("#speak-voice", "#compare-voice"):
        page.get_by_role("tab", name=field[1:].split("-")[0].capitalize()).click()
        expect(page.locator(f"{field} input"), "one goes on with the voice that was saved").to_have_value("Quick Baker")


def test_the_first_transcript_can_be_stopped_and_a_text_written_by_hand_stays(page: Page, recording: Path) -> None:
    page.get_by_role("tab", name="Make a voice").click()
    assert page.locator("#make-stop").count() == 0 or page.locator("#make-stop").is_hidden()
    page.locator("#make-upload input[type=file]").set_input_files(recording)
    page.locator("#make-stop:not([disabled])").click(timeout=SLOW_MS)
    page.locator("#make-progress", has_text="Cancelled.").wait_for()
    page.locator("#make-stop[disabled]").wait_for()
    page.locator("#make-text textarea").fill("A text of my own.")
    page.locator("#make-words .vl-word", has_text="own").wait_for(timeout=SLOW_MS)
    page.reload()
    page.locator("#make-words .vl-word", has_text="own").wait_for(timeout=SLOW_MS)
    assert page.locator("#make-text textarea").input_value() == "A text of my own."


def test_a_tick_is_a_note_and_a_note_a_tick(page: Page, recording: Path) -> None:
    page.get_by_role("tab", name="Make a voice").click()
    page.locator("#make-upload input[type=file]").set_input_files(recording)
    tick, note = page.locator("#make-agreed input"), page.locator("#make-consent textarea")
    tick.check(timeout=SLOW_MS)
    page.wait_for_function("document.querySelector('#make-consent textarea').value.startsWith('Confirmed by a tick')")
    page.reload()
    page.wait_for_function("document.querySelector('#make-agreed input')?.checked", timeout=SLOW_MS)
    assert note.input_value().startswith("Confirmed by a tick")
    tick.uncheck()
    page.wait_for_function("document.querySelector('#make-consent textarea').value === ''")
    note.fill("The baker signed on Monday.")
    page.wait_for_function("document.querySelector('#make-agreed input').checked")
    tick.click()
    page.wait_for_function("document.querySelector('#make-agreed input').checked")
    assert note.input_value() == "The baker signed on Monday.", "what was written is not lost to a click"
