"""What every command shares: one answer for people or as JSON, one-line reasons, progress on stderr."""

from __future__ import annotations

import contextlib
import dataclasses
import functools
import inspect
import json
import logging
import math
import os
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, get_args

import typer

from voicelab.cli.logs import PlainLines
from voicelab.cli.streams import STANDARD, Reads, Writes, answer_stream, brought, deliver, say_aside
from voicelab.errors import Cancelled, InvalidValue, VoiceLabError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from voicelab.lab import Lab
    from voicelab.settings import Settings

log = logging.getLogger(__name__)

Json = Annotated[bool, typer.Option("--json", help="Print one JSON value on stdout; everything else goes to stderr.")]


def _home(given: str) -> Path:
    """Return the folder that was named. An empty name is a variable that was never set, not the current folder."""
    if not given.strip():
        raise typer.BadParameter("it names no folder")
    return Path(given)


Home = Annotated[
    Path | None,
    typer.Option(
        "--home",
        parser=_home,
        metavar="DIRECTORY",
        help="The folder with voices/ and data/.",
        show_default="VOICELAB_HOME, else the checkout that voicelab runs from, else the platform's data folder",
    ),
]
_SHARED = (
    inspect.Parameter("as_json", inspect.Parameter.KEYWORD_ONLY, default=False, annotation=Json),
    inspect.Parameter("home", inspect.Parameter.KEYWORD_ONLY, default=None, annotation=Home),
)


@dataclass(frozen=True)
class Answer:
    """The result of a command."""

    value: Any
    """What --json prints: anything `plain` takes."""
    text: str
    """What a person reads."""
    failure: str = ""
    """Why the command failed although there is something to print; empty when it did not."""
    notes: tuple[str, ...] = ()
    """What a person should know of the text and is no part of it: told on stderr."""
    content: bytes | None = None
    """Audio for standard output, where it was asked for there; the text is told on stderr then."""


def command(function: Callable[..., Answer]) -> Callable[..., None]:
    """Give `function` the options --json and --home; print its Answer, or its error as one line; set the exit code.

    `home` is handed on to a function that has a parameter of that name. A parameter marked with Reads gets a file with
    what comes on standard input where `-` was given.
    """
    signature = inspect.signature(function, eval_str=True)
    own = [parameter for parameter in signature.parameters.values() if parameter.name != "home"]
    takes_home = len(own) < len(signature.parameters)

    @functools.wraps(function)
    def run(*args: Any, as_json: bool, home: Path | None, **options: Any) -> None:
        warnings = logging.StreamHandler(sys.stderr)
        warnings.setFormatter(PlainLines("%(levelname)s %(name)s: %(message)s"))
        logging.basicConfig(level=logging.WARNING, handlers=[warnings])
        read = [name for name in _marked(own, Reads) if options.get(name) == STANDARD]
        _check_streams(read, any(options.get(name) == STANDARD for name in _marked(own, Writes)), as_json=as_json)
        if takes_home:
            options["home"] = home
        with answer_stream() as stdout:
            answer = _outcome(functools.partial(_with_input, function, read, *args, **options))
            print_answer(answer, stdout, as_json=as_json)
        if answer.failure:
            raise typer.Exit(1)

    run.__signature__ = signature.replace(parameters=[*own, *_SHARED])  # type: ignore[attr-defined]  # read by typer
    return run


def examples(*lines: str) -> str:
    """Return what stands below the help of a command: lines that a person may type."""
    return "\n".join(("\b", "Examples:", *(f"  voicelab {line}" for line in lines)))


def _marked(parameters: Iterable[inspect.Parameter], mark: type) -> list[str]:
    return [parameter.name for parameter in parameters if mark in get_args(parameter.annotation)]


def _check_streams(read: list[str], writes: bool, *, as_json: bool) -> None:
    if len(read) > 1:
        raise typer.BadParameter("standard input can be read once: give - for one of the files only")
    if writes and as_json:
        raise typer.BadParameter("--json and --out - both go to standard output: give one of them")
    if writes and os.isatty(1):
        raise typer.BadParameter(
            "--out - writes audio, and standard output is a terminal: lead it to a file or program"
        )


def _with_input(function: Callable[..., Answer], read: list[str], *args: Any, **options: Any) -> Answer:
    if not read:
        return function(*args, **options)
    with brought() as path:
        return function(*args, **options | {read[0]: path})


def _outcome(function: Callable[[], Answer]) -> Answer:
    try:
        return function()
    except VoiceLabError as error:
        return _failed(error)
    except (KeyboardInterrupt, typer.Abort):  # the latter at a question
        return _failed(Cancelled("Cancelled."))
    except (typer.BadParameter, typer.Exit):
        raise
    except Exception:
        # A fault of the lab: the log gets the traceback, the caller still gets its one line and one value.
        log.exception("the command failed")
        return _failed(VoiceLabError("Something went wrong inside the lab; the lines above show the details."))


def _failed(error: VoiceLabError) -> Answer:
    return Answer({"error": error.message, "code": error.code}, "", error.message)


def print_answer(answer: Answer, stdout: int, *, as_json: bool) -> None:
    """Write the answer to the descriptor `stdout`, and its notes and the reason of a failure to stderr, a line each."""
    end_progress()
    text = f"{answer.text}\n" if answer.text else ""
    if as_json:
        content = json.dumps(plain(answer.value), indent=2, ensure_ascii=False, allow_nan=False) + "\n"
        deliver(stdout, content.encode(errors="replace"))
    elif answer.content is not None:
        say_aside(text)
        deliver(stdout, answer.content)
    else:
        say_aside("".join(f"{note}\n" for note in answer.notes))
        deliver(stdout, text.encode(sys.stdout.encoding or "utf-8", errors="replace"))
    if answer.failure:
        say_aside(" ".join(answer.failure.split()) + "\n")


def plain(value: Any) -> Any:
    """Return `value` as JSON knows it: dataclasses as objects, paths as text, NaN and infinity as null."""
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {field.name: plain(getattr(value, field.name)) for field in dataclasses.fields(value)}
    if isinstance(value, dict):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [plain(item) for item in value]
    if isinstance(value, Path):
        return str(value)
    if isinstance(value, float) and not math.isfinite(value):
        return None
    return value


def table(headings: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """Return columns of text, as wide as their widest cell."""
    cells = [tuple(headings), *(tuple("" if cell is None else str(cell) for cell in row) for row in rows)]
    widths = [max(len(row[column]) for row in cells) for column in range(len(headings))]
    lines = ("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in cells)
    return "\n".join(lines)


_told: list[str] = []


def tell(message: str, about: str) -> None:
    """Show progress on stderr: on a terminal one line that is written over, elsewhere a line when `about` changes."""
    if sys.stderr.isatty():
        say_aside(f"\r\x1b[K{message}")
    elif _told != [about]:
        say_aside(f"{message}\n")
    _told[:] = [about]


def end_progress() -> None:
    """Take the line of progress away."""
    if _told and sys.stderr.isatty():
        say_aside("\r\x1b[K")
    _told.clear()


def settings_for(home: Path | None, *, makes: bool = False, **flags: Any) -> Settings:
    """Return the settings of a command. A home that was named and is not there is made where the command `makes` it.

    Raises InvalidValue, StorageFailed.
    """
    from voicelab.environment import read_settings
    from voicelab.files import storage_errors

    settings = read_settings(home=home, **flags)
    named = home is not None or bool(os.environ.get("VOICELAB_HOME"))
    if not named or settings.home.is_dir():
        return settings
    if settings.home.exists():
        raise InvalidValue("home", f"{settings.home} is a file. Name the folder with voices/ and data/ with --home.")
    if not makes:
        raise InvalidValue(
            "home",
            f"There is no folder {settings.home}. Check --home (or VOICELAB_HOME); `voicelab voice add` and "
            "`voicelab serve` make one that is new.",
        )
    with storage_errors(f"anything in {settings.home}"):
        settings.home.mkdir(parents=True)
    say_aside(f"The folder {settings.home} is made.\n")
    return settings


@contextlib.contextmanager
def open_lab(home: Path | None, *, makes: bool = False, **flags: Any) -> Iterator[Lab]:
    """Build the lab of `home`; its engine, if it was needed, is ended afterwards. Raises what `settings_for` raises."""
    from voicelab.bootstrap import build

    lab = build(settings_for(home, makes=makes, **flags))
    try:
        yield lab
    finally:
        lab.engine.close()
        if lab.fallback is not None:
            lab.fallback.close()
