"""The text follows the audio."""

from __future__ import annotations

import random

import pytest

from voicelab.clips.clip import Window
from voicelab.errors import InvalidValue
from voicelab.transcripts.cut import cut_transcript, edit_text, window_of_length
from voicelab.transcripts.words import Match, Transcript, Word, WordMatch


def transcript(*words: tuple[str, float, float], language: str = "english") -> Transcript:
    spoken = tuple(Word(text, start_s, end_s, 0.9) for text, start_s, end_s in words)
    glue = "" if language == "chinese" else " "
    return Transcript(glue.join(word.text for word in spoken), spoken, "tiny.en", language, ("kept",))


FOUR = transcript(("One", 0.2, 0.5), ("two,", 0.6, 1.0), ("three", 1.8, 2.2), ("four.", 2.2, 2.9))


def texts(found: Transcript) -> list[str]:
    return [word.text for word in found.words]


def test_a_cut_keeps_the_words_inside_and_counts_from_its_start() -> None:
    found, notes = cut_transcript(FOUR, Window(0.55, 2.21))
    assert found.text == "two, three"
    assert [(word.start_s, word.end_s) for word in found.words] == [
        pytest.approx((0.05, 0.45)),
        pytest.approx((1.25, 1.65)),
    ]
    assert notes == ("Words left out of the text: 1 before the cut (“One”) and 1 after the cut (“four.”).",)
    assert found.author == "tiny.en"
    assert found.notes == ("kept",)


def test_a_cut_of_everything_changes_nothing() -> None:
    assert cut_transcript(FOUR, Window(0, 3)) == (FOUR, ())


def test_a_word_that_the_cut_goes_through_is_named_with_what_to_do() -> None:
    found, notes = cut_transcript(FOUR, Window(0.8, 2.4))
    assert texts(found) == ["two,", "three"] or texts(found) == ["three"]
    assert any("start of the cut goes through “two,”" in note and "0.60 s or 1.00 s" in note for note in notes)
    assert any("end of the cut goes through “four.”, which was left out of" in note for note in notes)
    assert all(0 <= word.start_s <= word.end_s <= 1.6 for word in found.words), "times stay inside the clip"


def test_a_cut_in_a_pause_says_that_no_word_is_left() -> None:
    found, notes = cut_transcript(FOUR, Window(1.2, 1.6))
    assert (found.text, found.words) == ("", ())
    assert any("No word is left" in note for note in notes)


def test_long_lists_of_dropped_words_are_shortened() -> None:
    many = transcript(*((f"w{i}", i * 0.5, i * 0.5 + 0.4) for i in range(40)))
    _, notes = cut_transcript(many, Window(18, 19))
    assert "36 before the cut (“w0 w1 w2 w3 … w32 w33 w34 w35”)" in notes[0]


def test_chinese_is_joined_without_spaces() -> None:
    found, _ = cut_transcript(
        transcript(("你", 0, 0.2), ("好、", 0.2, 0.5), ("吗", 0.6, 0.9), language="chinese"), Window(0, 0.55)
    )
    assert found.text == "你好、"


def test_the_window_of_a_length_ends_in_the_middle_of_the_nearest_gap() -> None:
    for length_s, end_s in ((0.6, 0.55), (1.9, 1.25)):
        window = window_of_length(FOUR, 3.2, length_s)
        assert (window.start_s, window.end_s) == pytest.approx((0.0, end_s)), "at most 0.25 s after the word"
    assert window_of_length(FOUR, 3.2, 3.2) == Window(0.0, 3.2)
    assert window_of_length(FOUR, 3.2, 9.0) == Window(0.0, 3.2)
    assert window_of_length(transcript(), 3.2, 2.0) == Window(0.0, 2.0)


def test_a_pause_is_preferred_to_words_that_run_into_each_other() -> None:
    assert window_of_length(FOUR, 5.0, 1.7).end_s == pytest.approx(1.25), "not 2.2, between three and four"


def test_a_window_of_a_length_never_ends_inside_a_word_and_carries_exactly_its_words() -> None:
    rng = random.Random(1)
    for _ in range(300):
        place, words = 0.0, []
        for i in range(rng.randrange(1, 20)):
            start_s = place + rng.choice([0.0, 0.0, 0.1, 0.7])
            place = start_s + rng.uniform(0.05, 0.6)
            words.append((f"w{i}", start_s, place))
        spoken = transcript(*words)
        window = window_of_length(spoken, place + 0.3, rng.uniform(0.3, place))
        assert not any(word.start_s + 1e-9 < window.end_s < word.end_s - 1e-9 for word in spoken.words)
        kept, notes = cut_transcript(spoken, window)
        assert texts(kept) == [word.text for word in spoken.words if word.end_s <= window.end_s + 1e-9]
        assert not any("goes through" in note for note in notes)


def matched(text: str) -> Match:
    words = tuple(WordMatch(word, i / 2, i / 2 + 0.4, 0.8, "ok") for i, word in enumerate(text.split()))
    return Match("tiny.en", "match", words)


def test_an_edited_text_takes_the_times_of_its_check_and_is_by_hand() -> None:
    text = "One or two three,  four."
    edited = edit_text(FOUR, text, matched(text))
    assert edited.text == "One or two three, four."
    assert (edited.author, edited.language) == ("hand", "english")
    assert [word.start_s for word in edited.words] == [0, 0.5, 1, 1.5, 2]
    assert [word.probability for word in edited.words] == [0.9, None, None, None, 0.9], "unchanged words keep theirs"


def test_a_text_written_where_there_was_none_is_in_the_language_that_is_given() -> None:
    edited = edit_text(None, "Bonjour toi", matched("Bonjour toi"), "french")
    assert (edited.language, texts(edited)) == ("french", ["Bonjour", "toi"])


def test_the_check_of_another_text_is_refused() -> None:
    with pytest.raises(InvalidValue, match="Check it again"):
        edit_text(FOUR, "One two", matched("One three"))
