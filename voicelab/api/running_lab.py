"""Which lab serves a home, for commands that need its address: a file in data/, believed while that lab answers."""

from __future__ import annotations

import contextlib
import json
import logging
import os
import urllib.request
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from voicelab.addresses import own_url
from voicelab.errors import StorageFailed
from voicelab.files import read_json, write_json
from voicelab.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

log = logging.getLogger(__name__)

_ANSWER_S = 3.0
_REACHED = ("public_url", "root_path", "allow_hosts", "trusted_proxies")
"""Settings that tell which address others open."""


@dataclass(frozen=True)
class RunningLab:
    """A lab that answers."""

    host: str
    """What it listens on, as it was told."""
    port: int
    token: str = ""
    """Its token; empty where none is needed."""
    reached: Mapping[str, Any] = field(default_factory=dict)
    """Its settings that tell which address others open."""

    def as_reached(self, settings: Settings) -> Settings:
        """Return `settings` with the addresses of this lab."""
        return replace(settings, host=self.host, port=self.port, **self.reached)

    def get(self, path: str) -> dict[str, Any]:
        """Return the JSON of one of its addresses; nothing where it does not answer with any."""
        headers = {"Authorization": f"Bearer {self.token}"} if self.token else {}
        url = own_url(Settings(host=self.host, port=self.port))
        request = urllib.request.Request(f"{url}{path}", headers=headers)  # noqa: S310 - http
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
    mine: dict[str, Any] = {"host": settings.host, "port": settings.port, "pid": os.getpid()}
    mine |= {name: _plain(getattr(settings, name)) for name in _REACHED}
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
        # Older labs said nothing of how they are reached.
        reached = {name: _frozen(told[name]) for name in _REACHED if name in told}
        found = RunningLab(str(told["host"]), int(told["port"]), _token(settings), reached)
    except (OSError, ValueError, KeyError, TypeError):
        return None
    return found if "status" in found.get("/health") else None


def _plain(value: str | tuple[str, ...]) -> str | list[str]:
    return value if isinstance(value, str) else list(value)


def _frozen(value: str | list[str]) -> str | tuple[str, ...]:
    return value if isinstance(value, str) else tuple(map(str, value))


def _token(settings: Settings) -> str:
    with contextlib.suppress(OSError):
        return settings.token_file.read_text("utf-8").strip()
    return ""


def _path(settings: Settings) -> Path:
    return settings.data / "serving.json"
