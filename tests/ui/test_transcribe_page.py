"""Transcribing in a real browser: how many seconds were heard, and the words as they come."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import numpy as np

from tests.ui.conftest import SLOW_MS, upload
from voicelab.clips.clip import Clip

if TYPE_CHECKING:
    from pathlib import Path

    from playwright.sync_api import Page

TOLD = """() => {
  window.told = [];
  new MutationObserver(() => {
    const said = document.querySelector("#make-progress")?.innerText.trim();
    if (said && said !== told.at(-1)) told.push(said);
  }).observe(document, { subtree: true, childList: true, characterData: true });
}"""
HEARD = re.compile(r"Heard (\d+) of (\d+) s: “(.+)”")


def test_words_are_shown_while_more_is_heard(page: Page, speech_clip: Clip, tmp_path: Path) -> None:
    """A minute: the recognizer hears half a minute at once."""
    long = Clip(np.tile(speech_clip.samples, 6)[: 60 * speech_clip.sample_rate], speech_clip.sample_rate)
    upload(page, tmp_path / "long.wav", long)
    words = page.locator("#make-words .vl-word")
    words.first.wait_for(timeout=SLOW_MS)
    few = words.count()
    for field, seconds in (("#make-start", "0"), ("#make-end", "60")):
        page.locator(f"{field} input").fill(seconds)
        page.locator(f"{field} input").press("Enter")
    page.wait_for_function("document.querySelector('#make-checks')?.innerText.includes('60.0 s')", timeout=SLOW_MS)
    page.evaluate(TOLD)
    page.locator("#make-hear").click()
    page.wait_for_function(
        "few => document.querySelectorAll('#make-words .vl-word').length > 2 * few", arg=few, timeout=SLOW_MS
    )
    found = [HEARD.search(told) for told in page.evaluate("told")]
    steps = [(int(step[1]), int(step[2]), step[3]) for step in found if step]
    assert any(0 < heard < whole == 60 for heard, whole, _said in steps), page.evaluate("told")
    assert all(said for _heard, _whole, said in steps)
