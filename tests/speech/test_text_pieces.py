"""Sentences, whole and in order, with the pauses between them."""

from __future__ import annotations

import random
import time
import unicodedata

import pytest

from voicelab.errors import EmptyText, TextTooLong
from voicelab.speech.text_pieces import MAX_CHARACTERS, PIECE_LIMIT, check_text, pieces
from voicelab.text.paragraphs import paragraphs
from voicelab.text.sentences import sentences


def texts(text: str, limit: int = PIECE_LIMIT) -> list[str]:
    return [piece.text for piece in pieces(text, limit)]


@pytest.mark.parametrize(
    "whole",
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
def test_text_is_split_at_sentence_ends_and_nowhere_else(whole: list[str]) -> None:
    space = "" if unicodedata.east_asian_width(whole[0][-1]) in {"W", "F"} else " "
    assert texts(space.join(whole)) == whole


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
        "Hello there, my friend 👩👩👧 naïve!"
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
    # Format characters are never spoken, and a hyphen may have divided a word at the end of a line.
    written = "".join(character for character in text if character not in "\u200d-")
    assert "".join("".join(piece.text.split()) for piece in split).replace("-", "") == "".join(written.split())
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


WRAPPED = [
    (
        "english",
        (
            "It was the best of days when the small boat with\nMary and her brother left the harbor. At noon they saw\n"
            "Captain Reed on the shore, and later on\nI heard that nobody had told\n"
            "Dr. Lane about the storm, which was\ncoming."
        ),
        2,
    ),
    ("english", "The harbor mas-\nter was a tall man who had seen many storms.", 1),
    (
        "english",
        "The train to the north of the country left when\nPeter and Anna came to the hall with their\nAunt.",
        1,
    ),
    ("german", "Gestern fuhr der alte Zug in die große\nStadt, wo der Bürgermeister mit seiner\nFrau wartete.", 1),
    ("french", "Le vieux train est arrivé hier dans la\nGare du Nord avec beaucoup de\nParisiens fatigués.", 1),
    ("chinese", "这是一个很长的句子它被分成了好几行\n因为屏幕不够宽所以在中间被断开了但\n是意思没有变。", 1),
    ("english", "Roses are red,\nViolets are blue,\nSugar is sweet,\nAnd so are you.", 4),
    ("english", "Eggs\nMilk\nBread and butter", 3),
    ("english", "- Take the first road on the left\n- Then turn to the right side\n- And stop at the house", 3),
    ("english", "Chapter One\nIt was a dark night when the captain of\nthe ship came home to find the door open.", 2),
    ("english", "“Where have you been all this time?” she asked him.\n“I have been in the harbor,” he said.", 2),
]


@pytest.mark.parametrize(("language", "text", "count"), WRAPPED)
def test_a_line_that_was_only_full_goes_on_and_one_that_was_meant_stands(language: str, text: str, count: int) -> None:
    assert (
        len([line for paragraph in paragraphs(text, language) for line in sentences_of(paragraph, language)]) == count
    )


def sentences_of(lines: list[str], language: str) -> list[str]:
    return [sentence for line in lines for sentence in sentences(line, language)]


def test_a_divided_word_is_whole_again() -> None:
    assert texts("The harbor mas-\nter was a tall man.") == ["The harbor master was a tall man."]


def test_a_break_is_a_pause() -> None:
    first, second, third = pieces(
        'Hello to all my friends <break time="900ms"/> how are you on this day? <break/>I am fine, thank you.'
    )
    assert (first.text, first.pause_s) == ("Hello to all my friends", 0.9)
    assert (second.text, second.pause_s) == ("how are you on this day?", 0.5)
    assert (third.text, third.pause_s) == ("I am fine, thank you.", 0.0)


def test_a_break_of_an_hour_is_ten_seconds() -> None:
    assert pieces('One thing is said. <break time="3600s"/> And another thing.')[0].pause_s == 10.0


@pytest.mark.parametrize(
    "text", ["<break " * 5000, "<break time='" + "9" * 20000 + "s'/>", "a<break/>" * 2000, "<break/>"]
)
def test_hostile_breaks_take_no_time(text: str) -> None:
    started = time.process_time()
    pieces(text)
    assert time.process_time() - started < 3


def test_invisible_characters_reach_no_model() -> None:
    assert texts("Every\u00adthing is com\u00adputer made. Hello\u200bworld.") == [
        "Everything is computer made. Helloworld."
    ]


def test_chinese_with_half_width_marks_is_divided_at_them() -> None:
    text = "我昨天买了一本新书,里面讲的是一个很有意思的故事,故事的主人公是一个年轻的医生,他每天都在医院里工作到很晚."
    spoken = pieces(text, 60, "chinese")
    assert len(spoken) >= 3
    assert all(piece.text.endswith((",", ".")) for piece in spoken)
    assert [piece.text for piece in pieces("It has 1,000,000 parts", 10)] == ["It has", "1,000,000", "parts"]


@pytest.mark.parametrize("character", list("\u034f\u115f\u1160\u17b4\u180b\u3164\uffa0\u00ad\u2060\U000e0001"))
def test_what_is_not_seen_is_not_spoken(character: str) -> None:
    assert [piece.text for piece in pieces(f"Hel{character}lo you.")] == ["Hello you."]
