"""Two tabs of a browser on the same recording: neither writes over what the other one wrote."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.ui.conftest import SLOW_MS, upload

if TYPE_CHECKING:
    from pathlib import Path

    from playwright.sync_api import Page

    from tests.ui.conftest import RunningLab
    from voicelab.clips.clip import Clip


def test_the_second_tab_is_asked(page: Page, lab_server: RunningLab, tmp_path: Path, speech_clip: Clip) -> None:
    upload(page, tmp_path / "keeper.wav", speech_clip)
    page.locator("#make-words .vl-word", has_text="lighthouse").wait_for(timeout=SLOW_MS)
    other = page.context.new_page()
    other.goto(f"{lab_server.url}/#make")
    other.locator("#make-words .vl-word", has_text="lighthouse").wait_for(timeout=SLOW_MS)
    text = page.locator("#make-text textarea")
    heard = text.input_value()
    text.fill(heard.replace("lighthouse", "tower"))
    page.locator("#make-text-saved", has_text="Draft kept.").wait_for(timeout=SLOW_MS)
    text.fill(heard.replace("lighthouse", "old tower"))
    page.locator("#make-words .vl-word", has_text="old").wait_for(timeout=SLOW_MS)
    theirs = other.locator("#make-text textarea")
    theirs.fill(f"{heard} Yes.")
    other.locator("#make-text-saved", has_text="old tower").wait_for(timeout=SLOW_MS)
    assert theirs.input_value() == f"{heard} Yes.", "what was typed stays in its field"
    other.locator("#make-mine").click()
    other.locator("#make-text-saved", has_text="Draft kept.").wait_for(timeout=SLOW_MS)
    assert other.locator("#make-mine").is_hidden()
    text.fill(heard)
    page.locator("#make-text-saved", has_text="Yes.").wait_for(timeout=SLOW_MS)
    page.locator("#make-theirs").click()
    page.wait_for_function("document.querySelector('#make-text textarea').value.endsWith('Yes.')")


def test_the_second_tab_says_that_the_clip_was_cut_anew(
    page: Page, lab_server: RunningLab, tmp_path: Path, speech_clip: Clip
) -> None:
    upload(page, tmp_path / "keeper.wav", speech_clip)
    page.locator("#make-words .vl-word", has_text="lighthouse").wait_for(timeout=SLOW_MS)
    other = page.context.new_page()
    other.goto(f"{lab_server.url}/#make")
    word = other.locator("#make-words .vl-word", has_text="lighthouse")
    word.wait_for(timeout=SLOW_MS)
    page.locator("#make-end input").fill("9")
    page.locator("#make-end input").press("Enter")
    page.locator("#make-notes", has_text="Words left out").wait_for(timeout=SLOW_MS)
    word.dblclick()
    other.keyboard.insert_text("tower")
    other.keyboard.press("Enter")
    other.locator("#make-notes", has_text="Reload the page").wait_for(timeout=SLOW_MS)
    word.wait_for(timeout=SLOW_MS)  # what is kept, and not what is not
