"""Words that fall out of a window come back with a wider one, and nobody is told that silence was heard."""

from __future__ import annotations

from dataclasses import replace

from tests.voices.making import WORDS, noise_clip, words_for
from voicelab.clips.clip import Window
from voicelab.transcripts.words import Transcript, Word
from voicelab.voices.known_words import KnownWords, first_known

ALL = words_for(noise_clip(10.0))
WHOLE = Window(0.0, 10.0)


def said(known: KnownWords, start_s: float, end_s: float) -> str:
    return known.recall(Window(start_s, end_s))[0].text


def test_a_window_says_its_words_in_its_own_time() -> None:
    transcript, notes = first_known(WHOLE, ALL).recall(Window(2.75, 5.75))
    assert transcript.text == "four five six"
    assert [(round(word.start_s, 2), round(word.end_s, 2)) for word in transcript.words] == [
        (0.25, 0.75), (1.25, 1.75), (2.25, 2.75),
    ]  # fmt: skip
    assert notes


def test_widening_brings_the_words_back() -> None:
    known = first_known(WHOLE, ALL)
    narrow = Window(2.75, 5.75)
    learned = known.learn(narrow, known.recall(narrow)[0])
    assert said(learned, 0, 10) == ALL.text


def test_an_edit_inside_a_window_leaves_the_words_around_it() -> None:
    known = first_known(WHOLE, ALL)
    window = Window(2.75, 5.75)
    part = known.recall(window)[0]
    words = (part.words[0], replace(part.words[1], text="FIVE"), part.words[2])
    edited = replace(part, words=words, text="four FIVE six", author="hand")
    after = known.learn(window, edited)
    assert said(after, 0, 10).split() == [*WORDS[:4], "FIVE", *WORDS[5:10]]
    assert after.transcript.author == "hand"


def test_a_deleted_word_stays_deleted() -> None:
    known = first_known(WHOLE, ALL)
    window = Window(2.75, 5.75)
    part = known.recall(window)[0]
    after = known.learn(window, replace(part, words=part.words[:1] + part.words[2:], text="four six"))
    assert said(after, 0, 10).split() == [*WORDS[:4], *WORDS[5:10]]


def test_hearing_again_replaces_a_word_that_the_edge_had_cut() -> None:
    """The window starts inside "three"; heard again there, the rest of it must not stand twice."""
    known = first_known(WHOLE, ALL)
    window = Window(2.2, 5.75)
    heard = (Word("ree", 0.0, 0.3), *ALL.shifted(-2.2).words[3:6])
    after = known.learn(window, Transcript("ree four five six", heard, "tiny.en", "english"))
    assert said(after, 0, 10).split() == ["one", "two", "ree", *WORDS[3:10]]


def test_any_window_learned_unchanged_changes_nothing() -> None:
    """Also where the window goes through words, and shows only a part of them."""
    known = first_known(WHOLE, ALL)
    for start_s, end_s in ((0.0, 10.0), (2.2, 5.3), (2.3, 5.2), (2.25, 5.25), (2.5, 5.0), (0.1, 9.4)):
        window = Window(start_s, end_s)
        again = known.learn(window, known.recall(window)[0])
        assert again.covered == known.covered
        assert [word.text for word in again.transcript.words] == WORDS[:10]
        for word, before in zip(again.transcript.words, ALL.words, strict=True):
            assert abs(word.start_s - before.start_s) < 1e-9
            assert abs(word.end_s - before.end_s) < 1e-9


def test_repeated_words_are_not_mixed_up() -> None:
    words = tuple(Word("no", float(i), i + 0.5) for i in range(10))
    known = first_known(WHOLE, Transcript(" ".join("no" for _ in words), words, "tiny.en", "english"))
    window = Window(4.75, 6.75)
    part = known.recall(window)[0]
    assert len(part.words) == 2
    marked = tuple(replace(word, text="yes") for word in part.words)
    after = known.learn(window, replace(part, words=marked, text="yes yes"))
    assert said(after, 0, 10).split() == ["no"] * 5 + ["yes"] * 2 + ["no"] * 3


def test_emptying_a_window_without_words_keeps_both_sides() -> None:
    known = first_known(WHOLE, ALL)
    gap = Window(4.55, 4.95)
    after = known.learn(gap, Transcript("", (), "hand", "english"))
    assert said(after, 0, 10) == ALL.text


def test_what_nobody_listened_to_is_named() -> None:
    known = first_known(Window(3.0, 6.0), Transcript("x", (Word("x", 0.0, 0.5),), "tiny.en", "english"))
    unheard = [note for note in known.recall(WHOLE)[1] if "Nobody has listened" in note]
    assert len(unheard) == 2
    assert "0.0 to 3.0 s" in unheard[0]
    assert "6.0 to 10.0 s" in unheard[1]
    after = known.learn(Window(0.0, 3.0), Transcript("y", (Word("y", 1.0, 1.5),), "tiny.en", "english"))
    assert ["6.0 to 10.0 s" in note for note in after.recall(WHOLE)[1] if "Nobody" in note] == [True]
    assert not [note for note in known.recall(Window(3.1, 5.9))[1] if "Nobody" in note]
