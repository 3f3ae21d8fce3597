"""One request through the engine's queue, with progress, for a take."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from voicelab.errors import Cancelled, QueueFull

if TYPE_CHECKING:
    from collections.abc import Callable, Generator

    from voicelab.speech.ports import Engine, Speech, SpeechJob, SpeechRequest

_QUEUE_WAIT_S = 0.25
"""Between two tries when the engine's queue is full; short, so that a cancel is noticed."""


def speak(
    engine: Engine, request: SpeechRequest, stopped: Callable[[], bool]
) -> Generator[tuple[str, float], None, Speech]:
    """Yield messages with how much of the request is done, 0..1, and return what was spoken.

    Raises Cancelled once `stopped`, and what the engine raises.
    """
    job = yield from _queued(engine, request, stopped)
    try:
        for update in job.updates():
            if stopped():
                job.cancel()
            yield update.message, update.fraction or 0.0
        return job.result()
    finally:
        job.cancel()


def _queued(
    engine: Engine, request: SpeechRequest, stopped: Callable[[], bool]
) -> Generator[tuple[str, float], None, SpeechJob]:
    while not stopped():
        try:
            return engine.submit(request)
        except QueueFull:
            yield "the engine has a full queue, waiting", 0.0
            time.sleep(_QUEUE_WAIT_S)
    raise Cancelled("The comparison was cancelled.")
