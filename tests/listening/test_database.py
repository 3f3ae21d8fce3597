"""SQLite and PostgreSQL: the same tables, made by migrations, by several processes at once, durable."""

from __future__ import annotations

import subprocess
import sys
import threading
from typing import TYPE_CHECKING

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import create_engine, inspect, text

from voicelab.errors import InvalidValue, StorageFailed
from voicelab.listening.database import Database, migrate
from voicelab.listening.tables import Base
from voicelab.settings import CHECKOUT

if TYPE_CHECKING:
    from pathlib import Path


def test_migrations_make_the_tables_that_the_code_uses(database: Database, url: str) -> None:
    with database.reading() as session:
        assert session.scalar(text("SELECT count(*) FROM listening_tests")) == 0
    with create_engine(url).connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), Base.metadata) == []


def test_migrations_go_back_and_forth(url: str) -> None:
    engine = create_engine(url)
    if url.startswith("sqlite"):
        engine = create_engine("sqlite://")
    with engine.begin() as connection:
        migrate(connection)
        assert inspect(connection).has_table("listening_answers")
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(CHECKOUT / "voicelab" / "listening" / "migrations"))
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.downgrade(config, "base")
        assert not inspect(connection).has_table("listening_answers")
    with engine.begin() as connection:
        migrate(connection)
        assert inspect(connection).has_table("listening_answers")


def test_tests_from_before_get_secrets_of_their_own(url: str) -> None:
    """Rows of the first version, as they lie in a lab's database, are brought up to date and lose nothing."""
    engine = create_engine(url if url.startswith("postgresql") else "sqlite://")
    with engine.begin() as connection:
        migrate(connection, "0001")
        for test in ("a", "b"):
            connection.execute(
                text(
                    "INSERT INTO listening_tests VALUES "
                    "(:test, 1, 'ab', :title, '', '{}', '[]', '[]', 1, :test, 1, NULL)"
                ),
                {"test": test, "title": f"of {test}"},
            )
    with engine.begin() as connection:
        migrate(connection)
        rows = connection.execute(text("SELECT title, secret, looks FROM listening_tests ORDER BY id")).all()
    assert [row.title for row in rows] == ["of a", "of b"]
    assert len({row.secret for row in rows}) == 2
    assert {(len(row.secret), row.looks) for row in rows} == {(64, 0)}


def test_answers_from_before_are_not_taken_for_heard(url: str) -> None:
    engine = create_engine(url if url.startswith("postgresql") else "sqlite://")
    with engine.begin() as connection:
        migrate(connection, "0002")
        if url.startswith("postgresql"):
            connection.execute(text("ALTER TABLE listening_answers DROP CONSTRAINT listening_answers_trial_fkey"))
        connection.execute(text("INSERT INTO listening_answers VALUES ('t', '[50, 80]', '[1, 1]', 9, 1, 0)"))
    with engine.begin() as connection:
        migrate(connection)
        assert connection.execute(text("SELECT heard FROM listening_answers")).scalar_one() == 0


def test_several_may_open_a_new_database_at_once(url: str) -> None:
    databases = [Database(url) for _ in range(6)]
    failed: list[BaseException] = []

    def use(database: Database) -> None:
        try:
            with database.writing() as session:
                session.execute(text("SELECT count(*) FROM listening_answers"))
        except BaseException as error:  # noqa: BLE001 - told below
            failed.append(error)

    threads = [threading.Thread(target=use, args=(database,)) for database in databases]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for database in databases:
        database.close()
    assert failed == []


def test_sqlite_is_in_wal_mode_and_syncs_every_commit(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path / 'lab.db'}")
    with database.writing() as session:
        assert session.scalar(text("PRAGMA journal_mode")) == "wal"
        assert session.scalar(text("PRAGMA synchronous")) == 2
        assert session.scalar(text("PRAGMA fullfsync")) == 1
        assert session.scalar(text("PRAGMA checkpoint_fullfsync")) == 1
        assert session.scalar(text("PRAGMA foreign_keys")) == 1
    database.close()


def test_an_error_leaves_nothing_behind(database: Database) -> None:
    def fail() -> None:
        with database.writing() as session:
            session.execute(
                text(
                    "INSERT INTO listening_tests VALUES "
                    "('a', 1, 'ab', '', '', '{}', '[]', '[]', 1, 't', 1, 1, '', '[]', 0)"
                )
            )
            raise ValueError

    with pytest.raises(ValueError):  # noqa: PT011 - ours, above
        fail()
    with database.reading() as session:
        assert session.scalar(text("SELECT count(*) FROM listening_tests")) == 0


def test_nothing_is_opened_before_it_is_used(tmp_path: Path) -> None:
    code = (
        f"from voicelab.listening.database import Database; Database('sqlite:///{tmp_path}/x.db');"
        "import sys; print('sqlalchemy' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=CHECKOUT)
    assert done.stdout.strip() == "False"
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("url", ["nonsense", "oracle+nothing://x", "postgresql+nodriver://x/y"])
def test_a_wrong_address_is_named_without_being_shown(url: str) -> None:
    with pytest.raises(InvalidValue, match="VOICELAB_DATABASE_URL"), Database(url).reading():
        pass


def test_a_database_that_does_not_answer_is_a_sentence_without_the_password() -> None:
    database = Database("postgresql+psycopg://lab:hunter2@127.0.0.1:9/lab?connect_timeout=2")
    with pytest.raises(StorageFailed, match="VOICELAB_DATABASE_URL") as failed, database.reading():
        pass
    assert "hunter2" not in failed.value.message
