"""Rendering an experiment: one take after the other through the engine's queue, each kept as it comes."""

from __future__ import annotations

import shutil
import threading
import time
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from voicelab.clips.clip import Clip
from voicelab.compare.experiments import Experiment
from voicelab.compare.plan import Plan, settle
from voicelab.compare.take import planned_take, spoken_take
from voicelab.errors import Cancelled, ClipUnusable, QueueFull, VoiceChanged, VoiceLabError
from voicelab.files import storage_errors
from voicelab.speech.ports import SpeechRequest

if TYPE_CHECKING:
    from collections.abc import Callable, Generator
    from pathlib import Path

    from voicelab.compare.experiments import ExperimentStore
    from voicelab.compare.take import Take, TakeSpecification
    from voicelab.speech.ports import Engine, Speech, SpeechJob
    from voicelab.voices.library import VoiceLibrary

_QUEUE_WAIT_S = 0.25
"""Between two tries when the engine's queue is full; short, so that a cancel is noticed."""


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


def render(
    plan: Plan | Experiment,
    library: VoiceLibrary,
    engine: Engine,
    store: ExperimentStore,
    cancelled: threading.Event | Callable[[], bool] | None = None,
    out: Path | None = None,
) -> Generator[Progress, None, None]:
    """Make every take of `plan`, or those that an experiment lacks, and tell how far it is.

    A take that fails is kept with its reason, and the others go on; resuming tries it again. Cancelling, by `cancelled`
    or by closing the generator, ends the take being made and keeps the finished ones. With `out`, each take is also
    copied there as `Take.file_name`. Raises what `settle` raises; VoiceChanged when the voice is not what the
    experiment began with; StorageFailed; Cancelled when the engine was closed.
    """
    stopped = cancelled.is_set if isinstance(cancelled, threading.Event) else cancelled or (lambda: False)
    rendering = _Rendering(plan, library, engine, store)
    for progress in rendering.run(stopped):
        if out:
            rendering.copy_to(out)
        yield progress


class _Rendering:
    """One run over an experiment."""

    def __init__(self, plan: Plan | Experiment, library: VoiceLibrary, engine: Engine, store: ExperimentStore) -> None:
        self._engine = engine
        self._store = store
        default_model, _reason = engine.default_model()
        with library.reading():
            settled = settle(plan if isinstance(plan, Plan) else plan.plan, library, default_model)
            self._voice = library.get(settled.plan.voice)
            whole = library.prompt(self._voice.slug)
        self._clip = Clip(whole.samples)
        self._prompts = settled.prompts
        if isinstance(plan, Plan):
            self._experiment = store.create(settled, self._voice, whole.key)
        else:
            self._experiment = store.get(plan.id)
            if self._experiment.voice_key != whole.key:
                raise VoiceChanged(
                    f"The clip or the text of {self._voice.name} changed since this comparison began, so new takes "
                    "would not compare with its old ones. Start a new comparison."
                )
        self._made = {take.id for take in self._experiment.takes if take.failure is None}
        self._copied: set[str] = set()

    def run(self, stopped: Callable[[], bool]) -> Generator[Progress, None, None]:
        try:
            for specification in self._experiment.plan.specifications():
                if specification.id not in self._made:
                    yield from self._take(specification, stopped)
        except Cancelled:
            if not stopped():
                raise
            yield self._progress("Cancelled. The takes that were finished are kept.")
            return
        failed = sum(take.failure is not None for take in self._experiment.takes)
        ready = f"{len(self._experiment.takes) - failed} takes are ready"
        yield self._progress(f"{ready}, {failed} failed: the list says why." if failed else f"{ready}.")

    def copy_to(self, out: Path) -> None:
        """Copy the takes that are not there yet."""
        with storage_errors(f"takes in {out}"):
            out.mkdir(parents=True, exist_ok=True)
            for take in self._experiment.takes:
                if take.failure is None and take.id not in self._copied:
                    shutil.copyfile(self._store.take_path(self._experiment.id, take.id), out / take.file_name)
                    self._copied.add(take.id)

    def _take(self, specification: TakeSpecification, stopped: Callable[[], bool]) -> Generator[Progress, None, None]:
        prompt = self._prompts[specification.length_s]
        request = SpeechRequest(
            text=specification.line,
            model=specification.model,
            prompt=prompt,
            language=self._voice.language,
            seed=specification.seed,
            sampling=self._experiment.sampling,
        )
        take = planned_take(specification, prompt)
        try:
            speech = yield from self._speech(request, stopped, _label(take))
        except Cancelled:
            raise
        except VoiceLabError as error:
            self._keep(replace(take, failure=error.message), None)
        else:
            self._keep(spoken_take(take, speech, self._likeness(speech)), speech)
        yield self._progress(f"{_label(take)}: done")

    def _speech(
        self, request: SpeechRequest, stopped: Callable[[], bool], label: str
    ) -> Generator[Progress, None, Speech]:
        job = yield from self._queued(request, stopped, label)
        try:
            for update in job.updates():
                if stopped():
                    job.cancel()
                yield self._progress(f"{label}: {update.message}", update.fraction or 0.0)
            return job.result()
        finally:
            job.cancel()

    def _queued(
        self, request: SpeechRequest, stopped: Callable[[], bool], label: str
    ) -> Generator[Progress, None, SpeechJob]:
        while not stopped():
            try:
                return self._engine.submit(request)
            except QueueFull:
                yield self._progress(f"{label}: the engine has a full queue, waiting")
                time.sleep(_QUEUE_WAIT_S)
        raise Cancelled("The comparison was cancelled.")

    def _keep(self, take: Take, speech: Speech | None) -> None:
        self._experiment = self._store.add_take(self._experiment.id, take, speech)
        self._made.add(take.id)

    def _likeness(self, speech: Speech) -> float | None:
        """Compare the take with the whole clip, whatever cut it was made from, so that cuts compare."""
        from voicelab.clips.likeness import likeness

        try:
            return likeness(Clip(speech.samples, speech.sample_rate), self._clip)
        except ClipUnusable:  # too short or too quiet for the encoder: a take nevertheless, without this measure
            return None

    def _progress(self, message: str, fraction: float = 0.0) -> Progress:
        total = self._experiment.total
        done = len(self._made)
        return Progress(done, total, message, self._experiment, min(1.0, (done + fraction) / total))


def _label(take: Take) -> str:
    length = "the whole clip" if take.length_s is None else f"{take.length_s:g} s"
    return f"{take.model}, {length}, seed {take.seed}"
