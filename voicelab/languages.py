"""The languages a voice can have: the ten of Qwen3-TTS, each with the code that Whisper uses."""

from __future__ import annotations

from voicelab.errors import UnsupportedLanguage

CODES = {
    "english": "en",
    "chinese": "zh",
    "french": "fr",
    "german": "de",
    "italian": "it",
    "japanese": "ja",
    "korean": "ko",
    "portuguese": "pt",
    "russian": "ru",
    "spanish": "es",
}
"""Full lower-case name, which Qwen3-TTS matches ("en" silently means auto there), to the code that Whisper takes."""

_NAMES = {code: name for name, code in CODES.items()}


def language_name(value: str) -> str:
    """Return the full lower-case name of `value`, which may be a name or a code in any case ("en", "English", "en-US").

    Raises UnsupportedLanguage.
    """
    wanted = value.strip().lower()
    name = wanted if wanted in CODES else _NAMES.get(wanted.replace("_", "-").split("-")[0], "")
    if not name:
        message = f"The language {value.strip()[:40]!r} is not one a voice can have. Choose one of: {', '.join(CODES)}."
        raise UnsupportedLanguage(message)
    return name
