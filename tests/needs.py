"""Programs of the system that some tests need: without them a test is skipped, and under CI it fails."""

from __future__ import annotations

import os
import shutil
from typing import NoReturn

import pytest


def needs(program: str) -> None:
    """Skip the test without `program`; fail it under CI, which installs what .ci/run names."""
    if shutil.which(program) is None:
        lacking(f"there is no {program} on this machine")


CHROMIUMS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


def chromium() -> str:
    """Return the installed Chromium; without one the browser tests cannot prove anything, so they fail."""
    found = next(filter(None, map(shutil.which, CHROMIUMS)), None)
    if found is None:
        pytest.fail("no Chromium: apt-get install chromium (the browser tests need a real one)")
    return found


def lacking(what: str) -> NoReturn:
    """Skip the test because of `what`; fail it under CI."""
    if os.environ.get("CI") == "true":
        pytest.fail(what)
    pytest.skip(what)
