"""Flags and environment."""

from __future__ import annotations

from typing import TYPE_CHECKING

from voicelab.settings import Settings

if TYPE_CHECKING:
    import pytest


def test_the_fast_engine_has_to_be_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("VOICELAB_PLAIN_ENGINE", raising=False)
    assert Settings.from_environment().plain_engine
    assert not Settings.from_environment(plain_engine=False).plain_engine
    monkeypatch.setenv("VOICELAB_PLAIN_ENGINE", "0")
    assert not Settings.from_environment().plain_engine
