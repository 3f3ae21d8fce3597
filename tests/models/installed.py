"""A virtual environment that finds everything this one has, and engines in packages of their own besides."""

from __future__ import annotations

import subprocess
import sys
import sysconfig
import venv
import zipfile
from typing import TYPE_CHECKING

from tests.running import environment
from voicelab.settings import CHECKOUT

if TYPE_CHECKING:
    from pathlib import Path


def python_with(folder: Path, *wheels: Path) -> Path:
    """Make one in `folder`, install `wheels` and return its Python."""
    venv.create(folder, with_pip=False, symlinks=True)
    (site,) = folder.glob("lib/python*/site-packages")
    # As a path alone, what is installed there by .pth files of its own (an editable package) would be missed.
    (site / "outer.pth").write_text(f"import site; site.addsitedir({sysconfig.get_path('purelib')!r})\n")
    for wheel in wheels:
        with zipfile.ZipFile(wheel) as packed:
            packed.extractall(site)
    return folder / "bin" / "python"


def built(project: Path, folder: Path) -> Path:
    """Build the wheel of `project` into `folder` and return it. Asks no index: the builder is installed."""
    command = [sys.executable, "-m", "pip", "wheel", "--no-deps", "--no-build-isolation", "--no-index"]
    subprocess.run([*command, "--wheel-dir", str(folder), str(project)], check=True, capture_output=True, text=True)
    (wheel,) = folder.glob("*.whl")
    return wheel


def packed(folder: Path, package: str, engine: str, value: str, files: dict[str, str]) -> Path:
    """Write the wheel of `package`, whose entry point `engine` is `value`, with `files`, and return it."""
    wheel = folder / f"{package}-1.0-py3-none-any.whl"
    told = f"{package}-1.0.dist-info"
    with zipfile.ZipFile(wheel, "w") as archive:
        archive.writestr(f"{told}/METADATA", f"Metadata-Version: 2.1\nName: {package}\nVersion: 1.0\n")
        archive.writestr(f"{told}/entry_points.txt", f"[voicelab.engines]\n{engine} = {value}\n")
        for name, text in files.items():
            archive.writestr(name, text)
    return wheel


def run(python: Path, home: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run a command of the lab with that Python, as a person does."""
    command = [str(python), "-m", "voicelab", *arguments, "--home", str(home)]
    return subprocess.run(command, env=variables(home), cwd=home, capture_output=True, text=True, check=False)


def variables(home: Path) -> dict[str, str]:
    """The environment in which that Python finds this checkout, a recognizer, and no server of somebody else's."""
    return environment(home, PYTHONPATH=str(CHECKOUT), VOICELAB_PORT="9", VOICELAB_RECOGNIZER="tiny.en")
