"""What a recognizer makes up after the last word excuses nothing, and no improbable word passes."""

from __future__ import annotations

import math

from voicelab.clips.clip import Window
from voicelab.transcripts.align import AlignedWord
from voicelab.transcripts.match import Hearing, match
from voicelab.transcripts.words import Word


def aligned(text: str, scores: dict[str, float], speech_s: float) -> list[AlignedWord]:
    """Align words half a second each, those after `speech_s` into the last tenth; a word's score is 0.9 or its own."""
    found = []
    for place, word in enumerate(text.split()):
        start_s = min(place / 2, speech_s)
        score = scores.get(word, 0.9)
        found.append(AlignedWord(word, start_s, min(start_s + 0.5, speech_s + 0.1), score, math.log(score)))
    return found


def verdicts(written: str, heard: str, scores: dict[str, float], speech_s: float) -> dict[str, str]:
    own = aligned(heard, scores, speech_s)
    words = tuple(Word(word.text, word.start_s, word.end_s) for word in own)
    found = match(
        aligned(written, scores, speech_s), Hearing(words, tuple(own)), (Window(0.0, speech_s),), "m", "english"
    )
    return {word.text: word.verdict for word in found.words}


INVENTED = {"I": 0.001, "wish": 0.002, "them": 0.002, "well.": 0.01}


def test_a_wrong_word_is_not_excused_by_a_sentence_that_nobody_says() -> None:
    """One clip of 38: the invented words were as improbable as the wrong one, so that neither was better."""
    scores = {**INVENTED, "passwords": 1e-5}
    found = verdicts("no matches for passwords", "no matches for keywords I wish them well.", scores, 2.0)
    assert found == {"no": "ok", "matches": "ok", "for": "ok", "passwords": "wrong"}


def test_no_word_is_ok_that_is_all_but_impossible() -> None:
    """Also where what was heard instead is as improbable, and lies inside the speech."""
    scores = {"passwords": 1e-4, "keys": 0.001, "words": 0.01}
    assert verdicts("no passwords there", "no keys words there", scores, 2.0)["passwords"] == "doubtful"
    scores["passwords"] = 0.05
    assert verdicts("no passwords there", "no keys words there", scores, 2.0)["passwords"] == "ok"


def test_words_that_nobody_says_do_not_pass_because_the_recognizer_makes_them_up_too() -> None:
    written = heard = "no matches for keywords thank you"
    found = verdicts(written, heard, {}, 2.0)
    assert (found["keywords"], found["thank"], found["you"]) == ("ok", "doubtful", "doubtful")
    assert set(verdicts(written, heard, {}, 9.0).values()) == {"ok"}


def test_added_words_are_told_where_the_recognizer_adds_others() -> None:
    scores = {**INVENTED, "every": 0.002, "day": 0.01}
    found = verdicts("no matches for keywords every day", "no matches for keywords I wish them well.", scores, 2.0)
    assert (found["every"], found["keywords"]) != ("ok", "ok")
    assert found["day"] != "ok"


def test_no_word_is_ok_that_is_all_but_impossible_though_the_recognizer_made_it_up_too() -> None:
    """Inside the speech, where both texts agree. A comma or a capital that makes it improbable is no matter."""
    assert verdicts("no keys there", "no keys there", {"keys": 1e-5}, 9.0)["keys"] == "doubtful"
    assert verdicts("no keys there", "no keys there", {"keys": 0.01}, 9.0)["keys"] == "ok"
    assert verdicts("no keys there", "no Keys, there", {"keys": 1e-5}, 9.0)["keys"] == "ok"
    assert verdicts("no key words there", "no keywords there", {"words": 1e-5, "keywords": 1e-5}, 9.0)["words"] != "ok"
