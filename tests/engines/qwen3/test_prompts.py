"""A voice is encoded once, kept for a while, and never taken for another one."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pytest

from tests.fakes import RecordingReporter
from voicelab.engines.qwen3 import prompts
from voicelab.speech.ports import Prompt

if TYPE_CHECKING:
    from collections.abc import Callable

    from voicelab.engines.qwen3.batched import BatchedSynthesizer
    from voicelab.speech.ports import SpeechRequest


@pytest.fixture
def cloning(
    loaded: Callable[..., tuple[BatchedSynthesizer, str]],
) -> tuple[BatchedSynthesizer, str, Counter[str]]:
    """A loaded synthesizer, its model's name, and how often its two encoders ran."""
    synthesizer, name = loaded()
    ran: Counter[str] = Counter()
    model = synthesizer._model
    encode, embed = model.speech_tokenizer.encoder_model.quantizer.encode, model.speaker_encoder

    def counting_encode(steps: object) -> object:
        ran["codec"] += 1
        return encode(steps)

    def counting_embed(mels: object) -> object:
        ran["speaker"] += 1
        return embed(mels)

    model.speech_tokenizer.encoder_model.quantizer.encode = counting_encode
    model.speaker_encoder = counting_embed
    return synthesizer, name, ran


def test_a_voice_is_encoded_once(
    cloning: tuple[BatchedSynthesizer, str, Counter[str]], request_for: Callable[..., SpeechRequest], voice: Prompt
) -> None:
    """Also when the next request brings an equal prompt that is another object."""
    synthesizer, name, ran = cloning
    synthesizer.speak(request_for(name), RecordingReporter())
    again = Prompt(voice.samples.copy(), voice.text, voice.language)
    synthesizer.speak(request_for(name, text="Something else.", prompt=again), RecordingReporter())
    assert ran == {"codec": 1, "speaker": 1}


def test_a_corrected_transcript_is_another_prompt(
    cloning: tuple[BatchedSynthesizer, str, Counter[str]], request_for: Callable[..., SpeechRequest], voice: Prompt
) -> None:
    """One wrong word spoils a clone, so its correction must be heard."""
    synthesizer, name, _ = cloning
    corrected = replace(voice, text=voice.text.replace("harbor", "harvest"))
    before, after = (
        synthesizer._prompts.prefill(synthesizer._model, request_for(name, prompt=prompt)).embeddings
        for prompt in (voice, corrected)
    )
    assert after.shape[1] == before.shape[1] + 1


def test_clips_of_equal_length_and_sum_are_not_confused(
    cloning: tuple[BatchedSynthesizer, str, Counter[str]], request_for: Callable[..., SpeechRequest], voice: Prompt
) -> None:
    """mlx-audio knows a clip by those two numbers alone, which are the same for a clip and the clip backwards."""
    synthesizer, name, _ = cloning
    samples = np.asarray(np.round(voice.samples * 2**10) / 2**10, np.float32)
    backwards = samples[::-1].copy()
    one, other = (
        synthesizer._prompts.prefill(
            synthesizer._model, request_for(name, prompt=replace(voice, samples=clip))
        ).reference_codes
        for clip in (samples, backwards)
    )
    assert float(samples.sum()) == float(backwards.sum())
    assert not np.array_equal(np.array(one), np.array(other))


def test_few_prompts_are_kept(
    cloning: tuple[BatchedSynthesizer, str, Counter[str]],
    request_for: Callable[..., SpeechRequest],
    voice: Prompt,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The least recently used goes first, and mlx-audio's own cache, which forgets nothing, stays empty."""
    synthesizer, name, ran = cloning
    monkeypatch.setattr(prompts, "PROMPTS_KEPT", 2)
    synthesizer._prompts = prompts.PromptCache()
    first, second, third = (replace(voice, text=f"{voice.text} {number}") for number in range(3))
    for prompt in (first, second, first, third, first, second):
        synthesizer._prompts.prefill(synthesizer._model, request_for(name, prompt=prompt))
    assert ran["codec"] == 4
    assert len(synthesizer._prompts._encoded) == 2
    assert synthesizer._model._icl_cache == {}


def test_what_was_encoded_of_a_removed_voice_is_dropped(
    cloning: tuple[BatchedSynthesizer, str, Counter[str]], request_for: Callable[..., SpeechRequest]
) -> None:
    synthesizer, name, ran = cloning
    synthesizer._prompts.prefill(synthesizer._model, request_for(name))
    synthesizer.forget()
    assert not synthesizer._prompts._encoded
    synthesizer._prompts.prefill(synthesizer._model, request_for(name))
    assert ran["codec"] == 2
