"""A lab with one voice and an engine that tests can hold, behind the real HTTP side."""

from __future__ import annotations

import contextlib
import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
import uvicorn
from fastapi.testclient import TestClient

from tests.fakes import FakeEngine, FakeJob
from tests.labs import lab_of, with_anna
from tests.running import free_port
from voicelab.api.app import create_api
from voicelab.errors import Cancelled, QueueFull, Replaced
from voicelab.lab import Lab
from voicelab.settings import Settings
from voicelab.speech.ports import EngineHealth, JobUpdate

if TYPE_CHECKING:
    from pathlib import Path

    import numpy as np
    from numpy.typing import NDArray
    from starlette.applications import Starlette

    from voicelab.speech.ports import Speech, SpeechRequest, Stage

READY = EngineHealth("ready", ready=True, message="preview is ready.", engine="preview", model="preview")
HELD_S = 20.0
"""A held job that nobody releases fails its test after this long."""


class HeldEngine(FakeEngine):
    """The Engine port with a brake: while `held`, no job ends unless it is cancelled."""

    def __init__(self) -> None:
        super().__init__()
        self.state = READY
        self.jobs: list[HeldJob] = []
        self.clients: list[tuple[str, str]] = []
        """The client of each job, and what it asked for while the engine is busy."""
        self.released = threading.Event()
        self.released.set()

    def hold(self) -> None:
        self.released.clear()

    def submit(self, request: SpeechRequest, client: str = "", on_busy: str = "queue") -> HeldJob:
        if on_busy == "reject" and any(not job.over.is_set() for job in self.jobs):
            raise QueueFull("The engine is speaking for somebody else.", 3.0)
        if on_busy == "replace":
            for (name, _what), job in zip(self.clients, self.jobs, strict=True):
                if name == client and not job.over.is_set():
                    job.replaced.set()
        self.clients.append((client, on_busy))
        super().submit(request, client, on_busy)
        job = HeldJob(self, request)
        self.jobs.append(job)
        return job

    def health(self) -> EngineHealth:
        return self.state

    def close(self) -> None:
        self.released.set()


class HeldJob(FakeJob):
    """A job of `HeldEngine`."""

    def __init__(self, engine: HeldEngine, request: SpeechRequest) -> None:
        super().__init__(engine, request)
        self._held = engine
        self.over = threading.Event()
        self.ahead = sum(not job.over.is_set() for job in engine.jobs)
        self.replaced = threading.Event()

    def cancel(self) -> None:
        super().cancel()
        self.over.set()

    def updates(self, every_s: float = 0.2) -> Iterator[JobUpdate]:
        yield JobUpdate("queued", "waiting", self.ahead)

    def result(self, timeout_s: float | None = None) -> Speech:
        for _ in range(round(HELD_S / 0.02)):
            if self._cancelled:
                raise Cancelled("Cancelled.")
            if self.replaced.is_set():
                self.over.set()
                raise Replaced("A newer text took its place.")
            if self._held.released.wait(0.02):
                self.over.set()
                return super().result()
        raise TimeoutError("nobody released the engine")

    def partial(self) -> Iterator[NDArray[np.float32]]:
        """Half of it at once, the rest when the engine is released."""
        speech = FakeJob.result(self)
        self._done = False
        half = len(speech.samples) // 2
        yield speech.samples[:half]
        self.result()
        yield speech.samples[half:]


@pytest.fixture
def engine() -> HeldEngine:
    return HeldEngine()


@pytest.fixture
def lab(tmp_path: Path, engine: HeldEngine) -> Lab:
    """A lab with the voice Anna, whose clip is ten seconds long."""
    return with_anna(lab_of(Settings(home=tmp_path, port=7861, queue_limit=4), engine))


@pytest.fixture
def client(lab: Lab) -> Iterator[TestClient]:
    """Asks as curl does: from this machine, without Origin. Faults of the server are answers, not exceptions."""
    with TestClient(create_api(lab), base_url="http://127.0.0.1:7861", raise_server_exceptions=False) as client:
        yield client


@pytest.fixture
def address(lab: Lab) -> Iterator[str]:
    """The lab behind a real server on a free port, for clients of their own: its address."""
    port = free_port()
    with serving(lab, port):
        yield f"http://127.0.0.1:{port}"


@contextlib.contextmanager
def serving(lab: Lab, port: int) -> Iterator[None]:
    """Serve `lab` on `port` during the block."""
    with running(create_api(lab), port):
        try:
            yield
        finally:
            lab.engine.close()


@contextlib.contextmanager
def running(application: Starlette, port: int) -> Iterator[None]:
    """Serve `application` by a real server in a thread."""
    server = uvicorn.Server(uvicorn.Config(application, port=port, log_level="error"))
    thread = threading.Thread(target=server.run)
    thread.start()
    while not server.started:
        time.sleep(0.01)
    try:
        yield
    finally:
        server.should_exit = True
        thread.join(20)


def warming(engine: HeldEngine, stage: Stage = "warming up") -> None:
    """Let the engine be in a stage before its first readiness."""
    engine.state = replace(READY, stage=stage, ready=False, message=f"preview: {stage}")
