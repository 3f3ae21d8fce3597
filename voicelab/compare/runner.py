"""Comparisons run in the background, one after the other: they go on when the page is closed, and wait for each other.

What is on disk is all there is to know: after a crash or a restart a comparison that is not whole is paused, and going
on makes what it lacks.
"""

from __future__ import annotations

import logging
import threading
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from voicelab.background_jobs import WENT_WRONG, BackgroundJobs
from voicelab.compare.plan import settle
from voicelab.compare.render import begin, render
from voicelab.errors import Cancelled, VoiceLabError
from voicelab.text.counted import counted_are

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterator

    from voicelab.compare.experiment import Experiment
    from voicelab.compare.experiments import ExperimentStore
    from voicelab.compare.plan import Plan
    from voicelab.compare.render import Progress
    from voicelab.speech.ports import Engine
    from voicelab.transcripts.transcriber import Transcriber
    from voicelab.voices.library import VoiceLibrary

log = logging.getLogger(__name__)

Status = Literal["waiting", "running", "paused", "done", "failed"]

_PAUSE_S = 0.25
"""Between two things that a watcher is told: an engine tells of every 80 ms of speech."""
_LOOK_S = 1.0
"""How often a watcher looks for what another process changed; what this one changes it is told."""


@dataclass(frozen=True)
class RunState:
    """Where a comparison is."""

    status: Status
    message: str
    """For the person."""
    fraction: float
    """0..1."""
    left_s: float | None = None
    """Seconds that are left, by the takes of this run; None before the first one."""

    @property
    def active(self) -> bool:
        """Whether it runs or waits to."""
        return self.status in {"waiting", "running"}


class Runner:
    """One thread, which runs what is submitted in order. Every method may be called from any thread."""

    def __init__(
        self,
        library: VoiceLibrary,
        engine: Engine,
        store: ExperimentStore,
        transcriber: Transcriber | None,
        scheduler: str = "",
        rendered: Callable[..., Generator[Progress, None, None]] = render,
    ) -> None:
        """Start nothing yet. `rendered` makes the takes of an experiment; it is called as `render` is."""
        self.scheduler = scheduler
        """Address of the Dask scheduler whose workers speak what is run from now on; empty: this machine speaks."""
        self._rendered = rendered
        self._library = library
        self._engine = engine
        self._store = store
        self._transcriber = transcriber
        self._changed = store.news  # one condition for takes and for what runs: a watcher waits for both
        self._submitting = threading.Lock()
        self._jobs = BackgroundJobs("comparisons", self._run)
        self._states: dict[str, RunState] = {}
        self._stops: dict[str, threading.Event] = {}
        self._pauses: set[str] = set()
        self._watches: dict[object, object] = {}
        """The newest watch of each watcher, by the watcher's name."""
        self._closed = threading.Event()

    def close(self) -> None:
        """Stop at once what runs, and whoever watches it: the lab ends. The finished takes are kept."""
        self._closed.set()
        with self._changed:
            self._jobs.clear()
            for stop in self._stops.values():
                stop.set()
            self._changed.notify_all()

    def submit(self, plan: Plan) -> Experiment:
        """Begin an experiment and queue it. Raises what `begin` raises."""
        experiment = begin(plan, self._library, self._engine, self._store, self.scheduler)
        self._queue(experiment.id)
        return experiment

    def submit_once(self, plan: Plan) -> Experiment:
        """Do what `submit` does, unless this very plan runs or waits already, as after a second click: return that."""
        with self._submitting:
            settled = settle(plan, self._library, self._engine.default_model()[0]).plan
            key = self._library.prompt(settled.voice).key
            with self._changed:
                active = [experiment_id for experiment_id, state in self._states.items() if state.active]
            for experiment in map(self._store.get, active):
                if (experiment.plan, experiment.voice_key) == (settled, key):
                    return experiment
            return self.submit(plan)

    def resume(self, experiment_id: str) -> Experiment:
        """Queue what an experiment lacks; harmless when it runs. Raises UnknownExperiment.

        One that is about to pause goes on instead; one that is being stopped is made again after that.
        """
        experiment = self._store.get(experiment_id)
        with self._changed:
            self._pauses.discard(experiment_id)
            active = self._states.get(experiment_id)
            if active is None or not active.active or self._stops[experiment_id].is_set():
                self._queue(experiment_id)
        return experiment

    def pause(self, experiment_id: str) -> None:
        """Stop after the take that is being made."""
        with self._changed:
            self._pauses.add(experiment_id)
            self._leave_queue(experiment_id)

    def cancel(self, experiment_id: str) -> None:
        """Stop at once; the finished takes are kept."""
        with self._changed:
            if experiment_id in self._stops:
                self._stops[experiment_id].set()
            self._leave_queue(experiment_id)

    def state(self, experiment: Experiment) -> RunState:
        """Return where `experiment` is: also one that an earlier run of the lab left."""
        known = self._known_state(experiment.id)
        if known is not None:
            return known
        lacking = experiment.lacking
        if experiment.search is not None and not experiment.search.ended:
            return RunState("paused", "The search is not over. Go on when you like.", 0.0)
        if lacking and experiment.search is None:
            return RunState("paused", f"{counted_are(lacking, 'take')} not made yet.", 1 - lacking / experiment.total)
        return RunState("done", "", 1.0)

    def running(self) -> str | None:
        """Return the id of the experiment that runs or is next; None where there is none."""
        with self._changed:
            for experiment_id, state in self._states.items():
                if state.status == "running":
                    return experiment_id
            return self._jobs.first_waiting()

    def models(self) -> set[str]:
        """Return the models of every experiment that runs or waits."""
        with self._changed:
            active = [experiment_id for experiment_id, state in self._states.items() if state.active]
        asked = [each for experiment_id in active for each in self._store.get(experiment_id).specifications()]
        return {each.model for each in asked}

    def watch(self, experiment_id: str, watcher: str = "") -> Iterator[tuple[str, RunState]]:
        """Yield the revision of the experiment with its state at every change, until it neither runs nor waits.

        The revision is that of `ExperimentStore.changes`. Ends when the lab does, too. Whoever gives its name as
        `watcher` watches one experiment at a time: what it watched before ends. Leaving the iteration stops nothing.
        Raises UnknownExperiment.
        """
        watch = object()
        name = watcher or watch
        with self._changed:
            self._watches[name] = watch
            self._changed.notify_all()  # what it watched before ends at once
        before: tuple[str, RunState] | None = None
        try:
            while self._watches.get(name) is watch and not self._closed.is_set():
                state = self._known_state(experiment_id)
                changes = self._store.changes(experiment_id, before[0] if before else "")
                state = state or self.state(changes.experiment)
                if not state.active or (changes.revision, state) != before:
                    yield changes.revision, state
                if not state.active:
                    return
                before = changes.revision, state
                self._closed.wait(_PAUSE_S)
                self._wait(watch, name, experiment_id, before)
        finally:
            with self._changed:
                if self._watches.get(name) is watch:
                    del self._watches[name]

    def _known_state(self, experiment_id: str) -> RunState | None:
        """Return what this run of the lab knows. Asked before the takes are: what it tells of is there by then."""
        with self._changed:
            return self._states.get(experiment_id)

    def _wait(self, watch: object, name: object, experiment_id: str, before: tuple[str, RunState]) -> None:
        """Wait for a take, another state or an end of the watch; or for a look of one's own at what others changed."""
        revision, state = before

        def news() -> bool:
            ends = self._closed.is_set() or self._watches.get(name) is not watch
            return ends or self._states.get(experiment_id) != state or self._store.told(experiment_id) != revision

        with self._changed:
            self._changed.wait_for(news, _LOOK_S)

    def _queue(self, experiment_id: str) -> None:
        with self._changed:  # it cannot begin before it is said to wait
            self._pauses.discard(experiment_id)
            self._stops[experiment_id] = threading.Event()
            ahead = self._jobs.add(experiment_id)
            self._tell(experiment_id, RunState("waiting", "Next in the queue" if ahead else "Starting", 0.0))

    def _leave_queue(self, experiment_id: str) -> None:
        if self._jobs.take_out(experiment_id):
            self._tell(experiment_id, RunState("paused", "Taken out of the queue.", 0.0))

    def _tell(self, experiment_id: str, state: RunState) -> None:
        with self._changed:
            self._states[experiment_id] = state
            self._changed.notify_all()

    def _run(self, experiment_id: str) -> None:
        self._tell(experiment_id, RunState("running", "Starting", 0.0))
        try:
            end = self._render(experiment_id)
        except Cancelled as error:
            end = RunState("paused", error.message, 0.0)
        except VoiceLabError as error:
            end = RunState("failed", error.message, 0.0)
        except Exception:
            log.exception("a comparison failed")
            end = RunState("failed", WENT_WRONG, 0.0)
        with self._changed:
            if not self._jobs.waits(experiment_id):  # it may have been asked to go on meanwhile
                self._tell(experiment_id, end)

    def _render(self, experiment_id: str) -> RunState:
        stop = self._stops[experiment_id]
        steps = self._rendered(
            self._store.get(experiment_id),
            self._library,
            self._engine,
            self._store,
            stop,
            transcriber=self._transcriber,
            scheduler=self.scheduler,
        )
        started, first_done, state = time.monotonic(), None, RunState("running", "Starting", 0.0)
        try:
            for step in steps:
                if first_done is None:
                    first_done = step.done
                made = step.done - first_done
                left_s = (step.total - step.done) * (time.monotonic() - started) / made if made else None
                state = RunState("running", step.message, step.fraction, left_s)
                with self._changed:
                    paused = step.between and experiment_id in self._pauses
                    if paused:  # at once: whoever asks it to go on from now on queues it
                        state = RunState("paused", "Paused. Go on when you like: nothing is made twice.", step.fraction)
                    self._tell(experiment_id, state)
                if paused:
                    return state
        finally:
            steps.close()
        return RunState("paused" if stop.is_set() else "done", state.message, state.fraction)
