"""What speaks by default decodes in windows: memory that does not grow, and audio while it is spoken."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from tests.fakes import RecordingReporter
from voicelab.engines.qwen3 import synthesizer as module
from voicelab.engines.qwen3.library import next_frames
from voicelab.engines.qwen3.prompts import PromptCache
from voicelab.engines.qwen3.sampling_settings import Settled
from voicelab.engines.qwen3.synthesizer import Qwen3Synthesizer
from voicelab.errors import Cancelled, WrongInput
from voicelab.models.registry import registry
from voicelab.speech.ports import Line, Speech

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from numpy.typing import NDArray

    from voicelab.engines.process import EngineProcess
    from voicelab.errors import VoiceLabError
    from voicelab.speech.ports import SpeechRequest

RATE = 24_000
FRAME = 1920
"""Samples."""
WAIT_S = 120


@pytest.fixture
def frames(monkeypatch: pytest.MonkeyPatch) -> Callable[[int], None]:
    """Let every take end after so many frames, with a checkpoint that never ends by itself."""

    def end_after(number: int) -> None:
        monkeypatch.setattr(module, "next_frames", lambda *given: islice(next_frames(*given), number))

    return end_after


@pytest.fixture
def endless(checkpoint: Callable[..., Path]) -> tuple[Qwen3Synthesizer, str]:
    synthesizer, name = Qwen3Synthesizer(), str(checkpoint(ends="never"))
    synthesizer.load(name, RecordingReporter())
    return synthesizer, name


def whole(model: Any, request: SpeechRequest, number: int) -> tuple[NDArray[np.float32], int]:
    """Return the samples of a take of so many frames by mlx-audio's decoder in one pass, and the memory it peaks at."""
    import mlx.core as mx

    prefill = PromptCache().prefill(model, request)
    mx.random.seed(request.seed)
    said = list(islice(next_frames(model, prefill, Settled()), number))
    assert prefill.reference_codes is not None
    codes = mx.concatenate([prefill.reference_codes, mx.stack(said, axis=2)], axis=2)
    mx.eval(codes)
    mx.clear_cache()
    mx.reset_peak_memory()
    samples = np.array(model.speech_tokenizer.decoder(codes)[0, 0])
    return samples[prefill.reference_codes.shape[2] * FRAME :], mx.get_peak_memory()


def spoken(synthesizer: Qwen3Synthesizer, *lines: Line) -> None:
    """Let it speak what there is."""
    waiting = list(lines)

    def more(room: int) -> list[Line]:
        now, waiting[:] = waiting[:room], waiting[room:]
        return now

    synthesizer.speak_together(more)


def test_a_long_take_is_that_of_the_whole_decode(
    endless: tuple[Qwen3Synthesizer, str], request_for: Callable[..., SpeechRequest], frames: Callable[[int], None]
) -> None:
    """Three windows, at once or live, within 2% of the loudest sample: as the fast engine's."""
    synthesizer, name = endless
    frames(130)
    expected, _ = whole(synthesizer._model, request_for(name), 130)
    loudest = float(np.abs(expected).max())
    for live in (False, True):
        speech = synthesizer.speak(request_for(name, live=live), RecordingReporter())
        np.testing.assert_allclose(speech.samples, expected, atol=0.02 * loudest)


def test_memory_does_not_grow_with_the_take(
    endless: tuple[Qwen3Synthesizer, str], request_for: Callable[..., SpeechRequest], frames: Callable[[int], None]
) -> None:
    """MLX's own peak, from 60 to 140 frames: the whole decode's grows ten times as fast per second at least."""
    synthesizer, name = endless
    frames(1)
    synthesizer.speak(request_for(name), RecordingReporter())  # encodes the voice, which is remembered
    peaks: dict[str, list[int]] = {"windows": [], "whole": []}
    for number in (60, 140):
        frames(number)
        peaks["windows"].append(synthesizer.speak(request_for(name), RecordingReporter()).peak_memory_bytes)
        peaks["whole"].append(whole(synthesizer._model, request_for(name), number)[1])
    seconds = (140 - 60) * FRAME / RATE
    growth = {way: (after - before) / seconds for way, (before, after) in peaks.items()}
    assert growth["whole"] > 0
    assert growth["windows"] < 0.1 * growth["whole"], f"{growth} bytes per second"


def test_a_live_take_is_heard_before_it_is_over(
    endless: tuple[Qwen3Synthesizer, str], request_for: Callable[..., SpeechRequest], frames: Callable[[int], None]
) -> None:
    """The first part after three frames, then more at a time; together they are the whole's samples."""
    synthesizer, name = endless
    frames(52)
    reporter, heard_at = RecordingReporter(), []
    outcomes: list[Speech | VoiceLabError] = []
    parts: list[NDArray[np.float32]] = []

    def part(samples: NDArray[np.float32], rate: int) -> None:
        assert rate == RATE
        parts.append(samples)
        heard_at.append(len(reporter.spoken_s))

    spoken(synthesizer, Line(request_for(name, live=True), reporter, part, outcomes.append))
    (outcome,) = outcomes
    assert isinstance(outcome, Speech)
    assert [len(each) // FRAME for each in parts] == [3, 4, 6, 9, 13, 15]
    assert heard_at == [3, 7, 13, 22, 35, 50]
    assert len(outcome.samples) == 52 * FRAME
    together = np.concatenate(parts)
    np.testing.assert_array_equal(outcome.samples[: len(together)], together)
    assert outcome.first_audio_s is not None
    assert outcome.first_audio_s < 0.7 * outcome.elapsed_s
    assert outcome.notes == ()


def test_a_line_that_ends_early_takes_no_other_with_it(
    endless: tuple[Qwen3Synthesizer, str], request_for: Callable[..., SpeechRequest], frames: Callable[[int], None]
) -> None:
    """One cannot be spoken, one is cancelled in its middle; the third is what it is alone."""
    synthesizer, name = endless
    frames(10)
    outcomes: list[Speech | VoiceLabError] = []
    parts: list[NDArray[np.float32]] = []
    requests = request_for(name, prompt=None), request_for(name, live=True), request_for(name, seed=3)
    reporters = RecordingReporter(), RecordingReporter(cancel_at_s=5 * 0.08 - 1e-6), RecordingReporter()
    spoken(
        synthesizer,
        *(
            Line(request, reporter, lambda samples, _: parts.append(samples), outcomes.append)
            for request, reporter in zip(requests, reporters, strict=True)
        ),
    )
    wrong, cancelled, said = outcomes
    assert isinstance(wrong, WrongInput)
    assert isinstance(cancelled, Cancelled)
    assert isinstance(said, Speech)
    assert [len(each) // FRAME for each in parts] == [3]
    assert len(reporters[1].spoken_s) == 5
    np.testing.assert_array_equal(said.samples, synthesizer.speak(requests[2], RecordingReporter()).samples)


def test_the_process_hands_out_a_piece_before_it_is_complete(
    make_engine: Callable[..., EngineProcess],
    checkpoint: Callable[..., Path],
    request_for: Callable[..., SpeechRequest],
) -> None:
    """The checkpoint would go on for seconds more: it is heard, then cancelled, and the next text is spoken whole."""
    model = str(checkpoint(ends="never"))
    engine = make_engine(synthesizers=registry().synthesizers({}), model=model)
    job = engine.submit(request_for(model, live=True))
    first = next(job.partial())
    assert 0 < len(first) <= 3 * FRAME
    job.cancel()
    with pytest.raises(Cancelled):
        job.result(WAIT_S)
    ending = str(checkpoint())
    job = engine.submit(request_for(ending, live=True, text="One piece. And another one that is longer."))
    heard = np.concatenate(list(job.partial()))
    np.testing.assert_array_equal(heard, job.result(WAIT_S).samples)
