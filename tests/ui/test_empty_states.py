"""A lab in which nothing is yet, in a real browser: each tab says what is missing and leads to where it is made."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from tests.listening_lab import with_comparison
from tests.ui.axe import violations
from tests.ui.conftest import SLOW_MS, RunningLab, running_lab
from voicelab.settings import CHECKOUT

if TYPE_CHECKING:
    from pathlib import Path

    from playwright.sync_api import Browser, Page

WITHOUT_A_VOICE = ("Speak", "Compare", "Listen", "Voices")
DEAD = ("Speak", "Compare", "Make the listening test", "Rename", "Open to edit", "Remove…")
"""Buttons that can do nothing without a voice."""


@pytest.fixture
def lab(tmp_path: Path) -> Iterator[RunningLab]:
    with running_lab(tmp_path, "--model", "preview", sample=False) as running:
        yield running


@pytest.fixture
def page(browser: Browser, lab: RunningLab) -> Iterator[Page]:
    context = browser.new_context(viewport={"width": 1200, "height": 900})
    errors: list[str] = []
    context.on("weberror", lambda error: errors.append(str(error.error)))
    page = context.new_page()
    page.goto(lab.url)
    yield page
    context.close()
    assert errors == []


def opened(page: Page, name: str) -> None:
    page.get_by_role("tab", name=name, exact=True).click()
    page.wait_for_load_state("networkidle", timeout=SLOW_MS)


def test_without_a_voice_every_tab_leads_to_where_one_is_made(page: Page) -> None:
    for name in WITHOUT_A_VOICE:
        opened(page, name)
        shown = page.locator(".vl-empty").locator("visible=true")
        expect(shown).to_have_count(1)
        expect(shown).to_contain_text("There is no voice yet")
        for dead in DEAD:
            expect(page.get_by_role("button", name=dead, exact=True).locator("visible=true")).to_have_count(0)
        assert violations(page) == []
        shown.get_by_role("button").click()
        expect(page.get_by_role("tab", name="Make a voice")).to_have_attribute("aria-selected", "true")
        page.go_back()
        expect(page.get_by_role("tab", name=name, exact=True)).to_have_attribute("aria-selected", "true")


def test_what_is_there_takes_the_place_of_the_sentence(page: Page, lab: RunningLab) -> None:
    opened(page, "Speak")
    expect(page.locator("#speak-empty")).to_be_visible()
    shutil.copytree(CHECKOUT / "voices" / "sample", lab.home / "voices" / "sample")
    opened(page, "Voices")
    expect(page.get_by_role("button", name="Rename")).to_be_enabled()
    expect(page.locator("#voices-clip audio, #voices-about .vl-notice").first).to_be_visible()
    opened(page, "Compare")
    expect(page.get_by_role("button", name="Compare", exact=True)).to_be_enabled()
    opened(page, "Speak")
    expect(page.locator("#speak-voice input")).not_to_have_value("")
    page.locator("#speak-button").click()
    page.locator("#speak-facts", has_text="RTF").wait_for(timeout=SLOW_MS)

    opened(page, "Listen")
    nothing = page.locator("#listen-empty")
    expect(nothing).to_contain_text("nothing to listen to yet")
    expect(page.locator("#listen-form")).to_be_hidden()
    expect(page.locator("#listen-test")).to_be_hidden()
    nothing.get_by_role("button").click()
    expect(page.get_by_role("tab", name="Compare")).to_have_attribute("aria-selected", "true")
    with_comparison(lab.home)
    opened(page, "Listen")
    expect(nothing).to_be_hidden()
    page.locator("#listen-form .vl-primary").click()
    expect(page.locator("#listen-test input")).not_to_have_value("", timeout=SLOW_MS)
    expect(page.get_by_role("button", name="Close link")).to_be_enabled()
