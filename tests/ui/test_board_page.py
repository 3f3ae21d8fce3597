"""The board in a real lab: what is done is kept, a run is watched, axe-core finds nothing, light and dark."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tests.listening_lab import with_comparison
from tests.ui.axe import violations
from tests.ui.conftest import SLOW_MS, running_lab
from voicelab.compare.experiments import ExperimentStore
from voicelab.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser, Page

    from tests.ui.conftest import RunningLab


@pytest.fixture(scope="module")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningLab]:
    """A lab with a comparison in which there is something of everything: a leak, a failure, a star, a rating."""
    home = tmp_path_factory.mktemp("board")
    experiment = with_comparison(home, lines=("One line.", "Another one."))
    store = store_of(home)
    for number, take in enumerate(experiment.takes):
        store.add_take(experiment.id, replace(take, word_error_rate=number / 10, likeness=0.9, bleed=number == 1), None)
    store.add_take(experiment.id, replace(experiment.takes[3], failure="The model did not find an end."), None)
    store.remark(experiment.id, experiment.takes[0].id, favourite=True, rating=7)
    with running_lab(home, "--model", "preview") as running:
        yield running


def store_of(home: Path) -> ExperimentStore:
    return ExperimentStore(Settings(home=home).experiments)


def open_board(page: Page, lab: RunningLab) -> None:
    page.goto(lab.url)
    page.get_by_role("tab", name="Compare").click()
    page.locator("#compare-chosen input").click()
    page.locator("[role=option]").last.click()  # the first comparison, whatever was made since
    page.locator(".vl-cell-wave svg").first.wait_for(timeout=SLOW_MS)


def test_what_is_said_of_a_take_is_kept(browser: Browser, lab: RunningLab) -> None:
    page = browser.new_page(viewport={"width": 1300, "height": 900})
    open_board(page, lab)
    page.locator(".vl-cell").nth(2).focus()
    page.keyboard.press("8")
    page.keyboard.press("s")
    page.keyboard.press("Enter")
    page.locator(".vl-details .vl-note").fill("Warm.")
    page.locator(".vl-details .vl-note").press("Tab")
    page.wait_for_function(
        "async () => JSON.stringify(await (await fetch(`experiments/${document.querySelector('.vl-links a')"
        ".href.split('/').at(-2)}/board.json`)).json()).includes('Warm.')"
    )
    page.locator(".vl-use").click()
    page.locator("#compare-used", has_text="now speaks with preview").wait_for()
    page.reload()
    open_board(page, lab)
    kept = page.locator(".vl-cell").nth(2)
    assert kept.get_by_text("8/9").is_visible()
    assert kept.get_by_text("★").is_visible()
    page.close()
    (take,) = [take for take in store_of(lab.home).list()[-1].takes if take.rating == 8]
    assert (take.favourite, take.comment) == (True, "Warm.")


def test_takes_come_to_the_board_while_they_are_made(browser: Browser, lab: RunningLab) -> None:
    page = browser.new_page(viewport={"width": 1300, "height": 900})
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url) if "board.json" in request.url else None)
    page.goto(lab.url)
    page.get_by_role("tab", name="Compare").click()
    page.locator("#compare-lines textarea").fill("A first line of two.\nA second line.")
    page.locator("#compare-lengths").get_by_label("15 s").uncheck()
    page.locator("#compare-button").click()
    page.locator(".vl-cell-none").first.wait_for(timeout=SLOW_MS)
    page.locator(".vl-cell-play").first.wait_for(timeout=SLOW_MS)  # measuring it may take a recognizer long
    page.locator("#compare-stop").click()
    assert [url.endswith("since=") for url in asked].count(True) == 1, "everything was asked for once"
    assert len(asked) >= 2
    page.close()


LOOKS: dict[str, dict[str, Any]] = {
    "light": {"viewport": {"width": 1300, "height": 900}, "color_scheme": "light"},
    "dark": {"viewport": {"width": 1300, "height": 900}, "color_scheme": "dark"},
    "phone": {"viewport": {"width": 390, "height": 844}, "color_scheme": "light", "has_touch": True},
    "dark phone": {"viewport": {"width": 390, "height": 844}, "color_scheme": "dark", "has_touch": True},
}


@pytest.mark.parametrize("look", LOOKS)
def test_axe_finds_nothing(browser: Browser, lab: RunningLab, look: str) -> None:
    page = browser.new_page(**LOOKS[look])
    open_board(page, lab)
    if "phone" in look:
        ranking = page.locator(".vl-ranking")
        assert ranking.evaluate("node => node.scrollWidth <= node.clientWidth"), "the settings are not cut off"
        seen = ranking.locator("tbody tr").first.locator("td").locator("visible=true")
        assert "Word errors" in str(seen.nth(2).get_attribute("data-label"))
    for action in ("", "Details of preview", "Close", "Judge blind"):
        if action:
            page.get_by_role("button", name=action).first.click()
        assert violations(page, "#compare-takes") == [], action
    assert not page.evaluate("document.documentElement.scrollWidth > innerWidth"), "nothing is cut off at the side"
    page.close()


def test_a_link_opens_its_comparison(browser: Browser, lab: RunningLab) -> None:
    page = browser.new_page(viewport={"width": 1300, "height": 900})
    experiment = store_of(lab.home).list()[-1]
    page.goto(f"{lab.url}/#compare/{experiment.id}")
    page.locator(".vl-cell-wave svg").first.wait_for(timeout=SLOW_MS)
    assert page.locator("[role=tab][aria-selected=true]").inner_text() == "Compare"
    page.get_by_role("tab", name="Voices").click()
    page.wait_for_function("location.hash === '#voices'")
    page.go_back()
    page.wait_for_function("id => location.hash === `#compare/${id}`", arg=experiment.id)
    page.locator("[role=tab][aria-selected=true]", has_text="Compare").wait_for()
    page.reload()
    page.locator(".vl-cell-wave svg").first.wait_for(timeout=SLOW_MS)
    page.close()


def test_what_is_opened_stands_in_the_address(browser: Browser, lab: RunningLab) -> None:
    page = browser.new_page(viewport={"width": 1300, "height": 900})
    open_board(page, lab)
    page.wait_for_function("location.hash.startsWith('#compare/')")
    assert page.evaluate("location.hash.split('/')[1]") in {each.id for each in store_of(lab.home).list()}
    page.close()


def test_nothing_can_be_stopped_that_does_not_run(browser: Browser, lab: RunningLab) -> None:
    page = browser.new_page(viewport={"width": 1300, "height": 900})
    page.goto(f"{lab.url}/#compare")
    page.locator("#compare-stop[disabled]").wait_for()
    assert page.locator("#compare-pause").is_disabled()
    assert page.locator("#compare-resume").is_disabled(), "no comparison is chosen"
    page.locator("#compare-chosen input").click()
    page.locator("[role=option]").last.click()
    page.locator("#compare-resume:not([disabled])").wait_for()
    assert page.locator("#compare-stop").is_disabled(), "it is over"
    page.get_by_role("tab", name="Machine").click()
    page.locator("#verify-stop[disabled]").wait_for()
    page.get_by_role("tab", name="Voices").click()
    page.locator("#voices-rename:not([disabled])").wait_for()
    page.close()
