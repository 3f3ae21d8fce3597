"""A voice: a named clip with its transcript, and the recipe that makes the same text sound the same again."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from voicelab.clips.clip import Window
from voicelab.clips.track_choice import Choice
from voicelab.speech.ports import Sampling
from voicelab.speech.reading import Pronunciation

SCHEMA_VERSION = 1
"""Of voice.json. A file with a higher one was written by a newer lab and is refused politely."""

TAIL_SILENCE_S = 0.5
"""What a new voice's recipe appends. Without it a clone may begin with the end of its reference, because its first
sound continues the last one (faster-qwen3-tts PR 9, on by default there)."""


@dataclass(frozen=True)
class Recipe:
    """What was auditioned and is served."""

    model: str = "auto"
    """Catalogue name, repository or folder; "auto" is this machine's default."""
    seed: int = 0
    length_s: float | None = None
    """Use about the first so many seconds of the clip, cut between words; None is the whole clip."""
    sampling: Sampling = field(default_factory=Sampling)
    speaker: str | None = None
    """For models that bring their own speakers."""
    instruct: str | None = None
    """For models that follow instructions."""
    tail_silence_s: float = 0.0
    """Silence that the engine hears after the clip. Voices that were kept before there was this field have none, and go
    on sounding as they did; new ones get TAIL_SILENCE_S."""

    auditioned: str = ""
    """The engine, its variant and versions that the seed was chosen with (models/spoken_by.py); empty in recipes of
    older labs, and where nobody listened."""

    def with_tail_silence(self, wanted: bool) -> Recipe:
        """Return it with silence after the clip, as much as it had or else TAIL_SILENCE_S, or without."""
        return replace(self, tail_silence_s=(self.tail_silence_s or TAIL_SILENCE_S) if wanted else 0.0)


@dataclass(frozen=True)
class Event:
    """One line of a voice's history."""

    at: str
    """UTC, ISO 8601."""
    what: str


@dataclass(frozen=True)
class Voice:
    """What voice.json holds."""

    slug: str
    """The folder's name, and what `voice=` takes."""
    name: str
    """As the person wrote it."""
    language: str
    """Full lower-case name, as in voicelab.languages."""
    recipe: Recipe
    consent: str
    """Who agreed to what; the person's own words."""
    created: str
    """UTC, ISO 8601."""
    seconds: float
    """Length of the clip."""
    match: str
    """Verdict of the transcript check when it was saved: match, doubtful, mismatch, or unchecked."""
    synthetic: bool = False
    """The recording itself was made by a machine."""
    recording: str = ""
    """File name of the untouched recording inside the folder; empty when it was not kept."""
    choice: Choice = field(default_factory=Choice)
    """Which track and channel of the recording were taken, so that whoever decodes it again takes the same."""
    window: Window | None = None
    """Where in the recording the clip lies."""
    repairs: tuple[str, ...] = ()
    """Of clips/repairs.py: what was done to the clip after it was cut."""
    aliases: tuple[str, ...] = ()
    """Other names that clients may ask for it by."""
    pronunciations: tuple[Pronunciation, ...] = ()
    """How words are said by this voice; they win over the lab's (voices/pronunciations.json)."""
    revision: int = 1
    """Grows with every save, so that two browsers cannot overwrite each other unknowingly."""
    history: tuple[Event, ...] = ()
