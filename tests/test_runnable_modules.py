"""What is run by hand, benchmarks above all, can at least be imported: nobody runs each of them after a change."""

from __future__ import annotations

import ast
import importlib
import importlib.util

import pytest

from voicelab.settings import CHECKOUT

ELSEWHERE = {"tests.bench_pocket"}
"""They need what is not installed here: the extra pocket, with PyTorch (`make bench-pocket`)."""


def runnable() -> list[str]:
    """Return the modules of tests/ that do something when they are run."""
    files = (path for path in (CHECKOUT / "tests").rglob("*.py") if "example_engine" not in path.parts)
    found = {
        ".".join(path.relative_to(CHECKOUT).with_suffix("").parts)
        for path in files
        if 'if __name__ == "__main__":' in path.read_text(encoding="utf-8") and not path.name.startswith("test_")
    }
    assert found > ELSEWHERE, "an exception that is not there any more goes"
    return sorted(found - ELSEWHERE)


def imported(module: str) -> set[tuple[str, str]]:
    """Return what functions of the module import when they are called: module and name."""
    path = CHECKOUT.joinpath(*module.split(".")).with_suffix(".py")
    nodes = ast.walk(ast.parse(path.read_text(encoding="utf-8")))
    return {
        (node.module, alias.name)
        for node in nodes
        if isinstance(node, ast.ImportFrom) and node.module and node.module.startswith(("tests", "voicelab"))
        for alias in node.names
    }


@pytest.mark.parametrize("module", runnable())
def test_it_and_all_that_it_takes_from_here_are_there(module: str) -> None:
    importlib.import_module(module)
    for name, member in imported(module):
        found = importlib.import_module(name)
        assert hasattr(found, member) or importlib.util.find_spec(f"{name}.{member}"), f"{name} has no {member}"
