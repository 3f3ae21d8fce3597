"""A comparison on a Dask cluster: a real scheduler, two real worker processes with real engines, one of them killed."""

from __future__ import annotations

import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from tests.engines.conftest import choose_at_once
from voicelab.clips.wav import read_flac
from voicelab.compare import cluster
from voicelab.compare.cluster import check_address, workers_at
from voicelab.compare.export_rows import as_csv, as_json
from voicelab.compare.plan import Plan
from voicelab.compare.render import render
from voicelab.engines.process import EngineProcess
from voicelab.errors import ClusterUnavailable, InvalidValue
from voicelab.settings import CHECKOUT

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from voicelab.compare.experiments import ExperimentStore
    from voicelab.voices.library import VoiceLibrary

PLAN = Plan("anna", ("A first line to say.", "Then a second line."), (3.0, None), ("preview",), takes=2)
WAIT_S = 60
ENDLESS = " ".join(["This line goes on and on."] * 400)


@dataclass(frozen=True)
class Running:
    """A cluster."""

    address: str
    workers: dict[str, subprocess.Popen[str]]
    synthesizer: str = "SlowTones"

    def join(self, name: str) -> None:
        """Start a worker and wait until it has joined."""
        command = [sys.executable, "-m", "tests.compare.cluster_worker", self.address, name, self.synthesizer]
        process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=CHECKOUT)
        self.workers[name] = process
        assert process.stdout
        assert name in process.stdout.readline()


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture(scope="module")
def running() -> Iterator[Running]:
    """A scheduler and the workers "ada" and "bob"."""
    port = free_port()
    command = [sys.executable, "-m", "distributed.cli.dask_scheduler", "--host", "127.0.0.1", "--port", str(port)]
    scheduler = subprocess.Popen([*command, "--no-dashboard"], stderr=subprocess.DEVNULL)
    found = Running(f"tcp://127.0.0.1:{port}", {})
    try:
        found.join("ada")
        found.join("bob")
        yield found
    finally:
        processes: list[subprocess.Popen[Any]] = [*found.workers.values(), scheduler]
        for process in processes:
            process.terminate()
            process.wait(WAIT_S)


@pytest.fixture
def engine() -> Iterator[EngineProcess]:
    """The one of the machine that asks."""
    engine = EngineProcess({"preview": "tests.fakes:ToneSynthesizer"}, choose=choose_at_once)
    yield engine
    engine.close()


def test_both_workers_are_known_by_name(running: Running) -> None:
    assert workers_at(f" {running.address} ") == ["ada", "bob"]


def test_a_worker_that_is_killed_has_its_takes_done_elsewhere(
    running: Running, library: VoiceLibrary, store: ExperimentStore, engine: EngineProcess
) -> None:
    killed_at = None
    for step in render(PLAN, library, engine, store, scheduler=running.address):
        by = {take.worker for take in step.experiment.takes}
        if killed_at is None and "ada" in by:
            running.workers["ada"].send_signal(signal.SIGKILL)  # the next take is in her hands
            killed_at = step.done
    assert killed_at is not None
    assert killed_at < 8
    assert running.workers["ada"].wait(WAIT_S) == -signal.SIGKILL
    takes = step.experiment.takes
    assert [take.failure for take in takes] == [None] * 8
    assert {take.worker for take in takes} == {"ada", "bob"}, "what came home before is kept"
    assert all(take.measured for take in takes)
    assert '"worker": "bob"' in as_json(step.experiment)
    assert "bob" in as_csv(step.experiment)
    assert engine.health().pid is None, "nothing was spoken here"
    # The same takes spoken here are the same to the last bit: a take is a function of its specification.
    own = list(render(PLAN, library, engine, store))[-1].experiment
    for mine, theirs in zip(own.takes, takes, strict=True):
        assert (mine.id, mine.worker) == (theirs.id, "")
        here, there = (read_flac(store.take_path(e.id, mine.id)).samples for e in (own, step.experiment))
        assert np.array_equal(here, there)


def test_stopping_frees_the_worker_and_what_lacks_is_made_by_whoever_is_there(
    running: Running, library: VoiceLibrary, store: ExperimentStore, engine: EngineProcess
) -> None:
    """The endless line would hold every worker for more than a minute and a half."""
    plan = replace(PLAN, lines=(ENDLESS,), lengths_s=(None,), takes=2)
    stop, begun = threading.Event(), time.monotonic()
    for step in render(plan, library, engine, store, stop, scheduler=running.address):
        if "spoken by" in step.message and time.monotonic() - begun > 2:
            stop.set()
    assert step.done == 0
    short = replace(PLAN, lengths_s=(None,), takes=1)
    done = list(render(short, library, engine, store, scheduler=running.address))[-1].experiment
    assert [take.failure for take in done.takes] == [None, None]
    assert all(take.worker in running.workers for take in done.takes)
    assert time.monotonic() - begun < 60


def test_takes_wait_for_a_worker_that_comes_later(
    running: Running, library: VoiceLibrary, store: ExperimentStore, engine: EngineProcess
) -> None:
    for process in running.workers.values():
        process.terminate()
        process.wait(WAIT_S)
    told = []
    for step in render(replace(PLAN, takes=1), library, engine, store, scheduler=running.address):
        if "waiting for a worker" in step.message and "eve" not in running.workers:
            told.append(step.message)
            running.join("eve")
    assert f"python -m voicelab worker {running.address}" in told[0]
    assert {take.worker for take in step.experiment.takes} == {"eve"}


def test_a_failure_on_a_worker_is_the_takes_own(
    running: Running, library: VoiceLibrary, store: ExperimentStore, engine: EngineProcess
) -> None:
    plan = replace(PLAN, lines=PLAN.lines[:1], models=("no-such-model",), takes=1)
    takes = list(render(plan, library, engine, store, scheduler=running.address))[-1].experiment.takes
    assert all("no-such-model" in (take.failure or "") for take in takes)
    assert all(take.worker in running.workers for take in takes)


def test_no_scheduler_is_a_sentence(
    library: VoiceLibrary, store: ExperimentStore, engine: EngineProcess, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cluster, "_CONNECT_S", 1.0)
    address = f"tcp://127.0.0.1:{free_port()}"
    with pytest.raises(ClusterUnavailable, match=f"No Dask scheduler answers at {address}"):
        list(render(PLAN, library, engine, store, scheduler=address))
    assert store.list()[0].lacking == 8, "the comparison is kept, and can go on"


@pytest.mark.parametrize("address", ["", "host:8786", "http://host:8786", "inproc://x", "tcp://host", "tcp://a b:1"])
def test_what_is_no_address(address: str) -> None:
    with pytest.raises(InvalidValue, match="tcp://host:8786"):
        check_address(address)


@pytest.mark.parametrize(
    "arguments",
    [("worker", "nonsense"), ("compare", "sample", "--text", "Hello.", "--out", "x", "--scheduler", "nonsense")],
)
def test_the_commands_say_what_an_address_is(arguments: tuple[str, ...], tmp_path: Path) -> None:
    shutil.copytree(CHECKOUT / "voices" / "sample", tmp_path / "voices" / "sample")
    command = [sys.executable, "-m", "voicelab", *arguments, "--home", str(tmp_path)]
    done = subprocess.run(command, capture_output=True, text=True, cwd=CHECKOUT, check=False, timeout=WAIT_S)
    assert done.returncode == 1
    assert "write it as tcp://host:8786" in done.stderr
    assert not (tmp_path / "data" / "experiments").exists(), "nothing was begun"


def test_without_a_scheduler_nothing_of_dask_is_imported() -> None:
    code = """
import sys, tempfile, pathlib
from tests.compare.conftest import ExperimentStore
from tests.fakes import FakeEngine
from tests.listening_lab import with_comparison
from voicelab.bootstrap import build
from voicelab.settings import Settings
home = pathlib.Path(tempfile.mkdtemp())
with_comparison(home)
lab = build(Settings(home=home))
assert len(lab.experiments.list()[0].takes) == 8
print(sorted({name.partition(".")[0] for name in sys.modules} & {"dask", "distributed", "tornado", "cloudpickle"}))
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=CHECKOUT, check=True)
    assert done.stdout.strip() == "[]"
