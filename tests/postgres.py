"""A PostgreSQL of the tests' own, in a folder of its own and reached by a socket there."""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
import tempfile
from pathlib import Path
from typing import Any

from sqlalchemy import create_engine, text

from tests.needs import lacking


class Postgres:
    """A server that can be ended and started in the middle of everything."""

    def __init__(self) -> None:
        """Make an empty database and start its server; without PostgreSQL, under CI, fail."""
        programs = _programs()
        if programs is None:
            lacking("no PostgreSQL: apt-get install postgresql")
        self._programs = programs
        self._folder = Path(tempfile.mkdtemp(prefix="vl-pg-"))
        self._options: dict[str, Any] = {"stdout": subprocess.DEVNULL, "cwd": "/", "timeout": 60}
        if os.geteuid() == 0:  # PostgreSQL refuses to run as root
            owner = pwd.getpwnam("postgres")
            os.chown(self._folder, owner.pw_uid, owner.pw_gid)
            self._options |= {"user": "postgres", "group": owner.pw_gid, "extra_groups": []}
        self._run("initdb", "-U", "lab", "-A", "trust", "--no-sync")
        self.start()

    def emptied(self) -> str:
        """Remove every table, and return the address of the database."""
        url = f"postgresql+psycopg://lab@/postgres?host={self._folder}"
        engine = create_engine(url)
        with engine.begin() as connection:
            connection.execute(text("DROP SCHEMA public CASCADE"))
            connection.execute(text("CREATE SCHEMA public"))
        engine.dispose()
        return url

    def start(self) -> None:
        """Start it and wait until it answers."""
        # -h '': no port that could be taken.
        options = f"-F -h '' -k {self._folder}"
        self._run("pg_ctl", "-w", "-l", str(self._folder / "log"), "-o", options, "start")

    def stop(self) -> None:
        """End it as a crash would: nobody is waited for."""
        self._run("pg_ctl", "-m", "immediate", "stop")

    def remove(self) -> None:
        """End it and remove what it kept."""
        self.stop()
        shutil.rmtree(self._folder)

    def _run(self, program: str, *arguments: str) -> None:
        command: list[str | Path] = [self._programs / program, "-D", self._folder / "data", *arguments]
        subprocess.run(command, check=True, **self._options)


def _programs() -> Path | None:
    """Where initdb and pg_ctl are: Debian keeps them out of the path."""
    found = shutil.which("initdb")
    if found:
        return Path(found).parent
    return next(iter(sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)), None)
