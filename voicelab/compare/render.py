"""Rendering an experiment: one take after the other through the engine's queue, each kept as it comes."""

from __future__ import annotations

import shutil
import threading
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from voicelab.clips.clip import Clip
from voicelab.clips.wav import read_flac
from voicelab.compare.baselines import look_up
from voicelab.compare.clip_cuts import planned_cuts
from voicelab.compare.experiment import Experiment
from voicelab.compare.measures import measured
from voicelab.compare.plan import Plan, settle
from voicelab.compare.take import Take, planned_take, spoken_take
from voicelab.compare.take_source import Spoken, Wanted, speak_here
from voicelab.compare.variants import Prompts
from voicelab.errors import Cancelled, VoiceChanged, VoiceLabError
from voicelab.files import storage_errors
from voicelab.speech.ports import SpeechRequest
from voicelab.text.counted import counted_are

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Sequence
    from pathlib import Path

    from voicelab.compare.experiments import ExperimentStore
    from voicelab.compare.measures import Reference
    from voicelab.compare.take import TakeSpecification
    from voicelab.compare.take_source import Speaking
    from voicelab.speech.ports import Engine, Speech
    from voicelab.transcripts.transcriber import Transcriber
    from voicelab.voices.library import VoiceLibrary

_SPOKEN = 0.9
"""Part of a take's progress that speaking it is; the rest is measuring."""


@dataclass(frozen=True)
class Progress:
    """How far an experiment is."""

    done: int
    """Takes that were made or failed."""
    total: int
    message: str
    """For the person."""
    experiment: Experiment
    """With every take so far."""
    fraction: float
    """0..1, with the part of the take being made."""
    between: bool = False
    """A take was just finished and the next one is not begun."""


def render(  # noqa: PLR0913 - what is rendered, and each of the rooms that takes part in it
    plan: Plan | Experiment,
    library: VoiceLibrary,
    engine: Engine,
    store: ExperimentStore,
    cancelled: threading.Event | Callable[[], bool] | None = None,
    out: Path | None = None,
    *,
    transcriber: Transcriber | None = None,
    scheduler: str = "",
) -> Generator[Progress, None, None]:
    """Make every take of `plan`, or those that an experiment lacks, measure each, and tell how far it is.

    Each take is measured while the engine rests, so that no timing is disturbed; without a `transcriber` nothing is
    listened to. With the address of a Dask `scheduler` its workers speak the takes, which are kept and measured here,
    all by the same measures. A take that fails is kept with its reason, and the others go on; resuming tries it again.
    Cancelling, by `cancelled` or by closing the generator, ends the take being made and keeps the finished ones. With
    `out`, each take is also copied there as `Take.file_name`.

    Raises what `settle` raises; ModelTooLarge; VoiceChanged when the voice is not what the experiment began with;
    StorageFailed; Cancelled when the engine was closed; ClusterUnavailable.
    """
    stopped = cancelled.is_set if isinstance(cancelled, threading.Event) else cancelled or (lambda: False)
    rendering = _Rendering(plan, library, engine, store, transcriber, scheduler)
    with store.rendering(rendering.experiment_id):
        for progress in rendering.run(stopped):
            if out:
                rendering.copy_to(out)
            yield progress


def begin(plan: Plan, library: VoiceLibrary, engine: Engine, store: ExperimentStore, scheduler: str = "") -> Experiment:
    """Start an experiment without takes. Raises what `settle` raises, ModelTooLarge, and StorageFailed."""
    if scheduler:
        from voicelab.compare.cluster import check_address

        check_address(scheduler)
    default_model, _reason = engine.default_model()
    with library.reading():
        settled = settle(plan, library, default_model)
        for model in settled.plan.models if not scheduler else ():  # what fits elsewhere is known there
            engine.check(model)
        voice = library.get(settled.plan.voice)
        return store.create(settled, voice, library.prompt(voice.slug).key)


class _Rendering:
    """One run over an experiment."""

    def __init__(
        self,
        plan: Plan | Experiment,
        library: VoiceLibrary,
        engine: Engine,
        store: ExperimentStore,
        transcriber: Transcriber | None,
        scheduler: str,
    ) -> None:
        self._engine = engine
        self._scheduler = scheduler
        self._transcriber = transcriber
        self._store = store
        self._library = library
        self._experiment = (
            begin(plan, library, engine, store, scheduler) if isinstance(plan, Plan) else store.get(plan.id)
        )
        with library.reading():
            self._voice = library.get(self._experiment.plan.voice)
            if library.prompt(self._voice.slug).key != self._experiment.voice_key:
                raise VoiceChanged(
                    f"The clip or the text of {self._voice.name} changed since this comparison began, so new takes "
                    "would not compare with its old ones. Start a new comparison."
                )
            self._prompts = Prompts(self._experiment, library)
        planned = {specification.id for specification in self._experiment.specifications()}
        # A search has reckoned with those that failed: with another take they would no longer be what it chose by.
        settled = self._experiment.search is not None
        takes = self._experiment.takes
        self._made = {take.id for take in takes if (settled or take.failure is None) and take.id in planned}
        self._reference: Reference | None = None
        self._references: dict[str, Reference] = {}
        """Of variants with a clip of their own, by name."""
        self._copied: set[str] = set()

    @property
    def experiment_id(self) -> str:
        return self._experiment.id

    def run(self, stopped: Callable[[], bool]) -> Generator[Progress, None, None]:
        try:
            yield from self._speak(stopped)
            for take in self._experiment.takes:  # made by a run that ended before it had measured them
                if take.failure is None and not take.measured:
                    yield from self._measure(take, stopped)
        except Cancelled:
            if not stopped():
                raise
            yield self._progress("Cancelled. The takes that were finished are kept.")
            return
        planned = [take for take in self._experiment.takes if not take.repaired_from]
        failed = sum(take.failure is not None for take in planned)
        ready = f"{counted_are(len(planned) - failed, 'take')} ready"
        yield self._progress(f"{ready}, {failed} failed: the list says why." if failed else f"{ready}.")

    def copy_to(self, out: Path) -> None:
        """Copy the takes that are not there yet."""
        with storage_errors(f"takes in {out}"):
            out.mkdir(parents=True, exist_ok=True)
            for take in self._experiment.takes:
                if take.failure is None and take.id not in self._copied:
                    shutil.copyfile(self._store.take_path(self._experiment.id, take.id), out / take.file_name)
                    self._copied.add(take.id)

    def _speak(self, stopped: Callable[[], bool]) -> Generator[Progress, None, None]:
        wanted = [
            Wanted(specification, self._request(specification))
            for specification in self._experiment.specifications()
            if specification.id not in self._made
        ]
        steps = self._steps(wanted, stopped)
        try:
            for step in steps:
                if isinstance(step, Spoken):
                    yield from self._take(step, stopped)
                else:
                    label = f"{_label(step.specification)}: " if step.specification else ""
                    yield self._progress(f"{label}{step.message}", _SPOKEN * step.fraction)
        finally:
            steps.close()

    def _steps(self, wanted: Sequence[Wanted], stopped: Callable[[], bool]) -> Generator[Speaking | Spoken, None, None]:
        if not self._scheduler:
            return speak_here(self._engine, wanted, stopped)
        from voicelab.compare.cluster import speak_there

        return speak_there(self._scheduler, wanted, stopped)

    def _request(self, specification: TakeSpecification) -> SpeechRequest:
        return SpeechRequest(
            text=specification.line,
            model=specification.model,
            prompt=self._prompts.of(specification),
            language=self._voice.language,
            seed=specification.seed,
            sampling=self._experiment.sampling_of(specification.variant),
            reading=self._library.read_as(self._voice),
        )

    def _take(self, spoken: Spoken, stopped: Callable[[], bool]) -> Generator[Progress, None, None]:
        specification, result = spoken.specification, spoken.result
        take = replace(planned_take(specification, self._prompts.of(specification)), worker=spoken.worker)
        label = _label(specification)
        if isinstance(result, VoiceLabError):
            self._keep(replace(take, failure=result.message), None)
            yield self._progress(f"{label}: failed", between=True)
            return
        self._keep(spoken_take(take, result, spoken.engine_memory_bytes), result)
        yield self._progress(f"{label}: spoken")
        take = next(each for each in self._experiment.takes if each.id == specification.id)
        yield from self._measure(take, stopped, Clip(result.samples, result.sample_rate))

    def _measure(
        self, take: Take, stopped: Callable[[], bool], clip: Clip | None = None
    ) -> Generator[Progress, None, None]:
        if self._reference is None:
            yield self._progress("Looking at the voice that the takes are measured against")
            self._reference, yardstick = look_up(self._voice, self._library)
            cuts = self._experiment.cuts
            if self._transcriber is not None and not cuts:
                wanted_cuts = self._prompts.cuts
                yield self._progress("Checking each cut of the clip with its words")
                for cut in planned_cuts(wanted_cuts, self._transcriber):
                    cuts += (cut,)
                    yield self._progress(f"{len(cuts)} of {len(wanted_cuts)} cuts of the clip checked")
                    if stopped():
                        raise Cancelled("Checking the cuts was cancelled.")
            self._experiment = self._store.change(
                self._experiment.id, lambda experiment: replace(experiment, yardstick=yardstick, cuts=cuts)
            )
        clip = clip or read_flac(self._store.take_path(self._experiment.id, take.id))
        reference = self._reference_of(take, self._reference)
        for step in measured(take, clip, reference, self._transcriber, stopped):
            if isinstance(step, Take):
                self._keep(step, None)
            else:
                yield self._progress(f"{_label(take)}: {step}")
        yield self._progress(f"{_label(take)}: done", between=True)

    def _reference_of(self, take: Take, own: Reference) -> Reference:
        """Return what a take is measured against: what is held out must not be in the clip that it was spoken from."""
        variant = self._experiment.variant(take.variant)
        if variant is None or variant.window is None:
            return own
        if variant.name not in self._references:
            self._references[variant.name] = replace(own, held_out=self._prompts.held_out(variant))
        return self._references[variant.name]

    def _keep(self, take: Take, speech: Speech | None) -> None:
        self._experiment = self._store.add_take(self._experiment.id, take, speech)
        self._made.add(take.id)

    def _progress(self, message: str, fraction: float = 0.0, *, between: bool = False) -> Progress:
        total = self._experiment.total
        done = len(self._made)
        return Progress(done, total, message, self._experiment, min(1.0, (done + fraction) / total), between)


def _label(take: Take | TakeSpecification) -> str:
    length = "the whole clip" if take.length_s is None else f"{take.length_s:g} s"
    return f"{take.model}, {take.variant or length}, seed {take.seed}"
