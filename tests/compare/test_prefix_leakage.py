"""When words of the reference are looked for in what is left of a take without them. test_bleed.py has real speech."""

from __future__ import annotations

import numpy as np
import pytest

from voicelab.clips.clip import SAMPLE_RATE, Clip
from voicelab.compare import prefix_leakage
from voicelab.compare.prefix_leakage import AlignedAudio, PrefixLeakage, was_said
from voicelab.transcripts.transcriber import Transcriber

REFERENCE = ["Nobody", "in", "the", "village", "knew", "her", "name,", "but", "everybody", "knew", "her", "laugh."]
TAKE = Clip(np.zeros(2 * SAMPLE_RATE, np.float32))


@pytest.mark.parametrize(
    ("line", "evidence", "line_starts_s", "said"),
    [
        ("Please leave a message.", -5.0, 0.6, True),
        ("Please leave a message.", -13.0, 0.6, False),
        ("Please leave a message.", -5.0, 0.02, False),
        ("Her laugh was louder than the sea.", -5.0, 0.6, False),
        ("Her laugh was louder than the sea.", 1.5, 0.6, True),
    ],
)
def test_words_that_fall_out_were_said_unless_they_are_the_lines_own_or_out_of_the_question(
    line: str, evidence: float, line_starts_s: float, said: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(prefix_leakage, "_falls_out", lambda *_: prefix_leakage.FALLS_OUT + 1)
    tail = PrefixLeakage(("her", "laugh."), evidence, line_starts_s, fitting=-3.0, alone=-1.0)
    ear = AlignedAudio(Transcriber("tiny.en"), TAKE, "tiny.en", "english")
    assert was_said(ear, tail, line.split(), REFERENCE) is said


def test_where_nothing_would_be_left_of_the_take_nothing_is_cut_off() -> None:
    ear = AlignedAudio(Transcriber("tiny.en"), Clip(TAKE.samples[: SAMPLE_RATE // 4]), "tiny.en", "english")
    tail = PrefixLeakage(("her", "laugh."), -5.0, 0.2, fitting=-3.0, alone=-1.0)
    assert was_said(ear, tail, ["Yes."], REFERENCE) is False
