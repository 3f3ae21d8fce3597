"""The lab's steps against mlx-audio's own generate, with the same weights and the same seed."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from tests.fakes import RecordingReporter
from voicelab.engines.qwen3.synthesizer import Qwen3Synthesizer
from voicelab.speech.ports import Prompt, Sampling

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from numpy.typing import NDArray

    from voicelab.speech.ports import SpeechRequest

FRAME = 1920
"""Samples."""


def generated(folder: Path, seed: int, **options: Any) -> tuple[NDArray[np.float32], int]:
    """Return the samples and the number of frames of mlx-audio's public way, with a model of its own."""
    import mlx.core as mx
    from mlx_audio.tts.utils import load_model

    model = load_model(folder)
    mx.random.seed(seed)
    (result,) = model.generate(max_tokens=200, **options)
    return np.array(result.audio), result.token_count


@pytest.mark.parametrize("quantization", [None, 8, 4])
def test_clone_equals_mlx_audio(
    quantization: int | None,
    request_for: Callable[..., SpeechRequest],
    checkpoint: Callable[..., Path],
    voice: Prompt,
) -> None:
    """Where no code is 0 and so mlx-audio cuts where it should: within 2% of the loudest sample, for the windows."""
    import mlx.core as mx

    name = str(checkpoint(quantization=quantization))
    synthesizer = Qwen3Synthesizer()
    request = request_for(name, sampling=Sampling(temperature=0.8, top_k=30, top_p=0.95, repetition_penalty=1.6))
    ours = synthesizer.speak(request, RecordingReporter())
    theirs, frames = generated(
        checkpoint(quantization=quantization),
        request.seed,
        text=request.text,
        ref_audio=mx.array(voice.samples),
        ref_text=voice.text,
        lang_code="english",
        temperature=0.8,
        top_k=30,
        top_p=0.95,
        repetition_penalty=1.6,
    )
    assert len(theirs) == frames * FRAME
    assert np.abs(theirs).max() > 0.01
    np.testing.assert_allclose(ours.samples, theirs, atol=0.02 * float(np.abs(theirs).max()))


@pytest.mark.parametrize(
    ("options", "fields"),
    [
        ({"kind": "custom_voice", "size": "1b7"}, {"speaker": "Vivian", "instruct": "Very happy."}),
        ({"kind": "custom_voice"}, {"speaker": "dylan", "language": "chinese"}),
        ({"kind": "voice_design"}, {"instruct": "A calm, low voice."}),
    ],
    ids=["custom voice with an instruction", "custom voice with a dialect", "voice design"],
)
def test_speakers_and_descriptions_equal_mlx_audio(
    options: dict[str, Any],
    fields: dict[str, Any],
    request_for: Callable[..., SpeechRequest],
    checkpoint: Callable[..., Path],
) -> None:
    """Within 1e-5 of the loudest sample, for the models that clone nothing: a first window has all that came before."""
    name = str(checkpoint(**options))
    synthesizer = Qwen3Synthesizer()
    request = request_for(name, prompt=None, **fields)
    ours = synthesizer.speak(request, RecordingReporter())
    theirs, frames = generated(
        checkpoint(**options),
        request.seed,
        text=request.text,
        voice=request.speaker,
        instruct=request.instruct,
        lang_code=request.language,
        temperature=0.9,
        top_k=50,
        top_p=1.0,
        repetition_penalty=1.05,
    )
    assert len(theirs) == frames * FRAME
    np.testing.assert_allclose(ours.samples, theirs, atol=1e-5 * float(np.abs(theirs).max()))


def test_frames_of_code_zero_lose_nothing(
    request_for: Callable[..., SpeechRequest],
    checkpoint: Callable[..., Path],
) -> None:
    """mlx-audio drops 80 ms of the end for each frame whose first code is 0, the voice's included, and leaks the voice.

    The lab does neither: every frame of the take is there, and nothing of the voice.
    """
    import mlx.core as mx

    name = str(checkpoint(zeros=True))
    synthesizer = Qwen3Synthesizer()
    quiet_start = np.random.default_rng(0).normal(0, 0.6, 20 * FRAME).astype(np.float32)
    quiet_start[: 3 * FRAME] = 0
    request = request_for(name, prompt=Prompt(quiet_start, "Noise.", "english"), seed=8)
    ours = synthesizer.speak(request, RecordingReporter())
    theirs, frames = generated(
        checkpoint(zeros=True),
        request.seed,
        text=request.text,
        ref_audio=mx.array(quiet_start),
        ref_text="Noise.",
        lang_code="english",
        temperature=0.9,
        top_k=50,
        top_p=1.0,
        repetition_penalty=1.5,
    )
    codes = np.array(synthesizer._model.speech_tokenizer.encode(mx.array(quiet_start)[None, None]))
    zeros = int((codes[0, 0] == 0).sum())
    assert zeros == 3
    assert len(ours.samples) == frames * FRAME
    kept = ours.samples[: -zeros * FRAME]
    leaked = theirs[: len(theirs) - len(kept)]
    np.testing.assert_allclose(theirs[len(leaked) :], kept, atol=1e-5 * float(np.abs(kept).max()))
    assert len(leaked) > 0.5 * FRAME


def test_the_default_needs_nothing_of_the_fast_engine() -> None:
    """Neither its class nor a module of it: what is asked for is loaded when it is asked for."""
    optional = ("attention", "batch", "batched", "drawing", "frame", "fused", "layers", "warming")
    code = (
        "import sys, voicelab.engines.qwen3.synthesizer as s; assert s.Qwen3Synthesizer.__bases__ == (object,); "
        f"print([m for m in {optional!r} if f'voicelab.engines.qwen3.{{m}}' in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_the_default_warms_up_by_its_own_steps(checkpoint: Callable[..., Path], request_for: Any) -> None:
    synthesizer, reporter = Qwen3Synthesizer(), RecordingReporter()
    name = str(checkpoint())
    synthesizer.load(name, reporter)
    synthesizer.warm_up(reporter)
    assert reporter.spoken_s
    assert len(synthesizer.speak(request_for(name), RecordingReporter()).samples)
