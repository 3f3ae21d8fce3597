"""Whether a clip ends with a finished phrase: a recognizer writes a full stop where it hears one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from voicelab.errors import VoiceLabError

if TYPE_CHECKING:
    from collections.abc import Callable

    from voicelab.clips.clip import Clip
    from voicelab.transcripts.transcriber import Transcriber

_FULL_STOPS = (".", "!", "?", "。", "！", "？")
_CLOSING = "\"'”’)»」』"


def ending_judge(transcriber: Transcriber, language: str = "") -> Callable[[Clip], bool | None]:
    """Return a function that says whether a clip ends with a finished phrase; None where that cannot be told.

    It hears with what is on disk: choosing a window is no reason to download a recognizer.
    """

    def finished(clip: Clip) -> bool | None:
        here = [info.name for info in transcriber.recognizers() if info.on_disk]
        wanted = transcriber.default_model if transcriber.default_model in here else here[-1] if here else None
        if wanted is None:
            return None
        try:
            text = transcriber.hear(clip, model=wanted, language=language or None).text
        except VoiceLabError:
            return None  # another language than the recognizer's: the sound alone decides
        return text.rstrip(_CLOSING).endswith(_FULL_STOPS) if text else None

    return finished
