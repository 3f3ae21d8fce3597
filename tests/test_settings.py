"""Flags and environment."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from voicelab.bootstrap import engine_of
from voicelab.models.memory_guard import MemoryGuard
from voicelab.settings import Settings


def test_the_fast_engine_has_to_be_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("VOICELAB_PLAIN_ENGINE", raising=False)
    assert Settings.from_environment().plain_engine
    assert not Settings.from_environment(plain_engine=False).plain_engine
    monkeypatch.setenv("VOICELAB_PLAIN_ENGINE", "0")
    assert not Settings.from_environment().plain_engine


@pytest.mark.parametrize(
    ("flags", "minutes"),
    [
        ({}, 30),
        ({"port": 7861, "model": "preview"}, 30),
        ({"default_voice": "vixen"}, 0),
        ({"host": "0.0.0.0"}, 0),  # noqa: S104 - nothing listens
        ({"allow_hosts": "lab.example"}, 0),
        ({"default_voice": "vixen", "idle_minutes": 5.0}, 5),
        ({"idle_minutes": 0.0}, 0),
    ],
)
def test_a_served_voice_stays_loaded_unless_somebody_says_otherwise(
    flags: dict[str, Any], minutes: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("VOICELAB_IDLE_MINUTES", raising=False)
    assert Settings.from_environment(**flags).unloads_after == minutes


def test_the_variable_says_when_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VOICELAB_IDLE_MINUTES", "7")
    assert Settings.from_environment(default_voice="vixen").unloads_after == 7


@pytest.mark.parametrize(("voice", "rests"), [("", True), ("vixen", False)])
def test_the_engine_goes_by_it(voice: str, rests: bool, tmp_path: Path) -> None:
    engine = engine_of(Settings(home=tmp_path, default_voice=voice), MemoryGuard())
    assert (engine._dispatcher.rest.due_in_s is not None) is rests
    engine.close()
