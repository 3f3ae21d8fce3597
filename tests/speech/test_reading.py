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


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("in New  York and New Orleans", "in Noo Yawk and Gnu Orleans"),
        ("cafe\u0301s and cafe\u0301", "cafés and kaffay"),
        ("我在重庆工作", "我在虫庆工作"),
        ("서울은", "소울은"),
    ],
)
def test_words_are_found_as_people_write_them(text: str, said: str) -> None:
    """The longest first, over any space, however accents are composed, and where a script has no spaces."""
    wanted = (
        Pronunciation("New", "Gnu"),
        Pronunciation("New York", "Noo Yawk"),
        Pronunciation("café", "kaffay"),
        Pronunciation("重庆", "虫庆"),
        Pronunciation("서울", "소울"),
    )
    assert pronounced(text, wanted) == said


def test_a_word_cannot_hold_the_engine_up() -> None:
    """No pattern of the list goes over a text more than once."""
    wanted = tuple(Pronunciation("a " * 39 + str(number), "b") for number in range(200))
    assert pronounced("a " * 10_000, wanted) == "a " * 10_000


def test_a_word_is_no_pattern_for_what_it_becomes() -> None:
    assert pronounced("x", (Pronunciation("x", r"\1\g<0>"),)) == r"\1\g<0>"


def test_letters_that_are_not_what_they_look_like_are_named() -> None:
    """Seen by nobody, and read as something else by a model: a Cyrillic letter in an English word."""
    assert read("Th\u0435 end, th\u0435 end.").notes == (
        "In “Th\u0435” the \u0435 is Cyrillic: it may be said wrongly. Type the word again.",
        "In “th\u0435” the \u0435 is Cyrillic: it may be said wrongly. Type the word again.",
    )
    assert "the \u03bf is Greek" in read("hell\u03bf").notes[0]
    assert "the o is Latin" in read("\u043f\u0440o\u0441\u0442\u043e", language="russian").notes[0]
    assert read("one\u0435 two\u0435 tree\u0435 four\u0435 five\u0435").notes[-1].startswith("2 more words")


@pytest.mark.parametrize(
    "text",
    [
        "naïve Łódź",
        "Это просто текст and English",
        "5 μm, 3 kΩ",
        "\u03b1 and \u03a9",
        "中文 and 日本語",
        "T恤",
        "Ελλάδα",
        "SMS\u043a\u0430",
        "",
    ],
)
def test_scripts_that_stand_side_by_side_are_no_mistake(text: str) -> None:
    assert as_read(SpeechRequest(text, "preview")).notes == ()


def test_half_a_character_is_said() -> None:
    found = read("a\ud83d b")
    assert (found.text, "unpaired surrogate" in found.notes[0]) == ("a b", True)
    assert read("a\ud83d b", Reading("keep", "keep")).text == "a b"
