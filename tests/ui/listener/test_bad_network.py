"""A network that breaks off, stands still, or lets something else answer: nothing is lost, said twice or stuck."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tests.ui.listener_page import at_trial, begin, choose, opened, submit
from voicelab import static

if TYPE_CHECKING:
    from playwright.sync_api import BrowserContext, Page, Route

    from tests.ui.listener.conftest import Server

PLAIN: dict[str, Any] = {"practice": False, "catch_share": 0}


def lost_answer(page: Page, address: str) -> dict[str, int]:
    """Let the first request to `address` reach the lab, and its answer never arrive."""
    asked = {"count": 0}

    def lose(route: Route) -> None:
        asked["count"] += 1
        if asked["count"] > 1:
            route.continue_()
            return
        route.fetch()
        route.abort()

    page.route(address, lose)
    return asked


def test_a_start_whose_answer_was_lost_is_one_listener(phone: BrowserContext, server: Server, tmp_path: Path) -> None:
    test = server.make(tmp_path / "start", **PLAIN)
    page = opened(phone, server, test)
    asked = lost_answer(page, "**/join")
    page.get_by_role("button", name="Start").click()
    page.get_by_text("The lab cannot be reached. Try again in a moment.").wait_for()
    begin(page)
    assert asked["count"] == 2
    assert server.lab.listening.tests.get(test.id).listeners == 1
    choose(page, "A is better")
    submit(page)
    assert [(row["listener"], row["value"]) for row in server.exported(test)] == [(1, -1)]


@pytest.mark.parametrize(("status", "body"), [(200, "<html>Log in</html>"), (404, "<html>The tunnel is down</html>")])
def test_what_a_proxy_says_in_place_of_the_lab_takes_no_answer(
    phone: BrowserContext, server: Server, tmp_path: Path, status: int, body: str
) -> None:
    """The page of a hotel's network, or of a tunnel whose other end is gone."""
    test = server.make(tmp_path / "proxy", **PLAIN)
    page = opened(phone, server, test)
    begin(page)
    choose(page, "A is better")
    page.route("**/answers", lambda route: route.fulfill(status=status, content_type="text/html", body=body))
    page.get_by_role("button", name="Next").click()
    page.get_by_text("Your answer is kept on this device: leave this page open.").wait_for()
    page.unroute("**/answers")
    page.reload()
    page.get_by_role("button", name="Go on").click()
    at_trial(page, 2)
    assert [row["value"] for row in server.exported(test)] == [-1]


def test_a_page_in_place_of_a_sound_is_no_broken_sound(phone: BrowserContext, server: Server, tmp_path: Path) -> None:
    page = opened(phone, server, server.make(tmp_path / "portal", **PLAIN))
    portal = {"count": 0}

    def answer(route: Route) -> None:
        portal["count"] += 1
        if portal["count"] > 1:
            route.continue_()
        else:
            route.fulfill(status=200, content_type="text/html", body="<html>Log in</html>")

    page.route("**/audio/**", answer)
    begin(page)
    assert portal["count"] == 3, "the other sound is not asked for again"


def test_as_soon_as_the_network_is_back_it_goes_on(phone: BrowserContext, server: Server, tmp_path: Path) -> None:
    """Not when the next of the longer and longer pauses is over; what is under way meanwhile is not begun twice."""
    page = opened(phone, server, server.make(tmp_path / "back-on", **PLAIN))
    begin(page)
    choose(page, "A is better")
    submit(page)
    choose(page, "B is better")
    # From here on no pause ends by itself.
    page.evaluate("const set = setTimeout; window.setTimeout = (act, ms) => set(act, ms >= 1000 ? 3_600_000 : ms);")
    asked: list[Route] = []
    page.route("**/trial", lambda route: route.abort())
    page.get_by_role("button", name="Next").click()
    page.get_by_text("The lab cannot be reached; trying again…").wait_for()
    page.unroute("**/trial")
    page.route("**/trial", lambda route: asked.append(route))  # noqa: PLW0108 - Playwright marks its handlers
    page.evaluate("dispatchEvent(new Event('online'))")
    page.wait_for_function("() => document.getElementById('main').inert")
    page.evaluate("dispatchEvent(new Event('online'))")
    page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    page.wait_for_timeout(1)  # lets the page's events reach the routes
    assert len(asked) == 1
    asked[0].continue_()
    at_trial(page, 3)
    assert page.locator("#status").inner_text() == ""


def test_a_connection_that_stands_still_is_tried_again(phone: BrowserContext, server: Server, tmp_path: Path) -> None:
    test = server.make(tmp_path / "stalled", **PLAIN)
    page = opened(phone, server, test)
    begin(page)
    choose(page, "A is better")
    page.evaluate("const set = setTimeout; window.setTimeout = (act, ms) => set(act, ms >= 30_000 ? 50 : ms);")
    held: list[Route] = []

    def hold(route: Route) -> None:
        held.append(route)
        if len(held) > 1:
            route.continue_()

    page.route("**/answers", hold)
    page.get_by_role("button", name="Next").click()
    at_trial(page, 2)
    assert len(held) == 2
    assert server.answers(test) == 1


def test_a_slow_lab_is_told_of(phone: BrowserContext, server: Server, tmp_path: Path) -> None:
    page = opened(phone, server, server.make(tmp_path / "slow-lab", **PLAIN))
    held: list[Route] = []
    page.route("**/join", lambda route: held.append(route))  # noqa: PLW0108 - Playwright marks its handlers
    page.get_by_role("button", name="Start").click()
    page.get_by_text("Waiting for the lab…").wait_for()
    held.pop().continue_()
    page.get_by_role("button", name="Play the test tone").wait_for()
    assert page.locator("#status").inner_text() == ""
    page.get_by_role("button", name="This is comfortable").click()
    choose(page, "A is better")
    page.route("**/answers", lambda route: held.append(route))  # noqa: PLW0108 - Playwright marks its handlers
    page.get_by_role("button", name="Next").click()
    page.get_by_text("Waiting for the lab…").wait_for()
    held.pop().continue_()
    at_trial(page, 2)
    assert page.locator("#status").inner_text() == ""


def test_how_far_the_sounds_are_is_told(phone: BrowserContext, server: Server, tmp_path: Path) -> None:
    page = opened(phone, server, server.make(tmp_path / "share", **PLAIN))
    held: list[Route] = []

    def hold_the_second(route: Route) -> None:
        held.append(route)
        if len(held) == 1:
            route.continue_()

    page.route("**/audio/**", hold_the_second)
    page.get_by_role("button", name="Start").click()
    page.get_by_text("Loading the next pieces… 50 %").wait_for()
    held[1].continue_()
    page.get_by_role("button", name="Play the test tone").wait_for()


def test_a_page_whose_scripts_do_not_come_says_what_to_do(
    phone: BrowserContext, server: Server, tmp_path: Path
) -> None:
    page = phone.new_page()
    page.route("**/trial.js", lambda route: route.abort())
    page.goto(f"{server.url}/listen/{server.make(tmp_path / 'scripts').token}")
    late = page.get_by_text("This takes long. If nothing comes, reload the page")
    assert late.is_hidden()
    page.evaluate("document.getAnimations().forEach((each) => each.finish())")
    assert late.is_visible()
    page.unroute("**/trial.js")
    page.reload()
    page.get_by_role("button", name="Start").wait_for()
    assert late.count() == 0


def test_all_scripts_of_the_page_are_asked_for_at_once() -> None:
    """Each level of imports would cost a slow network another round."""
    text = (static.ROOT / "listen" / "listen.html").read_text(encoding="utf-8")
    named = [line.split('href="static/')[1].split('"')[0] for line in text.splitlines() if "modulepreload" in line]
    assert sorted(named) == static.imported_by("listen/listen.js")
