"""The server's log: for people or as JSON, to stderr or to files that are turned over."""

from __future__ import annotations

import errno
import json
import logging
import math
import sys
import time
from datetime import UTC, datetime
from logging.handlers import RotatingFileHandler
from typing import TYPE_CHECKING, Any

from voicelab.files import storage_errors

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

_FILE_BYTES = 5 * 2**20
_OLDER_FILES = 4


_ONCE_S = 60.0
_TOO_MANY = (
    "Too many files and connections are open, so nobody new is answered for a moment. If it goes on, raise the limit "
    "(ulimit -n), or look who holds so many connections. This is said once a minute."
)
_LONGEST = 2000
"""Characters of one message."""


def on_one_line(text: str) -> str:
    """Return `text` as it may stand in a log: cut, and with line feeds, terminal escapes and hidden marks spelled out.

    Much of what is logged was sent by strangers: a name, an address, a header.
    """
    cut = text if len(text) <= _LONGEST else f"{text[:_LONGEST]}… ({len(text)} characters)"
    return "".join(
        character if character.isprintable() else character.encode("unicode_escape", "backslashreplace").decode()
        for character in cut
    )


class PlainLines(logging.Formatter):
    """One line per message, for people; a traceback follows on lines of its own."""

    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802 - the name of logging's own method
        """Return the line."""
        record.message = on_one_line(record.message)
        return super().formatMessage(record)


class JsonLines(logging.Formatter):
    """One JSON object per line: at, level, logger, message, and the fields of a request."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the line."""
        fields: dict[str, Any] = getattr(record, "fields", {})
        line = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": on_one_line(record.getMessage()),
            **{name: on_one_line(value) if isinstance(value, str) else value for name, value in fields.items()},
        }
        if record.exc_info:
            line["traceback"] = self.formatException(record.exc_info)
        return json.dumps(line, ensure_ascii=False)


class OutOfDescriptors(logging.Filter):
    """One line a minute where the system has no more descriptors: asyncio would write a traceback every second."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        """Begin with none."""
        super().__init__()
        self._clock = clock
        self._told = -math.inf

    def filter(self, record: logging.LogRecord) -> bool:
        """Say whether `record` is written."""
        error = record.exc_info[1] if record.exc_info else None
        if not isinstance(error, OSError) or error.errno not in {errno.EMFILE, errno.ENFILE}:
            return True
        now = self._clock()
        if now - self._told < _ONCE_S:
            return False
        self._told = now
        record.msg, record.args, record.exc_info, record.exc_text = _TOO_MANY, (), None, None
        return True


def start_log(path: Path | None, *, as_json: bool) -> None:
    """Write the log to `path`, at most 25 MB in five files, or to stderr. Raises StorageFailed."""
    handler: logging.Handler
    if path is None:
        handler = logging.StreamHandler(sys.stderr)
    else:
        with storage_errors(f"the log {path}"):
            path.parent.mkdir(parents=True, exist_ok=True)
            handler = RotatingFileHandler(path, maxBytes=_FILE_BYTES, backupCount=_OLDER_FILES, encoding="utf-8")
    plain = PlainLines("%(asctime)s %(levelname)s %(message)s")
    handler.addFilter(OutOfDescriptors())
    handler.setFormatter(JsonLines() if as_json else plain)
    root = logging.getLogger()
    root.addHandler(handler)
    root.setLevel(logging.INFO)
