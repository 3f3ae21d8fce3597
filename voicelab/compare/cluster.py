"""Takes spoken by other machines: a Dask cluster whose workers hold one engine each.

A worker offers one `device` token and a take needs one, so that one machine speaks one text at a time. A take is a pure
function of its request, so what a dead worker had in hand is simply done by another; it is sent home, and written here.
Whoever reaches the scheduler can run code on the workers, and the lab unpickles what comes back, as ever with Dask: it
belongs on a network of one's own.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import pickle
import re
import time
import uuid
from collections import deque
from typing import TYPE_CHECKING, Any

from voicelab import __version__
from voicelab.compare.take_source import Speaking, Spoken
from voicelab.errors import Cancelled, ClusterUnavailable, EngineCrashed, Failed, InvalidValue, VoiceLabError

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Sequence

    from voicelab.compare.take_source import Wanted
    from voicelab.speech.ports import Engine, Speech, SpeechRequest

DEVICE = "device"
"""The resource that a worker has one of."""

_HELD = "voicelab_engine"
"""What a worker's engine is called in it: there `_speak` finds it."""
_ADDRESS = re.compile(r"(tcp|tls)://(\[[0-9a-fA-F:]+\]|[\w.-]+):\d{1,5}")
_CONNECT_S = 8.0
_LOOK_S = 0.1
_AHEAD = 2
"""Takes per worker that are under way: the one being spoken, and the next, so that no device waits for the network."""
_JOIN_S = 60.0
"""How long a worker looks for its scheduler."""


def check_address(address: str) -> str:
    """Return a scheduler's address without spaces around it. Raises InvalidValue."""
    address = address.strip()
    if not _ADDRESS.fullmatch(address):
        raise InvalidValue(
            "scheduler", f"{address[:120]!r} is no address of a Dask scheduler: write it as tcp://host:8786."
        )
    return address


def workers_at(address: str) -> list[str]:
    """Return the names of the lab's workers at a scheduler. Raises InvalidValue, ClusterUnavailable."""
    with contextlib.closing(_Cluster(check_address(address))) as cluster:
        return cluster.workers()


def speak_there(
    address: str, wanted: Sequence[Wanted], stopped: Callable[[], bool]
) -> Generator[Speaking | Spoken, None, None]:
    """Yield every take as it comes home, whichever is first. Workers may come, go and die meanwhile.

    Raises InvalidValue; ClusterUnavailable when the scheduler does not answer or goes away; Cancelled once `stopped`.
    Ending the iteration ends what is being spoken.
    """
    if not wanted:
        return
    with contextlib.closing(_Cluster(check_address(address))) as cluster:
        waiting = deque(wanted)
        while waiting or cluster.under_way:
            if stopped():
                raise Cancelled("The comparison was cancelled.")
            names = cluster.workers()
            while waiting and cluster.under_way < _AHEAD * max(1, len(names)):
                cluster.begin(waiting.popleft())
            yield Speaking(None, _how_far(names, address), 0.0)
            finished = cluster.finished()
            yield from finished
            if not finished:
                time.sleep(_LOOK_S)


class _Cluster:
    """One connection to a scheduler, and what it was asked for."""

    def __init__(self, address: str) -> None:
        try:
            from distributed import Client
        except ImportError as error:
            raise ClusterUnavailable(
                "Rendering on several machines needs Dask: pip install -r requirements-dask.txt, here and on each."
            ) from error
        self._address = address
        self._futures: dict[Any, Wanted] = {}
        self._run = uuid.uuid4().hex
        try:
            self._client = Client(address, timeout=_CONNECT_S, set_as_default=False)
        except (OSError, TimeoutError) as error:
            raise self._gone() from error

    def close(self) -> None:
        """End what is under way, and the connection."""
        self._client.cancel(list(self._futures), force=True)
        self._client.close(timeout=_CONNECT_S)

    @property
    def under_way(self) -> int:
        return len(self._futures)

    def workers(self) -> list[str]:
        """Return the names of those that hold a device."""
        if self._client.status != "running":
            raise self._gone()
        found = self._client.scheduler_info()["workers"].values()
        return sorted(str(worker["name"]) for worker in found if worker["resources"].get(DEVICE))

    def begin(self, wanted: Wanted) -> None:
        """Hand a take to the cluster. Its clip goes along: what is stored on a worker would die with it."""
        future = self._client.submit(
            _unpacking(),
            pickle.dumps((_speak, wanted.request, __version__)),
            key=f"take-{wanted.specification.id}-{self._run}",
            resources={DEVICE: 1},
            pure=False,
        )
        self._futures[future] = wanted

    def finished(self) -> list[Spoken]:
        """Return what has come home since."""
        return [self._spoken(future, self._futures.pop(future)) for future in list(self._futures) if future.done()]

    def _spoken(self, future: Any, wanted: Wanted) -> Spoken:
        from distributed import KilledWorker

        if future.status in {"cancelled", "lost"}:
            raise self._gone()
        error = future.exception(timeout=_CONNECT_S)
        if error is None:
            result, memory_bytes, worker = pickle.loads(future.result(timeout=_CONNECT_S))  # noqa: S301 - see the head
            return Spoken(wanted.specification, result, memory_bytes, worker)
        if isinstance(error, KilledWorker):
            message = "Every worker that spoke this take died of it. Try a smaller model, or see the workers' logs."
            return Spoken(wanted.specification, EngineCrashed(message))
        message = f"The worker failed in a way the lab does not know ({type(error).__name__}: {str(error)[:200]})."
        return Spoken(wanted.specification, Failed(message))

    def _gone(self) -> ClusterUnavailable:
        return ClusterUnavailable(
            f"No Dask scheduler answers at {self._address}. Start it (dask scheduler) or check the address, and try "
            "again. Takes that came home are kept."
        )


def work(engine: Engine, address: str, name: str | None, announce: Callable[[str], None]) -> None:
    """Speak for the scheduler at `address` until it ends or Ctrl-C. Raises InvalidValue, ClusterUnavailable."""
    address = check_address(address)
    try:
        import distributed
    except ImportError as error:
        raise ClusterUnavailable("A worker needs Dask: pip install -r requirements-dask.txt.") from error
    del distributed
    try:
        asyncio.run(_work(engine, address, name, announce))
    except (OSError, TimeoutError) as error:
        raise ClusterUnavailable(
            f"No Dask scheduler answers at {address} ({str(error)[:200] or 'no answer'}). Start it and try again."
        ) from error


async def _work(engine: Engine, address: str, name: str | None, announce: Callable[[str], None]) -> None:
    from distributed import Worker
    from distributed.comm import get_local_address_for

    worker = Worker(
        address,
        name=name,
        host=get_local_address_for(address),  # not every address of this machine
        nthreads=1,
        memory_limit=0,
        resources={DEVICE: 1},
        death_timeout=_JOIN_S,
        silence_logs=logging.WARNING,
    )
    setattr(worker, _HELD, engine)
    async with worker:
        announce(f"{worker.name} speaks for {address} (Ctrl-C ends it)")
        await worker.finished()


def _unpacking() -> Callable[[bytes], bytes]:
    """Return what calls a packed function with its packed arguments and packs what comes of it.

    The scheduler unpickles what it is handed, and need not have the lab: `dask scheduler` does not look into the folder
    it is started in. A function made within a function travels as its code, not as a name to be imported there.
    """

    def call(packed: bytes) -> bytes:
        import pickle

        function, *arguments = pickle.loads(packed)  # noqa: S301 - as everything that Dask brings
        return pickle.dumps(function(*arguments))

    return call


def _speak(request: SpeechRequest, version: str) -> tuple[Speech | VoiceLabError, int | None, str]:
    """Speak on a worker: the result, the engine's memory, who did it. An error of the lab's tree is a result, too."""
    from distributed import get_worker

    worker = get_worker()
    key, name = worker.get_current_task(), str(worker.name)
    engine: Engine | None = getattr(worker, _HELD, None)
    if engine is None:
        error = Failed(f"The worker {name} holds no engine: start it with python -m voicelab worker ADDRESS.")
        return error, None, name
    if version != __version__:
        error = Failed(f"The worker {name} runs Voice Lab {__version__}, not {version}: install the same there.")
        return error, None, name
    try:
        job = engine.submit(request)
        for _update in job.updates():
            # Nobody wants it any more: the comparison was stopped, or the lab that asked is gone.
            task = worker.state.tasks.get(key)
            if task is None or task.state == "cancelled":
                job.cancel()
        return job.result(), engine.health().memory_bytes, name
    except VoiceLabError as error:
        return error, engine.health().memory_bytes, name


def _how_far(names: list[str], address: str) -> str:
    if not names:
        return f"waiting for a worker: start one with python -m voicelab worker {address}"
    return f"spoken by {len(names)} {'worker' if len(names) == 1 else 'workers'}: {', '.join(names[:8])}"
