"""Mending a take: the original is always kept, and the new one says what was done."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from voicelab.clips.clip import SAMPLE_RATE, Clip
from voicelab.clips.wav import read_flac
from voicelab.compare.baselines import look_up
from voicelab.compare.bleed_cut import without_leak
from voicelab.compare.engine_request import speak
from voicelab.compare.measures import measured
from voicelab.compare.take import Details, Take, TakeSpecification, planned_take, spoken_take
from voicelab.compare.variants import Prompts
from voicelab.errors import InvalidValue, VoiceChanged
from voicelab.speech.ports import SpeechRequest

if TYPE_CHECKING:
    from collections.abc import Callable, Generator

    from voicelab.compare.experiments import ExperimentStore
    from voicelab.speech.ports import Engine, Speech
    from voicelab.transcripts.transcriber import Transcriber
    from voicelab.voices.library import VoiceLibrary

WAYS = {
    "cut": "Cut the leaked words off",
    "silence": "Speak again with 0.5 s of silence after the clip",
    "seed": "Speak again with a new seed",
    "shorter": "Speak again from a shorter clip",
    "again": "Try again as it was",
}
"""What can be done about a take, and what that is called."""

_SILENCE_S = 0.5
"""After the reference, so that the first token does not continue its last sound (faster-qwen3-tts, PR 9)."""
_SHORTER = 0.6
_SHORTEST_S = 3.0
_NEW_SEED = 1000
"""Added to the seed: beyond those of the plan."""


@dataclass(frozen=True)
class TakeRepair:
    """The rooms that take part in it."""

    library: VoiceLibrary
    engine: Engine
    store: ExperimentStore
    transcriber: Transcriber


def repair(
    parts: TakeRepair, experiment_id: str, take_id: str, way: str, stopped: Callable[[], bool] = lambda: False
) -> Generator[Take | str, None, None]:
    """Yield what is being done, and last the new take, which is kept and measured.

    Raises UnknownExperiment; InvalidValue for a way that does not fit the take, or where no cut leaves its line whole;
    VoiceChanged; Cancelled; what the engine raises; StorageFailed.
    """
    experiment = parts.store.get(experiment_id)
    take = next((each for each in experiment.takes if each.id == take_id), None)
    if take is None or way not in WAYS:
        raise InvalidValue("take", "This take or this way to mend it is not there. Open the comparison again.")
    with parts.library.reading():
        voice = parts.library.get(experiment.plan.voice)
        if parts.library.prompt(voice.slug).key != experiment.voice_key:
            raise VoiceChanged(
                f"The clip or the text of {voice.name} changed since this comparison began, so a mended take would "
                "not compare with the others. Start a new comparison."
            )
        specification = _specification(take, way)
        prompt = Prompts(experiment, parts.library).of(specification)
        reference, _yardstick = look_up(voice, parts.library)
    if way == "cut":
        yield "cutting"
        whole = read_flac(parts.store.take_path(experiment.id, take.id))
        repaired, clip = _without_bleed(take, whole, parts.transcriber, voice.language)
    else:
        if way == "silence":
            silence = np.zeros(round(_SILENCE_S * SAMPLE_RATE), np.float32)
            samples = np.concatenate([prompt.samples, silence])
            prompt = replace(prompt, samples=samples, tail_silence_s=prompt.tail_silence_s + _SILENCE_S)
        request = SpeechRequest(
            text=take.line,
            model=take.model,
            prompt=prompt,
            language=voice.language,
            seed=specification.seed,
            sampling=experiment.sampling_of(take.variant),
            reading=parts.library.read_as(voice),
        )
        speech = yield from _spoken(parts.engine, request, stopped)
        clip = Clip(speech.samples, speech.sample_rate)
        planned = _mending(take, way, planned_take(specification, prompt))
        repaired = spoken_take(planned, speech, parts.engine.health().memory_bytes)
        repaired = replace(repaired, notes=(*repaired.notes, f"{WAYS[way]}: seed {repaired.seed}, {_used(repaired)}."))
    parts.store.add_take(experiment.id, repaired, clip)
    for step in measured(repaired, clip, reference, parts.transcriber, stopped):
        if isinstance(step, Take):
            parts.store.add_take(experiment.id, step, None)
        yield step


def _specification(take: Take, way: str) -> TakeSpecification:
    """Return what the new take is made from. Raises InvalidValue where the clip cannot be shorter."""
    length_s, seed = take.length_s, take.seed
    if way == "seed":
        seed = (seed + _NEW_SEED) % 2**32
    if way == "shorter" and take.variant:
        raise InvalidValue("take", "Its clip is one of several that are tried. Try a new seed instead.")
    if way == "shorter":
        length_s = float(round(_SHORTER * take.clip_seconds))
        if length_s < _SHORTEST_S:
            raise InvalidValue(
                "take", f"The clip of this take is {take.clip_seconds:.1f} s long already. Try a new seed instead."
            )
    return TakeSpecification(take.line, length_s, take.model, seed, take.variant)


def _mending(take: Take, way: str, planned: Take) -> Take:
    """Return `planned` as one that mends `take`; "again" takes the place of a failed one."""
    if way == "again":
        return replace(planned, id=take.id, repaired_from=take.repaired_from, repair=take.repair)
    own_id = hashlib.sha256(f"{take.id} {way}".encode()).hexdigest()[:32]
    return replace(planned, id=own_id, repaired_from=take.repaired_from or take.id, repair=way)


def _used(take: Take) -> str:
    return f"{take.clip_seconds:.1f} s of the clip"


def _without_bleed(take: Take, clip: Clip, transcriber: Transcriber, language: str) -> tuple[Take, Clip]:
    """Return the take without its leaked words. Raises what `without_leak` raises."""
    kept = without_leak(transcriber, clip, take.line, take.details, language)
    words = " ".join(take.details.bleed_words) if take.details else ""
    repaired = _mending(take, "cut", take)
    return replace(
        repaired,
        path=f"takes/{repaired.id}.flac",
        duration_s=kept.seconds,
        elapsed_s=None,
        rtf=None,
        notes=(*take.notes, f"{WAYS['cut']}: “{words}”, {clip.seconds - kept.seconds:.2f} s."),
        details=Details(),
        measured=False,
        favourite=False,
        comment="",
        rating=None,
    ), kept


def _spoken(engine: Engine, request: SpeechRequest, stopped: Callable[[], bool]) -> Generator[str, None, Speech]:
    steps = speak(engine, request, stopped)
    try:
        while True:
            yield next(steps)[0]
    except StopIteration as ended:
        speech: Speech = ended.value
        return speech
    finally:
        steps.close()
