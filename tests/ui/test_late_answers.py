"""What a person does is about what stands on the screen, in whatever order the lab hears and answers."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from tests.fakes import FakeEngine
from tests.listening_lab import with_comparison
from tests.ui.conftest import SLOW_MS, choose, free_port, running_lab, wide_page
from tests.ui.late import late
from tests.voices.making import noise_clip, words_for
from voicelab.bootstrap import build
from voicelab.compare.plan import Plan
from voicelab.compare.render import render
from voicelab.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from playwright.sync_api import Browser, Page

    from tests.ui.conftest import RunningLab


@pytest.fixture(scope="module")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningLab]:
    """A lab with the voices Anna, Sample and Zoe, and two comparisons of Anna."""
    home = tmp_path_factory.mktemp("late")
    with_comparison(home, lines=("One line.", "Another one."))
    made = build(Settings(home=home))
    plan = Plan("anna", ("Quite another line.",), (3.0, None), ("preview",))
    list(render(plan, made.voices, FakeEngine(), made.experiments))
    clip = noise_clip(10.0)
    made.voices.save("Zoe", clip, words_for(clip), "english", "agreed", match="match")
    with running_lab(home, "--model", "preview") as running:
        yield running


@pytest.fixture
def window(browser: Browser, lab: RunningLab) -> Iterator[Page]:
    with wide_page(browser, lab.url) as page:
        page.get_by_role("tab", name="Speak").wait_for()
        yield page


def test_a_list_that_comes_late_leaves_what_was_chosen_from_it(window: Page) -> None:
    """The list is asked for when it gets the focus; who chooses at once may be first."""
    window.get_by_role("tab", name="Compare").click()
    choose(window, "compare-chosen", 0)
    window.wait_for_url("**/#compare/*")
    before = window.url
    window.locator("#compare-lines textarea").focus()
    listed = late(window, "compare-chosen", "focus")
    with listed.asked():
        other = choose(window, "compare-chosen", 1)
    window.wait_for_url(lambda now: now != before)  # the other one is on the board
    listed.release()
    expect(window.locator("#compare-chosen input"), "Stop and Go on are about what is seen").to_have_value(other)


def test_the_voice_that_is_removed_is_the_one_that_was_asked_about(window: Page, lab: RunningLab) -> None:
    window.get_by_role("tab", name="Voices").click()
    window.locator("#voices-table", has_text="zoe").wait_for()
    choose(window, "voices-voice", 2)
    window.locator("#voices-about", has_text='voice=zoe"').wait_for()
    window.locator("#voices-remove").click()
    window.locator("#voices-notes").get_by_text("Remove Zoe?").wait_for()
    choose(window, "voices-voice", 0)
    window.locator("#voices-about", has_text='voice=anna"').wait_for()
    window.locator("#voices-sure").click()
    window.locator("#voices-notes").get_by_text("Zoe was removed.").wait_for()
    assert (lab.home / "voices" / "anna" / "voice.json").exists()
    window.locator("#voices-undo").click()
    window.locator("#voices-notes").get_by_text("Zoe is back.").wait_for()


def test_the_voice_that_is_replaced_is_the_one_that_was_asked_about(window: Page, lab: RunningLab) -> None:
    """A name that was written after the question is another question."""
    window.get_by_role("tab", name="Voices").click()
    window.locator("#voices-table", has_text="zoe").wait_for()
    choose(window, "voices-voice", 1)
    window.locator("#voices-about", has_text='voice=sample"').wait_for()
    window.locator("#voices-reopen").click()
    window.locator("#make-notes", has_text="Every word fits").wait_for(timeout=SLOW_MS)
    name = window.locator("#make-name textarea, #make-name input")
    told = window.locator("#make-saved")
    name.fill("Anna")
    window.locator("#make-save").click()
    told.get_by_text("Replace it with what is on this page?").wait_for()
    name.fill("Zoe")
    window.locator("#make-replace").click()
    told.get_by_text("voices/zoe").wait_for()
    assert "Replace it with what is on this page?" in told.inner_text()
    window.locator("#make-replace").click()
    told.get_by_text("Saved as voices/zoe").wait_for()
    assert json.loads((lab.home / "voices" / "anna" / "voice.json").read_text())["revision"] == 1


def test_a_lab_that_was_started_again_takes_what_an_open_page_shows(browser: Browser, tmp_path: Path) -> None:
    """It remembers nothing of the lists that the one before gave to this page."""
    with_comparison(tmp_path, lines=("One line.", "Another one."))
    port = free_port()
    page = browser.new_page()
    with running_lab(tmp_path, "--model", "preview", port=port) as before:
        page.goto(f"{before.url}/#compare")
        page.locator("#compare-button").wait_for()
        choose(page, "compare-chosen", 0)
        page.wait_for_url("**/#compare/*")
        page.get_by_role("tab", name="Listen").click()
        page.get_by_role("button", name="Make the listening test").click()
        page.locator("#listen-notes").get_by_text("The test is ready").wait_for()
        page.get_by_role("tab", name="Voices").click()
        page.locator("#voices-about", has_text='voice=anna"').wait_for()
    with running_lab(tmp_path, "--model", "preview", port=port):
        page.locator("#voices-remove").click()
        page.locator("#voices-notes").get_by_text("Remove Anna?").wait_for()
        page.get_by_role("tab", name="Listen").click()
        page.locator("#listen-renew").click()
        page.locator("#listen-notes").get_by_text("This is a new link").wait_for()
        page.get_by_role("button", name="Make the listening test").click()
        page.locator("#listen-notes").get_by_text("The test is ready").wait_for()
        page.get_by_role("tab", name="Compare").click()
        page.locator("#compare-resume").click()
        page.locator("#compare-progress").get_by_text("Listen, then press").wait_for()
    page.close()
