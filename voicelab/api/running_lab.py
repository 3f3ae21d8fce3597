"""Which lab serves a home, for commands that need its address: a file in data/, believed while that lab answers."""

from __future__ import annotations

import contextlib
import json
import logging
import os
import urllib.request
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from voicelab.errors import StorageFailed
from voicelab.files import read_json, write_json

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from voicelab.settings import Settings

log = logging.getLogger(__name__)

_ANSWER_S = 3.0
_EVERYWHERE = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104 - compared, not bound


@dataclass(frozen=True)
class RunningLab:
    """A lab that answers."""

    host: str
    """What it listens on, as it was told."""
    port: int
    token: str = ""
    """Its token; empty where none is needed."""

    def get(self, path: str) -> dict[str, Any]:
        """Return the JSON of one of its addresses; nothing where it does not answer with any."""
        host = _EVERYWHERE.get(self.host, self.host)
        host = f"[{host}]" if ":" in host else host
        headers = {"Authorization": f"Bearer {self.token}"} if self.token else {}
        request = urllib.request.Request(f"http://{host}:{self.port}{path}", headers=headers)
        try:
            with urllib.request.urlopen(request, timeout=_ANSWER_S) as answer:  # noqa: S310 - http
                found = json.load(answer)
        except (OSError, ValueError):  # nobody there, or another program at this port
            return {}
        return found if isinstance(found, dict) else {}


@contextlib.contextmanager
def announced(settings: Settings) -> Iterator[None]:
    """Let commands find the lab of `settings` for as long as the block."""
    path = _path(settings)
    mine = {"host": settings.host, "port": settings.port, "pid": os.getpid()}
    try:
        write_json(path, mine)
    except StorageFailed as error:  # a read-only disk: the lab serves all the same
        log.warning("%s", error.message)
    try:
        yield
    finally:
        with contextlib.suppress(OSError, ValueError):
            if read_json(path) == mine:  # another lab of the same home may have come since
                path.unlink()


def lab_at(settings: Settings) -> RunningLab | None:
    """Return the lab that serves the home of `settings`; None where none answers."""
    try:
        told = read_json(_path(settings))
        os.kill(int(told["pid"]), 0)  # a lab that was killed left its file, and another one may have its port
        found = RunningLab(str(told["host"]), int(told["port"]), _token(settings))
    except (OSError, ValueError, KeyError, TypeError):
        return None
    return found if "status" in found.get("/health") else None


def _token(settings: Settings) -> str:
    with contextlib.suppress(OSError):
        return settings.token_file.read_text("utf-8").strip()
    return ""


def _path(settings: Settings) -> Path:
    return settings.data / "serving.json"
