"""A text that is heard back sentence by sentence: takes, order, faults of the ear and of the engine."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

import numpy as np
import pytest

from tests.fakes import FakeEngine, FakeJob
from voicelab.checked.job import CheckedText, take_seed
from voicelab.checked.judge import Judgement
from voicelab.errors import Cancelled, Failed, NothingSpoken, QueueFull
from voicelab.speech.ports import SpeechRequest

if TYPE_CHECKING:
    from collections.abc import Callable

    from voicelab.speech.ports import Speech

TEXT = "This is the first of them. Here you have the second one. And that makes the third."
RIGHT = Judgement(5, 0, (), 0.0)
WAIT_S = 20.0


def wrong(weight: float) -> Judgement:
    return Judgement(5, 1, ("“first” is not heard",), weight)


class FakeEar:
    """Judges by sentence and take: what `verdicts` says, else that it is right."""

    recognizer = "tiny.en"

    def __init__(self, verdicts: Callable[[SpeechRequest], Judgement] = lambda _request: RIGHT) -> None:
        self.verdicts = verdicts
        self.heard: list[str] = []

    def judge(self, speech: Speech, request: SpeechRequest) -> Judgement:
        self.heard.append(request.text)
        return self.verdicts(request)


def request(seed: int = 7) -> SpeechRequest:
    return SpeechRequest(TEXT, "preview", seed=seed)


def test_one_that_went_wrong_is_spoken_again_and_the_others_are_not() -> None:
    engine = FakeEngine()
    first = take_seed(7, 1, 0)
    job = CheckedText(engine, FakeEar(lambda asked: wrong(1) if asked.seed == first else RIGHT), request(), 4).job
    checked = job.result(WAIT_S).checked
    assert checked is not None
    assert [sentence.takes for sentence in checked.sentences] == [1, 2, 1]
    assert checked.sentences[1].seed == take_seed(7, 1, 1) != first
    assert not checked.doubtful
    assert sorted(asked.seed for asked in engine.requests) == sorted([7, first, take_seed(7, 1, 1), take_seed(7, 2, 0)])


def test_the_best_of_those_that_all_went_wrong_is_kept_and_doubtful() -> None:
    weights = {take_seed(7, 0, take): weight for take, weight in enumerate((3.0, 1.0, 2.0))}
    ear = FakeEar(lambda asked: wrong(weights[asked.seed]) if asked.seed in weights else RIGHT)
    checked = CheckedText(FakeEngine(), ear, request(), 3).job.result(WAIT_S).checked
    assert checked is not None
    (doubtful,) = checked.doubtful
    assert (doubtful.takes, doubtful.seed) == (3, take_seed(7, 0, 1))
    assert checked.notes == ("Listen to 'This is the first of them.': “first” is not heard (3 takes).",)
    assert checked.counts["doubtful"] == 1


def test_a_sentence_is_heard_while_the_next_one_is_spoken(monkeypatch: pytest.MonkeyPatch) -> None:
    engine = FakeEngine()
    second = threading.Event()

    def submit(asked: SpeechRequest, client: str = "", on_busy: str = "queue") -> FakeJob:
        if "second" in asked.text:
            second.set()
        return FakeEngine.submit(engine, asked, client, on_busy)

    monkeypatch.setattr(engine, "submit", submit)
    ear = FakeEar(lambda asked: RIGHT if "second" in asked.text or second.wait(WAIT_S) else wrong(1))
    checked = CheckedText(engine, ear, request(), 1).job.result(WAIT_S).checked
    assert checked is not None
    assert not checked.doubtful


def test_sound_comes_as_soon_as_the_first_sentence_is_heard() -> None:
    rest = threading.Event()
    ear = FakeEar(lambda asked: RIGHT if "first" in asked.text or rest.wait(WAIT_S) else wrong(1))
    job = CheckedText(FakeEngine(), ear, request(), 2).job
    parts = job.partial()
    first = next(parts)
    assert job.checked is not None
    assert len(job.checked.sentences) == 1
    rest.set()
    whole = np.concatenate([first, *parts])
    assert np.array_equal(whole, job.result().samples)


def test_a_take_without_a_sound_is_a_take() -> None:
    class Mute(FakeEngine):
        def submit(self, asked: SpeechRequest, client: str = "", on_busy: str = "queue") -> FakeJob:
            job = super().submit(asked, client, on_busy)
            if asked.seed == 7:
                self.failing = {asked.text: NothingSpoken("No sound.")}
            else:
                self.failing = {}
            return job

    checked = CheckedText(Mute(), FakeEar(), request(), 2).job.result(WAIT_S).checked
    assert checked is not None
    assert checked.sentences[0].takes == 2
    with pytest.raises(NothingSpoken):
        CheckedText(Mute(), FakeEar(), request(), 1).job.result(WAIT_S)


def test_a_full_queue_ends_no_text_that_was_begun() -> None:
    engine = FakeEngine()
    job = CheckedText(engine, FakeEar(lambda _asked: _fill(engine)), request(), 1).job
    assert job.result(WAIT_S).checked is not None
    engine.full = 1
    with pytest.raises(QueueFull):
        CheckedText(engine, FakeEar(), request(), 1)


def _fill(engine: FakeEngine) -> Judgement:
    engine.full = 1
    return RIGHT


@pytest.mark.parametrize("error", [Failed("The recognizer is damaged."), RuntimeError("of a library")])
def test_what_cannot_be_heard_is_not_handed_out(error: Exception) -> None:
    def fail(_asked: SpeechRequest) -> Judgement:
        raise error

    job = CheckedText(FakeEngine(), FakeEar(fail), request(), 2).job
    with pytest.raises(Failed):
        job.result(WAIT_S)
    with pytest.raises(Failed):
        list(job.partial())


def test_a_cancelled_text_is_not_spoken_further() -> None:
    held = threading.Event()
    engine = FakeEngine()
    job = CheckedText(engine, FakeEar(lambda _asked: RIGHT if held.wait(WAIT_S) else wrong(1)), request(), 1).job
    job.cancel()
    with pytest.raises(Cancelled):
        job.result(WAIT_S)
    held.set()
    assert len(engine.requests) <= 3
