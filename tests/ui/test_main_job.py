"""The main job in a real browser: from a recording to a voice that speaks, and over HTTP."""

from __future__ import annotations

import io
import subprocess
import wave
from typing import TYPE_CHECKING

import pytest

from tests.ui.conftest import SLOW_MS, upload
from voicelab.clips.wav import write_wav

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from playwright.sync_api import Page

    from tests.ui.conftest import RunningLab
    from voicelab.clips.clip import Clip

STORY = (
    "The old baker opened his window before the first light. He could smell the warm bread, and the street was still "
    "empty. A boy on a red bicycle waved at him. Every morning it was the same, and every morning it made him smile."
)


@pytest.fixture
def recording(tmp_path: Path, spoken: Callable[[str], Clip]) -> Path:
    path = tmp_path / "baker.wav"
    write_wav(path, spoken(STORY))
    return path


def test_from_a_recording_to_a_served_voice(
    page: Page, lab_server: RunningLab, recording: Path, tmp_path: Path
) -> None:
    upload(page, recording)
    trim(page)
    heard = transcribe(page)
    plant_and_correct(page, heard)
    reload_loses_nothing(page, heard)
    keep(page, lab_server)
    compare(page)
    assert seconds_of(speak(page, tmp_path)) > 1.0
    assert seconds_of(fetch(lab_server, tmp_path)) > 0.3


def trim(page: Page) -> None:
    page.locator("#make-end input").fill("11.5")
    page.locator("#make-end input").press("Enter")
    page.locator("#make-trimmer .vl-readout", has_text="11.50 s").wait_for()


def transcribe(page: Page) -> str:
    """Nothing can be downloaded here, so the packaged recognizer stands in, and the page says so."""
    page.locator("#make-hear").click()
    page.locator("#make-words .vl-word").first.wait_for(timeout=SLOW_MS)
    page.locator("#make-notes", has_text="tiny.en").wait_for()
    heard = page.locator("#make-text textarea").input_value()
    assert "warm bread" in heard
    return heard


def plant_and_correct(page: Page, heard: str) -> None:
    """A wrong word is found, with what was heard instead; corrected, everything fits again."""
    text = page.locator("#make-text textarea")
    text.fill(heard.replace("warm", "cold"))
    wrong = page.locator("#make-words .vl-word[data-verdict=wrong]", has_text="cold")
    wrong.wait_for(timeout=SLOW_MS)
    assert "warm" in wrong.inner_text()
    text.fill(heard)
    wrong.wait_for(state="detached", timeout=SLOW_MS)
    page.locator("#make-notes", has_text="Every word fits").wait_for(timeout=SLOW_MS)


def reload_loses_nothing(page: Page, heard: str) -> None:
    page.reload()
    page.get_by_role("tab", name="Make a voice").click()
    page.locator("#make-words .vl-word", has_text="bread").wait_for()
    assert page.locator("#make-text textarea").input_value() == heard


def keep(page: Page, lab: RunningLab) -> None:
    """Save; then another voice's name is asked about, not overwritten."""
    name = page.locator("#make-name input, #make-name textarea")
    name.fill("The Baker")
    page.locator("#make-consent textarea").fill("Synthetic speech, made for a test.")
    save_as_it_is(page)
    page.locator("#make-saved", has_text="voices/the-baker").wait_for()
    assert (lab.home / "voices" / "the-baker" / "voice.json").exists()
    name.fill("Sample")
    save_as_it_is(page)
    page.locator("#make-saved", has_text="taken").wait_for()
    page.locator("#make-keep").click()
    page.locator("#make-saved", has_text="Nothing was replaced").wait_for()


def save_as_it_is(page: Page) -> None:
    """The clip was cut inside the last sentence, which is asked about."""
    page.locator("#make-save").click()
    page.locator("#make-saved", has_text="Save it as it is?").wait_for()
    page.locator("#make-save-anyway").click()


def compare(page: Page) -> None:
    """Two clip lengths, and one of them becomes the recipe."""
    page.get_by_role("tab", name="Compare").click()
    choose(page, "#compare-voice", "The Baker")
    page.locator("#compare-lines textarea").fill("The bread is ready now.")
    page.locator("#compare-lengths").get_by_label("15 s").uncheck()
    page.locator("#compare-button").click()
    page.locator("#compare-takes .vl-cell-play").nth(1).wait_for(timeout=SLOW_MS)
    page.locator("#compare-takes .vl-cell-more").first.click()
    page.locator("#compare-takes .vl-use").click()
    page.locator("#compare-used", has_text="now speaks with").wait_for()


def speak(page: Page, folder: Path) -> bytes:
    page.get_by_role("tab", name="Speak").click()
    choose(page, "#speak-voice", "The Baker")
    page.locator("#speak-text textarea").fill("Good morning. The bread is ready.")
    page.locator("#speak-button").click()
    page.locator("#speak-facts", has_text="RTF").wait_for(timeout=SLOW_MS)
    assert "not a clone" in page.locator("#speak-facts").inner_text()
    with page.expect_download() as download:
        page.locator("#speak-audio").get_by_label("Download").first.click()
    saved = folder / "speech.wav"
    download.value.save_as(saved)
    return saved.read_bytes()


def fetch(lab: RunningLab, folder: Path) -> bytes:
    """The guide's own line."""
    out = folder / "hello.wav"
    address = f"{lab.url.replace('127.0.0.1', 'localhost')}/synthesize?text=Hello+world&voice=the-baker"
    subprocess.run(["curl", "-fsS", address, "-o", str(out)], check=True, timeout=60)
    return out.read_bytes()


def choose(page: Page, dropdown: str, option: str) -> None:
    page.locator(f"{dropdown} input").click()
    page.get_by_role("option", name=option).click()


def seconds_of(content: bytes) -> float:
    with wave.open(io.BytesIO(content), "rb") as file:
        return file.getnframes() / file.getframerate()
