"""What counts as a word, and as the same word."""

from __future__ import annotations

import pytest

from voicelab.text.numbers import readings
from voicelab.transcripts.number_spellings import spelled_out
from voicelab.transcripts.spelling import join_words, keys, same, split_words

TEXTS = [
    ("english", "Well, “any one” of them — ok?", ["Well,", "“any", "one”", "of", "them —", "ok?"]),
    ("english", "  two\n lines\t", ["two", "lines"]),
    ("english", "— Well — ok", ["— Well —", "ok"]),
    ("chinese", "你好、世界。2026年hello you。", ["你", "好、", "世", "界。", "2026", "年", "hello you。"]),
    ("japanese", "「はい」", ["「は", "い」"]),
    ("korean", "안녕 하세요.", ["안녕", "하세요."]),
]


@pytest.mark.parametrize(("language", "text", "words"), TEXTS)
def test_a_text_is_split_into_words_that_keep_their_punctuation(language: str, text: str, words: list[str]) -> None:
    assert split_words(text, language) == words
    assert "".join(join_words(words, language).split()) == "".join(text.split()), "nothing is lost"


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("15", "fifteen"),
        ("1969,", "nineteen sixty-nine"),
        ("1969", "one thousand nine hundred and sixty nine"),
        ("$300.", "three hundred dollars"),
        ("8%", "eight percent"),
        ("3.5", "three point five"),
        ("21st", "twenty-first"),
        ("1,250", "one thousand two hundred fifty"),
        ("555", "five five five"),
        ("anyone", "any one"),
        ("Harbor,", "harbor"),
        ("don’t", "don't"),
        ("Dr.", "doctor"),
        ("mrs", "Mrs.,"),
        ("OK.", "okay"),
        ("harbour", "Harbor"),
        ("It's", "it’s,"),
        ("$1", "one dollar"),
        ("$1.50", "one dollar fifty"),
        ("6:30", "six thirty"),
        ("7:00", "seven o'clock"),
        ("15", "one five"),
        ("café", "CAFÉ!"),
    ],
)
def test_ways_to_write_one_sound_are_the_same(one: str, other: str) -> None:
    assert same(one.split(), other.split())


@pytest.mark.parametrize(
    ("one", "other"),
    [("hair", "chair"), ("don't", "do"), ("it's,", "its"), ("We’re", "were"), ("15", "50"), ("a", "the"), ("10", "")],
)
def test_different_words_are_not_the_same(one: str, other: str) -> None:
    assert not same(one.split(), other.split())


def test_what_is_no_number_has_no_readings() -> None:
    assert readings("abc") == readings("a1") == readings("1234567890123") == ()


@pytest.mark.parametrize(
    ("word", "ways"),
    [
        ("(15%),", ["(fifteen percent),", "(one five percent),"]),
        ("27.", ["twenty-seven.", "two seven."]),
        ("21st", ["twenty-first"]),
        ("-5", ["minus five"]),
        ("#1", ["number one"]),
        ("10-15", ["ten to fifteen", "ten fifteen"]),
        ("R&B", ["R and B"]),
        ("10km", ["ten km"]),
        ("fifteen,", []),
        ("1/2/3", []),
    ],
)
def test_numbers_and_signs_are_spelled_out_with_their_marks(word: str, ways: list[str]) -> None:
    assert spelled_out(word) == ways


def test_every_number_up_to_a_thousand_reads_differently() -> None:
    assert len({readings(str(number))[0] for number in range(1001)}) == 1001


def test_the_parts_of_a_word_are_bare() -> None:
    assert keys("“Twenty-five,”") == ("twenty", "five")
    assert keys("—") == ()
