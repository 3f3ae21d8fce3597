"""The tab Machine of a real lab without a GPU, in a real browser, with a hub on loopback."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from tests.hub.conftest import Hub, hold_a_recognizer, serving
from tests.ui.axe import violations
from tests.ui.conftest import SLOW_MS, running_lab
from voicelab.engines.qwen3.availability import probe
from voicelab.transcripts.recognizers import REPOSITORIES

if TYPE_CHECKING:
    from pathlib import Path

    from playwright.sync_api import Browser, Page

NAME = "small"
pytestmark = pytest.mark.skipif(probe().suitable, reason="this machine has a GPU, which needs no second step")


@pytest.fixture
def hub() -> Hub:
    held = Hub()
    hold_a_recognizer(held, REPOSITORIES[NAME][0], megabytes=8)
    return held


@pytest.fixture
def page(browser: Browser, hub: Hub, tmp_path: Path) -> Iterator[Page]:
    with serving(hub) as address, running_lab(tmp_path, hub=address) as lab:
        context = browser.new_context(viewport={"width": 1200, "height": 900})
        errors: list[str] = []
        context.on("weberror", lambda error: errors.append(str(error.error)))
        page = context.new_page()
        page.goto(lab.url)
        yield page
        context.close()
    assert errors == []


def test_from_the_banner_to_what_helps_and_what_would_not(page: Page, hub: Hub) -> None:
    expect(page.locator("#banner")).to_contain_text("It does not clone.", timeout=SLOW_MS)
    page.get_by_role("link", name="What would a clone need?").click()
    need = page.locator(".vl-clone-need")
    expect(need).to_contain_text("takes minutes for a sentence")
    expect(need.get_by_role("button", name=re.compile("qwen3"))).to_have_count(0)

    expect(page.locator("#verify-progress")).to_contain_text("nothing to verify before a model")
    expect(page.get_by_role("button", name="Verify", exact=True)).to_be_disabled()

    slow = page.locator("[data-model='qwen3-tts-0.6b-8bit']")
    expect(slow).to_contain_text("not for this machine")
    slow.get_by_role("button", name="Download…").click()
    expect(slow).to_contain_text("takes minutes for a sentence. Download 1.99 GB all the same?")
    assert violations(page) == []
    slow.get_by_role("button", name="Not now").click()
    expect(slow).not_to_contain_text("all the same")
    assert hub.served_bytes == 0


def test_a_recognizer_is_downloaded_paused_and_deleted(page: Page, hub: Hub) -> None:
    hub.pause_s = 0.1
    page.get_by_role("tab", name="Machine").click()
    card = page.locator(f"#machine-recognizers [data-model='{NAME}']")
    card.get_by_role("button", name="Download").click(timeout=SLOW_MS)
    expect(card).to_contain_text(re.compile(r"\d+ of 8 MB"), timeout=SLOW_MS)
    card.get_by_role("button", name="Pause").click()
    expect(card).to_contain_text("Partly on disk", timeout=SLOW_MS)
    hub.pause_s = 0
    card.get_by_role("button", name="Go on").click()
    expect(card).to_contain_text("On disk", timeout=SLOW_MS)
    card.get_by_role("button", name="Delete").click()
    card.get_by_role("button", name="Yes, delete").click()
    expect(card).to_contain_text("Not on disk", timeout=SLOW_MS)
    expect(page.locator("#machine-heard")).to_contain_text("are free again")
    expect(page.locator("[data-model='tiny.en']").get_by_role("button")).to_have_count(0)
