"""The lab as a process of its own, started as a person starts it."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any, TypeVar

from voicelab.settings import CHECKOUT

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine
    from pathlib import Path

T = TypeVar("T")

STARTS_WITHIN_S = 60.0


def free_port() -> int:
    """Return a port that nobody listens on just now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def environment(home: Path, **more: str) -> dict[str, str]:
    """The environment of a process that finds no model hub and keeps its caches to itself."""
    return os.environ | {"HF_ENDPOINT": "http://127.0.0.1:9", "HF_HOME": str(home / "hub"), **more}


@dataclass
class Server:
    """`python app.py` on a free port."""

    home: Path
    process: subprocess.Popen[str]
    url: str
    started: float
    """time.monotonic() when it was started."""

    @classmethod
    def start(cls, home: Path, *flags: str, port: int | None = None, **variables: str) -> Server:
        """Start it and return at once; what it prints goes to server.log in `home`. Without a `port` a free one."""
        port = port or free_port()
        command = [sys.executable, str(CHECKOUT / "app.py"), "--home", str(home), "--port", str(port), *flags]
        return cls.of(command, home, port, **variables)

    @classmethod
    def of(cls, command: list[str], home: Path, port: int, **variables: str) -> Server:
        """Start it by another `command`, which makes it listen on `port`."""
        with (home / "server.log").open("a") as log:
            process = subprocess.Popen(
                command, env=environment(home, **variables), cwd=home, stdout=log, stderr=subprocess.STDOUT, text=True
            )
        return cls(home, process, f"http://127.0.0.1:{port}", time.monotonic())

    @property
    def log(self) -> str:
        """What it printed so far."""
        return (self.home / "server.log").read_text()

    def health(self) -> dict[str, Any]:
        """Return what /health says; nothing while it does not answer."""
        try:
            with urllib.request.urlopen(f"{self.url}/health", timeout=5) as answer:  # noqa: S310 - our own server
                return dict(json.load(answer))
        except (urllib.error.URLError, OSError):
            return {}

    def wait_for(self, *keys: str, within_s: float = STARTS_WITHIN_S) -> dict[str, Any]:
        """Wait until each of `keys` is true in /health and return it."""
        end = time.monotonic() + within_s
        while time.monotonic() < end and self.process.poll() is None:
            health = self.health()
            if health and all(health.get(key) for key in keys):
                return health
            time.sleep(0.03)
        message = f"no {keys} within {within_s} s: {self.health()}\n{self.log[-3000:]}"
        raise AssertionError(message)

    def end(self, how: int = signal.SIGTERM) -> int:
        """Send a signal and return the exit code."""
        self.process.send_signal(how)
        try:
            return self.process.wait(60)
        finally:
            self.process.kill()


def voicelab(*arguments: str) -> Any:
    """Run a command of the lab in a process of its own and return the JSON value that it prints."""
    command = [sys.executable, "-m", "voicelab", *arguments, "--json"]
    done = subprocess.run(command, capture_output=True, text=True, check=True, cwd=CHECKOUT)
    return json.loads(done.stdout)


def resident_mb(pid: int) -> float:
    """Return what a process has in memory, in 10^6 bytes; 0 for one that is gone."""
    done = subprocess.run(["ps", "-o", "rss=", "-p", str(pid)], capture_output=True, text=True, check=False)
    return float(done.stdout or 0) * 1024 / 1e6


def is_alive(pid: int) -> bool:
    """Say whether a process runs; a zombie does not."""
    done = subprocess.run(["ps", "-o", "stat=", "-p", str(pid)], capture_output=True, text=True, check=False)
    return bool(done.stdout.strip()) and not done.stdout.strip().startswith("Z")


def aside(work: Callable[[], T]) -> T:
    """Run `work` in a thread of its own, where a browser can be driven although another one is in this thread."""
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(work).result()


def awaited(work: Coroutine[Any, Any, T]) -> T:
    """Return what `work` does, run in a thread of its own: a browser that is driven keeps this one's event loop."""
    return aside(partial(asyncio.run, work))
