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
from typing import TYPE_CHECKING, Annotated, Any, TextIO

import typer

from voicelab.errors import Cancelled, VoiceLabError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from voicelab.lab import Lab

log = logging.getLogger(__name__)

Json = Annotated[bool, typer.Option("--json", help="Print one JSON value on stdout; everything else goes to stderr.")]
Home = Annotated[
    Path | None,
    typer.Option(
        "--home",
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


def command(function: Callable[..., Answer]) -> Callable[..., None]:
    """Give `function` the options --json and --home; print its Answer, or its error as one line; set the exit code.

    `home` is handed on to a function that has a parameter of that name.
    """
    signature = inspect.signature(function, eval_str=True)
    own = [parameter for parameter in signature.parameters.values() if parameter.name != "home"]
    takes_home = len(own) < len(signature.parameters)

    @functools.wraps(function)
    def run(*args: Any, as_json: bool, home: Path | None, **options: Any) -> None:
        logging.basicConfig(level=logging.WARNING, format="%(levelname)s %(name)s: %(message)s", stream=sys.stderr)
        if takes_home:
            options["home"] = home
        with _answer_stream(as_json) as stdout:
            answer = _outcome(functools.partial(function, *args, **options))
            print_answer(answer, stdout, as_json=as_json)
        if answer.failure:
            raise typer.Exit(1)

    run.__signature__ = signature.replace(parameters=[*own, *_SHARED])  # type: ignore[attr-defined]  # read by typer
    return run


def _outcome(function: Callable[[], Answer]) -> Answer:
    try:
        return function()
    except VoiceLabError as error:
        return _failed(error)
    except KeyboardInterrupt:
        return _failed(Cancelled("Cancelled."))
    except typer.BadParameter:
        raise
    except Exception:
        # A fault of the lab: the log gets the traceback, the caller still gets its one line and one value.
        log.exception("the command failed")
        return _failed(VoiceLabError("Something went wrong inside the lab; the lines above show the details."))


def _failed(error: VoiceLabError) -> Answer:
    return Answer({"error": error.message, "code": error.code}, "", error.message)


def print_answer(answer: Answer, stdout: TextIO, *, as_json: bool) -> None:
    """Write the answer to `stdout`, and the reason of a failure to stderr as one line."""
    end_progress()
    if as_json:
        json.dump(plain(answer.value), stdout, indent=2, ensure_ascii=False, allow_nan=False)
        stdout.write("\n")
    elif answer.text:
        stdout.write(f"{answer.text}\n")
    stdout.flush()
    if answer.failure:
        print(" ".join(answer.failure.split()), file=sys.stderr)  # noqa: T201 - the reason is the command's output


@contextlib.contextmanager
def _answer_stream(as_json: bool) -> Iterator[TextIO]:
    """Yield where the answer goes.

    With --json, whatever libraries print, in this process or in the engine's, is led to stderr: by descriptor, because
    the engine process inherits those.
    """
    if not as_json:
        yield sys.stdout
        return
    sys.stdout.flush()
    with os.fdopen(os.dup(1), "w", encoding="utf-8") as stdout:
        os.dup2(2, 1)
        try:
            yield stdout
        finally:
            sys.stdout.flush()
            os.dup2(stdout.fileno(), 1)


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
        sys.stderr.write(f"\r\x1b[K{message}")
        sys.stderr.flush()
    elif _told != [about]:
        sys.stderr.write(f"{message}\n")
    _told[:] = [about]


def end_progress() -> None:
    """Take the line of progress away."""
    if _told and sys.stderr.isatty():
        sys.stderr.write("\r\x1b[K")
    _told.clear()


@contextlib.contextmanager
def open_lab(home: Path | None, **flags: Any) -> Iterator[Lab]:
    """Build the lab of `home`; its engine, if it was needed, is ended afterwards."""
    from voicelab.bootstrap import build
    from voicelab.settings import Settings

    lab = build(Settings.from_environment(home=home, **flags))
    try:
        yield lab
    finally:
        lab.engine.close()
        if lab.fallback is not None:
            lab.fallback.close()
