"""What the tools take. Their JSON schemas, which assistants read, are made of these."""

from __future__ import annotations

import difflib
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError

from voicelab.api.speech_requests import MAX_SEED
from voicelab.compare.plan import MAX_LINES
from voicelab.errors import InvalidValue
from voicelab.speech.formats import FORMATS

MOST_AUDIO = 24 * 2**20
"""Characters of a recording in base64: 18 MB, which are six minutes of 16-bit stereo and hours of MP3."""
MOST_TAKES = 40
"""Of one comparison: an assistant waits for it."""
FILES = tuple(name for name, kind in FORMATS.items() if kind.container)
"""Formats that say of themselves that they are synthetic: all but bare samples."""
_FILES = f"{', '.join(FILES[:-1])} or {FILES[-1]}"

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
    format: _Name = Field("mp3", description=f"{_FILES}.")
    speed: float | None = Field(None, description="0.5 to 2. None: as the voice's recipe says.")
    seed: int | None = Field(
        None, ge=0, le=MAX_SEED, description="0 to 4294967295; the same one sounds the same again."
    )
    model: _Name = Field("", description="A model of the lab's catalogue. Empty: as the voice's recipe says.")

    @property
    def file_format(self) -> str:
        """The format as it is called. Raises InvalidValue for what is none."""
        name = self.format.strip().lower()
        if name not in FILES:
            why = " bare samples do not say that they are synthetic." if name in FORMATS else " it is not made here."
            raise InvalidValue("format", f"format {name[:20]!r}:{why} Ask for {_FILES}; without a format it is mp3.")
        return name


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


def wrong(tool: str, kind: type[Arguments], error: ValidationError) -> InvalidValue:
    """Return what is wrong with the arguments of `tool`, in words that say what it takes."""
    first = error.errors(include_url=False, include_input=False)[0]
    name, where = str(first["loc"][0]), ".".join(map(str, first["loc"]))[:80]
    known = kind.model_fields
    if first["type"] == "extra_forbidden":
        near = difflib.get_close_matches(name.lower(), known, n=1, cutoff=0.5)
        takes = f"It takes {', '.join(known)}." if known else "It takes nothing."
        return InvalidValue(where, f"{tool} has no argument {where!r}. {f'Did you mean {near[0]}?' if near else takes}")
    described = known[name].description or ""
    if first["type"] == "missing":
        return InvalidValue(where, f"{tool} needs {where}: {described}")
    reason = first["msg"].removeprefix("Input ").removeprefix("String ").replace("string", "text")
    return InvalidValue(where, f"{where} {reason}. It takes: {described}")
