"""A few hundred hostile presses on a page where everything is open; `make bench-reliability` makes two thousand."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.reliability.hostile_presses import open_everything, pressed, what_is_gone
from tests.reliability.slow_readers import spoken
from tests.running import Server, awaited

if TYPE_CHECKING:
    from pathlib import Path

EVENTS = 300


def test_hostile_presses_are_answered_and_take_nothing_away(tmp_path: Path) -> None:
    known = open_everything(tmp_path)
    server = Server.start(tmp_path, "--model", "preview")
    try:
        server.wait_for("ready", "page", within_s=120)
        result = awaited(pressed(server, known, EVENTS))
        assert spoken(server, "And who comes next is heard.") > 10_000
    finally:
        server.end()
    assert result.lost == []
    assert result.answers["refused"] > EVENTS / 4, result.answers
    assert "Traceback" not in server.log
    assert what_is_gone(tmp_path, known) == []
