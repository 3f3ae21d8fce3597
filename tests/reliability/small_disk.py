"""A real disk of a few megabytes, for a lab and nobody else: a tmpfs in a mount namespace of its own."""

from __future__ import annotations

import errno
import subprocess
import sys
from pathlib import Path

import pytest

from tests.running import Server, environment, free_port
from voicelab.settings import CHECKOUT

_BLOCK = 64 * 1024


class SmallDisk:
    """Seen by the commands that are started on it; this process reaches it through `path`."""

    def __init__(self, folder: Path, megabytes: int) -> None:
        """Mount it at `folder`; where the system lets nobody do so, skip the test."""
        self.home = folder / "home"
        """What it is called by the commands on it."""
        self.home.mkdir()
        self._folder = folder
        mount = f'mount -t tmpfs -o size={megabytes}m,mode=755 lab "$0" && echo mounted && exec sleep infinity'
        self._keeper = subprocess.Popen(
            ["unshare", "--user", "--map-root-user", "--mount", "sh", "-c", mount, str(self.home)],
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        said = self._keeper.stdout.readline() if self._keeper.stdout else ""
        if said != "mounted\n":
            self._keeper.kill()
            pytest.skip(f"this system lets nobody mount a disk of his own, as most containers: {said}")

    @property
    def path(self) -> Path:
        """The same folder, as this process sees it."""
        return Path(f"/proc/{self._keeper.pid}/root{self.home}")

    def fill(self) -> None:
        """Leave not a byte."""
        with (self.path / "filler").open("wb", buffering=0) as filler:
            for size in (_BLOCK, 1):
                try:
                    while True:
                        filler.write(b"x" * size)
                except OSError as error:
                    if error.errno != errno.ENOSPC:
                        raise

    def empty(self) -> None:
        """Take away what `fill` wrote."""
        (self.path / "filler").unlink()

    def make_read_only(self) -> None:
        """Refuse every write from now on."""
        subprocess.run(self._inside("mount", "-o", "remount,ro", str(self.home)), check=True)

    def voicelab(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run a command of the lab whose home this disk is."""
        command = self._inside(sys.executable, "-m", "voicelab", *arguments, "--home", str(self.home))
        return subprocess.run(
            command,
            capture_output=True,
            text=True,
            timeout=120,
            cwd=CHECKOUT,
            env=environment(self._folder),
            check=False,
        )

    def serve(self) -> Server:
        """Start the lab whose home this disk is; its temporary files go to the folder tmp there."""
        port = free_port()
        app = [sys.executable, str(CHECKOUT / "app.py"), "--home", str(self.home), "--port", str(port)]
        return Server.of(self._inside(*app), self._folder, port, TMPDIR=str(self.home / "tmp"))

    def close(self) -> None:
        """Let it go: it is there as long as a process sees it."""
        self._keeper.kill()
        self._keeper.wait()

    def _inside(self, *command: str) -> list[str]:
        return [*f"nsenter -t {self._keeper.pid} -U -m --preserve-credentials --wd=.".split(), *command]
