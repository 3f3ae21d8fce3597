"""Word errors: what sounds the same is the same."""

from __future__ import annotations

import pytest

from voicelab.compare.word_errors import Extra, WordErrors, compare_words


@pytest.mark.parametrize(
    ("line", "heard", "errors"),
    [
        ("It is twenty-five past 3.", "it is 25 past three", WordErrors(0.0, 0, 0, 0)),
        ("Any one may come.", "Anyone may come", WordErrors(0.0, 0, 0, 0)),
        ("one two three four", "one two four", WordErrors(0.25, 0, 1, 0)),
        ("one two three four", "one too three four", WordErrors(0.25, 0, 0, 1)),
        ("one two three four", "um one two three four now", WordErrors(0.5, 2, 0, 0)),
        ("one two", "", WordErrors(1.0, 0, 2, 0)),
    ],
)
def test_errors_are_counted_apart(line: str, heard: str, errors: WordErrors) -> None:
    assert compare_words(line.split(), heard.split()).errors == errors


def test_extra_words_have_their_places() -> None:
    line, heard = "thank you for calling us", "her laugh thank you so very much for calling us bye bye"
    extras = compare_words(line.split(), heard.split()).extras
    assert extras == (Extra(0, 2, 0), Extra(4, 7, 2), Extra(10, 12, 5))


def test_words_that_came_out_wrong_are_named() -> None:
    line, heard = "Ask Nguyen for 20 GIFs, please", "ask Newyen for twenty please"
    assert compare_words(line.split(), heard.split()).missed == (1, 4)
