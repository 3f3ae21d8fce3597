"""Windows of several takes at once against each alone, and against mlx-audio's own decoder."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from voicelab.engines.qwen3.decoder import SHAPES, Decoder
from voicelab.engines.qwen3.vocoder import CONTEXT, LONG_STEP, STEPS, Frames, Vocoder

if TYPE_CHECKING:
    from collections.abc import Callable

    from voicelab.engines.qwen3.batched import BatchedSynthesizer

SAMPLES = 1920


@pytest.fixture
def codec(loaded: Callable[..., tuple[BatchedSynthesizer, str]]) -> Any:
    return loaded()[0]._model.speech_tokenizer


def codes(frames: int, seed: int = 0, groups: int = 4) -> np.ndarray[Any, np.dtype[np.int32]]:
    return np.random.default_rng(seed).integers(0, 64, (groups, frames)).astype(np.int32)


def test_windows_are_the_same_alone_together_and_by_the_library(codec: Any) -> None:
    """Of every length there is a shape for, more than fit into one; within 1e-5 of the loudest sample."""
    import mlx.core as mx

    decoder = Decoder(codec)
    windows = [codes(frames, seed) for seed, frames in enumerate((80, 28, 40, 41, 1, 31, 77, 12))]
    together = decoder(windows)
    for window, samples in zip(windows, together, strict=True):
        assert len(samples) == window.shape[1] * SAMPLES
        expected = np.array(codec.decoder(mx.array(window)[None])[0, 0])
        tolerance = 1e-5 * float(np.abs(expected).max())
        np.testing.assert_allclose(samples, expected, atol=tolerance)
        np.testing.assert_allclose(samples, decoder([window])[0], atol=tolerance)


def test_takes_that_are_due_at_a_frame_are_decoded_at_once(codec: Any) -> None:
    """Each gets its own samples, in order, without those of its prompt."""
    asked: list[list[int]] = []

    class Counting(Decoder):
        def __call__(self, windows: Any) -> Any:
            asked.append([window.shape[1] for window in windows])
            return super().__call__(windows)

    vocoder = Vocoder(Counting(codec))
    heard: dict[str, list[Any]] = {"long": [], "live": []}
    takes = {"long": Frames(codes(90), live=False), "live": Frames(None, live=True)}
    said = codes(LONG_STEP + 2, 5).T
    for number, frame in enumerate(said, 1):
        takes["long"].add(frame)
        if number <= STEPS[0]:
            takes["live"].add(frame)
            assert takes["live"].due == (number == STEPS[0])
        assert not takes["long"].due
    for name, take in takes.items():
        take.rest(vocoder, heard[name].append)
    vocoder.decode()
    vocoder.decode()
    assert asked == [[CONTEXT + LONG_STEP, CONTEXT + 2, STEPS[0]]]
    assert [len(part) // SAMPLES for part in heard["long"]] == [LONG_STEP, 2]
    assert [len(part) // SAMPLES for part in heard["live"]] == [STEPS[0]]
    whole = Decoder(codec)([said[: STEPS[0]].T])[0]
    np.testing.assert_allclose(heard["live"][0], whole, atol=1e-5 * float(np.abs(whole).max()))


def test_the_longest_window_has_a_shape() -> None:
    assert max(SHAPES) == CONTEXT + LONG_STEP
    assert min(SHAPES) >= CONTEXT + max(STEPS)
