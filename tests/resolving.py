"""Prove that the lab resolves to wheels on the platforms it is for, without PyTorch.

`python -m tests.resolving` runs uv's resolver for each, Python by Python; it downloads metadata only.
"""

from __future__ import annotations

import ast
import os
import subprocess
import sys
import tomllib
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from packaging.requirements import Requirement
from packaging.version import Version

PROJECT = Path(__file__).parent.parent / "pyproject.toml"
PYTHONS = ("3.11", "3.12", "3.13", "3.14")
_AT_ONCE = 8
"""Resolvers, which mostly wait for the index."""


@dataclass(frozen=True)
class Platform:
    """A machine to resolve for."""

    name: str
    triple: str
    """As uv calls it."""
    markers: tuple[str, str, str]
    """sys_platform, platform_machine and platform_version, as Python calls them."""
    pythons: tuple[str, ...] = PYTHONS
    extras: tuple[str, ...] = ()
    macos: str = ""
    """Its version."""

    @property
    def cuda(self) -> bool:
        """Whether packages of NVIDIA are meant to be there."""
        return "cuda" in self.extras


LINUX = ("linux", "x86_64", "#1 SMP")
PLATFORMS = (
    Platform("macOS 14, Apple silicon", "aarch64-apple-darwin", ("darwin", "arm64", "Version 23.0.0"), macos="14.0"),
    Platform(
        "macOS 13, Apple silicon",
        "aarch64-apple-darwin",
        ("darwin", "arm64", "Version 22.6.0"),
        PYTHONS[:3],
        macos="13.0",
    ),
    Platform(
        "macOS 13, Intel", "x86_64-apple-darwin", ("darwin", "x86_64", "Version 22.6.0"), PYTHONS[:3], macos="13.0"
    ),
    Platform("Linux x86-64", "x86_64-manylinux_2_28", LINUX),
    Platform("Linux arm64", "aarch64-manylinux_2_28", ("linux", "aarch64", "#1 SMP")),
    # MLX has wheels for glibc 2.35 and newer.
    Platform("Linux x86-64 with MLX", "x86_64-manylinux_2_35", LINUX, extras=("cpu",)),
    Platform("Linux x86-64 with NVIDIA", "x86_64-manylinux_2_35", LINUX, extras=("cuda",)),
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


def project() -> dict[str, Any]:
    """Return [project] of pyproject.toml."""
    return dict(tomllib.loads(PROJECT.read_text())["project"])


def required(platform: Platform, python: str) -> list[Requirement]:
    """Return what pyproject.toml asks for on `platform`, without the markers that said so.

    uv is told the platform but not its version, so the markers are read here.
    """
    keys = ("sys_platform", "platform_machine", "platform_version")
    environment = dict(zip(keys, platform.markers, strict=True)) | {"python_version": python}
    lists = [project()["dependencies"], *(project()["optional-dependencies"][extra] for extra in platform.extras)]
    found = [Requirement(line) for lines in lists for line in lines]
    kept = [one for one in found if one.marker is None or one.marker.evaluate(environment)]
    for one in kept:
        one.marker = None
    return kept


def resolved(platform: Platform, python: str) -> list[str]:
    """Return the pinned packages, "name==version", that pip would install on `platform`.

    Raises subprocess.CalledProcessError, with uv's reason on stderr, when there is no solution made of wheels.
    """
    command = [sys.executable, "-m", "uv", "pip", "compile", "--quiet", "--no-header", "--no-annotate"]
    command += ["--no-python-downloads"]  # the one at hand resolves for others
    command += ["--only-binary", ":all:", "--no-binary", "docopt"]  # which num2words brings: no wheel, no compiler
    command += ["--python-platform", platform.triple, "--python-version", python, "-"]
    environment = uv_settings(pip_settings()) | os.environ
    if platform.macos:
        environment["MACOSX_DEPLOYMENT_TARGET"] = platform.macos
    lines = "\n".join(map(str, required(platform, python)))
    done = subprocess.run(command, env=environment, input=lines, stdout=subprocess.PIPE, text=True, check=True)
    return done.stdout.split()


def pytorch_in(packages: list[str], *, cuda: bool = False) -> list[str]:
    """Return those of `packages` that are PyTorch or bring it; with `cuda` NVIDIA's own are expected."""
    brings = ("torch", "triton") if cuda else ("torch", "nvidia-", "triton")
    return [package for package in packages if package.partition("==")[0].startswith(brings)]


def unfinished_in(packages: list[str]) -> list[str]:
    """Return those of `packages` that are previews of a release: taken for want of a wheel of the release itself."""
    return [package for package in packages if Version(package.partition("==")[2]).is_prerelease]


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
    wanted = [(platform, python) for platform in PLATFORMS for python in platform.pythons]
    with ThreadPoolExecutor(_AT_ONCE) as pool:
        for (platform, python), packages in zip(wanted, pool.map(resolved, *zip(*wanted, strict=True)), strict=True):
            print(f"{platform.name}, Python {python}: {len(packages)} packages, all of them wheels", flush=True)
            if unwanted := [*pytorch_in(packages, cuda=platform.cuda), *unfinished_in(packages)]:
                sys.exit(f"{platform.name} would get PyTorch or a preview of a release: {', '.join(unwanted)}")


if __name__ == "__main__":
    try:
        main()
    except subprocess.CalledProcessError as error:
        sys.exit(f"pyproject.toml does not resolve: {' '.join(error.cmd)}")
