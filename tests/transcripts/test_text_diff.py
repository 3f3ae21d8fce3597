"""Two texts side by side."""

from __future__ import annotations

import random

from voicelab.transcripts.text_diff import stretches


def differences(one: str, other: str) -> list[tuple[list[str], list[str]]]:
    words, others = one.split(), other.split()
    return [
        (words[each.first : each.last], others[each.other_first : each.other_last])
        for each in stretches(words, others)
        if not each.equal
    ]


def test_equal_texts_have_no_difference_however_they_are_written() -> None:
    assert differences("In 1969, two well-known men.", "in nineteen sixty nine two well known men") == []


def test_each_difference_is_as_short_as_it_can_be() -> None:
    assert differences("She has long hair and a dog", "She has long chair and dog") == [
        (["hair"], ["chair"]),
        (["a"], []),
    ]
    assert differences("one two", "zero one two three") == [([], ["zero"]), ([], ["three"])]


def test_part_of_a_hyphenated_word_is_never_torn_out() -> None:
    assert differences("a well-known man", "a well man") == [(["well-known"], ["well"])]


def test_an_empty_text_differs_in_everything() -> None:
    assert differences("", "one two") == [([], ["one", "two"])]
    assert differences("one two", "") == [(["one", "two"], [])]
    assert differences("", "") == []


def test_the_stretches_give_back_both_texts_in_order() -> None:
    rng = random.Random(3)
    vocabulary = ["a", "the", "twenty-five", "25", "cat", "—", "well-known", "well", "known", "1999"]
    for _ in range(200):
        words, others = (rng.choices(vocabulary, k=rng.randrange(9)) for _ in range(2))
        found = stretches(words, others)
        assert [i for each in found for i in range(each.first, each.last)] == list(range(len(words)))
        assert [i for each in found for i in range(each.other_first, each.other_last)] == list(range(len(others)))
