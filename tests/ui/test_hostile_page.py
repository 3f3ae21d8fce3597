"""The page and the listener's in a real browser, in a lab where every text means harm: all of it is shown as text."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

from tests.fakes import FakeEngine
from tests.ui.conftest import SLOW_MS, RunningLab, answer_trial, call, running_lab
from tests.ui.test_widgets import HOSTILE, HOSTILE_NAME
from tests.voices.making import noise_clip
from voicelab.blind_tests import source_of
from voicelab.bootstrap import build
from voicelab.compare.plan import Plan
from voicelab.compare.render import render
from voicelab.listening.kinds import KINDS
from voicelab.listening.values import Options
from voicelab.settings import Settings
from voicelab.transcripts.words import Transcript, Word

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

ODD = "\u202egnp.exe\u202c \u0627\u0644\u0639\u0631\u0628\u064a\u0629 in\u200bvisible \U0001f468\u200d\U0001f469"
LINE = f"{HOSTILE} {ODD}"


@pytest.fixture(scope="module")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[RunningLab, str]]:
    """A lab whose voice, words, consent, lines, comments, question and listener are hostile; its listeners' link."""
    home = tmp_path_factory.mktemp("hostile")
    made = build(Settings(home=home))
    clip = noise_clip(10.0)
    said = LINE.split()
    words = tuple(Word(word, i * 10 / len(said), (i + 0.5) * 10 / len(said)) for i, word in enumerate(said))
    transcript = Transcript(LINE, words, HOSTILE[:40], "english")
    voice = made.voices.save(HOSTILE_NAME, clip, transcript, "english", HOSTILE, match="match")
    plan = Plan(voice.slug, (LINE, "Another line."), (3.0, None), ("preview",))
    experiment = list(render(plan, made.voices, FakeEngine(), made.experiments))[-1].experiment
    for take in experiment.takes:
        made.experiments.remark(experiment.id, take.id, favourite=True, comment=LINE)
    source = source_of(made.experiments, made.voices, experiment.id)
    test = made.listening.tests.create(source, KINDS["ab"], Options(question=HOSTILE, ask_name=True, practice=False))
    with running_lab(home, "--model", "preview") as running:
        yield running, f"{running.url}/listen/{test.token}"


@pytest.fixture
def page(browser: Browser, lab: tuple[RunningLab, str]) -> Iterator[Page]:
    """A window on the lab, in which nothing hostile may have run when the test is over."""
    context = browser.new_context(viewport={"width": 1200, "height": 900})
    page = context.new_page()
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.on("dialog", lambda dialog: errors.append(dialog.message))
    page.on("request", lambda request: errors.append(request.url) if request.url.endswith("/x") else None)
    page.goto(lab[0].url)
    page.get_by_role("tab", name="Speak").wait_for()
    yield page
    found = page.evaluate("typeof hacked"), page.locator("img[src=x]").count(), errors
    context.close()
    assert found == ("undefined", 0, [])


def shown(page: Page, place: str, text: str = "{{7*7}}") -> None:
    page.locator(place).get_by_text(text).locator("visible=true").first.wait_for()


def test_the_library(page: Page) -> None:
    page.get_by_role("tab", name="Voices").click()
    shown(page, "#voices-table")
    shown(page, "#voices-about", "${hacked=1}")
    assert ODD[-3:] in page.locator("#voices-about").inner_text()
    page.locator("#voices-name input, #voices-name textarea").fill("<img src=x onerror=hacked=1>/")
    page.locator("#voices-rename").click()
    page.locator(".vl-field-message").get_by_text("<img src=x onerror=hacked=1>/").wait_for()


def test_editing_what_was_saved(page: Page) -> None:
    page.get_by_role("tab", name="Voices").click()
    shown(page, "#voices-table")
    page.locator("#voices-reopen").click()
    page.locator("#make-words .vl-word", has_text="7*7").wait_for(timeout=SLOW_MS)
    assert page.locator("#make-text textarea").input_value() == LINE


def test_the_comparison(page: Page) -> None:
    page.get_by_role("tab", name="Compare").click()
    page.locator("#compare-chosen input").click()
    page.get_by_role("option").first.click()
    shown(page, "#compare-takes")
    notes = []
    for details in page.locator("#compare-takes .vl-cell-more").all():
        details.click()
        notes.append(page.locator("#compare-takes .vl-details .vl-note").first.input_value())
    assert LINE in notes
    page.locator("#compare-lines textarea").fill(LINE)
    page.locator("#compare-cost-button").click()
    page.locator("#compare-cost").get_by_text("It takes").wait_for()


def test_the_choice_of_a_voice(page: Page) -> None:
    page.get_by_role("tab", name="Speak").click()
    page.locator("#speak-voice input").click()
    page.get_by_role("option", name="{{7*7}}").click()
    page.locator("#speak-text textarea").fill(HOSTILE)
    page.locator("#speak-button").click()
    page.locator("#speak-facts", has_text="RTF").wait_for(timeout=SLOW_MS)


def test_the_listeners_page_and_the_results(page: Page, lab: tuple[RunningLab, str]) -> None:
    _running, link = lab
    key = call(f"{link}/join", body={"name": HOSTILE_NAME[:60]})["key"]
    trial = call(f"{link}/trial", key)["trial"]
    answer_trial(link, key, trial)

    listening = page.context.new_page()
    listening.goto(link)
    listening.get_by_text("{{7*7}}").first.wait_for()
    assert listening.evaluate("typeof hacked") == "undefined"
    assert listening.locator("img[src=x]").count() == 0

    page.get_by_role("tab", name="Listen").click()
    shown(page, "#listen-invitation, #listen-results")
    page.locator("#listen-results td", has_text=HOSTILE_NAME[:60]).first.wait_for(state="attached")
