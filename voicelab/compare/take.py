"""One rendered line of an experiment, with its measures."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from voicelab.speech.ports import Prompt, Speech


class SettingKey(NamedTuple):
    """What several takes share."""

    model: str
    length_s: float | None
    """Nominal seconds of the clip; None is the whole of it."""
    variant: str = ""
    """Name of the experiment's Variant; empty: the voice as it is."""


@dataclass(frozen=True)
class TakeSpecification:
    """What a take is made from."""

    line: str
    length_s: float | None
    """Nominal seconds of the clip; None is the whole of it."""
    model: str
    seed: int
    variant: str = ""
    """Name of the experiment's Variant; empty: the voice as it is."""

    @cached_property
    def id(self) -> str:
        """32 hexadecimal digits: the same for the same fields, so that a resumed run finds it."""
        fields = (self.line, self.length_s, self.model, self.seed, *filter(None, (self.variant,)))
        return hashlib.sha256(repr(fields).encode()).hexdigest()[:32]


@dataclass(frozen=True)
class Details:
    """What was measured of a take beside the four figures it carries itself. None means not measured."""

    first_audio_s: float | None = None
    """From the first work on the line to the first finished sentence."""
    engine_memory_bytes: int | None = None
    """Resident size of the engine process after the take."""
    words_per_minute: float | None = None
    """Of the line, without the silence around it."""
    silence_start_s: float | None = None
    silence_end_s: float | None = None
    recognizer: str = ""
    """Who listened."""
    heard: str = ""
    missed: tuple[str, ...] = ()
    """Words of the line that were not heard, or heard as others."""
    insertions: int | None = None
    deletions: int | None = None
    substitutions: int | None = None
    likeness_held_out: float | None = None
    """Like `Take.likeness`, against speech of the same recording that the clip does not hold."""
    noise_speech: float | None = None
    noise_background: float | None = None
    pitch_hz: float | None = None
    pitch_range_semitones: float | None = None
    bleed_words: tuple[str, ...] = ()
    bleed_place: str = ""
    bleed_start_s: float | None = None
    bleed_seconds: float | None = None
    measuring_s: float | None = None
    """How long measuring took, which the engine's times do not hold."""
    notes: tuple[str, ...] = ()
    """Why something could not be measured."""
    measures_version: int = 1
    """compare/measure_versions.MEASURES_VERSION of the lab that measured; labs before there was one had the first."""


@dataclass(frozen=True)
class Take:
    """A take that was made, or that failed. None means not measured."""

    id: str
    line: str
    length_s: float | None
    """Nominal seconds of the clip; None is the whole of it."""
    model: str
    seed: int
    clip_seconds: float
    """What was really used of the clip: cuts fall between words."""
    clip_text: str
    """The words of that cut."""
    variant: str = ""
    """Name of the experiment's Variant; empty: the voice as it is."""
    engine: str = ""
    spoken_by: str = ""
    """Engine, variant and packages, as models/spoken_by.py writes them; empty in experiments of older labs."""
    path: str = ""
    """Of the FLAC file, from the experiment's folder; empty when the take failed."""
    duration_s: float | None = None
    elapsed_s: float | None = None
    rtf: float | None = None
    """Elapsed seconds per second of audio: lower is faster."""
    peak_memory_bytes: int | None = None
    finished: str = ""
    notes: tuple[str, ...] = ()
    word_error_rate: float | None = None
    likeness: float | None = None
    """Cosine of the speaker embeddings of take and clip."""
    noise: float | None = None
    """DNSMOS P.835 overall, 1 to 5: higher is cleaner."""
    bleed: bool | None = None
    """Words of the voice's own text are in it."""
    details: Details | None = None
    measured: bool = False
    """Every measure that could be taken was."""
    failure: str | None = None
    """Why there is no audio."""
    repaired_from: str = ""
    """The take that this one mends; that one is kept."""
    repair: str = ""
    """How it mends it, one of compare/take_repair.WAYS; a note says so in words."""
    worker: str = ""
    """Who spoke it, of a cluster; empty: this machine."""
    favourite: bool = False
    comment: str = ""
    """The person's own words."""
    rating: int | None = None
    """The person's own, 1 to 9: higher is better."""

    @property
    def setting(self) -> SettingKey:
        """Which setting it is a take of."""
        return SettingKey(self.model, self.length_s, self.variant)

    @property
    def file_name(self) -> str:
        """What the take is called outside the lab: readable, and different for every take of an experiment."""
        length = f"{self.length_s:g}s" if self.length_s else "whole"
        model = re.sub(r"[^A-Za-z0-9.]+", "-", self.model).strip("-.")
        variant = re.sub(r"[^A-Za-z0-9.]+", "-", self.variant).strip("-.")
        return f"{'_'.join(filter(None, (length, variant, model)))}_seed{self.seed}_{self.id[:8]}.flac"


def planned_take(specification: TakeSpecification, prompt: Prompt) -> Take:
    """Return the take before anything was made of it."""
    return Take(
        id=specification.id,
        line=specification.line,
        length_s=specification.length_s,
        model=specification.model,
        seed=specification.seed,
        clip_seconds=prompt.clip_seconds,
        clip_text=prompt.text,
        variant=specification.variant,
    )


def spoken_take(planned: Take, speech: Speech, engine_memory_bytes: int | None = None) -> Take:
    """Return the take that became `speech`, not measured yet."""
    return replace(
        planned,
        engine=speech.engine,
        spoken_by=speech.spoken_by,
        path=f"takes/{planned.id}.flac",
        duration_s=speech.duration_s,
        elapsed_s=speech.elapsed_s,
        rtf=speech.rtf,
        peak_memory_bytes=speech.peak_memory_bytes,
        finished=speech.finished,
        notes=speech.notes,
        details=Details(first_audio_s=speech.first_audio_s, engine_memory_bytes=engine_memory_bytes),
    )
