"""Looking through listening tests: the database page by page, and every stimulus."""

from __future__ import annotations

import contextlib
import re
import sqlite3
from typing import TYPE_CHECKING

from voicelab.clips.wav import read_wav
from voicelab.errors import VoiceLabError
from voicelab.voices.integrity import Finding

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from voicelab.listening.database import Database

_ID = re.compile(r"[0-9a-f]{32}")
_WAIT_S = 5.0


def examine_listening(database: Database, file: Path | None, folder: Path) -> Iterator[Finding]:
    """Look through the tests of `database`, whose SQLite file is `file` (None: another kind), with stimuli in `folder`.

    A database that somebody holds is said to be locked, and not damaged. Nothing is changed but what every opening
    does: tables of an older lab are brought up to date.
    """
    folders = (
        {path.name for path in folder.iterdir() if path.is_dir() and _ID.fullmatch(path.name)}
        if folder.is_dir()
        else set()
    )
    if file is not None:
        if not file.exists() and not folders:
            return
        problem = _problem_of_file(file)
        if problem is not None:
            yield problem
            return
    try:
        samples = _samples(database)
    except VoiceLabError as error:
        yield Finding("database", file.name if file else "database", "fail", error.message)
        return
    for test, sample in samples:
        path = folder / test / f"{sample}.wav"
        try:
            read_wav(path)
        except VoiceLabError:
            message = (
                f"{path}, which listeners of a test hear, is missing or damaged. Put back a copy of {path.parent}."
            )
            yield Finding("test", test, "fail", message)
    known = {test for test, _sample in samples}
    for name in sorted(folders - known):
        message = (
            f"{folder / name} belongs to no test: the lab was killed just when it made one, or its database is "
            "another one. If there is no copy to put back, it may be removed."
        )
        yield Finding("test", name, "warn", message)


def _problem_of_file(file: Path) -> Finding | None:
    """Return what is wrong with the file of a SQLite database."""
    if not file.exists():
        said = f"{file} is gone, and with it every answer; stimuli of tests are there. Put back a copy."
    elif not file.stat().st_size:
        said = f"{file} is damaged: it is empty, and so are the listening tests. Put back a copy, or remove it."
    else:
        try:
            said = _said_by_sqlite(file)
        except sqlite3.DatabaseError as error:
            if error.sqlite_errorcode & 0xFF in {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED}:
                said = f"{file} is locked by another process, so it was not looked at. Try again later."
                return Finding("database", file.name, "warn", said)
            said = f"{file} is damaged: {error}. Put back a copy."
    return Finding("database", file.name, "fail", said) if said else None


def _said_by_sqlite(file: Path) -> str:
    """Return a sentence on what is damaged; empty for nothing. Raises DatabaseError."""
    with contextlib.closing(sqlite3.connect(f"{file.as_uri()}?mode=rw", uri=True, timeout=_WAIT_S)) as connection:
        (found,) = connection.execute("PRAGMA quick_check(1)").fetchone()
        (tables,) = connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
    if found != "ok":
        return f"{file} is damaged: {found}. Put back a copy."
    return "" if tables else f"{file} is damaged: it holds no table. Put back a copy, or remove it."


def _samples(database: Database) -> list[tuple[str, str]]:
    """Return the test and the id of every stimulus. Raises StorageFailed."""
    from sqlalchemy import select

    from voicelab.listening.tables import SampleRow

    with database.reading() as session:
        rows = session.execute(select(SampleRow.test, SampleRow.id).order_by(SampleRow.test, SampleRow.id)).all()
        return [(test, sample) for test, sample in rows]
