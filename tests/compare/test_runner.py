"""Comparisons in the background: one after the other, paused, resumed, and never twice."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Generator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from tests.fakes import FakeEngine
from voicelab.compare.plan import Plan
from voicelab.compare.render import render
from voicelab.compare.runner import Runner
from voicelab.errors import EmptyText, NeverEnded

if TYPE_CHECKING:
    from collections.abc import Callable

    from voicelab.compare.experiments import ExperimentStore
    from voicelab.compare.open_experiment import Changes
    from voicelab.voices.library import VoiceLibrary

PLAN = Plan("anna", ("A first line to say.", "Then a second line."), (3.0, None), ("auto",), takes=1)
SLOW = "A line that never ends."


def ended(runner: Runner, experiment_id: str) -> str:
    return list(runner.watch(experiment_id))[-1][1].status


def until(condition: Callable[[], bool]) -> None:
    end = time.monotonic() + 30
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.01)


def test_two_experiments_run_one_after_the_other(library: VoiceLibrary, store: ExperimentStore) -> None:
    engine = FakeEngine()
    runner = Runner(library, engine, store, None)
    first = runner.submit(PLAN)
    second = runner.submit(replace(PLAN, seed=7))
    assert [ended(runner, each.id) for each in (first, second)] == ["done", "done"]
    assert [request.seed for request in engine.requests] == [0] * 4 + [7] * 4
    assert all(take.measured for take in store.get(first.id).takes)
    assert runner.running() is None


def test_a_plan_that_is_submitted_twice_at_once_is_one_experiment(
    library: VoiceLibrary, store: ExperimentStore
) -> None:
    runner = Runner(library, FakeEngine(slow={SLOW}), store, None)
    plan = replace(PLAN, lines=(SLOW,))
    with ThreadPoolExecutor(8) as pool:
        ids = {experiment.id for experiment in pool.map(runner.submit_once, [plan] * 8)}
    assert len(ids) == len(store.list()) == 1
    assert runner.submit_once(replace(plan, seed=7)).id not in ids
    runner.close()


def test_cancelled_at_once_and_resumed_by_another_run_of_the_lab_without_making_anything_twice(
    library: VoiceLibrary, store: ExperimentStore
) -> None:
    engine = FakeEngine(slow={SLOW})
    runner = Runner(library, engine, store, None)
    experiment = runner.submit(replace(PLAN, lines=(PLAN.lines[0], SLOW)))
    until(lambda: len(store.get(experiment.id).takes) == 1 and len(engine.requests) == 2)
    runner.cancel(experiment.id)
    assert ended(runner, experiment.id) == "paused"
    other_engine = FakeEngine()
    after_restart = Runner(library, other_engine, store, None)
    state = after_restart.state(store.get(experiment.id))
    assert (state.status, state.message) == ("paused", "3 takes are not made yet.")
    after_restart.resume(experiment.id)
    assert ended(after_restart, experiment.id) == "done"
    assert len(other_engine.requests) == 3
    assert len(store.get(experiment.id).takes) == 4


def test_the_end_of_the_lab_is_not_kept_waiting(library: VoiceLibrary, store: ExperimentStore) -> None:
    engine = FakeEngine(slow={PLAN.lines[0]})
    runner = Runner(library, engine, store, None)
    experiment = runner.submit(PLAN)
    waits = runner.submit(replace(PLAN, seed=7))
    watched = runner.watch(waits.id)
    assert next(watched)[1].status == "waiting"
    until(lambda: len(engine.requests) == 1)
    runner.close()
    assert list(watched) == [], "the watcher ends although the other one waits"
    until(lambda: not runner.state(store.get(experiment.id)).active)
    assert len(engine.requests) == 1


def test_paused_after_the_take_that_is_being_made(library: VoiceLibrary, store: ExperimentStore) -> None:
    engine = FakeEngine(slow={PLAN.lines[0]})
    runner = Runner(library, engine, store, None)
    experiment = runner.submit(PLAN)
    until(lambda: len(engine.requests) == 1)
    runner.pause(experiment.id)
    engine.slow.clear()
    assert ended(runner, experiment.id) == "paused"
    assert len(store.get(experiment.id).takes) == 1
    assert len(engine.requests) == 1


def test_one_that_is_about_to_pause_goes_on_when_it_is_asked_to(library: VoiceLibrary, store: ExperimentStore) -> None:
    engine = FakeEngine(slow={PLAN.lines[0]})
    runner = Runner(library, engine, store, None)
    experiment = runner.submit(PLAN)
    until(lambda: len(engine.requests) == 1)
    runner.pause(experiment.id)
    runner.resume(experiment.id)
    engine.slow.clear()
    assert ended(runner, experiment.id) == "done"
    assert len(engine.requests) == experiment.total


def test_one_that_is_being_stopped_is_made_after_that_when_it_is_asked_to_go_on(
    library: VoiceLibrary, store: ExperimentStore
) -> None:
    stopping, let_go = threading.Event(), threading.Event()

    def rendered(experiment: Any, *given: Any, **named: Any) -> Generator[Any, None, None]:
        try:
            yield from render(experiment, *given, **named)
        finally:
            stopping.set()
            let_go.wait(20)

    engine = FakeEngine(slow={PLAN.lines[0]})
    runner = Runner(library, engine, store, None, rendered=rendered)
    experiment = runner.submit(PLAN)
    until(lambda: len(engine.requests) == 1)
    runner.cancel(experiment.id)
    assert stopping.wait(20)
    engine.slow.clear()
    runner.resume(experiment.id)
    let_go.set()
    assert ended(runner, experiment.id) == "done", "it was never said to be stopped"
    assert len(store.get(experiment.id).takes) == experiment.total


def test_one_take_is_not_called_takes(library: VoiceLibrary, store: ExperimentStore) -> None:
    engine = FakeEngine(slow={SLOW})
    runner = Runner(library, engine, store, None)
    experiment = runner.submit(replace(PLAN, lines=(SLOW,), lengths_s=(None,)))
    until(lambda: bool(engine.requests))
    runner.cancel(experiment.id)
    ended(runner, experiment.id)
    again = Runner(library, FakeEngine(), store, None)
    assert again.state(store.get(experiment.id)).message == "1 take is not made yet."
    again.resume(experiment.id)
    assert list(again.watch(experiment.id))[-1][1].message == "1 take is ready."
    assert store.get(experiment.id).title.endswith("1 of 1 take")


def test_one_that_waits_can_leave_the_queue(library: VoiceLibrary, store: ExperimentStore) -> None:
    engine = FakeEngine(slow={SLOW})
    runner = Runner(library, engine, store, None)
    first = runner.submit(replace(PLAN, lines=(SLOW,)))
    second = runner.submit(PLAN)
    until(lambda: bool(engine.requests))
    assert runner.state(second).status == "waiting"
    assert runner.running() == first.id
    runner.cancel(second.id)
    runner.cancel(first.id)
    assert [ended(runner, each.id) for each in (first, second)] == ["paused", "paused"]
    assert {request.text for request in engine.requests} == {SLOW}


def test_a_plan_that_cannot_be_compared_is_refused_at_once_and_failures_leave_the_queue_alive(
    library: VoiceLibrary, store: ExperimentStore
) -> None:
    engine = FakeEngine(failing={PLAN.lines[0]: NeverEnded("The model did not find an end.")})
    runner = Runner(library, engine, store, None)
    with pytest.raises(EmptyText):
        runner.submit(replace(PLAN, lines=()))
    experiment = runner.submit(PLAN)
    library.remove("anna")
    assert ended(runner, experiment.id) in {"done", "failed"}
    assert not runner.state(store.get(experiment.id)).active


def test_a_disk_that_fills_up_midway_stops_it_with_a_reason_and_loses_nothing(
    library: VoiceLibrary, store: ExperimentStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    engine = FakeEngine(slow={PLAN.lines[1]})
    runner = Runner(library, engine, store, None)
    experiment = runner.submit(PLAN)
    until(lambda: len(engine.requests) == 2)
    before = store.get(experiment.id).takes
    assert [take.failure for take in before] == [None]

    def full(_descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr(os, "fsync", full)
        engine.slow.clear()
        assert ended(runner, experiment.id) == "failed"
    assert "the disk is full" in runner.state(experiment).message
    assert store.get(experiment.id).takes == before
    runner.resume(experiment.id)
    assert ended(runner, experiment.id) == "done"
    assert [take.failure for take in store.get(experiment.id).takes] == [None] * 4
    assert len(engine.requests) == 5, "only the take that could not be written was spoken again"


def test_the_models_that_are_needed(library: VoiceLibrary, store: ExperimentStore) -> None:
    engine = FakeEngine(slow={SLOW})
    runner = Runner(library, engine, store, None)
    assert runner.models() == set()
    first = runner.submit(replace(PLAN, lines=(SLOW,), models=("preview",)))
    second = runner.submit(replace(PLAN, models=("a", "b")))
    assert runner.models() == {"preview", "a", "b"}
    for each in (second, first):
        runner.cancel(each.id)
        ended(runner, each.id)
    assert runner.models() == set()


def test_a_watcher_is_told_at_once_and_looks_rarely_while_nothing_happens(
    library: VoiceLibrary, store: ExperimentStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A look at the disk comes from waiting in vain; a take wakes the watcher long before."""
    monkeypatch.setattr("voicelab.compare.runner._LOOK_S", 60.0)
    engine = FakeEngine(slow={SLOW})
    runner = Runner(library, engine, store, None)
    runner.submit(replace(PLAN, lines=(SLOW,)))
    experiment = runner.submit(PLAN)
    watched = runner.watch(experiment.id)
    revision, state = next(watched)
    assert state.status == "waiting"
    looked: list[str] = []
    changes = store.changes

    def counted(*given: Any) -> Changes:
        looked.append("")
        return changes(*given)

    monkeypatch.setattr(store, "changes", counted)
    told: list[str] = []
    watcher = threading.Thread(target=lambda: told.extend(each for each, _ in watched))
    watcher.start()
    time.sleep(2.0)  # several looks, as it was before
    assert len(looked) <= 1
    store.change(experiment.id, lambda kept: replace(kept, notes=("A note.",)))
    until(lambda: bool(told))
    assert told[0] != revision
    runner.close()
    watcher.join(10)
    assert not watcher.is_alive(), "the end of the lab wakes it too"


def test_who_watches_another_one_stops_at_once(library: VoiceLibrary, store: ExperimentStore) -> None:
    engine = FakeEngine(slow={SLOW})
    runner = Runner(library, engine, store, None)
    first = runner.submit(replace(PLAN, lines=(SLOW,)))
    second = runner.submit(PLAN)
    watched = runner.watch(first.id, "a page")
    next(watched)
    next(other := runner.watch(second.id, "a page"))
    assert list(watched) == []
    assert isinstance(other, Generator)
    other.close()
    runner.close()
