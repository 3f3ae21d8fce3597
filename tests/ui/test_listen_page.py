"""The listener's page in a real browser: whole sessions, at the sample, through reloads, two tabs, a dead network."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import uvicorn

from tests.fakes import FakeEngine
from tests.labs import lab_of
from tests.listening.conftest import experiment
from tests.ui.conftest import free_port
from voicelab.api.app import create_api
from voicelab.lab import Lab
from voicelab.listening.kinds import KINDS
from voicelab.listening.values import ListeningTest, Options
from voicelab.settings import Settings

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, Page, Route


@dataclass
class Server:
    """The HTTP side in a thread."""

    lab: Lab
    url: str

    def make(self, folder: Path, kind: str = "ab", **options: Any) -> ListeningTest:
        source = experiment(folder, settings=3 if kind == "similarity" else 2, items=3)
        return self.lab.listening.tests.create(source, KINDS[kind], Options(**options))

    def answers(self, test: ListeningTest) -> int:
        return self.lab.listening.tests.get(test.id).answers


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    settings = Settings(home=tmp_path_factory.mktemp("listening-lab"), port=free_port())
    lab = lab_of(settings, FakeEngine())
    running = uvicorn.Server(uvicorn.Config(create_api(lab), port=settings.port, log_level="warning"))
    thread = threading.Thread(target=running.run)
    thread.start()
    while not running.started:
        time.sleep(0.02)
    yield Server(lab, f"http://127.0.0.1:{settings.port}")
    running.should_exit = True
    thread.join()


@pytest.fixture
def phone(browser: Browser) -> Iterator[BrowserContext]:
    """A window of a phone; a script error fails the test."""
    context = browser.new_context(viewport={"width": 390, "height": 844}, has_touch=True)
    errors: list[str] = []
    context.on("weberror", lambda error: errors.append(str(error.error)))
    yield context
    context.close()
    assert errors == []


def opened(context: BrowserContext, server: Server, test: ListeningTest) -> Page:
    page = context.new_page()
    page.goto(f"{server.url}/listen/{test.token}")
    return page


def begin(page: Page) -> None:
    page.get_by_role("button", name="Start").click()
    page.get_by_role("button", name="Play the test tone").click()
    page.get_by_role("button", name="This is comfortable").click()
    page.locator(".stimulus").first.wait_for()


def hear_all(page: Page) -> None:
    for index in range(page.locator(".stimulus").count()):
        stimulus = page.locator(".stimulus").nth(index)
        stimulus.click()
        page.wait_for_function("node => node.dataset.heard === 'true'", arg=stimulus.element_handle())


def submit(page: Page) -> None:
    number = page.locator("#where").inner_text()
    page.get_by_role("button", name="Next").click()
    page.wait_for_function("before => document.getElementById('where').textContent !== before", arg=number)


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


def test_until_the_next_pieces_are_there_nothing_can_be_pressed(
    phone: BrowserContext, server: Server, tmp_path: Path
) -> None:
    test = server.make(tmp_path / "slow", practice=False, catch_share=0)
    page = opened(phone, server, test)
    begin(page)
    hear_all(page)
    page.get_by_role("radio", name="A is better").check()
    held: list[Route] = []

    def hold(route: Route) -> None:
        held.append(route)

    page.route("**/audio/**", hold)
    page.get_by_role("button", name="Next").click()
    page.get_by_text("Loading the next pieces").wait_for()
    assert page.locator("#where").inner_text().startswith("Trial 1")
    assert page.locator("#main").evaluate("main => main.inert")
    for route in held:
        route.continue_()
    page.wait_for_function("() => document.getElementById('where').textContent.startsWith('Trial 2')")
    assert not page.locator("#main").evaluate("main => main.inert")
    assert page.locator("#status").inner_text() == ""
    hear_all(page)


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


SWITCHING = """async ({base, mode}) => {
  const { Switcher, FADE_S } = await import(`${base}/listen/static/shared/switcher.js`);
  const rate = 48000;
  const context = new OfflineAudioContext(1, rate, rate);
  const sounds = [0.5, 0.25].map((level) => {
    const buffer = context.createBuffer(1, rate, rate);
    buffer.getChannelData(0).forEach((_, n, samples) => { samples[n] = level * (1 + n / rate); });
    return buffer;
  });
  const switcher = new Switcher(context, sounds, context.destination, mode);
  switcher.play(0, 0);
  switcher.play(1, 0.5);
  const heard = (await context.startRendering()).getChannelData(0);
  return { heard: Array.from(heard), fade: FADE_S };
}"""


INTERRUPT = """
window.interrupted = false;
const resume = AudioContext.prototype.resume;
AudioContext.prototype.resume = function () {
  window.context = this;
  window.resumed = (window.resumed ?? 0) + 1;
  return window.interrupted ? new Promise(() => {}) : resume.call(this);
};
"""
"""As on a phone during a call: the sound stops, and no press brings it back before the call is over."""


def test_after_an_interruption_a_press_brings_the_sound_back(
    phone: BrowserContext, server: Server, tmp_path: Path
) -> None:
    phone.add_init_script(INTERRUPT)
    page = opened(phone, server, server.make(tmp_path / "interrupted"))
    begin(page)
    first = page.locator(".stimulus").first
    first.click()
    page.wait_for_function("() => document.querySelector('.stimulus').getAttribute('aria-pressed') === 'true'")
    page.evaluate("window.interrupted = true; window.context.suspend()")
    page.get_by_text("The sound was interrupted. Press Play").wait_for()
    assert first.get_attribute("aria-pressed") == "false", "it does not say that it plays"
    assert first.get_attribute("data-heard") == "false"
    first.click()
    page.get_by_text("The browser lets no sound through just now").wait_for()
    assert first.get_attribute("aria-pressed") == "false"
    page.evaluate("window.interrupted = false")
    first.click()
    page.wait_for_function("() => document.querySelector('.stimulus').dataset.heard === 'true'")
    assert page.locator("#status").inner_text() == ""


def test_a_sound_whose_clock_stands_is_not_called_playing(
    phone: BrowserContext, server: Server, tmp_path: Path
) -> None:
    """Some phones say "running" after a call, and nothing sounds."""
    page = opened(phone, server, server.make(tmp_path / "stands"))
    begin(page)
    page.evaluate(
        "Object.defineProperty(BaseAudioContext.prototype, 'currentTime', { configurable: true, get: () => 1 })"
    )
    page.locator(".stimulus").first.click()
    page.get_by_text("The sound was interrupted. Press Play").wait_for()
    assert page.locator(".stimulus").first.get_attribute("aria-pressed") == "false"


@pytest.mark.parametrize(
    ("broken", "said"),
    [
        ("delete window.AudioContext; delete window.OfflineAudioContext;", "it has no Web Audio"),
        (
            "OfflineAudioContext.prototype.decodeAudioData = async () => { throw new DOMException(); };",
            "cannot decode one of the sounds",
        ),
    ],
)
def test_a_device_that_cannot_play_is_told_so_and_not_that_the_network_is_gone(
    phone: BrowserContext, server: Server, tmp_path: Path, broken: str, said: str
) -> None:
    phone.add_init_script(broken)
    page = opened(phone, server, server.make(tmp_path / "broken"))
    page.get_by_role("button", name="Start").click()
    page.get_by_text(said).wait_for()
    assert "cannot be reached" not in page.locator("body").inner_text()


def test_the_silent_switch_of_a_phone_does_not_mute_the_test(
    phone: BrowserContext, server: Server, tmp_path: Path
) -> None:
    phone.add_init_script("Object.defineProperty(navigator, 'audioSession', { value: { type: 'auto' } });")
    page = opened(phone, server, server.make(tmp_path / "switch"))
    begin(page)
    assert page.evaluate("navigator.audioSession.type") == "playback"


@pytest.mark.parametrize("mode", ["sync", "restart"])
def test_switching_is_exact_to_the_sample_with_fades_of_5_ms(
    phone: BrowserContext, server: Server, mode: str, tmp_path: Path
) -> None:
    """Two ramps, changed at 0.5 s: before it the first, from 5 ms after it the second, at the right place of it."""
    page = opened(phone, server, server.make(tmp_path / "j"))
    result = page.evaluate(SWITCHING, {"base": server.url, "mode": mode})
    heard, rate, change = result["heard"], 48_000, 24_000
    assert result["fade"] == 0.005
    fade = round(0.005 * rate)
    for n in (fade, 1000, change - 1):
        assert heard[n] == pytest.approx(0.5 * (1 + n / rate), abs=1e-6)
    for n in (change + fade, change + 1000, 40_000):
        at = n if mode == "sync" else n - change
        assert heard[n] == pytest.approx(0.25 * (1 + at / rate), abs=1e-6)
    middle = change + fade // 2
    at = middle if mode == "sync" else fade // 2
    assert heard[middle] == pytest.approx(0.25 * (1 + middle / rate) + 0.125 * (1 + at / rate), abs=2e-4)
    assert heard[0] == 0


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


def comfortable(page: Page) -> None:
    """A browser plays nothing before the first touch, of a reloaded page too."""
    page.get_by_role("button", name="Go on").click()
    page.locator(".stimulus").first.wait_for()
