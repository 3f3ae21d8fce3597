"""What a model cannot do is refused with a sentence, where mlx-audio would ignore it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from tests.fakes import RecordingReporter
from voicelab.engines.qwen3.library import prefill_clone
from voicelab.errors import EmptyText, InvalidValue, UnsupportedLanguage
from voicelab.speech.ports import Prompt, Sampling

if TYPE_CHECKING:
    from collections.abc import Callable

    from voicelab.engines.qwen3.batched import BatchedSynthesizer
    from voicelab.speech.ports import SpeechRequest

BASE: dict[str, Any] = {}
CUSTOM_VOICE: dict[str, Any] = {"kind": "custom_voice", "size": "1b7"}
SMALL_CUSTOM_VOICE: dict[str, Any] = {"kind": "custom_voice", "size": "0b6"}
VOICE_DESIGN: dict[str, Any] = {"kind": "voice_design"}
NO_PROMPT: dict[str, Any] = {"prompt": None}


def _prompt(seconds: float, text: str = "Words.") -> dict[str, Any]:
    return {"prompt": Prompt(np.zeros(int(seconds * 24_000), dtype=np.float32), text, "english")}


@pytest.mark.parametrize(
    ("model", "fields", "field"),
    [
        (BASE, NO_PROMPT, "prompt"),
        (BASE, _prompt(30.5), "prompt"),
        (BASE, _prompt(0.2), "prompt"),
        (BASE, _prompt(3, text=" \n"), "transcript"),
        (BASE, {"instruct": "Happy."}, "instruct"),
        (BASE, {"speaker": "vivian"}, "speaker"),
        (BASE, {"seed": -1}, "seed"),
        (BASE, {"seed": 2**64}, "seed"),
        (BASE, {"sampling": Sampling(repetition_penalty=1.05)}, "repetition_penalty"),
        (BASE, {"sampling": Sampling(temperature=-0.1)}, "temperature"),
        (BASE, {"sampling": Sampling(temperature=float("nan"))}, "temperature"),
        (BASE, {"sampling": Sampling(top_k=-1)}, "top_k"),
        (BASE, {"sampling": Sampling(top_p=0)}, "top_p"),
        (CUSTOM_VOICE, {"speaker": "vivian"}, "prompt"),
        (CUSTOM_VOICE, NO_PROMPT, "speaker"),
        (CUSTOM_VOICE, NO_PROMPT | {"speaker": "nobody"}, "speaker"),
        (SMALL_CUSTOM_VOICE, NO_PROMPT | {"speaker": "vivian", "instruct": "Happy."}, "instruct"),
        (VOICE_DESIGN, NO_PROMPT, "instruct"),
        (VOICE_DESIGN, NO_PROMPT | {"instruct": "Calm.", "speaker": "vivian"}, "speaker"),
        (VOICE_DESIGN, {"instruct": "Calm."}, "prompt"),
    ],
)
def test_the_wrong_field_is_named(
    model: dict[str, Any],
    fields: dict[str, Any],
    field: str,
    loaded: Callable[..., tuple[BatchedSynthesizer, str]],
    request_for: Callable[..., SpeechRequest],
) -> None:
    """And nothing is spoken."""
    synthesizer, name = loaded(**model)
    reporter = RecordingReporter()
    with pytest.raises(InvalidValue) as caught:
        synthesizer.speak(request_for(name, **fields), reporter)
    assert caught.value.field == field
    assert not reporter.spoken_s


def test_unknown_speakers_are_told_who_there_is(
    loaded: Callable[..., tuple[BatchedSynthesizer, str]], request_for: Callable[..., SpeechRequest]
) -> None:
    """So that the next try is right."""
    synthesizer, name = loaded(**CUSTOM_VOICE)
    with pytest.raises(InvalidValue, match="dylan, vivian"):
        synthesizer.speak(request_for(name, prompt=None, speaker="nobody"), RecordingReporter())


@pytest.mark.parametrize("text", ["", " \n\t"])
def test_empty_text(
    text: str, loaded: Callable[..., tuple[BatchedSynthesizer, str]], request_for: Callable[..., SpeechRequest]
) -> None:
    """There is nothing to say."""
    synthesizer, name = loaded()
    with pytest.raises(EmptyText):
        synthesizer.speak(request_for(name, text=text), RecordingReporter())


@pytest.mark.parametrize("language", ["klingon", "auto", "a", ""])
def test_languages_are_never_guessed(
    language: str, loaded: Callable[..., tuple[BatchedSynthesizer, str]], request_for: Callable[..., SpeechRequest]
) -> None:
    """mlx-audio takes whatever it does not know for "auto"."""
    synthesizer, name = loaded()
    with pytest.raises(UnsupportedLanguage, match="english"):
        synthesizer.speak(request_for(name, language=language), RecordingReporter())


def test_a_language_the_model_lacks(
    loaded: Callable[..., tuple[BatchedSynthesizer, str]], request_for: Callable[..., SpeechRequest]
) -> None:
    """The lab knows it, this model does not."""
    synthesizer, name = loaded()
    synthesizer._model.supported_languages = ["auto", "english"]
    with pytest.raises(UnsupportedLanguage, match="does not speak french"):
        synthesizer.speak(request_for(name, language="french"), RecordingReporter())


def test_the_model_is_told_the_language(
    loaded: Callable[..., tuple[BatchedSynthesizer, str]], request_for: Callable[..., SpeechRequest], voice: Prompt
) -> None:
    """A code means the same as the full name, another language is another prefill, and none of them is "auto"."""
    import mlx.core as mx

    synthesizer, name = loaded()
    model = synthesizer._model
    english, code, french = (
        np.array(synthesizer._prompts.prefill(model, request_for(name, language=language)).embeddings)
        for language in ("english", "en", "french")
    )
    np.testing.assert_array_equal(english, code)
    assert not np.array_equal(english, french)
    guess = prefill_clone(model, "Good morning.", "auto", mx.array(voice.samples), voice.text)
    assert english.shape[1] == guess.embeddings.shape[1] + 1
