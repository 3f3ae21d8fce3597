"""The report as a file to attach to an issue: everything that was found, and nothing of whose machine it was."""

from __future__ import annotations

import getpass
import json
import platform
import re
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable

    from voicelab.models.verdict import Verdict
    from voicelab.speech.proof import Check

MARKS = {"pass": "ok", "fail": "FAIL", "skip": "skip"}
_SHORTEST_NAME = 3
"""Shorter names of people and machines are parts of words."""


def line(check: Check) -> str:
    """Return one check as a line of text."""
    return f"{MARKS[check.outcome]:4}  {check.name}: {' '.join(check.message.split())}"


def as_json(verdict: Verdict, places: Iterable[Path] = ()) -> dict[str, Any]:
    """Return the report without personal paths: see `impersonal`."""
    found: dict[str, Any] = impersonal({"report": "voicelab verify", **asdict(verdict)}, places)
    found["files"] = {name: size for name, (size, _time) in found["files"].items()}
    return found


def report_bytes(verdict: Verdict, places: Iterable[Path] = ()) -> bytes:
    """Return the report file, JSON that a person can read."""
    return (json.dumps(as_json(verdict, places), indent=2, ensure_ascii=False, default=str) + "\n").encode()


def impersonal(value: Any, places: Iterable[Path] = ()) -> Any:
    """Return `value`, JSON, with folders of a person, and the names of the person and the machine, left out.

    `places` are folders whose place says nothing: the lab's home, the model's folder.
    """
    folders = sorted({str(place) for place in (*places, Path.home(), Path.cwd())} - {"/"}, key=len, reverse=True)
    names = [
        name for name in (_user(), platform.node(), platform.node().partition(".")[0]) if len(name) >= _SHORTEST_NAME
    ]
    return _cleaned(value, folders, [re.compile(rf"\b{re.escape(name)}\b", re.IGNORECASE) for name in names])


def _cleaned(value: Any, folders: list[str], names: list[re.Pattern[str]]) -> Any:
    if isinstance(value, dict):
        return {_cleaned(key, folders, names): _cleaned(each, folders, names) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [_cleaned(each, folders, names) for each in value]
    if not isinstance(value, str):
        return value
    for folder in folders:
        value = value.replace(folder, "…")
    for name in names:
        value = name.sub("…", value)
    return re.sub(r"/(?:Users|home)/[^/\s'\"]+", "…", value)


def _user() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError):  # a container's user without a name
        return ""
