"""Print what the page asks of a person, in a real Chromium: make bench-page. Run it on an otherwise idle machine.

Clicks beside the file dialog, seconds, and how long the page loads beside a bare Gradio app of the same minute. Each
time is the best of a few, because anything else that runs only ever adds to it. It fails over a budget.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

from playwright.sync_api import sync_playwright

from tests.bench_budgets import HELLO, SPEAK
from tests.needs import chromium
from tests.running import Server, environment, free_port
from voicelab.settings import CHECKOUT

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

FIRST_SOUND_S = 0.6
MOST_CLICKS = 5
PAGE_LOADS = 1.3
TURNS = 5
SLOW_MS = 120_000
STORY = (
    "The old baker opened his window before the first light. He could smell the warm bread, and the street was still "
    "empty. A boy on a red bicycle waved at him."
)
SENTENCES = "The bread is warm. Come in and sit down. There is coffee on the table, and nobody is in a hurry today."
COUNT = """() => { window.clicks = 0;
  addEventListener("pointerdown", (event) => { clicks += event.isTrusted ? 1 : 0; }, true); }"""
SOUNDS = """() => new Promise((heard) => {
  const began = performance.now();
  const look = () => {
    if (document.querySelector(".vl-spoken-now[data-sounding]")) heard((performance.now() - began) / 1000);
    else requestAnimationFrame(look);
  };
  document.querySelector("#speak-button").click();
  look();
})"""


def main() -> int:
    """Measure everything, print one line per budget, and return how many were broken."""
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        home = Path(folder)
        shutil.copytree(CHECKOUT / "voices" / "sample", home / "voices" / "sample")
        clip = home / "clip.wav"
        subprocess.run([sys.executable, "-c", SPEAK, STORY, str(clip)], env=environment(home), check=True)
        browser = playwright.chromium.launch(executable_path=chromium(), args=["--no-sandbox"])
        port = free_port()
        hello = subprocess.Popen(
            [sys.executable, "-c", HELLO, str(port)],
            env=environment(home, GRADIO_ANALYTICS_ENABLED="False"),
            stdout=subprocess.DEVNULL,
        )
        server = Server.start(home, "--model", "preview")
        try:
            server.wait_for("ready")
            server.wait_for("page")
            return _measured(browser, server.url, f"http://127.0.0.1:{port}", clip)
        finally:
            hello.kill()
            hello.wait()
            server.end()


def _measured(browser: Browser, lab: str, bare: str, clip: Path) -> int:
    loads = [(_load_s(browser, bare, "button"), _load_s(browser, lab, "#speak-button")) for _ in range(TURNS)]
    best_bare, best_lab = (min(each) for each in zip(*loads, strict=True))
    errors: list[str] = []
    page = browser.new_page()
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.goto(lab)
    first = _first_sound_s(page)
    over = _line("a bare Gradio app can be used after", best_bare, "s")
    over += _line("the page can be used after", best_lab, "s")
    over += _line("the page, in bare Gradio apps", best_lab / best_bare, "x", PAGE_LOADS)
    over += _line("first sound after Speak, preview", first, "s", FIRST_SOUND_S)
    clicks, seconds = _recording_to_speech(page, clip)
    over += _line("clicks from a recording to its voice", clicks, "", MOST_CLICKS)
    _line("the same, in seconds", seconds, "s")
    over += _line("script errors", len(errors), "", 0)
    return over


def _load_s(browser: Browser, address: str, usable: str) -> float:
    """Return the seconds until a fresh browser shows something to press."""
    context = browser.new_context()
    page = context.new_page()
    for _ in range(600):
        began = time.monotonic()
        try:
            page.goto(address)
        except Exception:  # noqa: BLE001 - it is not up yet, however Chromium says so
            time.sleep(0.1)
            continue
        page.locator(usable).first.wait_for(timeout=SLOW_MS)
        seconds = time.monotonic() - began
        context.close()
        return seconds
    raise TimeoutError(address)


def _first_sound_s(page: Page) -> float:
    page.locator("#speak-button").wait_for()
    page.wait_for_load_state("networkidle")
    page.locator("#speak-text textarea").fill(SENTENCES)
    found = []
    for _ in range(TURNS):
        found.append(float(page.evaluate(SOUNDS)))
        page.locator(".vl-spoken-now[data-sounding]").wait_for(state="detached", timeout=SLOW_MS)
    return min(found)


def _recording_to_speech(page: Page, clip: Path) -> tuple[int, float]:
    page.evaluate(COUNT)
    began = time.monotonic()
    page.get_by_role("tab", name="Make a voice").click()
    page.locator("#make-upload input[type=file]").set_input_files(clip)
    page.locator("#make-words .vl-word").first.wait_for(timeout=SLOW_MS)
    page.locator("#make-name input, #make-name textarea").click()
    page.keyboard.type("Measured")
    page.locator("#make-agreed input").click()
    page.locator("#make-save").click()
    page.locator("#make-say").click(timeout=SLOW_MS)
    page.locator(".vl-spoken-now[data-sounding]").wait_for(timeout=SLOW_MS)
    return int(page.evaluate("clicks")), time.monotonic() - began


def _line(name: str, value: float, unit: str, budget: float | None = None) -> int:
    """Print a figure; return 1 where it is over its budget."""
    over = budget is not None and value > budget
    beside = "" if budget is None else f"(budget {budget:g} {unit})".replace(" )", ")")
    print(f"{name:42} {value:8.2f} {unit:2} {beside}{'  over budget' if over else ''}".rstrip(), flush=True)
    return int(over)


if __name__ == "__main__":
    sys.exit(1 if main() else 0)
