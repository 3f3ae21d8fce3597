"""The engine process killed, stopped, cancelled and orphaned: with real signals."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest

from tests.engines.conftest import request
from tests.engines.test_process import LONG, is_alive, pid_of, wait_until_speaking
from tests.engines.waiting import WAIT_S, wait_for
from tests.fakes import script
from voicelab.engines import dispatch
from voicelab.errors import Cancelled, EngineCrashed

if TYPE_CHECKING:
    from collections.abc import Callable

    from voicelab.engines.process import EngineProcess


@pytest.mark.parametrize("name", ["SIGKILL", "SIGSEGV"])
def test_a_text_under_which_the_process_dies_is_spoken_all_the_same(
    engine: EngineProcess, tmp_path: Path, name: str
) -> None:
    undisturbed = engine.submit(request(LONG, seed=5)).result(WAIT_S)
    pid = pid_of(engine)
    job = engine.submit(request(LONG, seed=5, speaker=script(die=name, on="Another", once=str(tmp_path / "died"))))
    pieces = list(job.partial())
    assert len(pieces) == 3, "what was delivered before the death is not delivered again"
    assert np.array_equal(np.concatenate(pieces), undisturbed.samples)
    assert np.array_equal(job.result(WAIT_S).samples, undisturbed.samples)
    health = engine.health()
    assert health.restarts == 1
    assert health.pid != pid
    assert not is_alive(pid)


def test_where_memory_runs_out_the_rest_is_said_in_pieces_of_half_the_length(
    engine: EngineProcess, tmp_path: Path
) -> None:
    """As MLX ends when a GPU's memory runs out: what was said stays, and the person is told."""
    undisturbed = engine.submit(request(LONG, seed=5)).result(WAIT_S)
    died = script(die="SIGABRT", on="Another", once=str(tmp_path / "died"))
    job = engine.submit(request(LONG, seed=5, speaker=died))
    told = [update.message for update in job.updates(0.02)]
    pieces = list(job.partial())
    assert len(pieces) == 5, "one as it was, and two halves of each of the two that were left"
    first = pieces[0]
    assert np.array_equal(first, undisturbed.samples[: len(first)])
    assert any("pieces of half the length" in message for message in told)
    assert any("Memory ran out" in note for note in job.result(WAIT_S).notes)


def test_a_kill_from_outside_loses_no_text(engine: EngineProcess) -> None:
    jobs = [engine.submit(request(LONG, seed=n, speaker=script(frame_s=0.01))) for n in range(4)]
    wait_until_speaking(jobs[1])
    os.kill(pid_of(engine), signal.SIGKILL)
    assert [job.result(WAIT_S).seed for job in jobs] == [0, 1, 2, 3]
    assert engine.health().restarts == 1


def test_a_kill_while_idle_brings_the_model_back(engine: EngineProcess) -> None:
    engine.submit(request(model="tests/a")).result(WAIT_S)
    pid = pid_of(engine)
    os.kill(pid, signal.SIGKILL)
    wait_for(lambda: engine.health().ready and engine.health().pid != pid)
    assert engine.health().model == "tests/a"


def test_a_text_that_kills_twice_fails_and_the_queue_lives(engine: EngineProcess) -> None:
    deadly = engine.submit(request("Kill.", speaker=script(die="SIGABRT")))
    after = [engine.submit(request(seed=n)) for n in range(3)]
    with pytest.raises(EngineCrashed, match=r"ended 2 times .* \(aborted by SIGABRT, as it is .*\)"):
        deadly.result(WAIT_S)
    assert [job.result(WAIT_S).seed for job in after] == [0, 1, 2]
    assert engine.health().restarts == 2


def test_a_model_that_kills_at_loading_is_given_up_until_the_next_text(
    make_engine: Callable[..., EngineProcess],
) -> None:
    engine = make_engine(model="tests/crashing")
    engine.start()
    wait_for(lambda: engine.health().stage == "failed")
    health = engine.health()
    assert health.pid is None
    assert "ended 3 times before a model was ready (killed by SIGSEGV" in health.message
    assert engine.submit(request()).result(WAIT_S).duration_s > 0
    assert engine.health().ready


def test_texts_for_a_model_that_kills_at_loading_fail_and_others_are_spoken(engine: EngineProcess) -> None:
    deadly = [engine.submit(request(model="tests/crashing")) for _ in range(2)]
    for job in deadly:
        with pytest.raises(EngineCrashed):
            job.result(WAIT_S)
    assert engine.submit(request()).result(WAIT_S).duration_s > 0


def test_a_waiting_text_is_cancelled_at_once(engine: EngineProcess) -> None:
    running = engine.submit(request(LONG, speaker=script(frame_s=0.02)))
    waiting = engine.submit(request())
    wait_until_speaking(running)
    waiting.cancel()
    assert engine.health().queue_length == 0
    with pytest.raises(Cancelled):
        waiting.result(0)
    assert [update.state for update in waiting.updates()] == ["queued", "cancelled"]
    assert running.result(WAIT_S).duration_s > 0
    running.cancel()
    assert running.result(0).duration_s > 0, "what is spoken stays spoken"


def test_a_running_text_is_cancelled_within_half_a_second_and_its_process_goes_on(engine: EngineProcess) -> None:
    job = engine.submit(request("A" * 300, speaker=script(frame_s=0.08)))
    wait_until_speaking(job)
    pid = pid_of(engine)
    cancelled_at = time.monotonic()
    job.cancel()
    with pytest.raises(Cancelled):
        job.result(WAIT_S)
    assert time.monotonic() - cancelled_at < 0.5
    assert engine.submit(request()).result(WAIT_S).notes == ("load 1",)
    assert time.monotonic() - cancelled_at < 4, "the process left the cancelled text (5 s) early"
    assert engine.health().pid == pid


def test_a_process_that_does_not_listen_is_killed_without_hurting_the_next_text(
    engine: EngineProcess, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(dispatch, "_GIVE_UP_S", 0.5)
    deaf, died = tmp_path / "deaf", tmp_path / "died"
    job = engine.submit(request(LONG, speaker=script(deaf_s=60, once=str(deaf))))
    following = engine.submit(request(speaker=script(die="SIGKILL", once=str(died))))
    wait_for(deaf.exists)
    cancelled_at = time.monotonic()
    job.cancel()
    with pytest.raises(Cancelled):
        job.result(WAIT_S)
    assert time.monotonic() - cancelled_at < 0.5
    assert following.result(WAIT_S).duration_s > 0, "it may die once itself: the kill was not its own"
    assert died.exists()
    assert engine.health().restarts == 2


def test_close_ends_a_process_that_is_stopped(engine: EngineProcess) -> None:
    engine.submit(request()).result(WAIT_S)
    pid = pid_of(engine)
    os.kill(pid, signal.SIGSTOP)
    closed_at = time.monotonic()
    engine.close()
    assert time.monotonic() - closed_at < 8
    assert not is_alive(pid)


def test_ctrl_c_reaches_the_lab_and_not_the_engine(engine: EngineProcess) -> None:
    engine.start()
    wait_for(lambda: engine.health().pid)
    assert os.getpgid(pid_of(engine)) != os.getpgid(0), "a terminal sends Ctrl-C to the lab's process group"


LAB = """
import sys, time
from tests.engines.conftest import TONES, choose_at_once, request
from tests.fakes import script
from voicelab.engines.process import EngineProcess
engine = EngineProcess(TONES, choose=choose_at_once)
job = engine.submit(request(speaker=script(frame_s=30)))
next(update for update in job.updates(0.02) if update.state == "speaking")
print(engine.health().pid, flush=True)
if sys.argv[1] == "wait":
    time.sleep(60)
"""


@pytest.fixture
def lab(tmp_path: Path) -> Callable[[str], subprocess.Popen[str]]:
    """Start a program that has a text in the engine; its first line of output is the engine's process id."""
    program = tmp_path / "lab.py"
    program.write_text(LAB)

    def start(what: str) -> subprocess.Popen[str]:
        command = [sys.executable, str(program), what]
        return subprocess.Popen(
            command, stdout=subprocess.PIPE, text=True, env={**os.environ, "PYTHONPATH": str(Path.cwd())}
        )

    return start


def test_the_engine_ends_when_the_lab_is_killed(lab: Callable[[str], subprocess.Popen[str]]) -> None:
    with lab("wait") as process:
        assert process.stdout is not None
        pid = int(process.stdout.readline())
        assert is_alive(pid)
        process.kill()
        process.wait()
        killed_at = time.monotonic()
        wait_for(lambda: not is_alive(pid))
        assert time.monotonic() - killed_at < 2


def test_the_engine_ends_when_the_lab_ends_in_the_middle_of_a_text(lab: Callable[[str], subprocess.Popen[str]]) -> None:
    with lab("end") as process:
        assert process.stdout is not None
        pid = int(process.stdout.readline())
        assert process.wait(WAIT_S) == 0
        assert not is_alive(pid)
