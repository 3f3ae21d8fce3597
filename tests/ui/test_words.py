"""How words are said, on the page: what is really said, the lists, and a word that a take got wrong."""

from __future__ import annotations

import json
import urllib.request
from typing import TYPE_CHECKING

import pytest

from tests.fakes import FakeEngine
from tests.labs import lab_of, with_anna
from voicelab.compare.plan import Plan
from voicelab.compare.render import begin
from voicelab.errors import InvalidValue
from voicelab.settings import Settings
from voicelab.speech.reading import Pronunciation
from voicelab.ui.actions import speak_actions, takes_actions, words_actions
from voicelab.ui.actions.words_actions import ALL, ONE

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from playwright.sync_api import Page

    from tests.ui.conftest import RunningLab
    from voicelab.lab import Lab

HOSTILE = "<img src=x onerror=hacked=1>${hacked=1}{{7*7}}a"


@pytest.fixture
def lab(tmp_path: Path) -> Lab:
    return with_anna(lab_of(Settings(home=tmp_path), FakeEngine()))


def test_what_is_really_said_is_shown_while_it_is_typed(lab: Lab) -> None:
    lab.voices.set_pronunciations("anna", [Pronunciation("Nguyen", "win")])
    said, note = speak_actions.read_first(lab, "**Nguyen** has 3. [sighs]", "anna").said
    assert (said["text"], note["level"]) == ("win has three.", "warn")
    assert speak_actions.read_first(lab, "Nguyen", None).said[0]["text"] == "Nguyen"
    assert speak_actions.read_first(lab, " ", "anna") == ([], [])
    (told,) = speak_actions.read_first(lab, "**", "anna").said
    assert "nothing to say" in told["text"]


def test_a_text_in_another_language_than_the_voices_is_told_before_it_is_spoken(lab: Lab) -> None:
    german = "Guten Morgen, das Brot ist fertig und der Kaffee steht auf dem Tisch."
    (told,) = speak_actions.read_first(lab, german, "anna").foreign
    assert "looks German, and this voice reads everything as English" in told["text"]
    assert speak_actions.read_first(lab, "Good morning, the bread is ready.", "anna").foreign == []
    assert speak_actions.read_first(lab, german, None).foreign == []


def test_a_list_is_changed_a_word_at_a_time_and_back(lab: Lab) -> None:
    added = words_actions.keep_word(lab, ONE, "anna", " SQL ", "sequel", False)
    assert (added.table["rows"], added.word) == ([["SQL", "sequel", "any"]], "")
    changed = words_actions.keep_word(lab, ONE, "anna", "sql", "ess cue ell", False)
    assert changed.table["rows"] == [["sql", "ess cue ell", "any"]]
    back = words_actions.undo_words(lab, words_actions.Change(**changed.change or {}))
    assert back.table["rows"] == added.table["rows"]
    again = words_actions.undo_words(lab, words_actions.Change(**back.change or {}))
    assert again.table["rows"] == changed.table["rows"]
    removed = words_actions.remove_word(lab, ONE, "anna", "SQL")
    assert removed.table["rows"] == []
    assert words_actions.words(lab, ALL, "anna").table["rows"] == []
    words_actions.keep_word(lab, ALL, None, "GIF", "jif", True)
    assert lab.voices.pronunciations() == (Pronunciation("GIF", "jif", match_case=True),)
    with pytest.raises(InvalidValue, match="Choose a voice"):
        words_actions.keep_word(lab, ONE, None, "a", "b", False)


def test_what_somebody_else_changed_is_not_taken_back(lab: Lab) -> None:
    change = words_actions.keep_word(lab, ONE, "anna", "SQL", "sequel", False).change
    lab.voices.set_pronunciations("anna", [Pronunciation("GIF", "jif")])
    with pytest.raises(InvalidValue, match="elsewhere"):
        words_actions.undo_words(lab, words_actions.Change(**change or {}))
    assert lab.voices.get("anna").pronunciations == (Pronunciation("GIF", "jif"),)


def test_a_word_that_a_take_got_wrong_goes_into_the_voices_list(lab: Lab) -> None:
    experiment = begin(Plan("anna", ("Hello Nguyen.",), (None,), ("preview",)), lab.voices, lab.engine, lab.experiments)
    (done,) = takes_actions.act(lab, "say", experiment.id, "", json.dumps({"word": "Nguyen", "say": "win"}))
    assert "“Nguyen” as “win”" in done.said[0]["text"]
    assert lab.voices.get("anna").pronunciations == (Pronunciation("Nguyen", "win"),)
    for broken in ("", "[]", "{}", '{"word": "x"}'):
        with pytest.raises(InvalidValue, match="Reload"):
            list(takes_actions.act(lab, "say", experiment.id, "", broken))


@pytest.fixture
def clean(lab_server: RunningLab) -> Iterator[None]:
    yield
    for path in ("/pronunciations", "/voices/sample/pronunciations"):
        body = b'{"pronunciations": []}'
        headers = {"Content-Type": "application/json"}
        request = urllib.request.Request(f"{lab_server.url}{path}", body, headers, method="PUT")  # noqa: S310 - ours
        urllib.request.urlopen(request, timeout=20).close()  # noqa: S310 - the same


def test_a_list_in_the_browser_and_what_it_changes(page: Page, clean: None) -> None:
    page.get_by_role("tab", name="Voices").click()
    page.locator("#voices-about", has_text='voice=sample"').wait_for()
    page.locator("#voices-words").get_by_text("Words said in their own way").click()
    page.locator("#voices-word input, #voices-word textarea").fill("Nguyen")
    page.locator("#voices-say input, #voices-say textarea").fill(HOSTILE)
    page.locator("#voices-word-keep").click()
    page.locator("#voices-words-table", has_text=HOSTILE).wait_for()
    page.get_by_role("tab", name="Speak").click()
    page.locator("#speak-voice input").click()  # other tests may have left other voices, of other languages
    page.get_by_role("option", name="Sample (synthetic)").click()
    page.locator("#speak-really").get_by_text("What is really said").click()
    text = page.locator("#speak-text textarea")
    text.fill("")
    text.press_sequentially("**Nguyen** has 3 cats")
    page.locator("#speak-said", has_text="has three cats").wait_for()
    assert "<img src" in page.locator("#speak-said").inner_text()
    assert (page.evaluate("typeof hacked"), page.locator("img[src=x]").count()) == ("undefined", 0)
    page.get_by_role("tab", name="Voices").click()
    page.locator("#voices-word-undo").click()
    page.locator("#voices-word-told", has_text="as they were").wait_for()
    assert page.locator("#voices-words-table", has_text=HOSTILE).count() == 0
