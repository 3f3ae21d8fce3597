"""Make the requirements files of pyproject.toml: `python -m tests.requirement_files`, which is `make requirements`.

requirements.txt, requirements-dev.txt and requirements-dask.txt are lists of pyproject.toml with their comments;
requirements-lock.txt is what uv chooses for all of them, on every platform and Python, with the hash of every file.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

from tests.resolving import pip_settings, uv_settings

CHECKOUT = Path(__file__).parent.parent
PROJECT = CHECKOUT / "pyproject.toml"
LOCK = CHECKOUT / "requirements-lock.txt"
LOCKED = ("cpu", "dev")
"""Extras that the lock holds beside the dependencies."""

FILES = {
    "requirements.txt": (
        "# What the lab runs on: python -m pip install -r requirements.txt",
        ("dependencies", "cpu"),
    ),
    "requirements-dev.txt": (
        "# What the tests and checks need beside requirements.txt; pinned: no new release of a tool breaks a build.",
        ("dev",),
    ),
    "requirements-dask.txt": (
        "# For comparisons that several machines render: pip install -r requirements-dask.txt on each of them.",
        ("cluster",),
    ),
}
"""Name of each file, its first line, and the lists of pyproject.toml that it holds."""


def listed(name: str, text: str) -> list[str]:
    """Return the lines of the list `name` in the text of a pyproject.toml as a requirements file has them.

    Raises ValueError when there is no such list.
    """
    found = re.search(rf"^{re.escape(name)} = \[\n(.*?)^\]$", text, re.MULTILINE | re.DOTALL)
    if found is None:
        message = f"pyproject.toml has no list {name}"
        raise ValueError(message)
    lines = (line.strip() for line in found.group(1).splitlines())
    return [line if line.startswith("#") else line.rstrip(",").strip('"') for line in lines]


def contents(text: str) -> dict[str, str]:
    """Return what each requirements file holds when `text` is that of pyproject.toml."""
    made = "# Made of pyproject.toml by `make requirements`: change it there."
    return {
        file: "\n".join([first, made, *(line for name in lists for line in ["", *listed(name, text)]), ""])
        for file, (first, lists) in FILES.items()
    }


def lock() -> None:
    """Write requirements-lock.txt; what it names already stays, if it still fits. Raises CalledProcessError."""
    extras = [part for extra in LOCKED for part in ("--extra", extra)]
    command = [sys.executable, "-m", "uv", "pip", "compile", "--quiet", "--universal", "--python-version", "3.11"]
    command += ["--generate-hashes", "--no-emit-index-url", "--no-annotate", "--no-header"]
    command += ["--no-python-downloads", *extras]
    environment = uv_settings(pip_settings()) | os.environ
    subprocess.run([*command, "--output-file", LOCK.name, PROJECT.name], env=environment, cwd=CHECKOUT, check=True)


def main() -> None:
    """Write them all."""
    for file, content in contents(PROJECT.read_text()).items():
        (CHECKOUT / file).write_text(content)
    lock()


if __name__ == "__main__":
    main()
