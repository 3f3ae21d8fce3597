"""Work of seconds to minutes in a thread of its own: the page is told how far it is, and can stop it."""

from __future__ import annotations

import contextlib
import queue
import threading
import time
from typing import TYPE_CHECKING, Generic, TypeVar, cast

from voicelab.errors import Cancelled
from voicelab.ui.actions.updates import Progress, busy

if TYPE_CHECKING:
    from collections.abc import Callable, Generator

    Report = Callable[[str, float | None], None]

P = TypeVar("P")
S = TypeVar("S")
T = TypeVar("T")

_TELL_EVERY_S = 1.0
"""How often a person who waits is told for how long."""


def told_meanwhile(name: str, first: str, work: Callable[[Report], T]) -> Generator[Progress, None, T]:
    """Return what `work(report)` returns, yielding what it reports and, from then on, for how long it has worked.

    Closing the generator stops the work: its next report raises Cancelled. `name` is the thread's.
    """
    told: queue.Queue[Progress | _Outcome[T]] = queue.Queue()
    stopped = threading.Event()

    def report(message: str, fraction: float | None) -> None:
        if stopped.is_set():
            raise Cancelled("This was stopped.")
        told.put(busy(message, fraction))

    def run() -> None:
        try:
            told.put(_Outcome(work(report), None))
        except BaseException as error:  # noqa: BLE001 - carried to the thread that waits, and raised there
            told.put(_Outcome(None, error))

    threading.Thread(target=run, name=name, daemon=True).start()
    began = time.monotonic()
    step: Progress | _Outcome[T] = busy(first)
    try:
        while not isinstance(step, _Outcome):
            yield _with_time(step, time.monotonic() - began)
            with contextlib.suppress(queue.Empty):
                step = told.get(timeout=_TELL_EVERY_S)
    finally:
        stopped.set()
    return step.value()


def shown_as(steps: Generator[P, None, T], shown: Callable[[P], S]) -> Generator[S, None, T]:
    """Return what `steps` return, yielding what they yield as `shown` has it: the outputs of an action."""
    with contextlib.closing(steps):
        while True:
            try:
                step = next(steps)
            except StopIteration as ended:
                return cast("T", ended.value)
            yield shown(step)


class _Outcome(Generic[T]):
    """What became of the work."""

    def __init__(self, result: T | None, error: BaseException | None) -> None:
        self._result = result
        self._error = error

    def value(self) -> T:
        if self._error is not None:
            raise self._error
        return cast("T", self._result)


def _with_time(progress: Progress, seconds: float) -> Progress:
    """Return `progress` with how long it has been going on, once that is worth telling."""
    if seconds < _TELL_EVERY_S:
        return progress
    return busy(f"{progress['message']} · {seconds:.0f} s", progress["fraction"])
