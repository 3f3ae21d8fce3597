"""The first hour, whole: from README's first line to a sentence, and on to a blind test of one's own recording.

Once by the commands that README prints, once by buttons alone; each in a home where nothing is yet, with the lab
installed away from the checkout, and each answered by a listener in a browser.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
import soundfile
from playwright.sync_api import expect

from tests.printed import printed, printed_once
from tests.test_printed_commands import as_m4a, recording
from tests.ui.conftest import SLOW_MS, upload
from voicelab.voices.library import VoiceLibrary

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from playwright.sync_api import Browser, BrowserContext, Page

    from tests.installing import Installed
    from tests.running import Server
    from voicelab.clips.clip import Clip

LONG_MS = 300_000
"""What a recognizer and the measures of takes may need where everything else is busy too."""
README = "README.md"
NAME = "recording.m4a"


@pytest.fixture
def newcomer(installed: Installed, tmp_path: Path, spoken: Callable[[str], Clip]) -> Installed:
    """Somebody with the lab, a recording, and nothing else."""
    clip = recording(spoken)
    soundfile.write(tmp_path / "recording.wav", clip.samples, clip.sample_rate)
    as_m4a(tmp_path / "recording.wav", tmp_path / NAME)
    return replace(installed, home=tmp_path)


@pytest.fixture
def window(browser: Browser) -> Iterator[BrowserContext]:
    """A browser that knows nothing of the lab; a script error fails the test."""
    context = browser.new_context(viewport={"width": 1200, "height": 900})
    errors: list[str] = []
    context.on("weberror", lambda error: errors.append(str(error.error)))
    yield context
    context.close()
    assert errors == []


def listen(page: Page) -> None:
    """Do what a listener does: hear every sound to its end, choose, go on, until there is nothing more."""
    page.get_by_role("button", name="Start").click()
    page.get_by_role("button", name="Play the test tone").click()
    page.get_by_role("button", name="This is comfortable").click()
    page.locator(".stimulus").first.wait_for()
    ended = page.get_by_role("heading", name="Thank you")
    while not ended.is_visible():
        for stimulus in page.locator(".stimulus").all():
            stimulus.click()
            heard = "node => node.dataset.heard === 'true'"
            page.wait_for_function(heard, arg=stimulus.element_handle(), timeout=SLOW_MS)
        page.get_by_role("radio").first.check()
        where = page.locator("#where").inner_text()
        page.get_by_role("button", name="Next").click()
        gone = "before => document.getElementById('where')?.textContent !== before"
        page.wait_for_function(gone, arg=where, timeout=SLOW_MS)


def test_by_the_commands_as_they_are_printed(newcomer: Installed, window: BrowserContext) -> None:
    assert printed(README)[0] == "pip install . && voicelab serve"
    lab = newcomer.serve()
    try:
        lab.wait_for("status", within_s=180)
        sentence(newcomer, lab)
        blind_test(newcomer, window)
    finally:
        lab.end()


def sentence(newcomer: Installed, lab: Server) -> None:
    """The lab has just said where it is: its engine may still be warming up."""
    line = printed_once(README, "voice=sample").replace("http://localhost:7860", lab.url)
    done = newcomer.type(line)
    assert done.returncode == 0, done.stderr
    assert soundfile.info(newcomer.home / "hello.wav").duration > 0.3


def blind_test(newcomer: Installed, window: BrowserContext) -> None:
    typed(newcomer, printed_once(README, "voice add"))
    typed(newcomer, printed_once(README, "--voice vixen --out"))
    typed(newcomer, printed_once(README, "--voice vixen --check"))
    compared = typed(newcomer, printed_once(README, "--lengths 5,10,15"))
    experiment = found(r"^Experiment (\w+)$", compared)
    made = typed(newcomer, printed_once(README, "listen create").replace("EXPERIMENT", experiment))
    page = window.new_page()
    page.goto(found(r"^(http://\S+)$", made))
    listen(page)
    test = found(r"^Test (\w+)$", made)
    results = typed(newcomer, printed_once(README, "listen results").replace("TEST", test))
    assert "1 listener" in results
    assert (newcomer.home / "answers.csv").read_text().count("\n") >= 2
    typed(newcomer, printed_once(README, "listen use").replace("TEST", test))
    assert VoiceLibrary(newcomer.lab_home / "voices").get("vixen").recipe.model == "preview"


def typed(newcomer: Installed, line: str) -> str:
    done = newcomer.type(line)
    assert done.returncode == 0, f"{line}\n{done.stdout}{done.stderr}"
    return done.stdout


def found(pattern: str, text: str) -> str:
    match = re.search(pattern, text, re.MULTILINE)
    assert match, text
    return match[1]


def test_by_buttons_alone(newcomer: Installed, window: BrowserContext) -> None:
    lab = newcomer.serve()
    try:
        lab.wait_for("page", within_s=180)
        page = window.new_page()
        page.goto(lab.url)
        speak(page)
        make(page, newcomer.home / NAME)
        compare(page)
        with window.expect_page() as opened:
            page.locator("#listen-invitation").get_by_text("Listen now").click()
        listen(opened.value)
        results(page)
    finally:
        lab.end()
    assert VoiceLibrary(newcomer.lab_home / "voices").get("vixen").recipe.model == "preview"


def speak(page: Page) -> None:
    page.get_by_role("button", name="Speak", exact=True).click()
    page.locator("#speak-facts", has_text="RTF").wait_for(timeout=SLOW_MS)


def make(page: Page, path: Path) -> None:
    upload(page, path)
    for end, at_s, shown in (("start", "3.2", "3.20 s –"), ("end", "18.1", "14.90 s")):
        field = page.locator(f"#make-{end} input")
        field.fill(at_s)
        field.press("Enter")
        page.locator("#make-trimmer .vl-readout", has_text=shown).wait_for(timeout=SLOW_MS)
    page.get_by_role("button", name="Transcribe", exact=True).click()
    page.locator("#make-words .vl-word").first.wait_for(timeout=LONG_MS)
    page.locator("#make-name input, #make-name textarea").fill("Vixen")
    page.locator("#make-consent textarea").fill("my own voice")
    page.get_by_role("button", name="Save the voice").click()
    page.locator("#make-saved", has_text="voices/vixen").wait_for(timeout=SLOW_MS)


def compare(page: Page) -> None:
    """Two takes of the voice that was just made go to listeners."""
    page.get_by_role("tab", name="Compare").click()
    expect(page.locator("#compare-voice input")).to_have_value("Vixen", timeout=SLOW_MS)
    page.get_by_role("button", name="Compare", exact=True).click()
    takes = page.locator("#compare-takes .vl-cell-more")
    takes.nth(1).wait_for(timeout=LONG_MS)
    for number in (0, 1):
        takes.nth(number).click()
        page.get_by_label("Into the listening test").check()
    page.get_by_role("button", name="Send 2 to a listening test").click()
    page.locator("#listen-invitation").get_by_text("Listen now").wait_for(timeout=SLOW_MS)


def results(page: Page) -> None:
    page.get_by_role("button", name="Refresh", exact=True).click()
    page.get_by_text("1 of 8 planned listeners finished").wait_for()
    page.get_by_role("button", name="Look at results now").click()
    shown = page.locator("#listen-results")
    shown.get_by_role("heading", name="With every answer").wait_for()
    shown.get_by_role("button", name="preview, 5 s").click()
    page.locator("#listen-used").get_by_text("Vixen now speaks with preview").wait_for()
