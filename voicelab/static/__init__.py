"""What runs in a browser: scripts, style sheets and the logo, and where the lab serves them.

`page` is the lab's own, `listen` the listener's, `shared` of both. They are read once, when they are first asked for:
whatever a browser has of one lab belongs together, and a lab has to be started again to serve what was changed.
"""

from __future__ import annotations

import hashlib
import posixpath
import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

ROOT = Path(__file__).parent
PREFIX = "scripts"
"""First part of the addresses, which Gradio uses for nothing."""
_MEDIA_TYPES = {
    ".js": "text/javascript; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".svg": "image/svg+xml",
}
_IMPORTED = re.compile(r'^(?:import|export) (?:[^"(]* from )?"(.*)";$', re.MULTILINE)
"""As the scripts are formatted. What is imported by a call comes later."""


@dataclass(frozen=True)
class Part:
    """A script, a style sheet or a picture."""

    content: bytes
    media_type: str


@cache
def parts() -> Mapping[str, Part]:
    """Return every part by its name, for example "page/takes.js"."""
    files = sorted(path for path in ROOT.rglob("*") if path.suffix in _MEDIA_TYPES)
    return {path.relative_to(ROOT).as_posix(): Part(path.read_bytes(), _MEDIA_TYPES[path.suffix]) for path in files}


@cache
def edition() -> str:
    """Return what changes when any part does. It stands in the addresses, so that browsers may keep them for good."""
    digest = hashlib.sha256()
    for name, part in parts().items():
        digest.update(f"{name}\0{len(part.content)}\0".encode())
        digest.update(part.content)
    return digest.hexdigest()[:16]


def address(name: str) -> str:
    """Return where a part is, relative to the page. Raises KeyError for what there is not."""
    if name not in parts():
        raise KeyError(name)
    return f"{PREFIX}/{edition()}/{name}"


def imported_by(name: str) -> list[str]:
    """Return the scripts that the script `name` cannot begin without, by their names, in the order of the alphabet."""
    found: set[str] = set()
    ahead = [name]
    while ahead:
        importing = ahead.pop()
        for place in _IMPORTED.findall(parts()[importing].content.decode()):
            imported = posixpath.normpath(posixpath.join(posixpath.dirname(importing), place))
            if imported not in found:
                found.add(imported)
                ahead.append(imported)
    return sorted(found)
