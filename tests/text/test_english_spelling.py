"""What is read aloud and what the check of a text suggests are spelled alike: the same names and hyphens."""

from __future__ import annotations

import pytest

from voicelab.text.aloud import read_aloud
from voicelab.text.english_spelling import hyphenated
from voicelab.transcripts.number_spellings import spelled_out


@pytest.mark.parametrize(
    ("words", "text"),
    [
        (("twenty", "one"), "twenty-one"),
        (("ninety", "ninth"), "ninety-ninth"),
        (("two", "hundred", "and", "forty", "second"), "two hundred and forty-second"),
        (("twenty", "twenty", "four"), "twenty twenty-four"),
        (("fifty", "", "cents"), "fifty cents"),
        (("thirty", "ones"), "thirty ones"),
    ],
)
def test_hyphens_stand_inside_numbers_only(words: tuple[str, ...], text: str) -> None:
    assert hyphenated(words) == text


def test_a_number_is_suggested_as_it_is_read_aloud() -> None:
    for number in range(130):
        assert read_aloud(str(number), "english") == spelled_out(str(number))[0]


@pytest.mark.parametrize(("sign", "name"), [("&", "and"), ("+", "plus"), ("=", "equals"), ("@", "at")])
def test_a_sign_is_suggested_as_it_is_read_aloud(sign: str, name: str) -> None:
    assert read_aloud(f"this {sign} that", "english") == f"this {name} that"
    assert spelled_out(sign) == [name]
