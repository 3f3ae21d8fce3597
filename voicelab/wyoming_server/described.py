"""What the lab says of itself to whoever asks `describe`: its voices and its recognizers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from wyoming.info import AsrModel, AsrProgram, Attribution, Info, TtsProgram, TtsVoice

from voicelab import __version__
from voicelab.api.speech_requests import askable
from voicelab.errors import UnsupportedLanguage
from voicelab.languages import CODES, language_name
from voicelab.transcripts.asking import default_recognizer, on_disk

if TYPE_CHECKING:
    from voicelab.lab import Lab
    from voicelab.voices.voice import Voice

_LAB = Attribution("Voice Lab", "https://pypi.org/project/voicelab/")
_WHISPER = Attribution("OpenAI", "https://github.com/openai/whisper")


def described(lab: Lab) -> Info:
    """Return everything that can be asked for here; the recognizer that hears where none is named comes first."""
    names = dict.fromkeys((default_recognizer(lab.transcriber), *on_disk(lab.transcriber)))
    return Info(tts=[_speech(lab)], asr=[_recognition([*names])])


def voice_of_language(lab: Lab, language: str, preferred: str) -> str:
    """Return the slug of a voice of that language, the one called `preferred` if it is. Raises UnsupportedLanguage."""
    wanted = language_name(language)
    fitting = [voice.slug for voice in askable(lab) if voice.language == wanted]
    if not fitting:
        raise UnsupportedLanguage(f"No voice here speaks {wanted}. Ask for a voice by its name.")
    return preferred if preferred in fitting else fitting[0]


def _speech(lab: Lab) -> TtsProgram:
    return TtsProgram(
        name="voicelab",
        attribution=_LAB,
        installed=True,
        description="Voice Lab: voices of this machine",
        version=__version__,
        voices=[_voice(voice) for voice in askable(lab)],
        supports_synthesize_streaming=True,
    )


def _voice(voice: Voice) -> TtsVoice:
    return TtsVoice(
        name=voice.slug,
        attribution=_LAB,
        installed=True,
        description=f"{voice.name}, synthetic, by the model {voice.recipe.model}",
        version=str(voice.revision),
        languages=[CODES[voice.language]],
    )


def _recognition(names: list[str]) -> AsrProgram:
    return AsrProgram(
        name="voicelab",
        attribution=_WHISPER,
        installed=True,
        description="Whisper, as Voice Lab hears with it",
        version=__version__,
        models=[_model(name) for name in names],
    )


def _model(name: str) -> AsrModel:
    languages = ["en"] if name.endswith(".en") else list(CODES.values())
    return AsrModel(
        name=name,
        attribution=_WHISPER,
        installed=True,
        description=f"Whisper {name}",
        version=__version__,
        languages=languages,
    )
