"""What a list says of a voice's words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from voicelab.errors import VoiceLabError

if TYPE_CHECKING:
    from voicelab.voices.library import VoiceLibrary
    from voicelab.voices.voice import Voice


def whose_words(voices: VoiceLibrary, voice: Voice) -> str:
    """Return the verdict of a text that a person wrote or corrected, else who heard it.

    A recognizer that misheard a word finds that the word fits, so its own match says nothing.
    """
    try:
        transcript = voices.transcript(voice.slug)
    except VoiceLabError:
        return "unreadable"  # what is wrong with it is said where the voice is opened
    return voice.match if transcript.by_hand else f"heard by {transcript.author}"
