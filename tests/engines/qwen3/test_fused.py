"""The CUDA kernel of a frame, compiled for a CPU: its tokens are mlx-audio's, whoever else is in the batch."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from tests.engines.qwen3 import cuda_on_cpu
from tests.engines.qwen3.test_batch import Heard, assert_heard_as_from_mlx_audio
from tests.needs import needs
from voicelab.engines.qwen3 import batch as batches
from voicelab.engines.qwen3.batch import Batch
from voicelab.engines.qwen3.fused import kernel
from voicelab.engines.qwen3.fused.weights import fits
from voicelab.engines.qwen3.prompts import PromptCache
from voicelab.engines.qwen3.sampling_settings import Settled

if TYPE_CHECKING:
    from collections.abc import Callable

    from voicelab.engines.qwen3.batched import BatchedSynthesizer
    from voicelab.speech.ports import SpeechRequest

FRAMES = 8
BLOCKS, THREADS = 4, 64
"""At least a block for each row: it draws its codes."""


@pytest.fixture(scope="module")
def on_cpu(tmp_path_factory: pytest.TempPathFactory) -> cuda_on_cpu.OnCpu:
    needs("g++")
    return cuda_on_cpu.OnCpu(tmp_path_factory.mktemp("kernels"))


@pytest.fixture
def batch_of(on_cpu: cuda_on_cpu.OnCpu, monkeypatch: pytest.MonkeyPatch) -> Callable[[Any], Batch]:
    """Return what speaks with a model by the kernel."""
    monkeypatch.setattr(kernel, "THREADS", THREADS)
    return lambda model: Batch(model, fused=kernel.Frame(model, on_cpu, BLOCKS))


@pytest.mark.parametrize(
    ("options", "sampling"),
    [
        ({}, Settled(temperature=0)),
        ({"quantization": 8}, Settled()),
        ({"quantization": 4}, Settled(temperature=0.8, top_k=30, top_p=0.9, repetition_penalty=1.6)),
        ({"predictor_size": 128}, Settled(top_k=0)),
    ],
    ids=["float32, greedy", "8 bit, default", "4 bit, nucleus", "a wider code predictor, all tokens"],
)
def test_tokens_equal_mlx_audios(
    options: dict[str, int],
    sampling: Settled,
    loaded: Callable[..., tuple[BatchedSynthesizer, str]],
    request_for: Callable[..., SpeechRequest],
    batch_of: Callable[[Any], Batch],
) -> None:
    """Frame for frame, of one take that leaves before the others and one that joins late."""
    synthesizer, name = loaded(**options, ends="never")
    model = synthesizer._model
    batch = batch_of(model)
    prefills = [
        PromptCache().prefill(model, request_for(name, text=text))
        for text in ("Good morning.", "Another text, longer.")
    ]
    takes = [
        Heard(prefills[0], sampling, 5, FRAMES),
        Heard(prefills[1], sampling, 6, 3),
        Heard(prefills[1], sampling, 7, 4),
    ]
    waiting = [takes[:1], takes[1:2], [], takes[2:]]
    batch.run(lambda room: waiting.pop(0) if waiting else [])
    for take in takes:
        assert_heard_as_from_mlx_audio(model, take)


def test_a_take_that_is_over_writes_into_nobodys_memory(
    loaded: Callable[..., tuple[BatchedSynthesizer, str]],
    request_for: Callable[..., SpeechRequest],
    batch_of: Callable[[Any], Batch],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Its row is computed on with the others, and comes to the end of its slots long before them."""
    monkeypatch.setattr(batches, "SLOT_STEP", 4)
    monkeypatch.setattr(batches, "HEADROOM", 1)
    synthesizer, name = loaded(ends="never")
    model = synthesizer._model
    batch = batch_of(model)
    batch.sizes = (2,)
    first_keys = []

    class Watching(Heard):
        def hear(self, frame: Any) -> bool:
            assert batch._state is not None
            first_keys.append(np.array(batch._state.caches[0][:, 1, :, 0]))
            return super().hear(frame)

    long, short = (PromptCache().prefill(model, request_for(name, text=text)) for text in ("Another text. " * 3, "Hm."))
    assert long.embeddings.shape[1] > short.embeddings.shape[1] + FRAMES
    waiting = [[Heard(long, Settled(), 1, 1), Watching(short, Settled(), 2, FRAMES)]]
    batch.run(lambda room: waiting.pop() if waiting else [])
    assert len(first_keys) == FRAMES
    for keys in first_keys:
        np.testing.assert_array_equal(keys, first_keys[0])


def test_a_model_of_several_kinds_of_weights_is_left_to_the_other_engine(
    loaded: Callable[..., tuple[BatchedSynthesizer, str]],
) -> None:
    synthesizer, _ = loaded(quantization=8)
    model = synthesizer._model
    assert fits(model)
    attention = model.talker.model.layers[0].self_attn
    (other, _) = loaded(quantization=4)
    attention.q_proj = other._model.talker.model.layers[0].self_attn.q_proj
    assert not fits(model)


def test_without_a_gpu_there_is_no_kernel(loaded: Callable[..., tuple[BatchedSynthesizer, str]]) -> None:
    synthesizer, _ = loaded()
    assert kernel.for_device(synthesizer._model) is None
    assert Batch(synthesizer._model).fused is None
