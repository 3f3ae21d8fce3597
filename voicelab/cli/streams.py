"""Standard input and output: `-` where a file is read or audio is written, and readers that went away."""

from __future__ import annotations

import contextlib
import os
import select
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, NoReturn

import typer

from voicelab.errors import UnreadableFile
from voicelab.files import storage_errors
from voicelab.text.encodings import decode_text

if TYPE_CHECKING:
    from collections.abc import Iterator

READER_GONE = 141
"""128 + SIGPIPE: what a shell shows for a program whose reader went away, as in `voicelab models list | head -1`."""
STANDARD = Path("-")
MOST_TEXT_BYTES = 16 * 2**20
"""Of a text that is read whole: four times the Bible."""
MOST_BYTES = 2 * 2**30
"""Of a file on standard input: half an hour of studio recording has 1.4 GB."""

_PART_BYTES = 2**20
_STDIN, _STDOUT, _STDERR = 0, 1, 2
_closed: set[int] = set()


class Reads:
    """Marks a parameter whose file may be `-`: standard input."""


class Writes:
    """Marks a parameter whose file may be `-`: standard output."""


def open_streams() -> None:
    """Make the three streams usable when some were closed at the start (`>&-`).

    Otherwise the next file that is opened, a database say, would be taken for standard output.
    """
    for descriptor in (_STDIN, _STDOUT, _STDERR):
        try:
            os.fstat(descriptor)
        except OSError:
            _closed.add(descriptor)
            os.set_inheritable(os.open(os.devnull, os.O_RDWR), True)  # the lowest number that is free: this one
    sys.stdin = sys.stdin or os.fdopen(os.open(os.devnull, os.O_RDONLY))
    sys.stdout = sys.stdout or os.fdopen(os.open(os.devnull, os.O_WRONLY), "w")
    sys.stderr = sys.stderr or os.fdopen(os.open(os.devnull, os.O_WRONLY), "w")


@contextlib.contextmanager
def answer_stream() -> Iterator[int]:
    """Yield the descriptor that the answer goes to.

    Whatever libraries print, in this process or in the engine's, is led to stderr: by descriptor, because the engine
    process inherits those.
    """
    sys.stdout.flush()
    answers = os.dup(_STDOUT)
    os.dup2(_STDERR, _STDOUT)
    try:
        yield answers
    finally:
        with contextlib.suppress(OSError):  # nobody reads stderr
            sys.stdout.flush()
        os.dup2(answers, _STDOUT)
        os.close(answers)


def deliver(descriptor: int, content: bytes) -> None:
    """Write all of `content`. Raises typer.Exit, quietly with READER_GONE where the reader went away."""
    if _STDOUT in _closed and content:
        _not_delivered("it is closed")
    rest = memoryview(content)
    try:
        while rest:
            select.select([], [descriptor], [])  # a pipe that another program made non-blocking takes a part at a time
            rest = rest[os.write(descriptor, rest) :]
    except BrokenPipeError as error:
        raise typer.Exit(READER_GONE) from error
    except OSError as error:
        _not_delivered((error.strerror or str(error)).lower())


def say_aside(text: str) -> None:
    """Write to stderr, if anybody reads it."""
    with contextlib.suppress(OSError):
        sys.stderr.write(text)
        sys.stderr.flush()


@contextlib.contextmanager
def brought() -> Iterator[Path]:
    """Yield a file with everything that comes on standard input, for as long as the block.

    Raises StorageFailed, and UnreadableFile for what has no end.
    """
    with tempfile.TemporaryDirectory(prefix="voicelab-") as folder:
        path = Path(folder) / "standard input"
        with storage_errors("what comes on standard input"), path.open("wb") as file:
            while (part := sys.stdin.buffer.read(_PART_BYTES)) and file.tell() <= MOST_BYTES:
                file.write(part)
            if file.tell() > MOST_BYTES:
                raise UnreadableFile(f"What comes on standard input has more than {MOST_BYTES / 2**30:.0f} GB.")
        yield path


def text_within(file: BinaryIO, name: str) -> bytes:
    """Return what is in a file that should hold a text: not all of one that has no end. Raises UnreadableFile."""
    content = file.read(MOST_TEXT_BYTES + 1)
    if len(content) > MOST_TEXT_BYTES:
        raise UnreadableFile(f"{name} has more than {MOST_TEXT_BYTES // 2**20} MB, which is no text to be said.")
    return content


def text_brought() -> str:
    """Return what comes on standard input as text. Raises UnreadableFile."""
    try:
        return decode_text(text_within(sys.stdin.buffer, "What comes on standard input")).text.strip()
    except ValueError as error:
        raise UnreadableFile(f"What comes on standard input is no text ({error}).") from error


def _not_delivered(why: str) -> NoReturn:
    say_aside(f"The answer could not be written to standard output: {why}.\n")
    raise typer.Exit(1)
