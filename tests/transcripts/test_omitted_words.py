"""Fillers and repeats that no hypothesis has, found by how likely the text is with them."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING

import pytest

from voicelab.clips.clip import Window
from voicelab.transcripts.align import AlignedWord
from voicelab.transcripts.homophones import homophones
from voicelab.transcripts.match import Hearing, match
from voicelab.transcripts.omitted_words import SAID, left_out
from voicelab.transcripts.words import Word

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

SPEECH = (Window(0.0, 9.0),)


def aligned(text: str, costs: dict[str, float] | None = None) -> list[AlignedWord]:
    """Align words half a second each; one costs what `costs` has of it or of it with the word before, else 0.1."""
    words, costs = text.split(), costs or {}
    pairs = [" ".join(words[max(0, place - 1) : place + 1]) for place in range(len(words))]
    found = [costs.get(pair, costs.get(word, 0.1)) for pair, word in zip(pairs, words, strict=True)]
    return [
        AlignedWord(word, place / 2, place / 2 + 0.5, 0.9, -cost)
        for place, (word, cost) in enumerate(zip(words, found, strict=True))
    ]


def pairs(texts: Sequence[str]) -> set[str]:
    return {f"{one} {other}" for one, other in itertools.pairwise(texts) if not {one, other} & {"uh,", "um,"}}


def listening(text: str, said: dict[str, float]) -> Callable[[Sequence[str]], list[AlignedWord]]:
    """Return an aligner to which every filler and every word that does not follow so in `text` costs 12, or `said`."""
    own = pairs(text.split())

    def align(texts: Sequence[str]) -> list[AlignedWord]:
        repeats = dict.fromkeys(pairs(texts) - own, 12.0)
        return aligned(" ".join(texts), {"uh,": 12.0, "um,": 12.0} | repeats | said)

    return align


def put_in(text: str, said: dict[str, float], language: str = "english") -> list[str]:
    guesses = left_out(aligned(text), listening(text, said), language)
    return [" ".join(word.text for word in guess.aligned[guess.first - 1 : guess.last + 1]) for guess in guesses]


def test_a_filler_that_is_likely_enough_is_put_in_where_it_is() -> None:
    assert put_in("we went to the sea", {}) == []
    assert put_in("we went to the sea", {"to uh,": 6.3}) == ["to uh, the"]
    assert put_in("we went to the sea", {"to uh,": 6.7}) == []
    # "um" is asked about where "uh" is not out of the question
    assert put_in("we went to the sea", {"to uh,": 7.0, "to um,": 3.0}) == ["to um, the"]
    assert put_in("we went to the sea", {"to uh,": 9.5, "to um,": 3.0}) == []
    assert put_in("we went to um, the sea", {"to uh,": 3.0, "um, uh,": 3.0}) == []


def test_a_repeat_of_one_or_two_words_is_put_in() -> None:
    assert put_in("we went to the sea", {"to to": 3.0}) == ["to to the"]
    assert put_in("we went to the sea", {"to to": 7.0, "to went": 3.0}) == ["to went to the"]


def test_gaps_far_from_each_other_are_asked_about_at_once() -> None:
    text = "we went to the sea and then the two of them came home again with nothing at all to show for it"
    asked: list[str] = []
    listen = listening(text, {"to uh,": 3.0, "came came": 3.0})

    def align(texts: Sequence[str]) -> list[AlignedWord]:
        asked.append(" ".join(texts))
        return listen(texts)

    found = left_out(aligned(text), align, "english")
    assert [[word.text for word in guess.aligned[guess.first : guess.last]] for guess in found] == [
        ["uh,"],
        ["came"],
        ["uh,"],
    ]
    assert len(asked) < len(text.split())


def test_only_english_hesitates_with_uh_and_a_number_is_not_said_again() -> None:
    assert put_in("wir gingen ans Meer", {"gingen uh,": 3.0}, "german") == []
    assert put_in("it cost $40 a week", {"$40 $40": 3.0}) == []


def verdicts(written: str, heard: str, costs: dict[str, float], said: str = "") -> list[str]:
    own = aligned(heard)
    words = tuple(Word(word.text, word.start_s, word.end_s) for word in own)
    guesses = left_out(own, listening(heard, {said: 4.0} if said else {}), "english")
    hearing = Hearing(words, tuple(own), left_out=tuple(guesses))
    return [word.verdict for word in match(aligned(written, costs), hearing, SPEECH, "m", "english").words]


def test_the_word_after_what_is_left_out_is_doubtful_and_the_text_with_it_is_not() -> None:
    heard = "we went to the sea today"
    assert verdicts(heard, heard, {}) == ["ok"] * 6
    assert verdicts(heard, heard, {}, said="to uh,") == ["ok", "ok", "ok", "doubtful", "ok", "ok"]
    written = "we went to uh, the sea today"
    assert verdicts(written, heard, {"uh,": 4.0}, said="to uh,") == ["ok"] * 7
    assert verdicts(written, heard, {"uh,": 12.0})[3] == "doubtful"


@pytest.mark.parametrize(("cost", "verdict"), [(-SAID + 0.3, "doubtful"), (-SAID, "ok")])
def test_a_written_hesitation_may_cost_what_a_left_out_one_may(cost: float, verdict: str) -> None:
    written, heard = "we went to uh, the sea today", "we went to the sea today"
    assert verdicts(written, heard, {"uh,": cost})[3] == verdict
    written = "we went went to the sea today"
    assert verdicts(written, heard, {"went went": cost})[1:3].count(verdict) >= 1


@pytest.mark.parametrize(
    ("written", "heard", "cost", "verdict"),
    [
        ("the knights are long and dark", "the nights are long and dark", 1.0, "doubtful"),
        ("the knights are long and dark", "the nights are long and dark", 0.7, "ok"),
        ("the lights are long and dark", "the nights are long and dark", 1.0, "ok"),
        ("put uh, red box there now", "put out red box there now", 7.0, "ok"),
        ("put uh, red box there now", "put out red box there now", 9.0, "doubtful"),
        ("put in red box there now", "put out red box there now", 7.0, "doubtful"),
    ],
)
def test_same_sounds_are_told_by_their_context_and_hesitations_are_given_time(
    written: str, heard: str, cost: float, verdict: str
) -> None:
    word = written.split()[1]
    assert verdicts(written, heard, {word: cost})[1] == verdict


def test_words_that_sound_the_same() -> None:
    assert homophones("Their,", "there.")
    assert homophones("they're", "there")
    assert homophones("it's", "its")
    assert homophones("Ate", "eight")
    assert not homophones("there", "There.")
    assert not homophones("there", "where")
    assert not homophones("zebra", "zebu")


def test_a_hesitation_that_a_hypothesis_has_need_be_no_likelier_than_one_that_is_looked_for() -> None:
    written = "we went to the sea"

    def mark(heard: str, costs: dict[str, float]) -> bool:
        own = aligned(heard, costs)
        words = tuple(Word(word.text, word.start_s, word.end_s) for word in own)
        found = match(aligned(written), Hearing(words, tuple(own)), SPEECH, "m", "english").words
        return any(word.verdict != "ok" for word in found)

    assert mark("we went we went to the sea", {"went we": 4.0})
    assert not mark("we went we went to the sea", {"went we": 7.0})
    assert mark("we went to um, the sea", {"um,": 4.0})
    assert not mark("we went to all the sea", {"all": 4.0})
