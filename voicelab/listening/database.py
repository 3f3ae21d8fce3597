"""The database: SQLite in a file of the lab's, or PostgreSQL; opened, and brought up to date, when it is first used."""

from __future__ import annotations

import contextlib
import logging
import sqlite3
import threading
from pathlib import Path
from typing import TYPE_CHECKING, Any

from voicelab.errors import InvalidValue, StorageFailed

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy import Connection, Engine
    from sqlalchemy.orm import Session

_MIGRATIONS = Path(__file__).parent / "migrations"
_BUSY_MS = 10_000
"""How long a write waits for another process that writes to the same SQLite file."""
_OPENINGS = 3
"""How often a database is tried to be opened that others hold for longer than that."""
_MIGRATING = 0x766C6162
"""PostgreSQL's advisory lock under which one process at a time migrates."""


class Database:
    """Sessions of SQLAlchemy on the database of `url`. What is written is durable when `writing` ends."""

    def __init__(self, url: str, beside: Path | None = None) -> None:
        """Name the database, `sqlite:///path` or `postgresql+psycopg://…`; nothing is opened yet.

        `beside` is the folder of what it tells of: while something is in there, an empty file is damage and not new.
        """
        self._url = url
        self._beside = beside
        self._engine: Engine | None = None
        self._opening = threading.Lock()
        # SQLite takes one writer at a time, and has those that come meanwhile sleep and try again. A lock is fairer.
        self._write_lock: contextlib.AbstractContextManager[Any] = (
            threading.Lock() if url.startswith("sqlite") else contextlib.nullcontext()
        )

    @contextlib.contextmanager
    def reading(self) -> Iterator[Session]:
        """A session that changes nothing. Raises StorageFailed, InvalidValue."""
        from sqlalchemy.orm import Session

        with _sentences(), Session(self._opened()) as session:
            yield session

    @contextlib.contextmanager
    def writing(self) -> Iterator[Session]:
        """A session that is committed at the end, and rolled back by an error. Raises StorageFailed, InvalidValue."""
        from sqlalchemy.orm import Session

        engine = self._opened()
        with (
            _sentences(),
            self._write_lock,
            # Locked from the start: a reader that turns writer may find that what it read is old by then.
            Session(engine.execution_options(writes=True)) as session,
            session.begin(),
        ):
            yield session

    def close(self) -> None:
        """Let go of every connection; the next use opens it again."""
        with self._opening:
            if self._engine is not None:
                self._engine.dispose()
                self._engine = None

    def _opened(self) -> Engine:
        with self._opening:
            if self._engine is None:
                with _sentences():
                    engine = _engine(self._url)
                    self._refuse_emptied(engine)
                    _brought_up_to_date(engine)
                self._engine = engine
            return self._engine

    def _refuse_emptied(self, engine: Engine) -> None:
        file, beside = Path(engine.url.database or ""), self._beside
        if engine.dialect.name != "sqlite" or not file.is_file() or file.stat().st_size:
            return
        if beside is not None and beside.is_dir() and any(beside.glob("[!.]*")):
            raise StorageFailed(
                f"{file} is damaged: it is empty, while sounds of listening tests are in {beside}. Put back a copy; or "
                "remove it, to begin without those tests."
            )


def migrate(connection: Connection, to: str = "head") -> None:
    """Bring the tables up to date, inside the transaction of `connection`."""
    logging.getLogger("alembic").setLevel(logging.WARNING)  # it tells of every plugin it sets up, once imported
    from alembic import command
    from alembic.config import Config
    from sqlalchemy import text

    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _MIGRATING})
    config = Config()
    config.set_main_option("script_location", str(_MIGRATIONS).replace("%", "%%"))
    config.attributes["connection"] = connection
    command.upgrade(config, to)


def _engine(url: str) -> Engine:
    from sqlalchemy import create_engine, event
    from sqlalchemy.engine import make_url
    from sqlalchemy.exc import ArgumentError, NoSuchModuleError

    try:
        parsed = make_url(url)
        if parsed.get_backend_name() != "sqlite":
            return create_engine(parsed, pool_size=16, max_overflow=16, pool_pre_ping=True)
    except (ArgumentError, NoSuchModuleError, ImportError) as error:
        raise InvalidValue(
            "database_url",
            "VOICELAB_DATABASE_URL is no address of a database that the lab knows. Write "
            "postgresql+psycopg://user:password@host/name, or unset it to use a file.",
        ) from error
    if parsed.database:
        Path(parsed.database).parent.mkdir(parents=True, exist_ok=True)
    engine = create_engine(parsed, connect_args={"timeout": _BUSY_MS / 1000}, pool_size=16, max_overflow=32)
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def _prepare_sqlite(connection: sqlite3.Connection, _record: object) -> None:
    # The driver's own transactions begin too late (at the first change); ours begin in _begin_sqlite.
    connection.isolation_level = None
    # As files.sync_file does; other systems than macOS leave the two aside.
    flushed = ("fullfsync=ON", "checkpoint_fullfsync=ON")
    for pragma in ("journal_mode=WAL", "synchronous=FULL", *flushed, "foreign_keys=ON", f"busy_timeout={_BUSY_MS}"):
        connection.execute(f"PRAGMA {pragma}")


def _begin_sqlite(connection: Connection) -> None:
    writes = connection.get_execution_options().get("writes")
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


def _brought_up_to_date(engine: Engine) -> None:
    """Migrate, as often as others who open it at the same time are faster: SQLite lets waiting writers in by chance."""
    from sqlalchemy.exc import OperationalError

    for left in reversed(range(_OPENINGS)):
        try:
            with engine.execution_options(writes=True).begin() as connection:
                migrate(connection)
        except OperationalError as error:
            if not left or not _is_locked(error):
                raise
        else:
            return


def _is_locked(error: BaseException) -> bool:
    return _code_of(getattr(error, "orig", None)) in {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED}


def _code_of(cause: BaseException | None) -> int:
    return int(getattr(cause, "sqlite_errorcode", 0)) & 0xFF


@contextlib.contextmanager
def _sentences() -> Iterator[None]:
    """Turn errors of the database into StorageFailed; the reason never holds the password."""
    from alembic.util import CommandError
    from sqlalchemy.exc import DBAPIError, SQLAlchemyError

    try:
        yield
    except SQLAlchemyError as error:
        cause = error.orig if isinstance(error, DBAPIError) else None
        code = _code_of(cause)
        if _is_locked(error):
            raise StorageFailed(
                "The database of listening tests is locked: another process has held it for more than "
                f"{_BUSY_MS // 1000} s. End that process, or wait, and try again; nothing is damaged."
            ) from error
        if code in {sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB}:
            raise StorageFailed(
                f"The database of listening tests is damaged ({cause}). Put back a copy of data/voicelab.db; "
                "`voicelab doctor --deep` looks through everything else."
            ) from error
        reason = " ".join(str(error.orig if isinstance(error, DBAPIError) else error).split())
        raise StorageFailed(
            f"The database of listening tests cannot be used ({reason}). Check the disk, or VOICELAB_DATABASE_URL; "
            "what was saved before is not lost."
        ) from error
    except CommandError as error:  # a revision that no migration here knows
        raise StorageFailed(
            f"The database of listening tests was written by a newer Voice Lab ({error}). Update Voice Lab to use "
            "it; it is left as it is."
        ) from error
    except OSError as error:
        raise StorageFailed(f"The database cannot be opened: {error.strerror}. Check the folder data/.") from error
