"""What /health tells of the disk comes from memory."""

from __future__ import annotations

import threading
import time
from typing import TYPE_CHECKING

from tests.running import Server
from voicelab.api.last_known import LastKnown
from voicelab.voices.lock import locked

if TYPE_CHECKING:
    from pathlib import Path


def test_it_is_new_while_the_disk_answers() -> None:
    values = iter(range(10))
    remembered = LastKnown(lambda: next(values))
    assert [remembered.value() for _ in range(3)] == [0, 1, 2]


def test_a_disk_that_hangs_holds_nobody_and_one_thread() -> None:
    gate = threading.Event()
    seen = ["old"]

    def look() -> str:
        if len(seen) > 1:
            gate.wait(30)
        seen.append("seen")
        return seen[-2]

    remembered = LastKnown(look)
    assert remembered.value() == "old"
    before = threading.active_count()
    started = time.monotonic()
    assert [remembered.value() for _ in range(3)] == ["old"] * 3
    assert time.monotonic() - started < 10
    assert threading.active_count() <= before + 1
    gate.set()


def test_health_answers_while_the_library_is_locked(tmp_path: Path) -> None:
    server = Server.start(tmp_path, "--model", "preview")
    try:
        server.wait_for()
        with locked(tmp_path / "voices" / ".lock", exclusive=True):
            assert server.health()["status"] == "ok"
    finally:
        server.end()
