"""The fast engine's tokens against mlx-audio's own, and a take alone against the same take among others."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from tests.fakes import RecordingReporter
from voicelab.engines.qwen3.batch import CUDA_SIZES
from voicelab.engines.qwen3.encoding import encode
from voicelab.engines.qwen3.library import next_frames
from voicelab.engines.qwen3.prompts import PromptCache
from voicelab.engines.qwen3.sampling_settings import Settled
from voicelab.errors import Cancelled
from voicelab.speech.ports import Line, Prompt, Speech

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from voicelab.engines.qwen3.batched import BatchedSynthesizer
    from voicelab.speech.ports import SpeechRequest

FRAMES = 70
"""More than the repetition penalty looks back."""


class Heard:
    """A Take that keeps its frames."""

    def __init__(self, prefill: Any, sampling: Settled, seed: int, frames: int = FRAMES) -> None:
        self.prefill, self.sampling, self.seed, self.frames = prefill, sampling, seed, frames
        self.heard: list[Any] = []

    def hear(self, frame: Any) -> bool:
        self.heard.append(frame)
        return len(self.heard) < self.frames

    def end(self) -> None:
        """Keep what was heard."""


def assert_heard_as_from_mlx_audio(model: Any, take: Heard) -> None:
    """Compare all frames of the take with those of the library's own steps for the same seed."""
    import mlx.core as mx

    mx.random.seed(take.seed)
    frames = next_frames(model, take.prefill, take.sampling)
    expected = [np.array(next(frames))[0] for _ in range(take.frames)]
    np.testing.assert_array_equal(np.stack(take.heard), np.stack(expected))


@pytest.mark.parametrize("quantization", [None, 8, 4])
@pytest.mark.parametrize(
    "sampling",
    [Settled(), Settled(temperature=0.8, top_k=30, top_p=0.9, repetition_penalty=1.6), Settled(temperature=0)],
    ids=["default", "nucleus", "greedy"],
)
def test_tokens_equal_mlx_audios(
    quantization: int | None,
    sampling: Settled,
    loaded: Callable[..., tuple[BatchedSynthesizer, str]],
    request_for: Callable[..., SpeechRequest],
) -> None:
    """Frame for frame, in a batch with two others of another text and seed, one of which joins late."""
    synthesizer, name = loaded(quantization=quantization, ends="never")
    model = synthesizer._model
    prefills = [
        PromptCache().prefill(model, request_for(name, text=text))
        for text in ("Good morning.", "Another text, longer.")
    ]
    takes = [Heard(prefills[0], sampling, 5), Heard(prefills[1], sampling, 6, 9), Heard(prefills[1], sampling, 7)]
    waiting = [takes[:2], takes[2:], []]
    synthesizer._batch.run(lambda room: waiting.pop(0) if waiting else [])
    for take in takes:
        assert_heard_as_from_mlx_audio(model, take)


def test_company_that_is_thrown_away_changes_no_token(
    loaded: Callable[..., tuple[BatchedSynthesizer, str]],
    request_for: Callable[..., SpeechRequest],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """As on CUDA for a model that does not fit the kernel of a frame, where a take alone is one of six rows."""
    synthesizer, name = loaded(ends="never")
    monkeypatch.setattr(synthesizer._batch, "sizes", CUDA_SIZES)
    prefill = PromptCache().prefill(synthesizer._model, request_for(name))
    take = Heard(prefill, Settled(), 5, 9)
    waiting = [[take]]
    synthesizer._batch.run(lambda room: waiting.pop() if waiting else [])
    assert_heard_as_from_mlx_audio(synthesizer._model, take)


def _add(parts: list[Any], samples: NDArray[np.float32], rate: int) -> None:
    parts.append(samples)


def spoken_together(synthesizer: BatchedSynthesizer, requests: list[SpeechRequest], reporters: list[Any]) -> list[Any]:
    outcomes: list[Any] = [None] * len(requests)
    parts: list[list[Any]] = [[] for _ in requests]
    lines = [
        Line(
            request,
            reporter,
            partial(_add, parts[n]),
            partial(outcomes.__setitem__, n),
        )
        for n, (request, reporter) in enumerate(zip(requests, reporters, strict=True))
    ]

    def more(room: int) -> list[Line]:
        now, lines[:] = lines[:room], lines[room:]
        return now

    synthesizer.speak_together(more)
    return [outcomes, parts]


def test_a_take_is_the_same_alone_and_among_nine(
    loaded: Callable[..., tuple[BatchedSynthesizer, str]], request_for: Callable[..., SpeechRequest]
) -> None:
    """More than there are rows; one is cancelled, and takes no other one with it."""
    synthesizer, name = loaded()
    requests = [request_for(name, seed=seed, text=f"Number {seed}.") for seed in range(9)]
    reporters = [RecordingReporter(0.01 if n == 4 else None) for n in range(9)]
    outcomes, _ = spoken_together(synthesizer, requests, reporters)
    assert isinstance(outcomes[4], Cancelled)
    for n in (0, 5, 8):
        alone = synthesizer.speak(requests[n], RecordingReporter())
        np.testing.assert_allclose(outcomes[n].samples, alone.samples, atol=1e-6)


def test_what_is_heard_while_it_is_spoken_is_the_same_take(
    loaded: Callable[..., tuple[BatchedSynthesizer, str]],
    request_for: Callable[..., SpeechRequest],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """In parts, the first after three frames; together within 2% of the loudest sample of the take spoken at once."""
    from voicelab.engines.qwen3 import frame_limits

    synthesizer, name = loaded(ends="soon")
    seed = next(
        seed
        for seed in range(1, 40)
        if synthesizer.speak(request_for(name, seed=seed), RecordingReporter()).duration_s > 0.08 * 10
    )
    once = synthesizer.speak(request_for(name, seed=seed), RecordingReporter())
    (outcome,), (parts,) = spoken_together(
        synthesizer, [request_for(name, seed=seed, live=True)], [RecordingReporter()]
    )
    assert isinstance(outcome, Speech)
    assert len(parts) >= 2
    assert len(parts[0]) == 3 * 1920
    np.testing.assert_array_equal(outcome.samples[: len(parts[0])], parts[0])
    np.testing.assert_allclose(outcome.samples, once.samples, atol=0.02 * float(np.abs(once.samples).max()))
    assert frame_limits.FRAMES_AT_LEAST


def test_a_clip_in_chunks_has_the_librarys_codes(loaded: Callable[..., tuple[BatchedSynthesizer, str]]) -> None:
    """Also where the last chunk and the last frame are not whole."""
    import mlx.core as mx

    codec = loaded()[0]._model.speech_tokenizer
    audio = mx.array(np.random.default_rng(0).normal(0, 0.3, 11 * 24_000 + 700).astype(np.float32))
    np.testing.assert_array_equal(np.array(encode(codec, audio)), np.array(codec.encode(audio[None, None])))


def test_prompts_of_a_plain_voice_are_whole(voice: Prompt) -> None:
    """The fixture that the others clone has more frames than the vocoder's context."""
    assert len(voice.samples) > 25 * 1920
