"""Editing a text that nothing here can check: the lab still knows about where each word is."""

from __future__ import annotations

import pytest

from voicelab.transcripts.estimated_times import ESTIMATED, edit_unchecked
from voicelab.transcripts.words import Transcript, Word

HEARD = Transcript(
    "guten Morgen zusammen",
    (Word("guten", 0.5, 1.0, 0.9), Word("Morgen", 1.0, 1.6, 0.9), Word("zusammen", 2.0, 2.8, 0.4)),
    "large-v3-turbo",
    "german",
)


def test_unchanged_words_keep_their_times_and_probabilities() -> None:
    edited = edit_unchecked(HEARD, "guten Abend zusammen", 3.0, "german")
    assert edited.words[0] == HEARD.words[0]
    assert edited.words[2] == HEARD.words[2]
    assert edited.author == "hand"
    assert edited.notes == (ESTIMATED,)


def test_a_changed_word_lies_between_its_neighbours() -> None:
    word = edit_unchecked(HEARD, "guten Abend zusammen", 3.0, "german").words[1]
    assert (word.text, word.start_s, word.end_s, word.probability) == ("Abend", 1.0, 2.0, None)


def test_a_text_from_nothing_is_spread_over_the_clip_by_length() -> None:
    words = edit_unchecked(None, "ab abcd", 3.0, "german").words
    assert [(word.start_s, word.end_s) for word in words] == [(0.0, pytest.approx(1.0)), (pytest.approx(1.0), 3.0)]


def test_words_at_the_end_reach_to_the_end_of_the_clip() -> None:
    words = edit_unchecked(HEARD, "guten Morgen zusammen alle", 3.0, "german").words
    assert (words[-1].start_s, words[-1].end_s) == (2.8, 3.0)
