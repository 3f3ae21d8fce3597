"""Whatever kills the engine process in the middle of a grid: every take exists once, and /health tells the truth."""

from __future__ import annotations

import os
import signal
import time
from typing import TYPE_CHECKING

import pytest

from tests.engines.conftest import TONES, choose_at_once, request
from tests.engines.test_process import pid_of, wait_until_speaking
from tests.engines.waiting import WAIT_S, wait_for
from tests.fakes import script
from tests.reliability.engine_faults import FAULTS, rounds
from voicelab.engines import heartbeat
from voicelab.engines.heartbeat import Silence
from voicelab.engines.process import EngineProcess
from voicelab.errors import EngineCrashed

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture
def engine() -> Iterator[EngineProcess]:
    engine = EngineProcess(TONES, choose=choose_at_once)
    yield engine
    engine.close()


def test_a_grid_survives_every_fault_once(tmp_path: Path) -> None:
    """Killed, aborted, segfaulted, out of memory, hanging: once each; `make bench-reliability` does twenty rounds."""
    seen = list(rounds(tmp_path, FAULTS))
    assert [fault.how for fault in seen] == list(FAULTS)
    for fault in seen:
        assert fault.takes == fault.expected == 4, fault
        assert fault.restarts == 1, fault
        assert fault.truth_s < 10, fault


def test_a_process_that_hangs_is_named_within_seconds_and_its_text_is_not_lost(
    engine: EngineProcess, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(heartbeat, "DEAD_S", 4.0)
    job = engine.submit(request("A" * 100, speaker=script(frame_s=0.05)))
    wait_until_speaking(job)
    os.kill(pid_of(engine), signal.SIGSTOP)
    wait_for(lambda: "no sign of life" in engine.health().message)
    assert engine.health().ready is False
    assert job.result(WAIT_S).duration_s > 0
    assert engine.health().restarts == 1


def test_a_text_that_hangs_the_process_every_time_fails_with_the_reason(
    engine: EngineProcess, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The process beats, but gets no further: a deadlock in a driver looks like this."""
    monkeypatch.setattr(heartbeat, "STUCK_S", 1.0)
    job = engine.submit(request(speaker=script(deaf_s=60)))
    with pytest.raises(EngineCrashed, match="got no further with a text"):
        job.result(WAIT_S)
    assert engine.submit(request()).result(WAIT_S).duration_s > 0


def test_a_long_piece_is_not_taken_for_a_hang(engine: EngineProcess, monkeypatch: pytest.MonkeyPatch) -> None:
    """The main thread is busy for longer than a silent process may live; the heartbeat goes on."""
    monkeypatch.setattr(heartbeat, "DEAD_S", 3.0)
    assert engine.submit(request(speaker=script(deaf_s=5))).result(WAIT_S).duration_s > 0
    assert engine.health().restarts == 0


def test_a_laptop_that_slept_blames_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    """The clock jumps by hours between two looks: that counts as two seconds of silence."""
    silence = Silence()
    jumped = time.monotonic() + 5 * 3600
    monkeypatch.setattr(time, "monotonic", lambda: jumped)
    assert silence.look() <= 2.0
