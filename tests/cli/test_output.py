"""What every command keeps to: one JSON value, a line for people, an exit code."""

from __future__ import annotations

import json
import math
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.cli.conftest import Done
from voicelab.cli.output import plain, table
from voicelab.settings import CHECKOUT
from voicelab.voices.library import VoiceLibrary
from voicelab.voices.voice import Recipe


def test_doctor_says_what_works_and_why(run: Callable[..., Done]) -> None:
    value = run("doctor", "--json").value
    assert value["address"] == {"serving": False, "own": "http://127.0.0.1:7860", "others": ""}
    assert {engine["name"] for engine in value["engines"]} == {"mlx", "pocket", "preview", "qwen3"}
    assert all(engine["reason"] for engine in value["engines"])
    assert any(row["name"] == "tiny.en" and row["on_disk"] for row in value["recognizers"])
    assert value["default_model"] in {model["name"] for model in value["models"]}
    assert value["python"] == ".".join(map(str, sys.version_info[:3]))
    assert value["platform"]


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (("voice", "show", "nobody"), "unknown_voice"),
        (("voice", "show", "../../etc"), "unknown_voice"),
        (("say", "Hi", "--voice", "nobody", "--out", "hi.wav"), "unknown_voice"),
        (("clip", "check", "no-such-file.wav"), "unreadable_audio"),
        (("clip", "check", CHECKOUT / "Makefile"), "unreadable_audio"),
        (("compare", "nobody", "--text", "Hi", "--lengths", "long", "--out", "takes"), "invalid_value"),
        (("transcript", "hear", "x.wav", "--language", "klingon"), "unsupported_language"),
        (("voice", "add", "../../x", "no-such-file.wav"), "invalid_name"),
    ],
)
def test_a_failure_is_one_line_and_one_value(run: Callable[..., Done], arguments: tuple[str, ...], code: str) -> None:
    done = run(*arguments, "--json")
    assert done.code == 1
    assert done.value["code"] == code
    assert done.value["error"] in done.err
    assert "Traceback" not in done.err


@pytest.mark.parametrize(
    "arguments",
    [("say",), ("clip", "cut", "a.wav"), ("dance",), ("say", "Hi", "--voice", "x", "--out", "x.wav", "--seed", "-1")],
)
def test_wrong_usage_is_2(run: Callable[..., Done], arguments: tuple[str, ...]) -> None:
    done = run(*arguments)
    assert (done.code, done.out) == (2, "")


def test_what_libraries_print_never_reaches_the_json(home: Path) -> None:
    """By descriptor: the engine process and C libraries print past sys.stdout."""
    program = (
        "import os, voicelab.cli.doctor as doctor, voicelab.models.model_choice as choice\n"
        "from voicelab.cli import main\n"
        "engines = choice.engines\n"
        "def noisy():\n"
        "    print('from Python'); os.write(1, b'from C\\n')\n"
        "    return engines()\n"
        "choice.engines = noisy\n"
        f"main(['doctor', '--json', '--home', {str(home)!r}])\n"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, cwd=CHECKOUT, check=True)
    assert json.loads(done.stdout)["engines"]
    assert "from Python" in done.stderr
    assert "from C" in done.stderr


def test_a_fault_of_the_lab_is_still_one_value(
    run: Callable[..., Done], joe: VoiceLibrary, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(library: VoiceLibrary) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(VoiceLibrary, "voices", broken)
    done = run("voice", "list", "--json")
    assert (done.code, done.value["code"]) == (1, "error")
    assert "inside the lab" in done.err.splitlines()[-1]


def test_json_knows_no_nan_and_no_paths() -> None:
    assert plain({"a": math.nan, "b": (math.inf, 1.5), "c": Path("x"), "d": Recipe()})["b"] == [None, 1.5]
    json.dumps(plain({"a": math.nan, "c": Path("x"), "d": Recipe()}), allow_nan=False)


def test_tables_are_as_wide_as_their_cells() -> None:
    assert table(("A", "B"), [("long cell", 1), (None, "x")]) == "A          B\nlong cell  1\n           x"
