"""What the checks share: a loaded model, requests for it, and reporters that end a take where enough is known."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from voicelab.errors import Cancelled
from voicelab.languages import CODES
from voicelab.speech.ports import SpeechRequest

if TYPE_CHECKING:
    from voicelab.engines.qwen3.synthesizer import Qwen3Synthesizer
    from voicelab.speech.proof import Orders


@dataclass(frozen=True)
class Bench:
    """A loaded model and what it is to prove itself with."""

    synthesizer: Qwen3Synthesizer
    orders: Orders

    @property
    def model(self) -> Any:
        """mlx-audio's model."""
        return self.synthesizer.model

    def request(self, text: str, *, seed: int = 1, live: bool = False) -> SpeechRequest:
        """Return a request of the kind that the model takes: a clone of the sample clip, or one of its own speakers."""
        kind = self.model.config.tts_model_type
        languages = [name for name in self.model.get_supported_languages() if name in CODES]
        language = self.orders.prompt.language
        return SpeechRequest(
            text=text,
            model=self.orders.model,
            prompt=self.orders.prompt if kind == "base" else None,
            language=language if language in languages else languages[0],
            seed=seed,
            speaker=next(iter(self.model.get_supported_speakers()), None) if kind == "custom_voice" else None,
            instruct="A calm, clear voice." if kind == "voice_design" else None,
            live=live,
        )


class Until:
    """A Reporter that cancels a take after some seconds of speech."""

    def __init__(self, seconds: float = float("inf")) -> None:
        """Let so many seconds pass."""
        self.spoken_s = 0.0
        self._seconds = seconds

    def stage(self, stage: str, done: float = 0, total: float = 0) -> None:
        """Nothing to tell."""

    def spoken(self, seconds: float) -> None:
        """Take note. Raises Cancelled."""
        self.spoken_s = seconds
        if seconds >= self._seconds:
            raise Cancelled("Enough of this take is known.")
