"""What every command keeps to, whichever it is: its help, its examples, its exit codes."""

from __future__ import annotations

import os
import shlex
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import typer.main

from tests.cli.conftest import Done
from tests.printed import activated
from voicelab import __version__
from voicelab.cli.main import SECTIONS, app
from voicelab.environment import read_settings
from voicelab.settings import CHECKOUT, Settings

if TYPE_CHECKING:
    from voicelab.voices.library import VoiceLibrary

ROOT: Any = typer.main.get_command(app)


def every_command(group: Any = ROOT, before: tuple[str, ...] = ()) -> dict[tuple[str, ...], Any]:
    """Return each command that does something, by the words that call it."""
    found: dict[tuple[str, ...], Any] = {}
    for name, command in group.commands.items():
        words = (*before, name)
        found |= every_command(command, words) if hasattr(command, "commands") else {words: command}
    return found


COMMANDS = every_command()


def help_of(*words: str) -> str:
    """Return the help as a terminal of 100 columns shows it."""
    command = [sys.executable, "-m", "voicelab", *words, "--help"]
    done = subprocess.run(
        command, env=os.environ | {"COLUMNS": "100"}, cwd=CHECKOUT, capture_output=True, text=True, check=True
    )
    return done.stdout


@pytest.mark.parametrize("words", COMMANDS, ids=" ".join)
def test_every_command_has_examples_that_are_right_usage(words: tuple[str, ...]) -> None:
    """They are parsed as they stand, but not run."""
    lines = [line.strip() for line in (COMMANDS[words].epilog or "").splitlines() if "  voicelab " in line]
    assert lines, "no example"
    for line in lines:
        typed = line.partition(" < ")[0].partition(" > ")[0]
        assert shlex.split(typed)[1 : 1 + len(words)] == list(words)
        arguments = shlex.split(typed)[1 + len(words) :]
        with COMMANDS[words].make_context(words[-1], arguments):
            pass


@pytest.mark.parametrize("words", COMMANDS, ids=" ".join)
def test_no_help_shows_types_of_python(words: tuple[str, ...]) -> None:
    with COMMANDS[words].make_context(words[-1], [], resilient_parsing=True) as context:
        shown = COMMANDS[words].get_help(context)
    assert "--help" in shown
    assert "list[" not in shown


def test_help_lists_every_command_under_its_heading() -> None:
    shown = help_of()
    assert {name for names in SECTIONS.values() for name in names} == set(ROOT.commands)
    places = [shown.index(f"\n{heading}:") for heading in SECTIONS]
    assert places == sorted(places)
    assert "--version" in shown
    assert "list[" not in help_of("serve") + help_of("compare") + help_of("listen", "create")
    assert "\n    voicelab clip check recording.m4a\n" in help_of("clip", "check")


def test_it_says_which_version_it_is() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "voicelab", "--version"], cwd=CHECKOUT, capture_output=True, text=True, check=True
    )
    assert done.stdout == f"voicelab {__version__}\n"


@pytest.mark.parametrize(
    ("words", "wanted"),
    [
        ("voicelab expe", {"experiments"}),
        ("voicelab voice re", {"rename", "remove"}),
        ("voicelab voice show jo", {"joe"}),
        ("voicelab say Hi --voice j", {"joe"}),
        ("voicelab compare joe --res", {"--resume"}),
    ],
)
def test_a_shell_completes(home: Path, joe: VoiceLibrary, words: str, wanted: set[str]) -> None:
    """As bash asks, whose words it gets back; names of voices among them."""
    count = str(len(words.split()) - 1)
    asked = {"_VOICELAB_COMPLETE": "complete_bash", "COMP_WORDS": words, "COMP_CWORD": count}
    done = subprocess.run(
        [sys.executable, "-m", "voicelab"], cwd=CHECKOUT, env=activated(home, **asked), capture_output=True, text=True,
        check=False,
    )  # fmt: skip
    assert set(done.stdout.split()) == wanted, done.stderr


NOTHING = "no-such-thing"
WRONG: dict[str, tuple[tuple[int, tuple[str, ...]], ...]] = {
    "clip check": ((1, (NOTHING,)), (2, ())),
    "clip best": ((1, (NOTHING,)), (2, ("x.wav", "--count", "many"))),
    "clip cut": ((1, (NOTHING, "--start-s", "0", "--end-s", "1", "--out", "x.wav")), (2, ("x.wav",))),
    "transcript hear": ((1, (NOTHING,)), (1, ("x.wav", "--language", "klingon")), (2, ())),
    "transcript check": ((1, (NOTHING, "--text", "Hi")), (2, ("x.wav",))),
    "voice add": ((1, ("Anna", NOTHING)), (1, ("Nobody", NOTHING, "--replace")), (2, ("Anna",))),
    "voice list": ((2, ("extra",)),),
    "voice show": ((1, (NOTHING,)), (2, ())),
    "voice tune": ((1, (NOTHING,)), (1, ("joe", "--budget", "0")), (1, ("joe", "--weights", "beauty=1")), (2, ())),
    "voice rename": ((1, (NOTHING, "Anna")), (2, (NOTHING,))),
    "voice check": ((1, (NOTHING, "on")), (2, ("sample", "perhaps")), (2, (NOTHING,))),
    "voice model": ((1, (NOTHING, "auto")), (1, ("sample", NOTHING)), (2, (NOTHING,))),
    "voice speed": ((1, (NOTHING, "1.2")), (1, ("sample", "3")), (2, ("sample", "fast")), (2, (NOTHING,))),
    "voice remove": ((1, (NOTHING,)), (2, ())),
    "voice export": ((1, (NOTHING, "x.zip")), (1, (NOTHING, "x.tar")), (2, (NOTHING,))),
    "voice import": ((1, (NOTHING,)), (2, ())),
    "mcp": ((1, ("--http", "--host", "192.0.2.77")), (2, ("--port", "0")), (2, ("--nothing",))),
    "wyoming": ((1, ("--uri", "tcp://0.0.0.0:10200")), (1, ("--uri", "x")), (2, ("--nothing",))),
    "say": (
        (1, ("Hi", "--voice", NOTHING, "--out", "x.wav")),
        (1, ("Hi", "--voice", NOTHING, "--out", "x.xyz")),
        (1, ("--lines", NOTHING, "--voice", "x", "--out", "takes")),
        (1, ("--book", NOTHING, "--voice", "x", "--out", "book")),
        (1, ("--book", f"{NOTHING}.epub", "--voice", "x", "--out", "book")),
        (2, ("--book", NOTHING, "--voice", "x", "--out", "-")),
        (2, ("--book", NOTHING, "--lines", NOTHING, "--voice", "x", "--out", "book")),
        (2, ("Hi", "--check", "--takes", "0", "--voice", "x", "--out", "x.wav")),
        (1, ("Hi", "--voice", "x", "--out", "x.wav", "--server", "http://127.0.0.1:9")),
        (1, ("Hi", "--voice", "x", "--out", "x.wav", "--server", "http://[half")),
        (1, ("Hi", "--voice", "x", "--out", "x.wav", "--server", "http://host:99999")),
        (2, ("Hi", "--voice", "x")),
        (2, ("Hi", "--voice", "x", "--out", "x.wav", "--seed", "-1")),
        (2, ("Hi", "--lines", "x", "--voice", "x", "--out", "x")),
    ),
    "compare": (
        (1, (NOTHING, "--text", "Hi", "--out", "takes")),
        (1, (NOTHING, "--resume", NOTHING, "--out", "takes")),
        (2, (NOTHING, "--out", "takes")),
        (2, (NOTHING, "--text", "Hi")),
        (2, (NOTHING, "--text", "Hi", "--out", "x", "--takes", "0")),
    ),
    "experiments list": ((2, ("extra",)),),
    "experiments show": ((1, (NOTHING,)), (2, ())),
    "experiments remove": ((1, (NOTHING, "--yes")), (2, ())),
    "worker": ((1, ("nonsense",)), (2, ())),
    "bleed": ((1, (NOTHING, "--text", "a", "--reference-text", "b")), (2, ("x.wav",))),
    "listen create": ((1, (NOTHING,)), (1, (NOTHING, "--trials", "-1")), (2, ()), (2, (NOTHING, "--trials", "x"))),
    "listen list": ((2, ("extra",)),),
    "listen link": ((1, (NOTHING,)), (2, (NOTHING, "--renew", "1", "--revoke"))),
    "listen results": ((1, (NOTHING,)), (1, (NOTHING, "--out", "x.xyz")), (2, ())),
    "listen use": ((1, (NOTHING, "preview/5s")), (2, (NOTHING,))),
    "models list": ((2, ("extra",)),),
    "models download": ((1, (NOTHING,)), (2, ())),
    "models delete": ((1, (NOTHING, "--yes")), (2, ())),
    "pronounce list": ((1, ("--voice", "nobody")), (2, ("extra",))),
    "pronounce set": ((1, ("x" * 81, "y")), (2, ("x",))),
    "pronounce remove": ((1, ("nothing",)), (2, ())),
    "serve": ((1, ("--host", "no.such.host.invalid")), (2, ("--port", "99999"))),
    "service install": ((2, ("--port", "0")),),
    "service uninstall": ((2, ("extra",)),),
    "service status": ((2, ("extra",)),),
    "doctor": ((2, ("--repair",)), (2, ("extra",))),
    "verify": ((1, ("--model", NOTHING)), (2, ("extra",))),
    "backup": ((1, ("/proc/nowhere/kept.zip",)), (2, ())),
    "restore": ((1, (NOTHING,)), (2, ())),
    "bench engine": ((1, ("--model", NOTHING)), (2, ())),
}


def test_no_command_is_left_out() -> None:
    assert {" ".join(words) for words in COMMANDS} == set(WRONG)


@pytest.mark.parametrize(
    ("command", "code", "arguments"),
    [(command, code, arguments) for command, cases in WRONG.items() for code, arguments in cases],
    ids=lambda value: " ".join(value) if isinstance(value, tuple) else str(value),
)
def test_wrong_input_ends_with_the_right_code(
    run: Callable[..., Done], command: str, code: int, arguments: tuple[str, ...]
) -> None:
    """1: one line says why. 2: the usage, with where it was left."""
    done = run(*command.split(), *arguments)
    assert (done.code, done.out) == (code, ""), done.err
    assert "Traceback" not in done.err
    assert "went wrong" not in done.err, "a fault of the lab's own"
    if code == 1:
        assert "Usage" not in done.err
        assert len(done.err.strip().splitlines()[-1]) > 20, "a reason"
    else:
        assert done.err.startswith("Usage: voicelab ")


HOMELESS = ("clip check", "clip cut", "bench engine", "service install", "service uninstall", "service status")
MAKING = ("voice add", "voice import", "serve", "restore")
READING = [name for name in WRONG if name not in {*HOMELESS, *MAKING}]


@pytest.mark.parametrize("command", READING)
def test_a_home_that_is_not_there_is_said(home: Path, capfd: pytest.CaptureFixture[str], command: str) -> None:
    """And not made: a slip in --home would else look like a lab without voices."""
    from voicelab.cli import main

    gone = home / "gone"
    arguments = {"say": ("Hi", "--voice", "x", "--out", "x.wav"), "compare": ("x", "--text", "Hi", "--out", "x")}
    usable = arguments.get(command) or next((args for code, args in WRONG[command] if code == 1), ())
    with pytest.raises(SystemExit) as ended:
        main([*command.split(), *usable, "--home", str(gone)])
    assert ended.value.code == 1
    assert f"There is no folder {gone}. Check --home" in capfd.readouterr().err
    assert not gone.exists()


def test_the_sentence_about_a_missing_home(home: Path, capfd: pytest.CaptureFixture[str]) -> None:
    from voicelab.cli import main

    for named, said in ((home / "gone", f"There is no folder {home / 'gone'}. Check --home"),
                        (home / "file", f"{home / 'file'} is a file. Name the folder")):  # fmt: skip
        (home / "file").touch()
        with pytest.raises(SystemExit):
            main(["voice", "list", "--home", str(named)])
        assert said in capfd.readouterr().err
    with pytest.raises(SystemExit) as ended:
        main(["voice", "add", "Anna", NOTHING, "--home", str(home / "new")])
    assert (ended.value.code, (home / "new").is_dir()) == (1, True)
    assert f"The folder {home / 'new'} is made." in capfd.readouterr().err


def test_a_home_without_a_name_is_not_the_current_folder(
    home: Path, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """As a script has it whose variable was never set."""
    from voicelab.cli import main

    with pytest.raises(SystemExit) as ended:
        main(["voice", "list", "--home", ""])
    assert (ended.value.code, "names no folder" in capfd.readouterr().err) == (2, True)
    monkeypatch.chdir(home)
    monkeypatch.setenv("VOICELAB_HOME", "")
    assert read_settings().home == Settings().home != home
