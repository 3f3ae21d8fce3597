"""What a screen would not show is not spoken."""

from __future__ import annotations

import time

import pytest

from voicelab.text.markup import shown

SHOWN = [
    ("**Bold words** and _italic words_ and `code` here.", "Bold words and italic words and code here."),
    ("# A heading with * stars * in it", "A heading with stars in it"),
    ("See [the docs](https://x.org/a_b) and ![a cat](cat.png).", "See the docs and a cat."),
    ("- one\n- two\n  - three", "one\ntwo\nthree"),
    ("1. first\n2. second", "1. first\n2. second"),
    ("- [ ] to do\n- [x] done", "to do\ndone"),
    ("| a | b |\n|---|---|\n| 1 | 2 |", "a, b\n\n1, 2"),
    ("Run this:\n\n```sh\nrm -rf x\n```\n\nDone.", "Run this:\n\nCode block.\n\nDone."),
    ("I have 😀 a smile and a 🎤 too.", "I have a smile and a too."),
    ("👩‍👩‍👧 1️⃣ → ✅ ┌─┐ ok", "1 ok"),
    ("A <b>bold</b> move &amp; more", "A bold move & more"),
    ("one<br>two", "one\ntwo"),
    ("~~no~~ yes", "no yes"),
    ("5 * 3 is 15, 2*3*4 is 24", "5 × 3 is 15, 2 × 3 × 4 is 24"),
    ("snake_case and Tom_Jerry", "snake_case and Tom_Jerry"),
    ("x < y and y > z", "x < y and y > z"),
    ("Roses are red,\n    Violets are blue", "Roses are red,\nViolets are blue"),
    ("$5 ™ 20°C ±3", "$5 ™ 20°C ±3"),
    ("1986. A great year", "1986. A great year"),
    ("* * *", ""),
    ("\\*stars\\*", "stars"),
    ("10^6, see http://x.org/~bob[^1].", "10^6, see http://x.org/~bob."),
    ("> quoted\n> words", "quoted\nwords"),
    ("Every\u00adthing", "Everything"),
]


@pytest.mark.parametrize(("text", "spoken"), SHOWN)
def test_marks_are_not_spoken_and_words_stay(text: str, spoken: str) -> None:
    assert shown(text).text == spoken
    assert shown(spoken).text == spoken, "what is shown is shown as it is"


@pytest.mark.parametrize(
    ("text", "left_out"),
    [
        ("Hello [laughs] my friend", ("laughs",)),
        ("(sighs) well <giggle> then *clears throat* so [Sighs]", ("sighs", "giggle", "clears throat")),
        ("[sic] and (Chapter 1) and [music] ", ("music",)),
    ],
)
def test_sounds_that_no_engine_makes_are_named(text: str, left_out: tuple[str, ...]) -> None:
    found = shown(text)
    assert found.left_out == left_out
    assert not any(f"[{sound}]" in found.text.lower() for sound in left_out)


def test_breaks_stay_in_their_order() -> None:
    text = 'One <break time="500ms"/> two <break/> *three*'
    assert shown(text).text == 'One <break time="500ms"/> two <break/> three'


@pytest.mark.parametrize(
    "text", ["[" * 20_000, "*a " * 7000, "`" * 20_000, "<" * 20_000, "> " * 10_000, "- " * 10_000, "|" * 20_000]
)
def test_a_hostile_text_takes_no_time(text: str) -> None:
    started = time.process_time()
    shown(text)
    assert time.process_time() - started < 5
