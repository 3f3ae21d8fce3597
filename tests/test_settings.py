"""Flags and environment."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from voicelab.bootstrap import engine_of
from voicelab.cli import main
from voicelab.errors import InvalidValue
from voicelab.models.memory_guard import MemoryGuard
from voicelab.settings import Settings

VARIABLE = "VOICELAB_PLAIN_ENGINE"
DEFAULT = "voicelab.engines.qwen3.synthesizer:Qwen3Synthesizer"
FAST = "voicelab.engines.qwen3.batched:BatchedSynthesizer"


def synthesizer_of(*arguments: str) -> str:
    """Return what the lab that a command line serves would have the engine process import."""
    with pytest.MonkeyPatch.context() as patch:
        served: list[Settings] = []
        patch.setattr("voicelab.bootstrap.serve", served.append)
        with pytest.raises(SystemExit) as ended:
            main(list(arguments))
        assert not ended.value.code
    engine = engine_of(served[0], MemoryGuard())
    engine.close()
    return engine._supervisor._synthesizers["qwen3"]


def test_the_fast_engine_has_to_be_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    """By a flag, or by a variable, which a flag overrules."""
    monkeypatch.delenv(VARIABLE, raising=False)
    assert synthesizer_of("serve") == DEFAULT
    assert synthesizer_of("serve", "--fast-engine") == FAST
    assert synthesizer_of("serve", "--plain-engine") == DEFAULT
    monkeypatch.setenv(VARIABLE, "0")
    assert synthesizer_of("serve") == FAST
    assert synthesizer_of("serve", "--plain-engine") == DEFAULT
    monkeypatch.setenv(VARIABLE, "1")
    assert synthesizer_of("serve") == DEFAULT
    monkeypatch.setenv(VARIABLE, "true")
    with pytest.raises(InvalidValue, match="0 or 1"):
        synthesizer_of("serve")


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
