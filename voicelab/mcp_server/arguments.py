"""What the tools take. Their JSON schemas, which assistants read, are made of these."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from voicelab.api.speech_requests import MAX_SEED
from voicelab.compare.plan import MAX_LINES

MOST_AUDIO = 24 * 2**20
"""Characters of a recording in base64: 18 MB, which are six minutes of 16-bit stereo and hours of MP3."""
MOST_TAKES = 40
"""Of one comparison: an assistant waits for it."""

_Name = Annotated[str, StringConstraints(max_length=400)]


class Arguments(BaseModel):
    """Of a tool; what it does not know is refused: taken silently, a slip would do something else than was asked."""

    model_config = ConfigDict(extra="forbid")


class Nothing(Arguments):
    """Of a tool that takes nothing."""


class Speak(Arguments):
    """Of `speak`."""

    text: str = Field(description="What to say. Markdown is read as a person would read it aloud.")
    voice: _Name = Field("", description="Slug or name of a voice, of list_voices. Empty: the lab's default voice.")
    format: _Name = Field("mp3", description="wav, mp3, opus, flac, aac or m4a.")
    speed: float | None = Field(None, description="0.5 to 2. None: as the voice's recipe says.")
    seed: int | None = Field(None, ge=0, le=MAX_SEED, description="The same seed sounds the same again.")
    model: _Name = Field("", description="A model of the lab's catalogue. Empty: as the voice's recipe says.")


class Transcribe(Arguments):
    """Of `transcribe`."""

    audio: str = Field(max_length=MOST_AUDIO, description="The file (wav, mp3, flac, ogg, m4a …) in base64.")
    language: _Name = Field("", description="Full name or code. Empty: found out.")
    recognizer: _Name = Field("", description="A Whisper size that is on the lab's disk. Empty: the lab's own.")


class Compare(Arguments):
    """Of `compare`."""

    voice: _Name = Field(description="Slug or name of a voice, of list_voices.")
    lines: list[Annotated[str, StringConstraints(max_length=2000)]] = Field(
        min_length=1, max_length=MAX_LINES, description="What is spoken in every setting."
    )
    lengths_s: list[float | None] = Field(
        [None], min_length=1, max_length=10, description="Seconds of the clip that is cloned; null is all of it."
    )
    models: list[_Name] = Field(["auto"], min_length=1, max_length=10, description="Models of the lab's catalogue.")
    takes: int = Field(1, ge=1, le=MOST_TAKES, description="How many of each, with different seeds.")
    seed: int = Field(0, ge=0, le=MAX_SEED - MOST_TAKES, description="The first seed.")
