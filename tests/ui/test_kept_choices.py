"""What is chosen stays chosen, whatever the page asks the lab meanwhile; what was made last is what is shown."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from tests.listening_lab import with_comparison
from tests.ui.conftest import SLOW_MS, choose, running_lab, wide_page
from tests.ui.late import answered
from tests.voices.making import noise_clip, words_for
from voicelab.blind_tests import source_of
from voicelab.bootstrap import build
from voicelab.listening.kinds import KINDS
from voicelab.listening.values import Options
from voicelab.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser, Page, Response

    from tests.ui.conftest import RunningLab


ZOE = 2
"""Her place among the voices."""
OLDEST = -1
ANSWERS = 4
"""The page loads with the lists of two tabs, and each of these is selected."""


@pytest.fixture(scope="module")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningLab]:
    """A lab with two voices, a comparison, and two listening tests of it."""
    home = tmp_path_factory.mktemp("chosen")
    experiment = with_comparison(home, lines=("One line.", "Another one."))
    made = build(Settings(home=home))
    source = source_of(made.experiments, made.voices, experiment.id)
    for kind in ("similarity", "ab"):
        made.listening.tests.create(source, KINDS[kind], Options(trials=1, catch_share=0, practice=False))
    clip = noise_clip(10.0)
    made.voices.save("Zoe", clip, words_for(clip), "english", "agreed", match="match")
    with running_lab(home, "--model", "preview") as running:
        yield running


@pytest.fixture
def window(browser: Browser, lab: RunningLab) -> Iterator[Page]:
    with wide_page(browser, lab.url) as page:
        yield page


def test_every_answer_after_a_reload_names_the_chosen_voice(window: Page) -> None:
    """The tab is selected while the page loads: two answers come, and the later one stands."""
    expect(window.locator("#speak-voice input")).not_to_have_value("")
    assert choose(window, "speak-voice", ZOE) == "Zoe"
    told: list[str] = []

    def note(response: Response) -> None:
        if "/queue/poll" in response.url:
            told.extend(voices_in(response.text()))

    window.on("response", note)
    window.reload()
    expect(window.locator("#speak-voice input")).to_have_value("Zoe")
    window.get_by_role("tab", name="Compare").click()
    expect(window.locator("#compare-voice input")).to_have_value("Zoe")
    while len(told) < ANSWERS:
        window.wait_for_event("response")
    assert set(told) == {"zoe"}


def voices_in(stream: str) -> list[str]:
    """Return which voice each answer chooses in the list that it offers."""
    said = [json.loads(line.removeprefix("data: ")) for line in stream.split("\n\n") if "process_completed" in line]
    values = [value for each in said for value in each["output"].get("data", []) if isinstance(value, dict)]
    return [value["value"] for value in values if ["Zoe", "zoe"] in value.get("choices", [])]


def test_a_test_that_was_made_is_the_one_that_is_shown(window: Page) -> None:
    """Another one was chosen before: its link must not stand where the new one's is looked for."""
    older = an_older_test(window)
    window.get_by_role("button", name="Make the listening test").click()
    window.locator("#listen-notes").get_by_text("The test is ready").wait_for()
    shown = window.locator("#listen-test input")
    expect(shown).not_to_have_value(older)
    made = shown.input_value()
    window.get_by_role("tab", name="Voices").click()
    with answered(window, "listen", "select"):
        window.get_by_role("tab", name="Listen").click()
    expect(shown).to_have_value(made)


def test_takes_that_are_sent_to_a_test_are_the_one_that_is_shown(window: Page) -> None:
    older = an_older_test(window)
    window.get_by_role("tab", name="Compare").click()
    choose(window, "compare-chosen", OLDEST)
    window.locator(".vl-cell-wave svg").first.wait_for(timeout=SLOW_MS)
    for cell in (0, 1):
        window.locator(".vl-cell").nth(cell).focus()
        window.keyboard.press("t")
    with answered(window, "listen", "select"):
        window.get_by_role("button", name="Send 2 to a listening test").click()
    shown = window.locator("#listen-test input")
    expect(shown).not_to_have_value(older)
    window.reload()
    expect(shown).not_to_have_value("", timeout=SLOW_MS)
    expect(shown).not_to_have_value(older)


def an_older_test(page: Page) -> str:
    """Open the tab Listen, choose the oldest test there, and return its name."""
    page.get_by_role("tab", name="Listen").click()
    expect(page.locator("#listen-test input")).not_to_have_value("", timeout=SLOW_MS)
    return choose(page, "listen-test", OLDEST)
