"""One listener in two tabs, at an old and a new link, and going back: results hold what was chosen, once."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from tests.ui.listener_page import at_trial, begin, choose, comfortable, opened, submit

if TYPE_CHECKING:
    from playwright.sync_api import BrowserContext, Page

    from tests.ui.listener.conftest import Server

PLAIN: dict[str, Any] = {"practice": False, "catch_share": 0}


def gone_back(page: Page) -> Page:
    """Answer two trials, A each time, and go back from the third to the second."""
    begin(page)
    for _ in range(2):
        choose(page, "A is better")
        submit(page)
    page.get_by_role("button", name="Back").click()
    at_trial(page, 2)
    return page


def test_two_tabs_that_both_start_are_one_listener(phone: BrowserContext, server: Server, tmp_path: Path) -> None:
    test = server.make(tmp_path / "both", **PLAIN)
    first, second = opened(phone, server, test), opened(phone, server, test)
    for page in (first, second):
        page.get_by_role("button", name="Start").wait_for()
    begin(first)
    second.get_by_role("button", name="Start").click()
    comfortable(second)
    assert server.lab.listening.tests.get(test.id).listeners == 1


def test_an_answer_that_waits_in_one_tab_survives_what_another_keeps(
    phone: BrowserContext, server: Server, tmp_path: Path
) -> None:
    test = server.make(tmp_path / "outbox", **PLAIN)
    first = opened(phone, server, test)
    begin(first)
    second = opened(phone, server, test)
    comfortable(second)
    first.route("**/answers", lambda route: route.abort())
    choose(first, "A is better")
    first.get_by_role("button", name="Next").click()
    first.get_by_text("Your answer is kept on this device").wait_for()
    second.locator(".stimulus").first.click()
    second.wait_for_function("() => document.querySelector('.stimulus').dataset.heard === 'true'")
    second.close()
    first.close()
    third = opened(phone, server, test)
    comfortable(third)
    at_trial(third, 2)
    assert [row["value"] for row in server.exported(test)] == [-1]


def test_finishing_in_one_tab_begins_nothing_anew_in_the_other(
    phone: BrowserContext, server: Server, tmp_path: Path
) -> None:
    test = server.make(tmp_path / "finish", items=2, trials=2, back=True, **PLAIN)
    first = opened(phone, server, test)
    begin(first)
    choose(first, "A is better")
    submit(first)
    second = opened(phone, server, test)
    comfortable(second)
    at_trial(second, 2)
    choose(first, "B is better")
    first.get_by_role("button", name="Next").click()
    first.get_by_role("button", name="Finish").click()
    first.get_by_role("heading", name="Thank you").wait_for()
    second.get_by_role("button", name="Back").click()
    second.get_by_role("heading", name="Thank you").wait_for()
    assert server.lab.listening.tests.get(test.id).listeners == 1
    assert [row["value"] for row in server.exported(test)] == [-1, 1]


def test_while_the_end_is_on_its_way_nothing_else_can_be_pressed(
    phone: BrowserContext, server: Server, tmp_path: Path
) -> None:
    """Back, meanwhile, showed a trial for a moment that could not be answered any more."""
    test = server.make(tmp_path / "end", items=1, back=True, **PLAIN)
    page = opened(phone, server, test)
    begin(page)
    choose(page, "A is better")
    page.get_by_role("button", name="Next").click()
    page.route("**/finish", lambda route: route.abort())
    page.get_by_role("button", name="Finish").click()
    page.get_by_text("The lab cannot be reached; trying again…").wait_for()
    assert page.locator("#main").evaluate("main => main.inert")
    page.unroute("**/finish")
    page.get_by_role("heading", name="Thank you").wait_for()
    assert server.lab.listening.tests.get(test.id).finished == 1


def test_a_changed_answer_counts_however_its_trial_is_left(
    phone: BrowserContext, server: Server, tmp_path: Path
) -> None:
    test = server.make(tmp_path / "changed", trials=3, back=True, **PLAIN)
    page = gone_back(opened(phone, server, test))
    page.get_by_role("radio", name="B is better").check()
    page.get_by_role("button", name="Back").click()
    at_trial(page, 1)
    assert page.get_by_role("radio", name="A is better").is_checked()
    assert [row["value"] for row in server.exported(test)] == [-1, 1]
    assert [row["changes"] for row in server.exported(test)] == [0, 1]


def test_a_reload_goes_on_with_the_trial_that_was_gone_back_to(
    phone: BrowserContext, server: Server, tmp_path: Path
) -> None:
    """Else what was changed there would be neither sent nor seen."""
    test = server.make(tmp_path / "gone-back", trials=3, back=True, **PLAIN)
    page = gone_back(opened(phone, server, test))
    page.get_by_role("radio", name="No difference").check()
    page.reload()
    comfortable(page)
    at_trial(page, 2)
    assert page.get_by_role("radio", name="No difference").is_checked()
    submit(page)
    at_trial(page, 3)
    assert [row["value"] for row in server.exported(test)] == [-1, 0]


def test_at_a_renewed_link_a_listener_goes_on(phone: BrowserContext, server: Server, tmp_path: Path) -> None:
    """The lab's last word on the old link is what to do; an answer that it did not take any more is not lost."""
    test = server.make(tmp_path / "renewed", **PLAIN)
    page = opened(phone, server, test)
    begin(page)
    choose(page, "A is better")
    submit(page)
    choose(page, "B is better")
    renewed = server.lab.listening.tests.renew(test.id, 7)
    page.get_by_role("button", name="Next").click()
    page.get_by_text("Ask who invited you for the new one, and open it in this browser").wait_for()
    page.goto(f"{server.url}/listen/{renewed.token}")
    comfortable(page)
    at_trial(page, 3)
    assert server.lab.listening.tests.get(test.id).listeners == 1
    assert [row["value"] for row in server.exported(test)] == [-1, 1]


def test_who_never_opened_the_test_does_not_go_on_with_another(
    phone: BrowserContext, server: Server, tmp_path: Path
) -> None:
    begin(opened(phone, server, server.make(tmp_path / "one", **PLAIN)))
    other = opened(phone, server, server.make(tmp_path / "other", **PLAIN))
    other.get_by_role("button", name="Start").wait_for()
