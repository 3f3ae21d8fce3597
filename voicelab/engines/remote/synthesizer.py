"""Servers elsewhere as the Synthesizer port: several texts at once, handed out as they come. For the engine process."""

from __future__ import annotations

import asyncio
import concurrent.futures
import contextlib
import queue
import threading
import time
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from voicelab.engines.remote.descriptor import NAME
from voicelab.engines.remote.servers import SERVERS, servers
from voicelab.engines.remote.talk import Told, as_error, talk
from voicelab.errors import UnknownModel, VoiceLabError
from voicelab.models.process_memory import peak_resident_bytes
from voicelab.speech.ports import Line, Speech

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from numpy.typing import NDArray

    from voicelab.engines.remote.servers import Server
    from voicelab.speech.ports import Reporter, SpeechRequest

_POLL_S = 0.05
"""How often it is asked whether a text is still wanted."""


@dataclass(eq=False)
class _Talk:
    """A text at the server."""

    line: Line
    began: float
    future: concurrent.futures.Future[Told]
    parts: list[NDArray[np.float32]] = field(default_factory=list)
    first_s: float | None = None
    closed: bool = False
    """Nothing more comes."""

    @property
    def seconds(self) -> float:
        from voicelab.clips.clip import SAMPLE_RATE

        return sum(map(len, self.parts)) / SAMPLE_RATE


class RemoteSynthesizer:
    """See speech/ports.py for the contracts. Connections live on a thread of their own, callbacks on the caller's."""

    engine = NAME

    def __init__(self) -> None:
        """Nobody is asked before the first text."""
        self.rows = 1
        self._server: Server | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._news: queue.SimpleQueue[tuple[Line, NDArray[np.float32] | None]] = queue.SimpleQueue()

    def load(self, model: str, report: Reporter) -> None:
        """Remember which server it is. Raises UnknownModel."""
        report.stage("loading")
        self._server = next((server for server in servers() if server.name == model), None)
        if self._server is None:
            raise UnknownModel(f"{SERVERS} names no server {model[:60]!r}. Add it, or choose another model.")
        self.rows = self._server.at_once
        if self._loop is None:
            self._loop = asyncio.new_event_loop()
            threading.Thread(target=self._loop.run_forever, name="remote", daemon=True).start()

    def warm_up(self, report: Reporter) -> None:
        """Nothing is to be warmed here, and a server that others use is not asked for nothing."""

    def speak(self, request: SpeechRequest, report: Reporter) -> Speech:
        """Have one piece of text said. Raises what `talk` raises, and Cancelled."""
        outcome: list[Speech | VoiceLabError] = []
        lines = iter([Line(request, report, lambda _samples, _rate: None, outcome.append)])
        self.speak_together(lambda room: [line for line in [next(lines, None)] if line and room])
        if isinstance(outcome[0], VoiceLabError):
            raise outcome[0]
        return outcome[0]

    def speak_together(self, more: Callable[[int], Iterable[Line]]) -> None:
        """Speak what `more` gives, as the port says: each text at the server by itself, none waiting for another."""
        running: dict[int, _Talk] = {}
        while True:
            room = self.rows - len(running)
            for line in more(room) if room else ():
                running[id(line)] = self._begin(line)
            if not running:
                return
            self._take_news(running)
            for key, talking in list(running.items()):
                if self._is_over(talking):
                    del running[key]

    def forget(self) -> None:
        """Nothing is kept of voices here; what a server keeps of a clip is the server's."""

    def unload(self) -> None:
        """Let go of the server."""
        self._server = None
        if self._loop is not None:
            self._loop.call_soon_threadsafe(self._loop.stop)
            self._loop = None

    def _begin(self, line: Line) -> _Talk:
        if self._server is None or self._loop is None:
            raise UnknownModel("No server is chosen. Name its model.")
        heard = partial(self._put, line)
        work = talk(self._server, line.request, heard)
        future = asyncio.run_coroutine_threadsafe(work, self._loop)
        future.add_done_callback(lambda _done: self._news.put((line, None)))  # after its last samples
        return _Talk(line, time.perf_counter(), future)

    def _put(self, line: Line, samples: NDArray[np.float32]) -> None:
        self._news.put((line, samples))

    def _take_news(self, running: dict[int, _Talk]) -> None:
        """Wait a little for news, and take all there are."""
        wait_s = _POLL_S
        with contextlib.suppress(queue.Empty):
            while True:
                line, samples = self._news.get(timeout=wait_s)
                wait_s = 0.0
                talking = running.get(id(line))
                if talking is not None and samples is None:
                    talking.closed = True
                elif talking is not None and samples is not None:
                    self._heard(talking, samples)

    def _heard(self, talking: _Talk, samples: NDArray[np.float32]) -> None:
        """Keep samples, and hand out those before: the last ones belong to the end."""
        if talking.first_s is None:
            talking.first_s = time.perf_counter() - talking.began
        if talking.parts and talking.line.request.live:
            from voicelab.clips.clip import SAMPLE_RATE

            talking.line.part(talking.parts[-1], SAMPLE_RATE)
        talking.parts.append(samples)

    def _is_over(self, talking: _Talk) -> bool:
        """Say whether a text has ended, and tell its line how."""
        try:
            talking.line.report.spoken(talking.seconds)
            if not talking.closed:
                return False
            told = talking.future.result()
        except (Exception, concurrent.futures.CancelledError) as error:  # noqa: BLE001 - ends this text alone
            talking.future.cancel()  # closes the connection, so that the server stops as well
            talking.line.end(as_error(error))
            return True
        request = talking.line.request
        talking.line.end(
            Speech(
                samples=np.concatenate(talking.parts),
                engine=self.engine,
                model=request.model,
                seed=request.seed,
                elapsed_s=time.perf_counter() - talking.began,
                peak_memory_bytes=peak_resident_bytes(),
                first_audio_s=talking.first_s,
                notes=told.notes,
            )
        )
        return True
