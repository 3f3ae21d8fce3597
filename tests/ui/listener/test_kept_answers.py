"""What a listener heard and answered is kept: through reloads, two tabs, a dead network."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from tests.ui.listener_page import begin, comfortable, hear_all, opened, submit

if TYPE_CHECKING:
    from playwright.sync_api import BrowserContext, Route

    from tests.ui.listener.conftest import Server


def test_a_reload_goes_on_with_the_same_trial_and_level(phone: BrowserContext, server: Server, tmp_path: Path) -> None:
    page = opened(phone, server, server.make(tmp_path / "e"))
    begin(page)
    hear_all(page)
    page.get_by_role("radio", name="A is better").check()
    submit(page)
    page.reload()
    page.get_by_role("button", name="Go on").click()
    page.locator(".stimulus").first.wait_for()
    assert page.locator("#where").inner_text().startswith("Trial 2")


def test_an_answer_without_network_is_kept_and_counted_once(
    phone: BrowserContext, server: Server, tmp_path: Path
) -> None:
    """The network dies before the answer, and once more after it arrived but before that was known."""
    test = server.make(tmp_path / "f", practice=False, catch_share=0)
    page = opened(phone, server, test)
    begin(page)
    hear_all(page)
    page.get_by_role("radio", name="A is better").check()
    phone.set_offline(True)
    page.get_by_role("button", name="Next").click()
    page.get_by_text("Your answer is kept on this device").wait_for()
    assert server.answers(test) == 0
    phone.set_offline(False)
    page.wait_for_function("() => document.getElementById('where').textContent.startsWith('Trial 2')")
    assert server.answers(test) == 1

    lost = {"count": 0}

    def lose_the_acknowledgement(route: Route) -> None:
        lost["count"] += 1
        if lost["count"] == 1:
            route.fetch()
            route.abort()
        else:
            route.continue_()

    page.route("**/answers", lose_the_acknowledgement)
    hear_all(page)
    page.get_by_role("radio", name="A is better").check()
    page.get_by_role("button", name="Next").click()
    page.wait_for_function("() => document.getElementById('where').textContent.startsWith('Trial 3')")
    assert lost["count"] == 2
    assert server.answers(test) == 2


def test_two_tabs_give_one_answer(phone: BrowserContext, server: Server, tmp_path: Path) -> None:
    test = server.make(tmp_path / "g", practice=False, catch_share=0)
    first = opened(phone, server, test)
    begin(first)
    second = opened(phone, server, test)
    second.get_by_role("button", name="Go on").click()
    second.locator(".stimulus").first.wait_for()
    for page, choice in ((first, "A is better"), (second, "B is better")):
        hear_all(page)
        page.get_by_role("radio", name=choice).check()
        submit(page)
    assert "answered already" in second.locator("#status").inner_text()
    assert second.locator("#where").inner_text().startswith("Trial 2")
    assert server.answers(test) == 1


def test_a_reload_in_the_middle_of_a_trial_keeps_what_was_heard(
    phone: BrowserContext, server: Server, tmp_path: Path
) -> None:
    test = server.make(tmp_path / "reload", practice=False, back=True)
    page = opened(phone, server, test)
    begin(page)
    stimulus = page.locator(".stimulus")
    stimulus.first.click()
    page.wait_for_function("node => node.dataset.heard === 'true'", arg=stimulus.first.element_handle())
    page.reload()
    comfortable(page)
    assert [each.get_attribute("data-heard") for each in stimulus.all()] == ["true", "false"]
    hear_all(page)
    page.get_by_role("radio", name="B is better").check()
    page.reload()
    comfortable(page)
    assert [each.get_attribute("data-heard") for each in stimulus.all()] == ["true", "true"]
    assert page.get_by_role("radio", name="B is better").is_checked()
    submit(page)
    assert server.answers(test) == 1
    assert [each.get_attribute("data-heard") for each in stimulus.all()] == ["false", "false"], (
        "the next is another one"
    )


def test_a_reload_keeps_ratings(phone: BrowserContext, server: Server, tmp_path: Path) -> None:
    test = server.make(tmp_path / "ratings", kind="similarity", practice=False)
    page = opened(phone, server, test)
    begin(page)
    hear_all(page)
    page.get_by_role("slider").first.fill("31")
    page.reload()
    comfortable(page)
    sliders = page.get_by_role("slider")
    assert sliders.first.input_value() == "31"
    assert page.get_by_role("button", name="Next").is_disabled(), "the others are not rated"
    shown = page.locator(".rating output").all_text_contents()
    assert shown[0] == "31"
    assert set(shown[1:]) == {"–"}
