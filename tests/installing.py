"""The lab built, installed into an environment of its own, and a person with an empty home who uses it there."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import sysconfig
import time
import venv
from dataclasses import dataclass
from pathlib import Path

from tests.running import Server, environment, free_port
from voicelab.settings import CHECKOUT

SOURCES = ("voicelab", "voices", "docs", "tests")
SOMEBODYS = ("voices/anna/clip.wav", "voices/.trash/bert/clip.wav", "data/voicelab.db", "data/token")
"""What a checkout holds after some use, and what is nobody else's business."""


@dataclass(frozen=True)
class Built:
    """What `python -m hatchling build` makes."""

    wheel: Path
    sdist: Path


@dataclass(frozen=True)
class Installed:
    """An environment with the lab in it, and a user with a home folder."""

    bin: Path
    home: Path

    @property
    def variables(self) -> dict[str, str]:
        """The user's environment: nothing in it leads to the checkout."""
        of_this = {"PYTHONPATH", "VOICELAB_HOME", "VIRTUAL_ENV"}
        kept = {name: value for name, value in environment(self.home).items() if name not in of_this}
        own = {"HOME": str(self.home), "XDG_DATA_HOME": str(self.home / "share")}
        return kept | own | {"PATH": f"{self.bin}{os.pathsep}{os.environ['PATH']}"}

    @property
    def lab_home(self) -> Path:
        """The platform's folder."""
        if sys.platform == "darwin":
            return self.home / "Library" / "Application Support" / "voicelab"
        return self.home / "share" / "voicelab"

    def run(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run the command `voicelab` in the user's folder."""
        return self._run([str(self.bin / "voicelab"), *arguments])

    def type(self, line: str) -> subprocess.CompletedProcess[str]:
        """Type a line into a shell in the user's folder."""
        return self._run(["bash", "-uo", "pipefail", "-c", line])

    def serve(self, *flags: str) -> Server:
        """Start `voicelab serve` on a free port, on the preview engine: a newcomer's Linux has no other."""
        port = free_port()
        command = [str(self.bin / "voicelab"), "serve", "--port", str(port), "--model", "preview", *flags]
        with (self.home / "server.log").open("a") as log:
            process = subprocess.Popen(command, env=self.variables, cwd=self.home, stdout=log, stderr=log, text=True)
        return Server(self.home, process, f"http://127.0.0.1:{port}", time.monotonic())

    def _run(self, command: list[str]) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            command,
            env=self.variables,
            cwd=self.home,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
            timeout=900,
        )


def build(source: Path, out: Path, *targets: str) -> None:
    """Build without a network: the backend is among the tools."""
    flags = [part for target in targets for part in ("-t", target)]
    command = [sys.executable, "-m", "hatchling", "build", "-d", str(out), *flags]
    subprocess.run(command, cwd=source, check=True, capture_output=True, text=True)


def build_used_checkout(folder: Path) -> Built:
    """Build wheel and source archive in `folder` from a copy of the checkout that was used."""
    source = folder / "checkout"
    source.mkdir()
    for path in CHECKOUT.iterdir():
        if path.is_file():
            shutil.copy2(path, source)
    for name in SOURCES:
        shutil.copytree(CHECKOUT / name, source / name, ignore=shutil.ignore_patterns("__pycache__", "node_modules"))
    for name in SOMEBODYS:
        (source / name).parent.mkdir(parents=True, exist_ok=True)
        (source / name).write_bytes(b"somebody's")
    build(source, folder / "dist", "wheel", "sdist")
    (wheel,) = (folder / "dist").glob("*.whl")
    (sdist,) = (folder / "dist").glob("*.tar.gz")
    return Built(wheel, sdist)


def install(wheel: Path, folder: Path) -> Path:
    """Install it into an environment of its own in `folder` and return where its commands are.

    What the lab needs is seen there from this environment, but not the checkout.
    """
    venv.create(folder / "env", symlinks=True)
    bin_folder = folder / "env" / "bin"
    python = str(bin_folder / "python")
    pip = [sys.executable, "-m", "pip", "--disable-pip-version-check", "--python", python, "install"]
    subprocess.run([*pip, "--no-deps", "--no-index", str(wheel)], check=True, capture_output=True)
    where = "import sysconfig; print(sysconfig.get_path('purelib'))"
    own = subprocess.run([python, "-c", where], check=True, capture_output=True, text=True).stdout.strip()
    # A path in a .pth file is searched after the environment's own folder, and .pth files in it count for nothing.
    (Path(own) / "needed.pth").write_text(sysconfig.get_path("purelib") + "\n")
    return bin_folder
