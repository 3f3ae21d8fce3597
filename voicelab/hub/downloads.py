"""Downloads in the background: one runs, others wait; each can be paused and goes on where it stopped."""

from __future__ import annotations

import logging
import threading
import time
from collections import deque
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal

from voicelab.background_jobs import WENT_WRONG, BackgroundJobs
from voicelab.errors import Cancelled, VoiceLabError
from voicelab.hub.snapshots import fetch

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

log = logging.getLogger(__name__)

_SPEED_OVER_S = 5.0
"""Seconds over which the speed is counted: it should not jump, and not lag either."""


@dataclass(frozen=True)
class DownloadState:
    """Where a download is."""

    status: Literal["waiting", "downloading", "paused", "done", "failed"]
    done_bytes: int = 0
    total_bytes: int = 0
    """0 until the hub has listed the files."""
    bytes_per_s: float | None = None
    """Over the last seconds; None before there are any, and once it is over."""
    message: str = ""
    """Why it is not done; for the person."""

    @property
    def active(self) -> bool:
        """Whether it runs or waits to."""
        return self.status in {"waiting", "downloading"}

    @property
    def left_s(self) -> float | None:
        """Seconds that are left at this speed; None where nobody knows."""
        return (self.total_bytes - self.done_bytes) / self.bytes_per_s if self.bytes_per_s else None


class Downloads:
    """One thread, which fetches what is asked for in order. Every method may be called from any thread."""

    def __init__(self) -> None:
        """Start nothing yet."""
        self.done: Callable[[str], None] = lambda _repository: None
        """Called with each repository that was downloaded, on the thread that did it."""
        self._lock = threading.Lock()
        self._jobs = BackgroundJobs("downloads", self._run)
        self._states: dict[str, DownloadState] = {}
        self._paused: set[str] = set()
        self._patterns: dict[str, Sequence[str]] = {}

    def start(self, repository: str, patterns: Sequence[str] = ()) -> None:
        """Begin to download the files of `patterns` (empty for all), or go on; harmless when it is under way."""
        with self._lock:
            self._patterns[repository] = patterns
            self._paused.discard(repository)
            before = self._states.get(repository, DownloadState("waiting"))
            if repository in self._states and before.active:
                return
            self._states[repository] = replace(before, status="waiting", message="")
            self._jobs.add(repository)

    def pause(self, repository: str) -> None:
        """Stop within a second; what has arrived is kept. Harmless when it is not under way."""
        with self._lock:
            state = self._states.get(repository)
            if state is None or not state.active:
                return
            self._paused.add(repository)
            if self._jobs.take_out(repository):
                self._states[repository] = replace(state, status="paused")

    def state(self, repository: str) -> DownloadState | None:
        """Return where the download is; None for one that nobody asked for since the lab was started."""
        with self._lock:
            return self._states.get(repository)

    def asked(self) -> list[str]:
        """Return what was asked for since the lab was started, and is not forgotten."""
        with self._lock:
            return list(self._states)

    def forget(self, repository: str) -> None:
        """Forget a download that is over: its files are gone."""
        with self._lock:
            state = self._states.get(repository)
            if state is not None and not state.active:
                del self._states[repository]

    def _run(self, repository: str) -> None:
        with self._lock:
            patterns = self._patterns[repository] or None
            self._states[repository] = replace(self._states[repository], status="downloading")
        try:
            fetch(repository, self._reporter(repository), patterns)
            end = DownloadState("done")
        except Cancelled:
            end = DownloadState("paused")
        except VoiceLabError as error:
            end = DownloadState("failed", message=error.message)
        except Exception:
            log.exception("a download failed")
            end = DownloadState("failed", message=WENT_WRONG)
        if end.status == "done":
            self.done(repository)  # before it is said to be over: whoever waits for that finds what follows from it
        with self._lock:
            last = self._states[repository]
            done_bytes = last.total_bytes if end.status == "done" else last.done_bytes
            self._states[repository] = replace(end, done_bytes=done_bytes, total_bytes=last.total_bytes)

    def _reporter(self, repository: str) -> Callable[[int, int], None]:
        seen: deque[tuple[float, int]] = deque()

        def report(done: int, total: int) -> None:
            speed, now = None, time.monotonic()
            if total:  # before the listing is there, nothing is known of what had arrived earlier
                seen.append((now, done))
                while now - seen[0][0] > _SPEED_OVER_S:
                    seen.popleft()
                since, first = seen[0]
                speed = (done - first) / (now - since) if now > since else None
            with self._lock:
                if repository in self._paused:
                    raise Cancelled("Paused.")
                self._states[repository] = DownloadState("downloading", done, total, speed)

        return report
