"""Flags and environment."""

from __future__ import annotations

import re
import sys
from dataclasses import fields
from pathlib import Path
from typing import Any

import pytest

from voicelab import settings
from voicelab.bootstrap import engine_of
from voicelab.cli import main
from voicelab.environment import Variables, read_settings
from voicelab.errors import InvalidValue
from voicelab.models.memory_guard import MemoryGuard
from voicelab.settings import CHECKOUT, Settings

VARIABLE = "VOICELAB_PLAIN_ENGINE"
DEFAULT = "voicelab.engines.qwen3.synthesizer:Qwen3Synthesizer"
FAST = "voicelab.engines.qwen3.batched:BatchedSynthesizer"


def synthesizer_of(*arguments: str) -> str:
    """Return what the lab that a command line serves would have the engine process import."""
    with pytest.MonkeyPatch.context() as patch:
        served: list[Settings] = []
        patch.setattr("voicelab.bootstrap.serve", served.append)
        # The log of a served lab is this process's: it would write to a stream of this test for all tests after it.
        patch.setattr("voicelab.cli.serve.start_log", lambda *_given, **_named: None)
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
    assert synthesizer_of("serve") == DEFAULT
    monkeypatch.setenv(VARIABLE, "fast")
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
    assert read_settings(**flags).unloads_after == minutes


def test_the_variable_says_when_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VOICELAB_IDLE_MINUTES", "7")
    assert read_settings(default_voice="vixen").unloads_after == 7


@pytest.mark.parametrize(("voice", "rests"), [("", True), ("vixen", False)])
def test_the_engine_goes_by_it(voice: str, rests: bool, tmp_path: Path) -> None:
    engine = engine_of(Settings(home=tmp_path, default_voice=voice), MemoryGuard())
    assert (engine._dispatcher.rest.due_in_s is not None) is rests
    engine.close()


def test_a_checkout_is_home_and_an_installed_lab_has_the_platforms_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("VOICELAB_HOME", raising=False)
    assert read_settings().home == CHECKOUT
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.delenv("XDG_DATA_HOME", raising=False)
    monkeypatch.setattr(settings, "CHECKOUT", tmp_path / "site-packages")
    own = "Library/Application Support/voicelab" if sys.platform == "darwin" else ".local/share/voicelab"
    monkeypatch.setattr(settings, "in_checkout", lambda: False)
    assert read_settings().home == tmp_path / own
    monkeypatch.setenv("VOICELAB_HOME", str(tmp_path / "variable"))
    assert read_settings().home == tmp_path / "variable"
    assert read_settings(home=tmp_path / "flag").home == tmp_path / "flag"


@pytest.mark.parametrize(
    ("files", "folders", "is_one"),
    [
        (["pyproject.toml"], ["voices"], True),
        (["pyproject.toml"], [], False),
        ([], ["voices"], False),  # somebody's site-packages with a package called voices
    ],
)
def test_a_checkout_is_told_by_what_lies_beside_the_package(
    files: list[str], folders: list[str], is_one: bool, tmp_path: Path
) -> None:
    for name in files:
        (tmp_path / name).touch()
    for name in folders:
        (tmp_path / name).mkdir()
    assert settings.in_checkout(tmp_path) is is_one


@pytest.mark.parametrize("command", ["say", "serve", "voice list"])
def test_the_help_says_where_voices_are(command: str, capfd: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main([*command.split(), "--help"])
    shown = " ".join(capfd.readouterr().out.split())
    assert "VOICELAB_HOME, else the checkout that voicelab runs from, else the platform's data folder" in shown


@pytest.mark.parametrize(
    ("said", "means"), [("true", True), ("yes", True), ("1", True), ("off", False), ("0", False), ("", False)]
)
def test_a_switch_is_said_as_other_programs_have_it(said: str, means: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VOICELAB_ALLOW_SWAP", said)
    assert read_settings().allow_swap is means


@pytest.mark.parametrize(
    ("variable", "said", "sentence"),
    [
        ("VOICELAB_ALLOW_SWAP", "perhaps", "VOICELAB_ALLOW_SWAP is 'perhaps', which is neither yes nor no"),
        ("VOICELAB_PORT", "many", "VOICELAB_PORT is 'many', which is no number"),
        ("VOICELAB_IDLE_MINUTES", "nan minutes", "which is no number"),
        ("VOICELAB_DATE_ORDER", "year-first", "and there are month-first and day-first"),
    ],
)
def test_a_variable_that_means_nothing_is_named(
    variable: str, said: str, sentence: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(variable, said)
    with pytest.raises(InvalidValue, match=re.escape(sentence)):
        read_settings()


def test_every_setting_has_its_variable() -> None:
    """Only the engines' variants are said another way."""
    assert set(Variables.model_fields) == {field.name for field in fields(Settings)} - {"engine_variants"}
