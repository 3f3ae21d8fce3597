"""The sound of the listener's page: at the sample, through a call, on a device that cannot play, on a slow network."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.ui.listener_page import begin, hear_all, opened

if TYPE_CHECKING:
    from playwright.sync_api import BrowserContext, Route

    from tests.ui.listener.conftest import Server


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
