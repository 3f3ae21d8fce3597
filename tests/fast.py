"""`pytest --fast`: without the modules that start a browser, an engine, a recognizer or another process.

A module is left out for what stands in it, so that a new one needs no mark.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

    import pytest

_SLOW = re.compile(
    r"chromium|playwright|page: Page|subprocess|recognizer|Server\(|multiprocessing|EngineProcess|checkpoint|printed"
)


def is_slow(module: Path) -> bool:
    """Say whether a module of tests names something that takes seconds to start."""
    return bool(_SLOW.search(module.read_text(encoding="utf-8")))


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the option."""
    parser.addoption("--fast", action="store_true", help="leave out what starts a browser, an engine or a recognizer")


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """Leave out a slow module where only quick ones are asked for."""
    if (
        not config.getoption("--fast")
        or not collection_path.name.startswith("test_")
        or collection_path.suffix != ".py"
    ):
        return None
    return True if is_slow(collection_path) else None
