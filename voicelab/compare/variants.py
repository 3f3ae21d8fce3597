"""Other clips of a voice's recording, and other sampling, that are tried beside the voice as it is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from voicelab.clips.clip import Clip, Window
from voicelab.errors import InvalidValue
from voicelab.speech.ports import Prompt, Sampling
from voicelab.transcripts.words import Transcript

if TYPE_CHECKING:
    from voicelab.compare.experiment import Experiment
    from voicelab.compare.take import Take, TakeSpecification
    from voicelab.voices.library import VoiceLibrary
    from voicelab.voices.voice import Voice


@dataclass(frozen=True)
class Variant:
    """What takes are spoken from instead of the voice as it is."""

    name: str
    """For the person; unique in its experiment."""
    window: Window | None = None
    """Of the recording; None is the voice's own clip."""
    transcript: Transcript | None = None
    """What is said in the window, with times from its start."""
    sampling: Sampling | None = None
    """None is that of the voice."""
    match: str = "unchecked"
    """Verdict of the transcript's check."""


class Prompts:
    """The prompts of an experiment's takes: each is made once, and the recording decoded once."""

    def __init__(self, experiment: Experiment, library: VoiceLibrary) -> None:
        """Make nothing yet."""
        self._experiment = experiment
        self._library = library
        self._recording: Clip | None = None
        self._voice = library.get(experiment.plan.voice)
        self._made: dict[float | str | None, Prompt] = {}

    @property
    def cuts(self) -> dict[float | None, Prompt]:
        """The cuts of the voice's own clip that the plan asks for, by nominal seconds."""
        return {length_s: self._cut(length_s) for length_s in self._experiment.plan.lengths_s}

    def of(self, take: TakeSpecification | Take) -> Prompt:
        """Return what `take` is spoken from. Raises UnknownVoice, InvalidValue, UnreadableAudio."""
        variant = self._experiment.variant(take.variant)
        if variant is None or variant.window is None or variant.transcript is None:
            return self._cut(take.length_s)
        if variant.name not in self._made:
            self._made[variant.name] = prompt_of(self._voice, self._whole(), variant.window, variant.transcript)
        return self._made[variant.name]

    def held_out(self, variant: Variant) -> Clip | None:
        """Return speech of the recording that is not in the variant's clip; None where there is hardly any."""
        from voicelab.compare.baselines import speech_outside

        return None if variant.window is None else speech_outside(self._whole(), variant.window)

    def _cut(self, length_s: float | None) -> Prompt:
        if length_s not in self._made:
            self._made[length_s] = self._library.prompt(self._voice.slug, length_s)
        return self._made[length_s]

    def _whole(self) -> Clip:
        self._recording = self._recording or recording_of(self._voice, self._library)
        return self._recording


def recording_of(voice: Voice, library: VoiceLibrary) -> Clip:
    """Return the whole recording of a voice. Raises InvalidValue where it was not kept, UnreadableAudio."""
    from voicelab.clips.decode import decode

    path = library.recording(voice.slug)
    if path is None:
        raise InvalidValue(
            "voice",
            f"The recording of {voice.name} was not kept, so there is nothing but its clip. Make the voice anew from "
            "a recording.",
        )
    return decode(path, choice=voice.choice).clip


def clip_of(voice: Voice, recording: Clip, window: Window) -> Clip:
    """Return the window of the recording, with the repairs of the voice's clip."""
    from voicelab.clips.repairs import repaired

    return repaired(recording.cut(window), voice.repairs)


def prompt_of(voice: Voice, recording: Clip, window: Window, transcript: Transcript) -> Prompt:
    """Return what an engine needs to speak from another window of the voice's recording."""
    from voicelab.clips.repairs import with_tail

    tail_s = voice.recipe.tail_silence_s
    clip = clip_of(voice, recording, window)
    consented = bool(voice.consent.strip())
    return Prompt(with_tail(clip, tail_s).samples, transcript.text, voice.language, tail_s, consented)
