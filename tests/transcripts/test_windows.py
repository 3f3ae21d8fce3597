"""Long clips: windows end in pauses, and no word is lost at a seam."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING

import numpy as np
import pytest

from tests.transcripts.bench import texts, voices
from tests.transcripts.bench.planting import script
from voicelab.clips.clip import Clip, Window
from voicelab.transcripts.windows import assigned, windows
from voicelab.transcripts.words import Word

if TYPE_CHECKING:
    from collections.abc import Sequence

    from voicelab.transcripts.transcriber import Transcriber


def words_at(*starts: float) -> list[Word]:
    return [Word(f"w{place}", start_s, start_s + 0.4) for place, start_s in enumerate(starts)]


def test_what_a_recognizer_hears_at_once_is_one_window() -> None:
    assert windows(words_at(1, 29), [], 30.0) == [Window(0.0, 30.0)]


def test_a_seam_lies_in_the_widest_gap_and_never_in_a_word() -> None:
    words = words_at(*(place / 2 for place in range(40)), *(20.6 + place / 2 for place in range(60)))
    found = windows(words, [], 51.0)
    assert found[0].end_s == pytest.approx(20.25), "between 19.9 and 20.6"
    assert found[-1].end_s == 51.0
    assert [window.start_s for window in found[1:]] == [window.end_s for window in found[:-1]]
    assert max(window.seconds for window in found) <= 30
    for window in found[:-1]:
        assert not any(word.start_s < window.end_s < word.end_s for word in words)


def test_where_nothing_was_heard_a_seam_lies_between_stretches_of_speech_or_anywhere() -> None:
    assert windows([], [Window(0, 22), Window(24, 40)], 40.0)[0] == Window(0.0, 23.0)
    assert windows([], [], 65.0) == [Window(0.0, 30.0), Window(30.0, 60.0), Window(60.0, 65.0)]


def never(_window: int, _words: Sequence[str]) -> float:
    raise AssertionError("the seam is clear")


def test_words_are_dealt_along_the_heard_ones() -> None:
    heard = ["one", "two", "three", "four", "five", "six"]
    assert assigned(heard, heard, [3, 3], never) == [["one", "two", "three"], ["four", "five", "six"]]
    assert assigned(["one", "two", "four", "five"], heard, [3, 3], never) == [["one", "two"], ["four", "five"]]
    assert assigned(["zero", "one", "two", "three", "four"], heard, [2, 0, 4], never) == [
        ["zero", "one", "two"], [], ["three", "four"],
    ]  # fmt: skip


def test_where_the_seam_falls_into_a_difference_the_likelier_place_is_taken() -> None:
    def likelihood(window: int, words: Sequence[str]) -> float:
        return -float(sum(word.startswith("b") != (window == 1) for word in words))

    assert assigned(["a1", "ax", "bx", "b4"], ["a1", "y", "z", "b4"], [2, 2], likelihood) == [
        ["a1", "ax"],
        ["bx", "b4"],
    ]
    assert assigned(["a1", "ax", "bx", "b4"], ["a1", "b4"], [1, 1], likelihood) == [["a1", "ax"], ["bx", "b4"]]


def test_no_words_are_lost_whatever_is_written_and_heard() -> None:
    rng = np.random.default_rng(2)
    for _ in range(200):
        written, heard = (rng.choice(list("abcdef"), rng.integers(0, 30)).tolist() for _ in range(2))
        first = int(rng.integers(0, len(heard) + 1))
        found = assigned(written, heard, [first, len(heard) - first, 0], lambda _window, _words: float(rng.random()))
        assert len(found) == 3
        assert list(itertools.chain(*found)) == written


@pytest.fixture(scope="module")
def long_text() -> str:
    return " ".join(script(text).text for text in texts.TUNING[3:17] if "{" not in text)


@pytest.fixture(scope="module")
def long_clip(long_text: str) -> Clip:
    """More than half a minute of speech, so three windows."""
    return voices.say(long_text, voices.Speaker(1.0, 1.6), 3)


def test_a_long_clip_is_checked_whole(transcriber: Transcriber, long_clip: Clip, long_text: str) -> None:
    assert 61 < long_clip.seconds < 180
    match = transcriber.check(long_clip, long_text)
    assert [word.text for word in match.words] == long_text.split()
    assert sum(word.verdict != "ok" for word in match.words) <= 0.03 * len(match.words)
    times = [time_s for word in match.words for time_s in (word.start_s, word.end_s)]
    assert times == sorted(times)
    assert long_clip.seconds - 1.5 < times[-1] <= long_clip.seconds


@pytest.mark.parametrize("share", [0.1, 0.5, 0.9])
def test_an_error_anywhere_in_a_long_clip_is_found_there(
    transcriber: Transcriber, long_clip: Clip, long_text: str, share: float
) -> None:
    words = long_text.split()
    place = round(share * len(words))
    match = transcriber.check(long_clip, " ".join([*words[:place], "carpet", *words[place:]]))
    assert match.words[place].text == "carpet"
    assert match.words[place].verdict == "wrong"
    assert sum(word.verdict != "ok" for word in match.words) <= 0.03 * len(match.words) + 2


def test_the_text_of_the_middle_leaves_both_ends_uncovered(
    transcriber: Transcriber, long_clip: Clip, long_text: str
) -> None:
    words = long_text.split()
    third = len(words) // 3
    match = transcriber.check(long_clip, " ".join(words[third : 2 * third]))
    assert match.verdict == "mismatch"
    assert match.uncovered[0][0] < 3
    assert match.uncovered[-1][1] > long_clip.seconds - 3


def test_more_than_five_minutes_are_refused_with_what_to_do(transcriber: Transcriber) -> None:
    from voicelab.errors import InvalidValue

    with pytest.raises(InvalidValue, match=r"301 s long.* 300 s .*Trim it first"):
        transcriber.check(Clip(np.zeros(301 * 24_000, np.float32)), "Hello.")
