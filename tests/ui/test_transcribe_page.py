"""Transcribing in a real browser: how many seconds were heard, and the words as they come."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from tests.tuning.test_tune import LINES, READING
from tests.ui.conftest import SLOW_MS, upload

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from playwright.sync_api import Page

    from voicelab.clips.clip import Clip

TOLD = """() => {
  window.told = [];
  new MutationObserver(() => {
    const said = document.querySelector("#make-progress")?.innerText.trim();
    if (said && said !== told.at(-1)) told.push(said);
  }).observe(document, { subtree: true, childList: true, characterData: true });
}"""
HEARD = re.compile(r"Heard (\d+) of (\d+) s: “(.+)”")


def test_words_are_shown_while_more_is_heard(page: Page, spoken: Callable[[str], Clip], tmp_path: Path) -> None:
    """More than half a minute, which the recognizer hears at once."""
    long = spoken(" ".join((*READING, *LINES, *READING)))
    seconds = int(long.seconds)
    assert seconds > 40
    upload(page, tmp_path / "long.wav", long)
    words = page.locator("#make-words .vl-word")
    words.first.wait_for(timeout=SLOW_MS)
    few = words.count()
    # One after the other: the answer to the first fills both fields in.
    for field, at_s, shown in (
        ("#make-end", f"{seconds}", f"{seconds % 60:02}.00"),
        ("#make-start", "0", f"({seconds}.00 s)"),
    ):
        page.locator(f"{field} input").fill(at_s)
        page.locator(f"{field} input").press("Enter")
        page.locator("#make-trimmer .vl-readout", has_text=shown).wait_for(timeout=SLOW_MS)
    page.evaluate(TOLD)
    page.locator("#make-hear").click()
    page.wait_for_function(
        "few => document.querySelectorAll('#make-words .vl-word').length > few + 30", arg=few, timeout=5 * SLOW_MS
    )
    found = [HEARD.search(told) for told in page.evaluate("told")]
    steps = [(int(step[1]), int(step[2]), step[3]) for step in found if step]
    assert any(0 < heard < whole == seconds for heard, whole, _said in steps), page.evaluate("told")
    assert all(said for _heard, _whole, said in steps)
