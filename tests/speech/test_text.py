"""Sentences, whole and in order, with the pauses between them."""

from __future__ import annotations

import random
import time
import unicodedata

import pytest

from voicelab.errors import EmptyText, TextTooLong
from voicelab.speech.text import MAX_CHARACTERS, PIECE_LIMIT, check_text, pieces


def texts(text: str, limit: int = PIECE_LIMIT) -> list[str]:
    return [piece.text for piece in pieces(text, limit)]


@pytest.mark.parametrize(
    "sentences",
    [
        ["Mr. Smith and Dr. Jones met Prof. Miller at St. Mary's.", "They talked for hours about it."],
        ["The value of pi is about 3.14 or so.", "See example.org for more of its digits."],
        ["It costs money, e.g. for food, i.e. a lot.", "Nobody has told them so far."],
        ["J. R. R. Tolkien wrote the book in 1937.", "The next one came much later."],
        ["It begins at 5 p.m. and goes on for hours.", "Everybody is there by then."],
        ['"Stop it right now!" she said to the dog.', "'I will not stop doing it.'", "That is what it said to her."],
        ["Well… maybe it was not such a good idea.", "Or perhaps it was one after all…", "Who would know about it?!"],
        ["Was it really you who did that?", "¡No me lo puedo creer, hombre!", "¿Quién lo hizo entonces, señor?"],
        ["Das war z.B. gestern um drei der Fall.", "Heute ist d.h. ein anderer Tag."],
        ["今天的天气真的非常好。", "我们一起去公园散步吧！", "你觉得这个主意怎么样？"],
        ["「今日はとても天気がいいですね。」", "そうですね、散歩に行きましょう。"],
        ["هل تعرف أين توجد المكتبة؟", "نعم، إنها بجانب المدرسة."],
    ],
)
def test_text_is_split_at_sentence_ends_and_nowhere_else(sentences: list[str]) -> None:
    space = "" if unicodedata.east_asian_width(sentences[0][-1]) in {"W", "F"} else " "
    assert texts(space.join(sentences)) == sentences


def test_a_numbered_list_keeps_its_numbers() -> None:
    assert texts("1. Take the first road on the left.\n2. Go on until the end.") == [
        "1. Take the first road on the left.",
        "2. Go on until the end.",
    ]


def test_wrapped_lines_are_one_sentence_and_headings_stand_alone() -> None:
    text = "The Harbor\nIt was a dark night, and\nnobody was\nout there.\n\nAnother paragraph begins."
    assert texts(text) == ["The Harbor", "It was a dark night, and nobody was out there.", "Another paragraph begins."]


def test_short_sentences_are_spoken_with_a_neighbour() -> None:
    assert texts("Yes. I have told you so before. No.") == ["Yes. I have told you so before. No."]


def test_what_has_no_letters_is_never_alone() -> None:
    split = texts("* * *\n\nOnce upon a time there was a king.\n\n* * *\n\nHe lived in a castle by the sea.\n\n—")
    assert len(split) == 2
    assert all(any(character.isalpha() for character in text) for text in split)


def test_long_sentences_are_split_at_clauses_before_words() -> None:
    clause = "and then he walked a little further down the road"
    split = texts(", ".join([clause] * 20) + ".")
    assert len(split) > 2
    assert all(text.startswith("and then") and text.endswith(("road,", "road.")) for text in split)
    words = texts("walking " * 200)
    assert len(words) > 2
    assert set(" ".join(words).split()) == {"walking"}


def test_a_word_longer_than_any_piece_is_split_but_no_accent_is_taken_apart() -> None:
    split = texts("e\u0301" * 1000)
    assert len(split) > 5
    assert not any(unicodedata.combining(text[0]) for text in split)


def test_pauses_follow_the_marks() -> None:
    first, second, third, last = pieces(
        "Here is the first sentence. Here is the second one, I think…\n"
        "And this is the last one of the paragraph.\n\nHere is the end of it."
    )
    assert 0 < first.pause_s < second.pause_s < third.pause_s
    assert last.pause_s == 0, "nothing follows the last piece"
    clauses = pieces(", ".join(["he walked a little further down the road"] * 12) + ".")
    assert 0 < clauses[0].pause_s < first.pause_s
    assert pieces("walking " * 60)[0].pause_s == 0, "no pause where a sentence had to be broken"


def test_control_characters_are_left_out_and_nothing_else_is() -> None:
    assert texts("\ufeffHe\x00llo\x07 the\ud800re,\r\nmy  friend\u200d 👩‍👩‍👧 naïve!") == [
        "Hello there, my friend\u200d 👩‍👩‍👧 naïve!"
    ]


@pytest.mark.parametrize("seed", range(40))
def test_every_visible_character_is_in_one_piece_in_order(seed: int) -> None:
    """Any text of any script at any limit: joined, the pieces are the text, and in each there is something to say."""
    rng = random.Random(seed)
    parts = [
        "Hello",
        "Dr.",
        "3.14",
        "e.g.",
        "world.",
        '"Yes!"',
        "…",
        "—",
        "no,",
        "你好。",
        "天气，",
        "\n",
        "\n\n",
        "ß",
        "x" * 90,
        "👩‍👩‍👧",
        "naïve",
        "J.",
        "(sic)",
        "-",
        "?!",
        "1.",
        "\t",
        "»Ja«",
        "e\u0301",
    ]
    text = "".join(rng.choice(parts) + rng.choice([" ", " ", "", "  "]) for _ in range(rng.randrange(1, 200)))
    limit = rng.choice([10, 40, 120, PIECE_LIMIT])
    split = pieces(text, limit)
    assert "".join("".join(piece.text.split()) for piece in split) == "".join(text.split())
    assert all(piece.text == " ".join(piece.text.split()) != "" for piece in split)
    if any(character.isalnum() for character in text):
        assert all(any(character.isalnum() for character in piece.text) for piece in split)
    assert all(piece.pause_s >= 0 for piece in split)


def test_pieces_weigh_no_more_than_the_limit() -> None:
    text = "Some of the words are here, and some of them are there. " * 50
    for limit in (20, 60, PIECE_LIMIT):
        assert max(len(piece.text) for piece in pieces(text, limit)) <= limit
    assert max(len(piece.text) for piece in pieces("天气真好，我们去公园吧" * 60)) <= PIECE_LIMIT / 3


def test_the_longest_text_is_split_in_a_moment() -> None:
    started = time.process_time()
    for text in (
        "a" + "." * MAX_CHARACTERS,
        "x" * MAX_CHARACTERS,
        "a. " * 6666,
        "你" * MAX_CHARACTERS,
        "a " + ".)" * 9999,
    ):
        assert "".join("".join(piece.text.split()) for piece in pieces(text)) == "".join(text.split())
    assert time.process_time() - started < 3


@pytest.mark.parametrize("text", ["", " \n", "...", "\x00", "—?!"])
def test_nothing_to_say_is_an_error(text: str) -> None:
    with pytest.raises(EmptyText):
        check_text(text)


def test_too_much_to_say_is_an_error_and_one_character_less_is_not() -> None:
    check_text("a" * MAX_CHARACTERS)
    with pytest.raises(TextTooLong, match="20,001 characters"):
        check_text("a" * (MAX_CHARACTERS + 1))
