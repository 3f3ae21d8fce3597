"""Prove that requirements.txt resolves to wheels on the platforms the lab is for, without PyTorch.

`python -m tests.resolving` runs uv's resolver for each; it downloads metadata only.
"""

from __future__ import annotations

import ast
import os
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

REQUIREMENTS = Path(__file__).parent.parent / "requirements.txt"


@dataclass(frozen=True)
class Platform:
    """A machine to resolve for."""

    name: str
    triple: str
    """As uv calls it."""
    python: str
    environment: Mapping[str, str] = field(default_factory=dict)


PLATFORMS = (
    # mlx 0.32 has wheels for macOS 14 and later only, and uv assumes 13.
    Platform("macOS arm64", "aarch64-apple-darwin", "3.13", {"MACOSX_DEPLOYMENT_TARGET": "14.0"}),
    # mlx 0.32 needs glibc 2.35, and uv assumes 2.28.
    Platform("Linux x86-64", "x86_64-manylinux_2_35", "3.11"),
)

_UV_VARIABLES = {
    "index-url": "UV_DEFAULT_INDEX",
    "extra-index-url": "UV_INDEX",
    "find-links": "UV_FIND_LINKS",
    "cert": "SSL_CERT_FILE",
    "trusted-host": "UV_INSECURE_HOST",
}
_COMMA_SEPARATED = {"UV_FIND_LINKS"}
_PRECEDENCE = ("global", "user", "site", ":env:")


def resolved(platform: Platform, requirements: Path = REQUIREMENTS) -> list[str]:
    """Return the pinned packages, "name==version", that pip would install on `platform`.

    Raises subprocess.CalledProcessError, with uv's reason on stderr, when there is no solution made of wheels.
    """
    command = [sys.executable, "-m", "uv", "pip", "compile", "--quiet", "--no-header", "--no-annotate"]
    # docopt, which num2words brings, is one Python file that was never published as a wheel.
    command += [
        "--only-binary",
        ":all:",
        "--no-binary",
        "docopt",
        "--python-platform",
        platform.triple,
        "--python-version",
        platform.python,
    ]
    environment = uv_settings(pip_settings()) | os.environ | dict(platform.environment)
    done = subprocess.run([*command, str(requirements)], env=environment, stdout=subprocess.PIPE, text=True, check=True)
    return done.stdout.split()


def pytorch_in(packages: list[str]) -> list[str]:
    """Return those of `packages` that are PyTorch or bring it."""
    return [package for package in packages if package.partition("==")[0].startswith(("torch", "nvidia-", "triton"))]


def pip_settings() -> str:
    """Return what pip is told about indexes on this machine: uv reads no pip.conf."""
    command = [sys.executable, "-m", "pip", "config", "list"]
    return subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True).stdout


def uv_settings(listing: str) -> dict[str, str]:
    """Return the environment that tells uv what `pip config list` printed."""
    found: dict[str, tuple[int, str]] = {}
    for line in listing.splitlines():
        key, _, value = line.partition("=")
        section, _, name = key.rpartition(".")
        variable = _UV_VARIABLES.get(name)
        if variable is None or section not in _PRECEDENCE:
            continue
        words = str(ast.literal_eval(value)).split()
        joined = ("," if variable in _COMMA_SEPARATED else " ").join(words)
        rank = _PRECEDENCE.index(section)
        if rank >= found.get(variable, (0, ""))[0]:
            found[variable] = (rank, joined)
    # pip takes the best version of all indexes, uv that of the first index which has the package.
    return {variable: value for variable, (_, value) in found.items()} | {"UV_INDEX_STRATEGY": "unsafe-best-match"}


def main() -> None:
    """Resolve for every platform; exit 1 when one fails."""
    for platform in PLATFORMS:
        packages = resolved(platform)
        print(f"{platform.name}, Python {platform.python}: {len(packages)} packages, all of them wheels")
        if unwanted := pytorch_in(packages):
            sys.exit(f"PyTorch would be installed on {platform.name}: {', '.join(unwanted)}")


if __name__ == "__main__":
    try:
        main()
    except subprocess.CalledProcessError as error:
        sys.exit(f"requirements.txt does not resolve: {' '.join(error.cmd)}")
