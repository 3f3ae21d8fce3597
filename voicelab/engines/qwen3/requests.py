"""Whether a model can do what a request asks: mlx-audio ignores much of what it cannot do, the lab refuses it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from voicelab.engines.qwen3.published_models import LONGEST_PROMPT_S, SHORTEST_PROMPT_S, sampling_fields
from voicelab.errors import EmptyText, InvalidValue, UnsupportedLanguage
from voicelab.languages import language_name

if TYPE_CHECKING:
    from voicelab.speech.ports import Prompt, SpeechRequest

_SEEDS = 2**64


def check_request(request: SpeechRequest, model: Any) -> None:
    """Raise EmptyText, UnsupportedLanguage or InvalidValue unless the mlx-audio `model` does what `request` says."""
    if not request.text.strip():
        raise EmptyText("There is no text to speak. Type at least a word.")
    if not 0 <= request.seed < _SEEDS:
        raise InvalidValue("seed", f"The seed {request.seed} cannot be used. Choose a whole number from 0 to 2^64 - 1.")
    _check_language(request.language, model)
    for field in sampling_fields(cloning=model.config.tts_model_type == "base"):
        field.check(request.sampling.value(field.name, field.default))
    {"base": _check_base, "custom_voice": _check_custom_voice, "voice_design": _check_voice_design}[
        model.config.tts_model_type
    ](request, model)


def _check_language(language: str, model: Any) -> None:
    name = language_name(language)
    supported = [known for known in model.get_supported_languages() if known != "auto"]
    if name not in supported:
        raise UnsupportedLanguage(
            f"This model does not speak {name}. Choose one of: {', '.join(supported)}; or another model."
        )


def _check_base(request: SpeechRequest, model: Any) -> None:  # noqa: ARG001 - the same for every kind
    _refuse("speaker", request.speaker, "This is a Base model: it clones a voice and has no speakers of its own.")
    _refuse(
        "instruct",
        request.instruct,
        "This is a Base model: it clones a voice and follows no instructions, they would change nothing.",
    )
    if request.prompt is None:
        raise InvalidValue("prompt", "This is a Base model: it clones a voice, so it needs one. Choose a voice.")
    _check_prompt(request.prompt)


def _check_prompt(prompt: Prompt) -> None:
    seconds = prompt.clip_seconds
    if not SHORTEST_PROMPT_S <= seconds <= LONGEST_PROMPT_S:
        raise InvalidValue(
            "prompt",
            f"The voice's clip is {seconds:.1f} s long. Cut one of {SHORTEST_PROMPT_S:g} to {LONGEST_PROMPT_S:g} s; "
            "10 to 15 s do best.",
        )
    if not prompt.text.strip():
        raise InvalidValue(
            "transcript", "The voice has no transcript, and cloning needs every word of its clip. Transcribe the clip."
        )


def _check_custom_voice(request: SpeechRequest, model: Any) -> None:
    _refuse(
        "prompt",
        request.prompt,
        "This is a CustomVoice model: it speaks with its own speakers and cannot clone a voice. Use a Base model.",
    )
    speakers = sorted(model.get_supported_speakers())
    if not request.speaker:
        raise InvalidValue("speaker", f"This CustomVoice model needs a speaker. Choose one of: {', '.join(speakers)}.")
    if request.speaker.lower() not in speakers:
        raise InvalidValue(
            "speaker", f"This model has no speaker {request.speaker[:40]!r}. Choose one of: {', '.join(speakers)}."
        )
    if model.config.tts_model_size == "0b6":
        _refuse(
            "instruct",
            request.instruct,
            "The 0.6B CustomVoice model follows no instructions, they would change nothing. Use the 1.7B one.",
        )


def _check_voice_design(request: SpeechRequest, model: Any) -> None:  # noqa: ARG001 - the same for every kind
    hint = "This is a VoiceDesign model: it speaks as a description says"
    _refuse("prompt", request.prompt, f"{hint} and cannot clone a voice. Use a Base model.")
    _refuse("speaker", request.speaker, f"{hint} and has no speakers of its own. Use a CustomVoice model.")
    if not (request.instruct or "").strip():
        raise InvalidValue("instruct", f"{hint}, so it needs one, for example: a calm, low voice of an old man.")


def _refuse(field: str, value: object, why: str) -> None:
    if value is not None and value != "":
        raise InvalidValue(field, why)
