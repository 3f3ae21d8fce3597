"""The transcript's editor, the best windows and the repairs in a real browser."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.ui.conftest import SLOW_MS, upload
from tests.ui.test_widgets import HOSTILE

if TYPE_CHECKING:
    from pathlib import Path

    from playwright.sync_api import Locator, Page

    from voicelab.clips.clip import Clip


@pytest.fixture
def opened(page: Page, tmp_path: Path, speech_clip: Clip) -> Page:
    """The page with a recording."""
    upload(page, tmp_path / "keeper.wav", speech_clip)
    return page


def word(page: Page, text: str) -> Locator:
    return page.locator("#make-words .vl-word", has_text=text).first


def text_is(page: Page, part: str) -> None:
    page.wait_for_function(
        "(part) => document.querySelector('#make-text textarea')?.value.includes(part)", arg=part, timeout=SLOW_MS
    )


def test_words_are_heard_judged_and_corrected_in_their_place(opened: Page, speech_text: str) -> None:
    text = opened.locator("#make-text textarea")
    text.fill(speech_text.replace("down to", "hair to").replace("loaf", "leaf"))
    word(opened, "hair").and_(opened.locator("[data-verdict=wrong]")).wait_for(timeout=SLOW_MS)
    assert "heard: “down”" in (word(opened, "hair").get_attribute("title") or "")
    hears_and_plays(opened)
    keys_correct(opened, speech_text)
    the_mouse_corrects(opened)
    nothing_fires_while_typing(opened)
    another_opinion_is_marked(opened)


def hears_and_plays(page: Page) -> None:
    word(page, "lighthouse").click()
    page.locator("#make-words .vl-editor-bar button", has_text="Pause").wait_for()
    page.locator("#make-words .vl-editor-bar button", has_text="Play").wait_for()
    page.keyboard.press("Space")
    page.locator("#make-words .vl-word.vl-playing").first.wait_for()
    page.keyboard.press("Space")
    page.locator("#make-words .vl-editor-bar button", has_text="Play").wait_for()


def keys_correct(page: Page, right: str) -> None:
    """N finds the doubtful word, A takes what was heard, Z and Shift+Z go back and forth."""
    page.keyboard.press("n")
    page.wait_for_function("document.activeElement.textContent.includes('hair')")
    page.keyboard.press("a")
    text_is(page, "walked down to")
    page.locator("#make-words [data-verdict=wrong]", has_text="hair").wait_for(state="detached", timeout=SLOW_MS)
    page.keyboard.press("n")
    page.wait_for_function("document.activeElement.textContent.includes('leaf')")
    page.keyboard.press("Enter")
    page.locator("#make-words .vl-word-field").fill("loaf")
    page.keyboard.press("Enter")
    page.locator("#make-notes", has_text="Every word fits").wait_for(timeout=SLOW_MS)
    text_is(page, right)
    page.keyboard.press("z")
    text_is(page, "a leaf of")
    page.keyboard.press("z")
    text_is(page, "walked hair to")
    page.keyboard.press("Shift+Z")
    page.keyboard.press("Shift+Z")
    page.locator("#make-notes", has_text="Every word fits").wait_for(timeout=SLOW_MS)
    text_is(page, right)


def the_mouse_corrects(page: Page) -> None:
    """Escape keeps nothing; an empty field takes the word out; two words may stand for one."""
    word(page, "small").dblclick()
    field = page.locator("#make-words .vl-word-field")
    field.fill("huge")
    field.press("Escape")
    assert word(page, "small").is_visible()
    word(page, "small").dblclick()
    field.fill("tiny small")
    field.press("Enter")
    text_is(page, "a tiny small brown")
    page.locator("#make-words .vl-word:text-is('tiny')").wait_for(timeout=SLOW_MS)
    page.locator("#make-words .vl-editor-status", has_text="Draft kept.").wait_for(timeout=SLOW_MS)
    word(page, "tiny").dblclick()
    field.fill("")
    field.press("Enter")
    text_is(page, "a small brown")


def nothing_fires_while_typing(page: Page) -> None:
    text = page.locator("#make-text textarea")
    before = text.input_value()
    text.press("End")
    text.press_sequentially(" zar?")
    assert text.input_value() != before
    assert page.locator("#make-words .vl-keys").is_hidden()
    text.fill(before)
    page.locator("h1").first.click()
    page.keyboard.press("?")
    page.locator("#make-words .vl-keys").wait_for()
    assert "word to check" in page.locator("#make-words .vl-keys").inner_text()


def another_opinion_is_marked(page: Page) -> None:
    """What is at hand here is one recognizer; the mark shows where it disagrees with the text."""
    page.locator("#make-text textarea").fill(page.locator("#make-text textarea").input_value().replace("dog", "cat"))
    word(page, "cat").and_(page.locator("[data-verdict=wrong]")).wait_for(timeout=SLOW_MS)  # kept, and checked
    page.locator("#make-second").click()
    page.locator("#make-words .vl-word[data-opinion=differs]", has_text="cat").wait_for(timeout=SLOW_MS)
    assert "tiny.en hears: “dog" in (word(page, "cat").get_attribute("title") or "")


def test_a_text_that_fits_nowhere_shows_once_what_was_heard(opened: Page, speech_text: str) -> None:
    opened.locator("#make-text textarea").fill("Quarterly profits rose sharply while analysts worried.")
    last = word(opened, "worried").and_(opened.locator("[data-verdict=wrong]"))
    last.wait_for(timeout=SLOW_MS)
    shown = opened.locator("#make-words .vl-heard").all_inner_texts()
    assert 1 <= len(shown) <= 2
    assert all(len(text.split()) <= 9 for text in shown)
    assert shown[0].endswith("…")
    title = last.get_attribute("title") or ""
    assert speech_text.split()[-2] in title


def test_hostile_words_stay_words_and_survive_a_reload(opened: Page, speech_text: str) -> None:
    """Through the field in place, the words, the changes since they were heard, and back after a reload."""
    opened.locator("#make-hear").click()
    word(opened, "lighthouse").wait_for(timeout=SLOW_MS)
    word(opened, "lighthouse").dblclick()
    opened.locator("#make-words .vl-word-field").fill(HOSTILE)
    opened.keyboard.press("Enter")
    opened.locator("#make-words .vl-word", has_text="{{7*7}}").wait_for(timeout=SLOW_MS)
    opened.locator("#make-words .vl-diff ins", has_text="onerror").wait_for(state="attached", timeout=SLOW_MS)
    opened.reload()
    opened.get_by_role("tab", name="Make a voice").click()
    opened.locator("#make-words .vl-word", has_text="{{7*7}}").wait_for(timeout=SLOW_MS)
    assert "${hacked=1}" in opened.locator("#make-words").inner_text()
    assert opened.locator("#make-words img, #make-words script").count() == 0
    assert opened.evaluate("typeof hacked") == "undefined"


def test_what_is_typed_is_kept_within_a_second(opened: Page) -> None:
    """The page is closed right after it says that the text is saved."""
    text = opened.locator("#make-text textarea")
    text.fill("Nobody has said this here.")
    opened.locator("#make-text-saved", has_text="Draft kept").wait_for(timeout=SLOW_MS)
    opened.reload()
    opened.get_by_role("tab", name="Make a voice").click()
    text_is(opened, "Nobody has said this here.")


def test_a_handle_and_the_buttons_of_the_words_are_not_at_work_while_something_else_is(opened: Page) -> None:
    """Seconds on a button say that what it does is being done."""
    word(opened, "lighthouse").wait_for(timeout=SLOW_MS)
    opened.evaluate("""() => {
      window.atWork = [];
      const note = ({ target }) => target.dataset.running && atWork.push(target.outerHTML);
      const observer = new MutationObserver((changes) => changes.forEach(note));
      observer.observe(document, { subtree: true, attributeFilter: ["data-running"] });
    }""")
    opened.locator("#make-end input").click()
    opened.locator("#make-trimmer .vl-handle-end").focus()
    opened.keyboard.press("Shift+ArrowLeft")
    opened.locator("#make-checks", has_text="Checking the clip").wait_for(timeout=SLOW_MS)
    opened.locator("#make-checks", has_text="Length").wait_for(timeout=SLOW_MS)
    opened.locator("#make-notes", has_text="fit").wait_for(timeout=SLOW_MS)
    assert opened.evaluate("atWork") == []


def test_the_best_windows_are_one_click_away(opened: Page) -> None:
    opened.locator("#make-length input").click()
    opened.get_by_role("option", name="5 s", exact=True).click()
    opened.locator("#make-find").click()
    window = opened.locator("#make-best .vl-best-window").first
    window.wait_for(timeout=SLOW_MS)
    assert "one voice" in window.inner_text() or "too little speech" in window.inner_text()
    assert opened.locator("#make-trimmer .vl-best-mark").count() == opened.locator(".vl-best-window").count()
    start_s, end_s = (
        part.strip() for part in window.locator("h4").inner_text().split("·")[1].split("s (")[0].split("–")
    )
    window.get_by_text("Take it").click()
    opened.wait_for_function(
        "(ends) => ends.every((end, i) => Math.abs(document.querySelectorAll('#make-start input, #make-end input')[i]"
        ".value - end) < 0.1)",
        arg=[float(start_s), float(end_s)],
    )


def test_repairs_are_asked_for_heard_and_undone(opened: Page) -> None:
    opened.locator("#make-repairs-fold button").first.click()
    level = opened.locator("#make-repairs input[name=level]")
    assert not level.is_checked()
    assert opened.locator("#make-repairs input[name=tail]").is_checked()
    before = opened.locator("#make-checks .vl-notice", has_text="Level").inner_text()
    level.check()
    changed = (
        "(before) => ![...document.querySelectorAll('#make-checks .vl-notice')].some((row) => row.innerText === before)"
    )
    opened.wait_for_function(changed, arg=before, timeout=SLOW_MS)
    opened.locator("#make-checks .vl-notice", has_text="Length").wait_for(timeout=SLOW_MS)
    with opened.expect_response(lambda answer: "clip.wav?as=repaired" in answer.url) as heard:
        opened.locator("#make-repairs").get_by_role("button", name="with its repairs").click()
    assert heard.value.ok
    opened.locator("#make-undo").click()
    opened.wait_for_function("!document.querySelector('#make-repairs input[name=level]').checked", timeout=SLOW_MS)
