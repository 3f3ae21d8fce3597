"""The listener's page in a real browser: whole sessions, by hand and by keys."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from tests.ui.listener_page import begin, hear_all, opened, submit

if TYPE_CHECKING:
    from playwright.sync_api import BrowserContext

    from tests.ui.listener.conftest import Server


def test_a_whole_session_on_a_phone(phone: BrowserContext, server: Server, tmp_path: Path) -> None:
    test = server.make(tmp_path / "a", question="Which <b>one</b> is warmer?")
    page = opened(phone, server, test)
    begin(page)
    assert page.get_by_role("heading").inner_text() == "Which <b>one</b> is warmer?"
    assert page.get_by_text("this one does not count").is_visible()
    # Locked until both were heard.
    option = page.get_by_role("radio", name="B is better")
    assert option.is_disabled()
    page.locator(".stimulus").first.click()
    assert page.get_by_role("button", name="Next").is_disabled()
    assert "Listen to the end of" in page.locator("#hint").inner_text()
    while page.get_by_role("button", name="Next").is_visible():
        hear_all(page)
        option.check()
        submit(page)
        page.wait_for_load_state("networkidle")
    assert page.get_by_role("heading", name="Thank you").is_visible()
    assert server.answers(test) == 3
    assert server.lab.listening.tests.get(test.id).finished == 1


def test_everything_to_touch_is_large_enough_and_named(phone: BrowserContext, server: Server, tmp_path: Path) -> None:
    page = opened(phone, server, server.make(tmp_path / "b", "cmos"))
    begin(page)
    page.locator("summary").click()
    targets = page.locator("button:visible, .option:visible, summary:visible, details label:visible")
    assert targets.count() >= 12
    for index in range(targets.count()):
        box = targets.nth(index).bounding_box()
        assert box is not None
        assert box["height"] >= 44
        assert box["width"] >= 44
        assert box["x"] + box["width"] <= 390
    assert page.get_by_role("button", name="Play A, not heard yet").is_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= 390


def test_the_keyboard_is_enough(phone: BrowserContext, server: Server, tmp_path: Path) -> None:
    """Play, choose what sounds, answer and go on without a pointer."""
    page = opened(phone, server, server.make(tmp_path / "c"))
    begin(page)
    for key in ("a", "2"):
        page.keyboard.press(key)
        page.wait_for_function("() => document.querySelectorAll('.stimulus[aria-pressed=true]').length === 1")
        page.wait_for_function("() => document.querySelectorAll('.stimulus[aria-pressed=true]').length === 0")
    page.keyboard.press("w")
    assert page.get_by_role("radio", name="No difference").is_checked()
    page.keyboard.press("Enter")
    page.wait_for_function("() => document.getElementById('where').textContent.startsWith('Trial 2')")


def test_a_locked_control_gives_no_answer(phone: BrowserContext, server: Server, tmp_path: Path) -> None:
    """A tap on a slider before everything was heard; it stood for 50, and Next opened with it later."""
    page = opened(phone, server, server.make(tmp_path / "l", "similarity", practice=False))
    begin(page)
    slider = page.get_by_role("slider", name="Rating of").first
    box = slider.bounding_box()
    assert box is not None
    page.touchscreen.tap(box["x"] + 0.7 * box["width"], box["y"] + box["height"] / 2)
    for event in ("pointerup", "input", "change"):
        slider.dispatch_event(event)
    assert page.locator(".rating output").first.inner_text() == "–"
    hear_all(page)
    for index in range(1, page.get_by_role("slider", name="Rating of").count()):
        page.get_by_role("slider", name="Rating of").nth(index).fill("60")
    assert page.get_by_role("button", name="Next").is_disabled(), "the first was never rated"


def test_a_locked_choice_gives_no_answer(phone: BrowserContext, server: Server, tmp_path: Path) -> None:
    page = opened(phone, server, server.make(tmp_path / "m"))
    begin(page)
    page.get_by_role("radio").first.dispatch_event("change")
    hear_all(page)
    assert page.get_by_role("button", name="Next").is_disabled()


def test_similarity_is_rated_with_sliders_beside_a_reference(
    phone: BrowserContext, server: Server, tmp_path: Path
) -> None:
    test = server.make(tmp_path / "d", "similarity", practice=False)
    page = opened(phone, server, test)
    begin(page)
    assert page.get_by_role("button", name="Play Reference").is_visible()
    hear_all(page)
    sliders = page.get_by_role("slider", name="Rating of")
    assert sliders.count() == 4
    for index in range(4):
        sliders.nth(index).fill(str(40 + index))
    submit(page)
    assert server.answers(test) == 1


def test_going_back_and_finishing(phone: BrowserContext, server: Server, tmp_path: Path) -> None:
    test = server.make(tmp_path / "h", practice=False, catch_share=0, back=True, trials=2)
    page = opened(phone, server, test)
    begin(page)
    for _ in range(2):
        hear_all(page)
        page.get_by_role("radio", name="A is better").check()
        submit(page)
    page.get_by_role("button", name="Back").click()
    page.locator(".stimulus").first.wait_for()
    assert page.get_by_role("radio", name="A is better").is_checked()
    page.get_by_role("radio", name="No difference").check()
    page.get_by_role("button", name="Next").click()
    page.get_by_role("button", name="Finish").click()
    page.get_by_role("heading", name="Thank you").wait_for()
    assert server.answers(test) == 2


def test_a_closed_link_is_a_sentence(phone: BrowserContext, server: Server, tmp_path: Path) -> None:
    test = server.make(tmp_path / "i")
    server.lab.listening.tests.revoke(test.id)
    page = opened(phone, server, test)
    page.get_by_text("This link was closed by its owner").wait_for()


def test_one_answer_is_one(phone: BrowserContext, server: Server, tmp_path: Path) -> None:
    page = opened(phone, server, server.make(tmp_path / "one", items=1, practice=False, catch_share=0))
    begin(page)
    assert page.locator("#where").inner_text() == "Trial 1 of 1"
    hear_all(page)
    page.get_by_role("radio", name="A is better").check()
    submit(page)
    assert "Your answer is kept." in page.locator("#main").inner_text()


def test_a_key_that_is_held_down_is_one_press(phone: BrowserContext, server: Server, tmp_path: Path) -> None:
    """It repeats thirty times a second; each would be a play in the results."""
    test = server.make(tmp_path / "held", practice=False, catch_share=0)
    page = opened(phone, server, test)
    begin(page)
    for _ in range(5):
        page.keyboard.down("a")
    page.keyboard.up("a")
    page.wait_for_function("() => document.querySelector('.stimulus').dataset.heard === 'true'")
    page.locator(".stimulus").nth(1).click()
    page.wait_for_function("() => document.querySelectorAll('.stimulus')[1].dataset.heard === 'true'")
    page.get_by_role("radio", name="A is better").check()
    submit(page)
    assert [row["plays"] for row in server.exported(test)] == ["1 1"]


def test_space_chooses_the_answer_that_has_the_keys(phone: BrowserContext, server: Server, tmp_path: Path) -> None:
    """As it does everywhere; on one that is chosen already it plays and stops."""
    page = opened(phone, server, server.make(tmp_path / "space"))
    begin(page)
    hear_all(page)
    page.wait_for_function("() => !document.querySelector('.stimulus[aria-pressed=true]')")
    option = page.get_by_role("radio", name="A is better")
    option.focus()
    page.keyboard.press("Space")
    assert option.is_checked()
    assert page.locator(".stimulus[aria-pressed=true]").count() == 0
    page.keyboard.press("Space")
    page.locator(".stimulus[aria-pressed=true]").wait_for()
