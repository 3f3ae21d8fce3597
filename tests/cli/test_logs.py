"""The log where there are no descriptors left."""

from __future__ import annotations

import errno
import logging

from voicelab.cli.logs import OutOfDescriptors


def record(code: int) -> logging.LogRecord:
    error = OSError(code, "accept")
    return logging.LogRecord("asyncio", logging.ERROR, __file__, 1, "accept", (), (OSError, error, None))


def test_out_of_descriptors_is_one_line_a_minute() -> None:
    now = [1000.0]
    told = OutOfDescriptors(lambda: now[0])
    first = record(errno.EMFILE)
    assert told.filter(first)
    assert "Too many files" in first.getMessage()
    assert first.exc_info is None, "no traceback"
    assert [told.filter(record(code)) for code in (errno.EMFILE, errno.ENFILE)] == [False, False]
    assert told.filter(record(errno.EIO)), "other errors are told as ever"
    now[0] += 61
    assert told.filter(record(errno.EMFILE))
