"""A whole text, piece by piece."""

from __future__ import annotations

import numpy as np
import pytest

from tests.engines.conftest import request
from tests.fakes import ToneSynthesizer, script
from voicelab.engines.long_text import piece_seed, speak_pieces
from voicelab.errors import Cancelled, NothingSpoken
from voicelab.speech.ports import Speech

TEXT = "This is the first of all the sentences. This is the second of all the sentences. And this is the last one."


class Progress:
    """The TextReporter port: keeps what it is told, and cancels at a fraction."""

    def __init__(self, cancel_at: float = 2.0) -> None:
        self.fractions: list[float] = []
        self.cancel_at = cancel_at

    def stage(self, stage: str, done: float = 0, total: float = 0) -> None:
        """Nothing is prepared here."""

    def progress(self, piece_s: float, fraction: float) -> None:
        self.fractions.append(fraction)
        if fraction >= self.cancel_at:
            raise Cancelled("Cancelled by the test.")


def test_the_first_piece_has_the_requests_seed_and_each_other_one_its_own() -> None:
    seeds = [speech.seed for speech in speak_pieces(ToneSynthesizer(), request(TEXT, seed=9), Progress())]
    assert seeds == [9, piece_seed(9, 1), piece_seed(9, 2)]
    assert len({piece_seed(seed, index) for seed in range(50) for index in range(1, 50)}) == 50 * 49
    assert piece_seed(9, 1) == 376993179, "a saved voice must sound the same in every version"


def test_going_on_in_the_middle_gives_the_same_pieces() -> None:
    whole = list(speak_pieces(ToneSynthesizer(), request(TEXT), Progress()))
    rest = list(speak_pieces(ToneSynthesizer(), request(TEXT), Progress(), first=1))
    assert len(rest) == len(whole) - 1 == 2
    assert all(np.array_equal(a.samples, b.samples) for a, b in zip(whole[1:], rest, strict=True))


def test_progress_grows_through_every_piece() -> None:
    progress = Progress()
    list(speak_pieces(ToneSynthesizer(), request(TEXT), progress))
    assert progress.fractions == sorted(progress.fractions)
    assert progress.fractions[0] == 0
    assert len(set(progress.fractions)) > 15
    assert 2 / 3 < progress.fractions[-1] < 1, "the last third has begun; the end is told by the result"


def test_cancel_and_errors_come_through() -> None:
    with pytest.raises(Cancelled):
        list(speak_pieces(ToneSynthesizer(), request(TEXT), Progress(cancel_at=0.5)))
    with pytest.raises(NothingSpoken, match="on purpose"):
        list(speak_pieces(ToneSynthesizer(), request(TEXT, speaker=script(fail="on purpose")), Progress()))


def test_a_piece_without_any_sound_is_an_error_and_not_a_gap() -> None:
    class Mute(ToneSynthesizer):
        def speak(self, request: object, report: object) -> Speech:
            return Speech(np.zeros(0, np.float32), "preview", "preview", 0, 0.1, 1)

    with pytest.raises(NothingSpoken, match="made no sound for 'This is the first"):
        list(speak_pieces(Mute(), request(TEXT), Progress()))
