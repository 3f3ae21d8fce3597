"""From what is written to what an engine is asked to say."""

from __future__ import annotations

import pytest

from voicelab.speech.ports import SpeechRequest
from voicelab.speech.reading import Pronunciation, Reading, as_read, pronounced


def read(text: str, reading: Reading | None = None, language: str = "english") -> SpeechRequest:
    return as_read(SpeechRequest(text, "preview", language=language, reading=reading or Reading()))


def test_markup_goes_and_figures_are_written_out() -> None:
    assert read("**It** costs `$5.50`. 😀").text == "It costs five dollars and fifty cents."


def test_both_can_be_kept() -> None:
    text = "**It** costs $5."
    assert read(text, Reading(markup="keep", figures="keep")).text == text
    assert read(text, Reading(markup="keep")).text == "**It** costs five dollars."
    assert read(text, Reading(figures="keep")).text == "It costs $5."


def test_what_no_engine_can_do_is_said_once() -> None:
    request = read("Well [laughs] yes [laughs] (sighs)")
    assert request.text == "Well yes"
    assert request.notes == ("Left out, because no engine here can do it: [laughs], [sighs].",)


def test_what_was_read_is_not_read_again() -> None:
    once = read("5 *stars*")
    assert as_read(once) == once


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("SQL and sql", "sequel and sequel"),
        ("MySQL stays", "MySQL stays"),
        ("GIF gif", "jif gif"),
        ("C++ is 5", "see plus plus is five"),
        ("naïve SQL.", "naïve sequel."),
        ("Dr. Nguyen", "Doctor Win"),
    ],
)
def test_whole_words_are_said_as_the_person_wants(text: str, said: str) -> None:
    wanted = (
        Pronunciation("SQL", "sequel"),
        Pronunciation("GIF", "jif", match_case=True),
        Pronunciation("C++", "see plus plus"),
        Pronunciation("sequel", "never again"),
        Pronunciation("Nguyen", "Win"),
    )
    assert read(text, Reading(pronunciations=wanted)).text == said


def test_a_word_of_signs_only_is_no_pattern() -> None:
    assert pronounced("a.b a(b", (Pronunciation("a(b", "ab"), Pronunciation(".*", "star"))) == "a.b ab"
