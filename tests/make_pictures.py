"""Take the README's pictures of every tab: python -m tests.make_pictures. A real lab, a real Chromium, real speech.

editor.gif is the word editor while a wrong word is found and mended, a picture at each step.
"""

from __future__ import annotations

import io
import shutil
import tempfile
from pathlib import Path

from PIL import Image
from playwright.sync_api import Page, sync_playwright

from tests.needs import CHROMIUMS
from tests.ui.conftest import running_lab
from voicelab.settings import CHECKOUT

PICTURES = CHECKOUT / "docs" / "pictures"
SLOW_MS = 120_000
EDITOR_WIDTH = 900
"""Pixels of the moving picture: as wide as GitHub shows it."""
WRONG = (4, "hair")
"""Which word of the sample's text is written wrong in the pictures, and how."""


def main() -> None:
    """Walk the tabs and write a picture of each."""
    PICTURES.mkdir(parents=True, exist_ok=True)
    with (
        tempfile.TemporaryDirectory() as folder,
        running_lab(Path(folder)) as lab,
        sync_playwright() as playwright,
    ):
        chromium = next(filter(None, map(shutil.which, CHROMIUMS)))
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        page = browser.new_page(viewport={"width": 1120, "height": 700})
        page.goto(lab.url)
        speak(page)
        make(page, lab.home / "voices" / "sample" / "clip.wav")
        compare(page)
        for tab, waits_for in (("Voices", "#voices-about .vl-notice"), ("Machine", "#machine-models .vl-model")):
            page.get_by_role("tab", name=tab).click()
            page.locator(waits_for).first.wait_for(timeout=SLOW_MS)
            picture(page, tab.lower())
        browser.close()


def speak(page: Page) -> None:
    page.get_by_role("tab", name="Speak").click()
    page.wait_for_function("document.querySelector('#speak-voice input')?.value")  # the voices come after the page
    page.locator("#speak-button").click()
    page.locator("#speak-facts", has_text="RTF").wait_for(timeout=SLOW_MS)
    picture(page, "speak")


def make(page: Page, recording: Path) -> None:
    page.get_by_role("tab", name="Make a voice").click()
    page.locator("#make-upload input[type=file]").set_input_files(recording)
    page.locator("#make-checks", has_text="Length").wait_for(timeout=SLOW_MS)
    page.locator("#make-words .vl-word").first.wait_for(timeout=SLOW_MS)
    text = page.locator("#make-text textarea")
    words = text.input_value().split()
    words[WRONG[0]] = WRONG[1]
    text.fill(" ".join(words))
    page.locator("#make-words [data-verdict=wrong]").first.wait_for(timeout=SLOW_MS)
    picture(page, "make")
    edit(page)


def edit(page: Page) -> None:
    """Mend the wrong word by keys: to it, hear it, take what was heard."""
    steps = [(editor(page), 2500)]
    page.locator("#make-words .vl-word").first.click()
    page.keyboard.press("n")
    steps.append((editor(page), 2500))
    page.keyboard.press("a")
    page.locator("#make-words [data-verdict=wrong]").first.wait_for(state="detached", timeout=SLOW_MS)
    steps.append((editor(page), 3500))
    write_moving(PICTURES / "editor.gif", steps)


def editor(page: Page) -> Image.Image:
    """Return the word editor as it looks now."""
    page.mouse.move(0, 0)
    page.wait_for_timeout(600)
    shown = Image.open(io.BytesIO(page.locator("#make-words").screenshot())).convert("RGB")
    return shown.resize((EDITOR_WIDTH, round(shown.height * EDITOR_WIDTH / shown.width)), Image.Resampling.LANCZOS)


def write_moving(path: Path, steps: list[tuple[Image.Image, int]]) -> None:
    """Write pictures, each with the milliseconds that it stays, as one that moves for ever."""
    height = max(image.height for image, _ in steps)
    frames = []
    for image, _ in steps:
        frame = Image.new("RGB", (EDITOR_WIDTH, height), "white")
        frame.paste(image)
        frames.append(frame.quantize(128, dither=Image.Dither.NONE))
    durations = [stays for _, stays in steps]
    frames[0].save(path, save_all=True, append_images=frames[1:], duration=durations, loop=0, optimize=True)


def compare(page: Page) -> None:
    page.get_by_role("tab", name="Compare").click()
    page.locator("#compare-button").click()
    page.get_by_text("Listen, then press").wait_for(timeout=SLOW_MS)  # every take is measured too
    page.locator("#compare-takes .vl-cell-more").nth(1).click()
    page.locator("#compare-takes .vl-use").click()
    page.locator("#compare-used .vl-ok").wait_for(timeout=SLOW_MS)
    picture(page, "compare")


def picture(page: Page, name: str) -> None:
    page.mouse.move(0, 0)
    page.wait_for_timeout(600)
    page.screenshot(path=PICTURES / f"{name}.png", full_page=True)


if __name__ == "__main__":
    main()
