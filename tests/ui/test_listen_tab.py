"""The tab Listen in a real browser: two clicks to a test, its link, its results, and the winner into the voice."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

from tests.listening_lab import with_comparison
from tests.ui.conftest import SLOW_MS, RunningLab, answer_trial, call, running_lab

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page


@pytest.fixture(scope="module")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningLab]:
    home = tmp_path_factory.mktemp("listen-tab")
    with_comparison(home)
    with running_lab(home) as lab:
        yield lab


@pytest.fixture
def tab(browser: Browser, lab: RunningLab) -> Iterator[Page]:
    context = browser.new_context(viewport={"width": 1200, "height": 900})
    page = context.new_page()
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.goto(lab.url)
    page.get_by_role("tab", name="Listen").click()
    page.locator("#listen-form .vl-primary").wait_for()
    # The comparison is chosen a moment later.
    page.wait_for_function("() => document.querySelector('#listen-experiment input').value.includes('Anna')")
    yield page
    context.close()
    assert errors == []


def answer_all(url: str) -> int:
    key = call(f"{url}/join", body={})["key"]
    answered = 0
    while (trial := call(f"{url}/trial", key)["trial"]) is not None:
        answer_trial(url, key, trial)
        answered += 1
    return answered


def test_from_two_clicks_to_a_recipe(tab: Page, lab: RunningLab) -> None:
    tab.locator("#listen-form .vl-primary").click()
    link = tab.get_by_label("Link for listeners")
    link.wait_for()
    url = link.input_value()
    assert url.startswith(f"{lab.url}/listen/")
    assert "Only this machine" in tab.locator("#listen-invitation").inner_text()

    tab.locator("#listen-look").click()
    tab.get_by_text("Nobody has answered yet. Send the link").wait_for()
    assert answer_all(url) >= 4
    tab.locator("#listen-refresh").click()
    tab.get_by_text("1 of 8 planned listeners finished").wait_for()
    assert tab.locator("#listen-results h3").count() == 0
    tab.locator("#listen-look").click()
    results = tab.locator("#listen-results")
    results.get_by_role("heading", name="With every answer").wait_for()
    assert "does not tell them apart" in results.inner_text()
    assert "looked at before the planned 8 listeners" in results.get_by_label("A paragraph for a report").input_value()
    picture = results.locator(".vl-plot").first
    picture.scroll_into_view_if_needed()
    tab.wait_for_function("node => node.naturalWidth > 300", arg=picture.element_handle())

    results.get_by_role("button", name="preview, 3 s").click()
    used = tab.locator("#listen-used")
    used.get_by_text("Anna now speaks with preview").wait_for()
    assert "Not sure" in used.inner_text()
    recipe = json.loads((lab.home / "voices" / "anna" / "voice.json").read_text())["recipe"]
    assert (recipe["model"], recipe["length_s"]) == ("preview", 3.0)

    tab.locator("#listen-revoke").click()
    tab.get_by_text("The link is closed. Press New link").wait_for()
    tab.locator("#listen-renew").click()
    tab.wait_for_function(
        "old => document.querySelector('[aria-label=\"Link for listeners\"]')?.value !== old", arg=url
    )


def test_a_link_opens_its_test(browser: Browser, tab: Page, lab: RunningLab) -> None:
    made: list[str] = []
    for question in ("The first?", "The second?"):
        tab.locator("#listen-form summary").click() if not made else None
        tab.get_by_label("Question (empty").fill(question)
        tab.locator("#listen-form .vl-primary").click()
        tab.locator("#listen-invitation", has_text=question).wait_for(timeout=SLOW_MS)
        tab.wait_for_function(
            "old => location.hash.startsWith('#listen/') && location.hash !== old", arg=made[-1] if made else ""
        )
        made.append(tab.evaluate("location.hash"))
    fresh = browser.new_page()
    fresh.goto(f"{lab.url}/{made[0]}")
    invitation = fresh.locator("#listen-invitation")
    invitation.get_by_text("The first?").wait_for(timeout=SLOW_MS)
    assert fresh.evaluate("location.hash") == made[0]
    fresh.evaluate("address => { location.hash = address; }", made[1])
    invitation.get_by_text("The second?").wait_for(timeout=SLOW_MS)
    fresh.close()


def test_options_reach_the_test(tab: Page) -> None:
    tab.locator("#listen-form summary").click()
    tab.get_by_label("Question (empty").fill("Which <i>one</i> is warmer?")
    tab.get_by_label("Ask for a name").check()
    tab.locator("#listen-form .vl-primary").click()
    tab.get_by_text("Which <i>one</i> is warmer?").first.wait_for()
    url = tab.get_by_label("Link for listeners").input_value()
    assert call(f"{url}/welcome")["ask_name"] is True


def test_a_wrong_option_is_a_sentence(tab: Page) -> None:
    tab.locator("#listen-form summary").click()
    tab.get_by_label("Trials per listener").fill("0")
    tab.locator("#listen-form .vl-primary").click()
    tab.get_by_text("trials must be a whole number from 1 to 100").wait_for()


def test_takes_are_sent_here_from_the_tab_compare(tab: Page) -> None:
    tab.get_by_role("tab", name="Compare").click()
    tab.locator("#compare-chosen input").click()
    tab.get_by_role("option").first.click()
    for number in (0, 1):
        tab.locator("#compare-takes .vl-cell-more").nth(number).click()
        tab.get_by_label("Into the listening test").check()
    tab.get_by_role("button", name="Send 2 to a listening test").click()
    tab.locator("#listen-notes", has_text="1 of the 20 trials").wait_for()
    assert tab.get_by_role("tab", name="Listen").get_attribute("aria-selected") == "true"
    assert tab.locator("#listen-invitation").get_by_text("Listen now").is_visible()
