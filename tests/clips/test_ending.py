"""Where a clip ends, and that the first suggestion ends in a pause."""

from __future__ import annotations

import itertools
from collections import Counter
from typing import TYPE_CHECKING

import numpy as np
import pytest

from voicelab.clips.best import best_windows
from voicelab.clips.clip import Clip, Window
from voicelab.clips.ending import check_ending
from voicelab.clips.first_window import suggested_window
from voicelab.clips.speech import speech_stretches
from voicelab.transcripts.transcriber import Transcriber

if TYPE_CHECKING:
    from collections.abc import Callable

    from voicelab.transcripts.words import Word

MANY = (
    "Every morning the baker opened his window and looked at the hills. They were blue in winter and green in spring. "
    "His daughter had left for the city, and wrote a letter every week. He read it twice, once alone and once aloud. "
    "The neighbours came to listen, and brought a cake or a jar of honey. Nobody ever asked when she would return. "
    "Then one day the letters stopped, and the whole street grew quiet. The baker kept the oven warm all the same. "
    "In autumn a car drove up the road, very slowly, with its lamps on. She stepped out, and the dog barked. "
)


@pytest.fixture(scope="module")
def words(speech_clip: Clip) -> list[Word]:
    heard = Transcriber("tiny.en").hear(speech_clip, "tiny.en", "english").words
    return [word for word in heard if word.start_s > 4]


def ending_at(clip: Clip, end_s: float) -> str:
    cut = clip.cut(Window(0, end_s))
    return check_ending(cut, speech_stretches(cut)).message.split(",")[0].split(".")[0]


@pytest.mark.parametrize("noise", [0.0, 0.004])
def test_a_clip_that_breaks_off_inside_a_word_is_told(speech_clip: Clip, words: list[Word], noise: float) -> None:
    """Most of them: the closure of a stop sounds like a pause. `noise` is 25 dB below the speech, or none."""
    rustle = np.random.default_rng(1).normal(0, noise, len(speech_clip.samples)).astype(np.float32)
    clip = Clip(speech_clip.samples + rustle)
    told = Counter(
        ending_at(clip, (word.start_s + word.end_s) / 2) for word in words if word.end_s - word.start_s > 0.2
    )
    assert told["It ends inside a word"] >= 0.85 * told.total()


def test_a_clip_that_ends_in_a_pause_is_fine(speech_clip: Clip, words: list[Word]) -> None:
    pauses = [(one.end_s, two.start_s) for one, two in itertools.pairwise(words) if two.start_s - one.end_s > 0.25]
    assert len(pauses) >= 3
    for end_s, next_s in pauses:
        assert ending_at(speech_clip, (end_s + next_s) / 2) == "It ends in a pause"


def test_the_first_suggestion_is_one_of_the_best_and_ends_in_a_pause(spoken: Callable[[str], Clip]) -> None:
    clip = Clip(spoken(MANY).samples[: 24_000 * 60])
    stretches = speech_stretches(clip)
    window = suggested_window(clip, stretches)
    cut = clip.cut(window)
    assert check_ending(cut, speech_stretches(cut)).level == "ok"
    assert 10 < window.seconds < 20
    best = best_windows(clip, 15.0)
    overlaps = [min(one.end_s, window.end_s) - max(one.start_s, window.start_s) for one in best]
    assert max(overlaps) > 0.5 * window.seconds


def test_little_speech_is_taken_whole(speech_clip: Clip) -> None:
    stretches = speech_stretches(speech_clip)
    window = suggested_window(speech_clip, stretches)
    assert window.start_s <= stretches[0].start_s
    assert window.end_s >= stretches[-1].end_s
