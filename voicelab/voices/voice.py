"""A voice: a named clip with its transcript, and the recipe that makes the same text sound the same again."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Annotated

from annotated_types import Interval, MaxLen

from voicelab.clips.clip import Window
from voicelab.clips.track_choice import Choice
from voicelab.speech.ports import Sampling
from voicelab.speech.reading import Pronunciation
from voicelab.speech.tempo import FASTEST, SLOWEST

SCHEMA_VERSION = 1
"""Of voice.json. A file with a higher one was written by a newer lab and is refused politely."""

TAIL_SILENCE_S = 0.5
"""What a new voice's recipe appends. Without it a clone may begin with the end of its reference, because its first
sound continues the last one (faster-qwen3-tts PR 9, on by default there)."""

MOST_EVENTS = 1000
"""Of a history that the lab goes on with: the first one and the newest. Files of before there was a limit may hold ten
times as many."""
LONGEST_CONSENT = 5000
"""Characters: two pages."""
LONGEST_TAIL_S = 2.0
"""Silence after a clip that still makes sense: nobody has been seen to append more than 1 s (evaluation of F5-TTS)."""
MAX_SEED = 2**32 - 1
"""The widest that every engine's random generator takes."""

_Word = Annotated[str, MaxLen(100)]


@dataclass(frozen=True)
class Recipe:
    """What was auditioned and is served."""

    model: Annotated[str, MaxLen(1000)] = "auto"
    """Catalogue name, repository or folder; "auto" is this machine's default."""
    seed: Annotated[int, Interval(ge=0, le=MAX_SEED)] = 0
    length_s: Annotated[float | None, Interval(gt=0, le=3600)] = None
    """Use about the first so many seconds of the clip, cut between words; None is the whole clip."""
    sampling: Sampling = field(default_factory=Sampling)
    speaker: Annotated[str | None, MaxLen(200)] = None
    """For models that bring their own speakers."""
    instruct: Annotated[str | None, MaxLen(5000)] = None
    """For models that follow instructions."""
    tail_silence_s: Annotated[float, Interval(ge=0, le=LONGEST_TAIL_S)] = 0.0
    """Silence that the engine hears after the clip. Voices that were kept before there was this field have none, and go
    on sounding as they did; new ones get TAIL_SILENCE_S."""

    speed: Annotated[float, Interval(ge=SLOWEST, le=FASTEST)] = 1.0
    """Times as fast as the model speaks, at the same pitch, where whoever asks says no other."""

    check: bool = False
    """Whether what it says is heard back, sentence by sentence, where nobody says otherwise."""

    auditioned: Annotated[str, MaxLen(1000)] = ""
    """The engine, its variant and versions that the seed was chosen with (models/spoken_by.py); empty in recipes of
    older labs, and where nobody listened."""
    brought: bool = False
    """The model's name came with somebody's package, and nobody here has chosen it: it is then neither looked for as a
    folder nor asked of a hub (`unasked`)."""

    @property
    def unasked(self) -> str:
        """What to ask the person before the model is used; empty where it was chosen here, or is a known one."""
        if not self.brought:
            return ""
        return (
            f"Its package names the model {self.model!r}, which this lab does not know, and nobody here has chosen: it "
            "was neither looked for on this machine nor downloaded. If you trust it, or to choose another one: "
            "`voicelab voice model VOICE MODEL`."
        )

    def with_tail_silence(self, wanted: bool) -> Recipe:
        """Return it with silence after the clip, as much as it had or else TAIL_SILENCE_S, or without."""
        return replace(self, tail_silence_s=(self.tail_silence_s or TAIL_SILENCE_S) if wanted else 0.0)


@dataclass(frozen=True)
class Event:
    """One line of a voice's history."""

    at: Annotated[str, MaxLen(40)]
    """UTC, ISO 8601."""
    what: Annotated[str, MaxLen(3000)]


@dataclass(frozen=True)
class Voice:
    """What voice.json holds."""

    slug: _Word
    """The folder's name, and what `voice=` takes."""
    name: _Word
    """As the person wrote it."""
    language: _Word
    """Full lower-case name, as in voicelab.languages."""
    recipe: Recipe
    consent: Annotated[str, MaxLen(LONGEST_CONSENT)]
    """Who agreed to what; the person's own words."""
    created: Annotated[str, MaxLen(40)]
    """UTC, ISO 8601."""
    seconds: float
    """Length of the clip."""
    match: _Word
    """Verdict of the transcript check when it was saved: match, doubtful, mismatch, or unchecked."""
    synthetic: bool = False
    """The recording itself was made by a machine."""
    recording: _Word = ""
    """File name of the untouched recording inside the folder; empty when it was not kept."""
    choice: Choice = field(default_factory=Choice)
    """Which track and channel of the recording were taken, so that whoever decodes it again takes the same."""
    window: Window | None = None
    """Where in the recording the clip lies."""
    repairs: Annotated[tuple[_Word, ...], MaxLen(20)] = ()
    """Of clips/repairs.py: what was done to the clip after it was cut."""
    aliases: Annotated[tuple[_Word, ...], MaxLen(20)] = ()
    """Other names that clients may ask for it by."""
    pronunciations: Annotated[tuple[Pronunciation, ...], MaxLen(200)] = ()
    """How words are said by this voice; they win over the lab's (voices/pronunciations.json)."""
    revision: Annotated[int, Interval(ge=1, le=2**53)] = 1
    """Grows with every save, so that two browsers cannot overwrite each other unknowingly."""
    history: Annotated[tuple[Event, ...], MaxLen(10 * MOST_EVENTS)] = ()
